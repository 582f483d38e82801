"""The shape of every result: a value with its uncertainty, or the reason why there is none."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from .numerics.distributions import normal_quantile


class Reason(StrEnum):
    """Why data cannot carry a statistic; stable words that a screen may translate."""

    ANCHORS_ALIKE = "the common items are all equally hard"
    ANCHOR_SCORES_DIFFER = "the groups share too few anchor scores"
    ANCHOR_UNRELATED = "the anchor says nothing about the score"
    BELOW_GUESSING = "the score lies below what guessing alone gives"
    BOUNDARY = "the estimate lies at the edge of what is possible"
    CUT_UNREACHABLE = "the cut lies above the number of items of every form"
    EXTREME_SCORE = "every answer is right, or every answer is wrong"
    FORMS_DIFFER = "candidates answered different forms"
    FORM_LENGTHS_DIFFER = "forms have different numbers of items"
    KEY_UNKNOWN = "the key of the item is not known"
    NOT_ADMINISTERED = "no candidate received the item"
    NOT_CALIBRATED = "the item has no estimated parameters"
    NOT_CONNECTED = "the answers do not connect the item with the others"
    NOT_CONVERGED = "the iterations did not converge"
    NO_COMMON_ITEMS = "too few items in common"
    NO_FEASIBLE_SELECTION = "no choice of items meets all the rules"
    NO_INTERSECTION = "the line and the curve do not meet"
    NO_ITEM_VARIANCE = "every candidate has the same score on the item"
    NO_MATCHED_CANDIDATES = "no score level holds both groups and both right and wrong answers"
    NO_OUTSIDE_VARIANCE = "every candidate has the same outside figure"
    NO_SCORE_VARIANCE = "every candidate has the same score on the rest of the form"
    NO_TOTAL_VARIANCE = "every candidate has the same total score"
    NO_VALUE = "the statistic has no value here"
    NO_WRONG_ANSWERS = "the source has no wrong answer"
    OPTIONS_UNRECORDED = "the chosen options are not recorded"
    PATTERNS_EQUALLY_LIKELY = "every pattern of answers is equally likely"
    POSITIONS_UNRECORDED = "the order of presentation is not recorded"
    SEPARATION = "a group or score level is all right or all wrong, and the effect has no bound"
    SINGLE_ITEM_STRATUM = "a form holds only one item of a stratum"
    TIMES_UNRECORDED = "the response times are not recorded"
    TOO_FEW_GROUPS = "too few groups of candidates are left"
    TOO_FEW_IN_GROUP = "too few candidates in a group"
    TOO_FEW_ITEMS = "too few items"
    TOO_FEW_PERSONS = "too few candidates"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic with its uncertainty.

    value:  the point estimate; ``None`` when the data cannot carry it, and then `reason` says why.
    n_used: the number of candidates that entered it.
    se:     standard error, ``None`` where none is defined.
    low, high: confidence limits at the level asked for, ``None`` where none is defined.
    variant: which of the textbook variants it is, where there are several; two estimates that
             differ in nothing else are equal.

    No field is ever NaN or infinite: building such an estimate raises ``ArithmeticError``.

    >>> Estimate(value=0.7, n_used=30).value
    0.7
    """

    value: float | None
    n_used: int
    se: float | None = None
    low: float | None = None
    high: float | None = None
    reason: Reason | None = None
    variant: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        for number in (self.value, self.se, self.low, self.high):
            if number is not None and not math.isfinite(number):
                raise ArithmeticError("an estimate must be finite")
        if (self.value is None) != (self.reason is not None):
            raise ArithmeticError("an estimate has either a value or a reason")


def no_estimate(reason: Reason, n_used: int = 0, *, variant: str = "") -> Estimate:
    """Return an estimate without a value, and the reason for it.

    >>> no_estimate(Reason.TOO_FEW_PERSONS, 1).value is None
    True
    """
    return Estimate(value=None, n_used=n_used, reason=reason, variant=variant)


def check_level(level: float, name: str = "level") -> float:
    """Return `level` if it lies strictly between 0 and 1, else raise ``ValueError`` naming the argument."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"{name} must lie strictly between 0 and 1, got {level!r}")
    return level


def normal_estimate(value: float, se: float, n: int, *, level: float, variant: str = "") -> Estimate:
    """Return an estimate with the interval ``value -+ z se`` of a normal law.

    >>> e = normal_estimate(1.0, 0.5, 100, level=0.95)
    >>> round(e.low, 2), round(e.high, 2)
    (0.02, 1.98)
    """
    half = normal_quantile(0.5 + check_level(level) / 2.0) * se
    return Estimate(value, n, se=se, low=value - half, high=value + half, variant=variant)


def proportion(successes: int, n: int, *, level: float = 0.95, variant: str = "") -> Estimate:
    """Proportion with the Wilson score interval.

    With z the normal quantile, the limits are the roots in P of ``(p - P)^2 = z^2 P(1-P)/n``;
    they stay inside [0, 1] and cover well from small n on. ``se = sqrt(pq/n)``.

    successes: 0..n.  n: >= 1, else the reason is ``NOT_ADMINISTERED``.
    Source: Wilson 1927, JASA 22:209-212; Brown, Cai & DasGupta 2001.

    >>> p = proportion(11, 15)
    >>> round(p.low, 3), round(p.high, 3)
    (0.48, 0.891)
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes must lie in 0..n, got {successes!r} of {n!r}")
    z = normal_quantile(0.5 + check_level(level) / 2.0)
    if n == 0:
        return no_estimate(Reason.NOT_ADMINISTERED, variant=variant)
    p = successes / n
    shrink = 1.0 + z * z / n
    centre = (p + z * z / (2.0 * n)) / shrink
    half = z / shrink * math.sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n))
    return Estimate(
        value=p,
        n_used=n,
        se=math.sqrt(p * (1.0 - p) / n),
        low=0.0 if successes == 0 else centre - half,
        high=1.0 if successes == n else centre + half,
        variant=variant,
    )


def correlation(r: float, n: int, *, level: float = 0.95, variant: str = "") -> Estimate:
    """Correlation with Fisher's interval ``tanh(atanh r -+ z / sqrt(n - 3))``.

    The standard error is ``(1 - r^2) / sqrt(n - 1)``. Both are large-sample figures for a pair of
    normal variables and a fair guide for a binary item against a sum; below n = 4, and at
    ``|r| = 1``, there is no interval.

    r: -1..1 (rounding noise beyond is clipped).  n: >= 2.
    Source: Fisher 1921, Metron 1:3-32.

    >>> round(correlation(0.5, 103).low, 4)
    0.3393
    """
    if n < 2:  # a correlation needs two points
        raise ValueError(f"n must be at least 2, got {n!r}")
    if not abs(r) <= 1.0 + 1e-9:
        raise ValueError(f"r must lie between -1 and 1, got {r!r}")
    z = normal_quantile(0.5 + check_level(level) / 2.0)
    r = max(-1.0, min(1.0, r))
    se = (1.0 - r * r) / math.sqrt(n - 1)
    if n <= 3 or abs(r) == 1.0:  # Fisher's variance is 1/(n-3)
        return Estimate(value=r, n_used=n, se=se, variant=variant)
    half = z / math.sqrt(n - 3)
    centre = math.atanh(r)
    low, high = math.tanh(centre - half), math.tanh(centre + half)
    return Estimate(value=r, n_used=n, se=se, low=low, high=high, variant=variant)
