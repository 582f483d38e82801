"""Is a form harder or easier than it was planned to be? Forms go round at random, so that their candidates are equally able.

Held by simulation (1,000 exams each of 2, 3 and 6 forms as planned, 140 candidates a form, scores with an SD of 14): some form is
called off its plan in at most 5 % of the exams. A form harder by 0.35 logit (about 6 points) is found in more than 9 of 10.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.psychometrics import Estimate
from app.psychometrics.numerics.multiplicity import false_discovery_where_tested
from app.review.exam_panel.means import p_of_t, with_t


@dataclass(frozen=True, slots=True)
class FormMean:
    """First attempts on one form. `planned`: the mean that its plan gives a cohort, up to the cohort's ability."""

    n: int
    mean: float
    variance: float  # 1/(n - 1)
    planned: float

    @property
    def excess(self) -> float:
        return self.mean - self.planned


@dataclass(frozen=True, slots=True)
class Departure:
    """`difference`: observed less expected mean, below 0 on a form that is harder than planned; no `p` where it was not tested.
    `off`: called harder or easier than planned."""

    expected: float
    difference: Estimate
    p: float | None
    q: float | None = None
    off: bool = False


def departures(
    sittings: Sequence[Sequence[FormMean]], *, least_n: int, rate: float, points: float
) -> list[list[Departure]]:
    """Of each form of each sitting, against the forms of its sitting that are as planned; `q` is over all forms that were tested.

    A form far off its plan would make the others look off theirs, so the farthest one leaves what the others are held against,
    then the next, as long as most forms of its sitting stay.
    """
    odd: list[set[int]] = [set() for _ in sittings]
    while True:
        found = _judged(
            [_compared(forms, out, least_n) for forms, out in zip(sittings, odd, strict=True)], rate, points
        )
        farthest = [_farthest(departed, out) for departed, out in zip(found, odd, strict=True)]
        if all(at is None for at in farthest):
            return found
        for out, at in zip(odd, farthest, strict=True):
            out.update(() if at is None else (at,))


def _farthest(departed: Sequence[Departure], odd: set[int]) -> int | None:
    """The next form to leave; None where no other is off its plan, or where too few would stay."""
    new = [at for at, one in enumerate(departed) if one.off and at not in odd]
    if not new or 2 * (len(odd) + 1) >= len(departed):
        return None
    return min(new, key=lambda at: departed[at].p or 0.0)


def _compared(forms: Sequence[FormMean], odd: Iterable[int], least_n: int) -> list[Departure]:
    spread, df = _pooled(forms)
    usual = set(range(len(forms))) - set(odd)
    return [
        _against(
            form, [other for place, other in enumerate(forms) if place in usual - {at}], forms, spread, df, least_n
        )
        for at, form in enumerate(forms)
    ]


def _pooled(forms: Sequence[FormMean]) -> tuple[float, int]:
    """The SD of scores within forms, and its degrees of freedom."""
    df = sum(form.n - 1 for form in forms if form.n > 1)
    squares = sum((form.n - 1) * form.variance for form in forms if form.n > 1)
    return (math.sqrt(squares / df) if df else 0.0), df


def _against(
    form: FormMean, usual: Sequence[FormMean], forms: Sequence[FormMean], spread: float, df: int, least_n: int
) -> Departure:
    """Held against the other forms that are as planned; where there are too few candidates to test, against all."""
    n = sum(other.n for other in usual)
    if min(form.n, n) < least_n or spread == 0.0:
        level = _level(forms)
        return Departure(form.planned + level, Estimate(form.excess - level, form.n), None)
    level = _level(usual)
    value, se = form.excess - level, spread * math.sqrt(1 / form.n + 1 / n)
    return Departure(form.planned + level, with_t(value, se, form.n, df=df), p_of_t(value / se, df))


def _level(forms: Sequence[FormMean]) -> float:
    """How much more their candidates scored than planned: the cohort's ability."""
    n = sum(form.n for form in forms)
    return sum(form.n * form.excess for form in forms) / n if n else 0.0


def _judged(sittings: list[list[Departure]], rate: float, points: float) -> list[list[Departure]]:
    q = iter(false_discovery_where_tested([one.p for found in sittings for one in found]))
    return [[_called(one, next(q), rate, points) for one in found] for found in sittings]


def _called(one: Departure, q: float | None, rate: float, points: float) -> Departure:
    size = abs(one.difference.value or 0.0)
    return replace(one, q=q, off=q is not None and q <= rate and size > points)
