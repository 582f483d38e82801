"""How hard items are, on the scale of the reference standard: from calibration, else from past answers, else as judged. Pure.

P(right | theta) = 1 / (1 + exp(-a (theta - b))), D = 1; theta 0 is the candidate whom the judges hold just good enough to pass. So a
judged share p gives b = -logit(p). What a sitting's share of right answers says about b depends on how able its candidates were:
their mean ability is found first, from all items that they answered together, so that an able cohort does not make items look easy.
Both are combined by their precision, as the maximum of the posterior (Fisher scoring; the prior is normal).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.assembly.types import Source
from app.itembank import Finding

Vector = NDArray[np.float64]

# Experts who judge shares of right answers err by .10 to .15 (SD) per item; see decision 23.
JUDGED_SD: Final = 0.12
# A panel that has discussed still errs together: its mean is no surer than the best of those experts, however well its members agree.
PANEL_SD: Final = 0.10
# Of the abilities of one sitting's candidates; assumed, since a handful of candidates cannot tell it.
COHORT_SD: Final = 0.75
CALIBRATION: Final = "calibration"
ANGOFF: Final = "panel Angoff"
REVIEWED: Final = "kajian"  # what a validity review found over several sittings, each of which is known already
SHARES: Final = (0.02, 0.98)  # nobody judges an item surer than that
ABILITIES: Final = (-6.0, 6.0)
MOST_STEPS: Final = 100
LONGEST_STEP: Final = 1.0
NEAR_ENOUGH: Final = 1e-10

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(21)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class Difficulty:
    """`se` is the standard error of b, `n` the answers behind it."""

    a: float
    b: float
    se: float
    source: Source
    n: int = 0


@dataclass(frozen=True, slots=True)
class Observed:
    """The share `p` of right answers among the `n` candidates of a sitting who had the item."""

    n: int
    p: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one item. `anchor`: what the reference standard says of it, where it is part of that;
    `settled` names the sittings whose answers that holds already. `judged_sd`: by how much `expected_p` may err."""

    expected_p: float
    sittings: Mapping[str, Observed] = field(default_factory=dict)
    calibrated: Difficulty | None = None
    anchor: Difficulty | None = None
    settled: frozenset[str] = frozenset()
    judged_sd: float = JUDGED_SD

    @property
    def prior(self) -> Difficulty:
        return self.calibrated or self.anchor or self.by_judges

    @property
    def by_judges(self) -> Difficulty:
        return judged(self.expected_p, self.judged_sd)


def judged(expected_p: float, sd: float = JUDGED_SD) -> Difficulty:
    p = min(max(expected_p, SHARES[0]), SHARES[1])
    return Difficulty(1.0, -math.log(p / (1 - p)), sd / (p * (1 - p)), Source.JUDGED)


def name_of(source: str) -> str:
    """What a finding comes from. One sitting may have been recorded twice, after a key was corrected: it counts once."""
    return source if source.startswith(CALIBRATION) else source.split(" · ", maxsplit=1)[0]


def read_findings(findings: Sequence[Finding]) -> tuple[dict[str, Observed], tuple[str, Difficulty] | None]:
    """By sitting what it observed, and the newest calibration with its name. `findings` begin with the oldest."""
    sittings: dict[str, Observed] = {}
    calibration = None
    for one in findings:
        known = one.statistics
        if one.source.startswith(CALIBRATION):
            difficulty = Difficulty(known.get("a", 1.0), known["b"], known["se_b"], Source.CALIBRATED, one.n)
            calibration = (name_of(one.source), difficulty)
        elif one.n and known.get("p") is not None and not one.source.startswith(f"{REVIEWED} "):
            sittings[name_of(one.source)] = Observed(one.n, known["p"])
    return sittings, calibration


def read_panel(findings: Sequence[Finding]) -> tuple[float, float] | None:
    """The share that the newest Angoff panel expects of candidates who are just good enough, and by how much that may err."""
    known = [one.statistics for one in findings if one.source.startswith(ANGOFF)]
    return (known[-1]["judged_p"], max(PANEL_SD, known[-1]["se"])) if known else None


def difficulties(items: Sequence[Evidence]) -> list[Difficulty]:
    """One for each item, in their order."""
    priors = [item.prior for item in items]
    a, b, se = (np.array([getattr(prior, name) for prior in priors], float) for name in ("a", "b", "se"))
    names = sorted({name for item in items for name in item.sittings})
    cohorts = [_cohort(items, name, a, b, se) for name in names]
    found, precision = _posterior(a, b, se, [cohort.new_to(items) for cohort in cohorts])
    return [
        _concluded(item, prior, float(b_now), float(known))
        for item, prior, b_now, known in zip(items, priors, found, precision, strict=True)
    ]


def _concluded(item: Evidence, prior: Difficulty, b: float, precision: float) -> Difficulty:
    new = 0 if item.calibrated else sum(seen.n for name, seen in item.sittings.items() if name not in item.settled)
    if not new:
        return prior
    source = prior.source
    if source is not Source.CALIBRATED:
        by_judges = item.by_judges.se**-2
        source = Source.EMPIRICAL if precision - by_judges > by_judges else Source.JUDGED
    return Difficulty(prior.a, b, precision**-0.5, source, prior.n + new)


@dataclass(frozen=True, slots=True)
class _Cohort:
    """The candidates of a sitting: their mean ability with its variance, and what they did with which items."""

    name: str
    mean: float
    variance: float
    places: NDArray[np.intp]
    n: Vector
    p: Vector

    def new_to(self, items: Sequence[Evidence]) -> _Cohort:
        """Without the items whose difficulty holds these answers already."""
        new = np.array(
            [not items[place].calibrated and self.name not in items[place].settled for place in self.places], bool
        )
        return _Cohort(self.name, self.mean, self.variance, self.places[new], self.n[new], self.p[new])


def _cohort(items: Sequence[Evidence], name: str, a: Vector, b: Vector, se: Vector) -> _Cohort:
    """The mean at which as many right answers are expected as there were: sum of n (P(mean) - p) = 0."""
    places = np.array([place for place, item in enumerate(items) if name in item.sittings])
    n = np.array([items[place].sittings[name].n for place in places], float)
    p = np.array([items[place].sittings[name].p for place in places], float)
    low, high = ABILITIES
    while high - low > NEAR_ENOUGH:
        mean = (low + high) / 2
        chance, _ = _share_right(a[places], b[places], mean)
        low, high = (mean, high) if float(n @ (chance - p)) < 0 else (low, mean)
    chance, slope = _share_right(a[places], b[places], low)
    # What the answers leave open, and what the difficulties that they are held against do.
    noise = float(n @ (chance * (1 - chance)) + ((n * slope * se[places]) ** 2).sum())
    return _Cohort(name, low, noise / float(n @ slope) ** 2, places, n, p)


def _share_right(a: Vector, b: Vector, mean: float) -> tuple[Vector, Vector]:
    """Of a cohort with this mean ability the expected share of right answers to each item, and its slope in the mean."""
    chance = 1 / (1 + np.exp(-a[:, None] * (mean + COHORT_SD * _NODES - b[:, None])))
    return chance @ _WEIGHTS, (a[:, None] * chance * (1 - chance)) @ _WEIGHTS


def _posterior(a: Vector, b: Vector, se: Vector, cohorts: Sequence[_Cohort]) -> tuple[Vector, Vector]:
    """b and its precision when the answers of all cohorts are added to what was known before."""
    now = b.copy()
    for _ in range(MOST_STEPS):
        pull, precision = (b - now) / se**2, 1 / se**2
        for cohort in cohorts:
            at = cohort.places
            chance, slope = _share_right(a[at], now[at], cohort.mean)
            spread = chance * (1 - chance)
            known = cohort.n * slope**2 / spread
            # An error of the cohort's mean is an error of each b that is read off it.
            worth = 1 / (1 + known * cohort.variance)
            pull[at] += worth * cohort.n * slope * (chance - cohort.p) / spread
            precision[at] += worth * known
        step = np.clip(pull / precision, -LONGEST_STEP, LONGEST_STEP)
        now += step
        if np.abs(step).max(initial=0.0) < NEAR_ENOUGH:
            break
    return now, precision
