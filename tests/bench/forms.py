"""How long plans of forms take, and how alike and how different their forms are.

    python -m tests.bench.forms [sample] [synthetic]

`sample`: 20 forms of 100 from the sample bank of 400 items. `synthetic`: 200 forms of 100 from 2,000 items. One JSON line each;
progress goes to standard error.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np

from app.assembly import FormPlan, PlanSettings, PoolItem, curves
from app.assembly.planning.forms import plan_forms
from app.itembank.files import read_bank
from tests.unit.assembly.pools import SEED, bank, broken, exactly, item, standard

ROOT = Path(__file__).parents[2]
CASES = {"sample": PlanSettings(20, 0.4, 32), "synthetic": PlanSettings(200, 0.1, 15)}


def sample() -> list[PoolItem]:
    """Judged difficulties: `expected_p` is the chance of the candidate at the cut, who stands at 0."""
    drafts = read_bank(ROOT / "itembank/mmu/items", ROOT / "itembank/schema/items.schema.json").drafts
    return [
        item(
            number,
            draft.kuk,
            b=-log(draft.answer.expected_p / (1 - draft.answer.expected_p)),
            code=draft.code,
            case=draft.stimulus or None,
            enemies=draft.enemies,
        )
        for number, draft in enumerate(drafts)
    ]


def tell(done: int, total: int) -> None:
    if done % 20 == 0 or done == total:
        print(f"{done} / {total}", file=sys.stderr)


def figures(plan: FormPlan, items: Sequence[PoolItem], theta: float) -> dict[str, float]:
    place = {one.code: at for at, one in enumerate(items)}
    taken = np.zeros((len(plan.forms), len(items)))
    for row, form in zip(taken, plan.forms, strict=True):
        row[[place[code] for code in form.codes]] = 1.0
    scores = taken @ curves.probabilities(items, theta)
    told = taken @ curves.information(items, theta)
    shared = (taken @ taken.T)[np.triu_indices(len(taken), 1)]
    shares = taken.mean(axis=0)
    return {
        "worst_deviation": float(np.abs(scores - 68.0).max()),
        "information_min": float(told.min()),
        "information_max": float(told.max()),
        "overlap_mean": float(shared.mean()),
        "overlap_p95": float(np.percentile(shared, 95)),
        "overlap_max": float(shared.max()),
        "exposure_p95": float(np.percentile(shares, 95)),
        "exposure_max": float(shares.max()),
        "unused": int((shares == 0).sum()),
        "gap_max": max(form.gap for form in plan.forms),
        "nodes_max": max(form.nodes for form in plan.forms),
    }


def measure(name: str) -> None:
    items, settings = sample() if name == "sample" else bank(2000), CASES[name]
    blueprint = exactly(items, 5)
    target = standard(items, blueprint)
    began, cpu = time.perf_counter(), time.process_time()
    plan = plan_forms(items, blueprint, target, settings, SEED, progress=tell)
    took = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu}
    assert not broken(plan, items, blueprint, target, settings)
    found = took | figures(plan, items, target.theta)
    print(json.dumps({"case": name, "forms": len(plan.forms)} | {key: round(value, 3) for key, value in found.items()}))


def main() -> None:
    for name in sys.argv[1:] or CASES:
        measure(name)


if __name__ == "__main__":
    main()
