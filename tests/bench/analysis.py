"""B7: the full item analysis of 100 items and 100,000 candidates, as a multiple of reading the data once."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from app.psychometrics import Responses, item_analysis

PERSONS, ITEMS, OPTIONS = 100_000, 100, 4


def analyses(runs: int) -> dict[str, Any]:
    """Choices by a 2PL model with a fixed seed. The gate: difficulties equal the share of right answers, to 1e-9."""
    rng = np.random.default_rng(20261121)
    ability, difficulty = rng.normal(size=(PERSONS, 1)), rng.normal(-0.7, 0.8, size=(1, ITEMS))
    right = rng.random((PERSONS, ITEMS)) < 1 / (1 + np.exp(difficulty - ability))
    choices = np.where(right, 0, rng.integers(1, OPTIONS, size=(PERSONS, ITEMS))).astype(np.int16)
    reads, costs = [], []
    for _ in range(runs):
        began = time.process_time()
        choices.sum()
        reads.append(time.process_time() - began)
        responses = Responses.from_choices(choices, key=[0] * ITEMS, n_options=[OPTIONS] * ITEMS)
        began, wall = time.process_time(), time.monotonic()
        found = item_analysis(responses)
        costs.append((time.process_time() - began, time.monotonic() - wall))
    exact = max(abs((one.difficulty.value or 0) - share) for one, share in zip(found, right.mean(axis=0), strict=True))
    cpu, wall = sorted(costs)[len(costs) // 2]
    result = {"id": "B7", "transport": "", "cpu_us_per_op": round(cpu * 1e6), "ops_per_s": round(1 / wall, 2)}
    result |= {
        "times_the_read": round(cpu / sorted(reads)[len(reads) // 2]),
        "busy_share": 1.0,
        "p50_ms": round(wall * 1e3),
    }
    return result | {
        "p99_ms": round(max(wall for _, wall in costs) * 1e3),
        "gate": "pass" if exact < 1e-9 else f"off by {exact}",
    }
