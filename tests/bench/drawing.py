"""Four ways of drawing forms from the sample bank, side by side: how far the forms lie apart, and whose decision hangs on it.

    python -m tests.bench.drawing [--write docs/forms.md]

Judged difficulties are taken for the truth; then the truth is drawn anew round them, so that the judges were wrong.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app import itembank
from app.assembly import Blueprint, PlanSettings, PoolItem, Target, cut_ability, default_blueprint, plan_forms
from app.assembly.foundations.blueprints import items_per_kuk
from app.assembly.foundations.parameters import judged
from app.cli.content import items_schema, scheme_schema
from app.core.datafile import read_schema, read_yaml
from app.core.resources import itembank_path
from app.psychometrics.form_equity import form_equity
from app.psychometrics.irt import ItemParameters
from app.schemes.rules import parse
from tests.bench.page import put_between

SEED = 20261122
CANDIDATES = 2000
ABLER = 0.3  # their mean ability above the cut: about 65 % pass
ABILITY_SD = 0.75
PLANNED = PlanSettings(forms=20, exposure_cap=0.5, overlap_cap=60)
ERROR_SD = 0.12  # of a judged share of right answers
SHARES = (0.05, 0.98)
TRUTHS = 20
BANDS = 3

Vector = NDArray[np.float64]
Forms = NDArray[np.int64]


@dataclass(frozen=True)
class Bank:
    """The sample bank; a draw at random has the seed of its way."""

    items: list[PoolItem]
    blueprint: Blueprint

    @property
    def weights(self) -> Vector:
        """How often an item stands in a form drawn by the blueprint."""
        wanted = items_per_kuk(self.blueprint)
        held = self.groups(lambda item: item.kuk)
        return np.array([wanted[item.kuk] / len(held[item.kuk]) for item in self.items])

    def groups(self, of: Callable[[PoolItem], object]) -> dict[object, list[int]]:
        found: dict[object, list[int]] = defaultdict(list)
        for place, item in enumerate(self.items):
            found[of(item)].append(place)
        return found

    def target(self, score: float) -> Target:
        return Target(cut_ability(self.items, self.blueprint, score), score)


def read_sample() -> tuple[Bank, float]:
    """The items of the repository with their judged difficulties, and the pass mark."""
    folder = itembank_path() / "mmu"
    scheme = parse(UUID(int=0), 1, read_yaml(folder / "scheme.yaml", read_schema(scheme_schema())).content)
    assert scheme.exam is not None
    drafts = itembank.read_bank(folder / "items", items_schema(), n_options=scheme.exam.options).drafts
    items = []
    for number, draft in enumerate(sorted(drafts, key=lambda draft: draft.code)):
        difficulty = judged(draft.answer.expected_p)
        items.append(
            PoolItem(
                version_id=UUID(int=number),
                code=draft.code,
                kuk=draft.kuk,
                unit=scheme.unit_of[draft.kuk].code,
                level=draft.answer.cognitive_level,
                picture=False,
                case=draft.stimulus,
                enemies=draft.enemies,
                fixed=False,
                content_hash="",
                b=difficulty.b,
                se=difficulty.se,
                source=difficulty.source,
            )
        )
    return Bank(items, default_blueprint(scheme)), float(scheme.exam.pass_mark)


def plain(bank: Bank, target: Target, rng: np.random.Generator) -> Forms:
    return np.array([rng.choice(len(bank.items), bank.blueprint.items, replace=False) for _ in range(CANDIDATES)])


def by_unit(bank: Bank, target: Target, rng: np.random.Generator) -> Forms:
    return _stratified(bank, list(bank.groups(lambda item: item.unit).values()), rng)


def by_unit_and_difficulty(bank: Bank, target: Target, rng: np.random.Generator) -> Forms:
    """Each unit in three bands, from the easiest to the hardest third of its items."""
    ranked = (
        sorted(unit, key=lambda place: bank.items[place].b) for unit in bank.groups(lambda item: item.unit).values()
    )
    return _stratified(bank, [band.tolist() for unit in ranked for band in np.array_split(unit, BANDS)], rng)


def matched(bank: Bank, target: Target, rng: np.random.Generator) -> Forms:
    """The plan of this server."""
    plan = plan_forms(bank.items, bank.blueprint, target, PLANNED, rng.bytes(32))
    place = {item.code: number for number, item in enumerate(bank.items)}
    return np.array([[place[code] for code in form.codes] for form in plan.forms])


WAYS: dict[str, Callable[[Bank, Target, np.random.Generator], Forms]] = {
    "plain random": plain,
    "by unit": by_unit,
    "by unit x difficulty": by_unit_and_difficulty,
    "matched at the cut (ours)": matched,
}


def _stratified(bank: Bank, strata: Sequence[list[int]], rng: np.random.Generator) -> Forms:
    """Of each stratum its share; what does not come out even goes to the strata with the largest rest."""
    exact = np.array([bank.weights[stratum].sum() for stratum in strata])
    counts = np.floor(exact + 1e-9).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: bank.blueprint.items - counts.sum()]] += 1
    drawn = [
        np.array([rng.choice(stratum, count, replace=False) for _ in range(CANDIDATES)])
        for stratum, count in zip(strata, counts, strict=True)
    ]
    return np.concatenate(drawn, axis=1)


@dataclass(frozen=True)
class Seen:
    """Of one way in one truth: expected scores at the cut over its forms, and the share of decisions that flip."""

    lowest: float
    highest: float
    sd: float
    flipped: float


def judge(bank: Bank, score: float, forms: Forms, seed: int) -> Seen:
    """`bank` holds the truth. Candidates get the forms in turn; abilities and luck are the same for every way."""
    theta_cut = bank.target(score).theta
    parameters = ItemParameters.from_difficulty([item.b for item in bank.items])
    at_cut = form_equity(parameters, forms.tolist(), cut=int(score), theta_cut=theta_cut).forms
    expected = np.array([form.expected for form in at_cut])
    rng = np.random.default_rng(seed)
    given = np.arange(CANDIDATES) % len(forms)
    abilities = rng.normal(theta_cut + ABLER, ABILITY_SD, CANDIDATES)
    chances = parameters.probability_of(forms[given], abilities[:, None])
    scores = (rng.random(chances.shape) < chances).sum(axis=1)
    own = np.array([form.equated_cut for form in at_cut])[given]
    flipped = float(np.mean((scores >= score) != (scores >= own)))
    return Seen(float(expected.min()), float(expected.max()), float(expected.std(ddof=1)), flipped)


def mistaken(bank: Bank, seed: int) -> Bank:
    """A truth from which the judges were off by ERROR_SD."""
    rng = np.random.default_rng([SEED, seed])
    judged_p = np.array([1 / (1 + math.exp(item.b)) for item in bank.items])
    true_p = np.clip(judged_p + rng.normal(0.0, ERROR_SD, len(judged_p)), *SHARES)
    b = np.log((1 - true_p) / true_p).tolist()
    return Bank([replace(item, b=one) for item, one in zip(bank.items, b, strict=True)], bank.blueprint)


def averaged(seen: Sequence[Seen]) -> Seen:
    mean = np.mean([(one.lowest, one.highest, one.sd**2, one.flipped) for one in seen], axis=0).tolist()
    return Seen(mean[0], mean[1], math.sqrt(mean[2]), mean[3])


def table() -> list[str]:
    bank, score = read_sample()
    truths = [mistaken(bank, number) for number in range(TRUTHS)]
    lines = [
        f"Of {len(bank.items)} items; {CANDIDATES} candidates, seed {SEED}; {TRUTHS} truths with an error SD of {ERROR_SD} in p.",
        "",
        "| drawing | forms | lowest to highest | SD | decisions flipped | judges wrong: lowest to highest | SD | flipped |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, draw in WAYS.items():
        forms = draw(bank, bank.target(score), np.random.default_rng(SEED))
        nominal = judge(bank, score, forms, SEED)
        wrong = averaged([judge(truth, score, forms, SEED + number) for number, truth in enumerate(truths)])
        lines.append(f"| {name} | {len(forms)} | {_cells(nominal)} | {_cells(wrong)} |")
    return lines


def _cells(seen: Seen) -> str:
    return f"{seen.lowest:.1f} – {seen.highest:.1f} | {seen.sd:.2f} | {seen.flipped:.2%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="put the table into this page")
    page = parser.parse_args().write
    lines = table()
    print("\n".join(lines))
    if page:
        put_between(page, "drawings", lines)


if __name__ == "__main__":
    main()
