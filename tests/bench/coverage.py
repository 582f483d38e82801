"""Do the 95 % intervals of the absolute coefficients hold the truth in 95 % of cohorts on random forms?

usage: python -m tests.bench.coverage [COHORTS]

Prints a line for each design, number of candidates and coefficient: how many cohorts in a hundred hold the
truth, and how many have it below and above. The truth is the coefficient of 200,000 candidates on the same bank.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app import psychometrics as ps

SEED = 20261123
COHORTS = 2000
OF_TRUTH = 200_000


@dataclass(frozen=True)
class Design:
    """A bank of 3PL items in units, and forms drawn from it; `slope` is the median discrimination."""

    name: str
    bank: tuple[int, ...]
    drawn: tuple[int, ...]
    slope: float = 1.0

    def cohorts(self, seed: int) -> Callable[[int], ps.Responses]:
        """Draw cohorts of any size on one bank: new candidates, new forms."""
        rng = np.random.default_rng(seed)
        items, length = sum(self.bank), sum(self.drawn)
        slope, hardness = self.slope * rng.lognormal(0.0, 0.3, items), rng.normal(-0.6, 1.0, items)
        first = np.cumsum((0, *self.bank))
        strata = np.repeat(np.arange(len(self.bank)), self.bank).tolist()

        def cohort(n: int) -> ps.Responses:
            parts = [
                begin + np.argsort(rng.random((n, held)), axis=1)[:, :taken]
                for begin, held, taken in zip(first, self.bank, self.drawn, strict=False)
            ]
            item = np.concatenate(parts, axis=1)
            ability = rng.normal(size=(n, 1))
            chance = 0.15 + 0.85 / (1.0 + np.exp(slope[item] * (hardness[item] - ability)))
            return ps.Responses.from_arrays(
                np.repeat(np.arange(n), length),
                item.ravel(),
                np.full(n * length, ps.UNRECORDED),
                (rng.random((n, length)) < chance).ravel(),
                persons=range(n),
                items=range(items),
                strata=strata,
            )

        return cohort


SMALL = Design("30 of 80 items, five units", (24, 20, 16, 12, 8), (9, 7, 6, 5, 3))
DESIGNS = (
    SMALL,
    Design("30 of 80 weak items, five units", SMALL.bank, SMALL.drawn, slope=0.4),
    Design("100 of 400 items, five units", (112, 96, 80, 64, 48), (28, 24, 20, 16, 12)),
)
COEFFICIENTS: dict[str, Callable[[ps.Responses], ps.Estimate]] = {
    "stratified binomial": ps.reliability.stratified_binomial,
    "Phi, one-way": lambda r: ps.reliability.generalizability_one_way(r).absolute,
    "Phi, Henderson": lambda r: ps.reliability.generalizability_henderson(r).absolute,
    "Phi, finite bank": lambda r: ps.reliability.generalizability_henderson(r).absolute_finite,
    "E(rho^2), Henderson": lambda r: ps.reliability.generalizability_henderson(r).relative,
}


@dataclass
class Held:
    """How many cohorts hold the truth, have it below their interval, above it, or have no interval."""

    inside: int = 0
    below: int = 0
    above: int = 0
    without: int = 0

    def count(self, estimate: ps.Estimate, truth: float) -> None:
        if estimate.low is None or estimate.high is None:
            self.without += 1
        elif truth < estimate.low:
            self.below += 1
        elif truth > estimate.high:
            self.above += 1
        else:
            self.inside += 1


def truths(design: Design, *, names: tuple[str, ...], seed: int = SEED, persons: int = OF_TRUTH) -> dict[str, float]:
    """The coefficients of very many candidates on the bank of this seed."""
    many = design.cohorts(seed)(persons)
    return {name: COEFFICIENTS[name](many).value or 0.0 for name in names}


def coverage(design: Design, n: int, cohorts: int, truth: dict[str, float], *, seed: int = SEED) -> dict[str, Held]:
    """Count over `cohorts` cohorts of n candidates."""
    draw, held = design.cohorts(seed), {name: Held() for name in truth}
    for _ in range(cohorts):
        responses = draw(n)
        for name, value in truth.items():
            held[name].count(COEFFICIENTS[name](responses), value)
    return held


def main(cohorts: int) -> None:
    for design in DESIGNS:
        truth = truths(design, names=tuple(COEFFICIENTS))
        for n in (60, 200, 1000):
            began = time.process_time()
            for name, held in coverage(design, n, cohorts, truth).items():
                share = 100.0 * held.inside / cohorts
                misses = f"truth below {held.below}, above {held.above}, no interval {held.without}"
                print(f"{design.name}; n = {n}; {name} {truth[name]:.3f}: {share:.1f} % ({misses})")
            print(f"  {time.process_time() - began:.0f} CPU seconds", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COHORTS)
