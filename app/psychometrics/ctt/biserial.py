"""Correlations of the ability behind an item with the score: biserial, its likelihood estimate, bounded biserial.

The point-biserial correlation of `item_rest_adjusted` cannot reach 1 and is smaller for very easy and
very hard items. A biserial correlation instead is that of a normal variable which the item cuts in
two. The score is the total on a fixed form, and freed of form difficulty on random forms.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.criterion import criterion_adjusted
from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate
from app.psychometrics.numerics.distributions import normal_quantile
from app.psychometrics.responses import Responses

from .cells import ItemCells, item_cells
from .items import item_rest_of, item_total_of, obstacle
from .probit import probit_line


@dataclass(frozen=True, slots=True)
class Biserial(Estimate):
    """An `Estimate` that is not clipped.

    beyond_one: does the value leave -1..1? Then the scores are far from normal for this item.
    """

    beyond_one: bool = False


def biserial_total(responses: Responses) -> tuple[Biserial, ...]:
    """Biserial correlation with the score that contains the item: `item_total` times ``sqrt(pq)/h``.

    h is the normal density at the quantile of p. Inflated as `item_total` is: report `biserial_rest`.

    Returns, assumptions, least n and source as `biserial_rest`.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    >>> b = biserial_total(r)[0]
    >>> round(b.value, 4), b.beyond_one
    (1.121, True)
    """
    cells = item_cells(responses, criterion_adjusted(responses))
    return tuple(biserial_of(one, item_total_of(one, level=0.95)) for one in cells)


def biserial_rest(responses: Responses) -> tuple[Biserial, ...]:
    """Biserial correlation with the score without the item: `item_rest_adjusted` times ``sqrt(pq)/h``.

    h is the normal density at the quantile of p, the proportion right. It estimates the correlation
    of the rest score with a normal ability that the item cuts in two. It may exceed 1, and is then
    given as it is, with `beyond_one`.

    Returns one `Biserial` per item; no value where `item_rest_adjusted` has none. Assumes a normal
    ability and a rest score near normal. Least n: 100, and p within .05-.95.
    Source: Lord & Novick 1968, sec. 15.5.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    >>> round(biserial_rest(r)[0].value, 4)
    0.8862
    """
    cells = item_cells(responses, criterion_adjusted(responses))
    return tuple(biserial_of(one, item_rest_of(one, level=0.95)) for one in cells)


def biserial_ml(responses: Responses, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Maximum-likelihood biserial (polyserial of a 0/1 item) with the rest score.

    With z the standardised rest score (1/(n-1)), ``P(x = 1 | z) = Phi((rho z - c) / sqrt(1 - rho^2))``:
    a probit line with slope b, and ``rho = b / sqrt(1 + b^2)``, always within -1..1. The standard
    error is by the delta method from the information, the sampling of the SD of z included; the
    interval is ``tanh(atanh(rho) -+ u se / (1 - rho^2))``.

    level: confidence level, (0, 1).
    Returns one estimate per item; no value where `item_rest_adjusted` has none, and ``BOUNDARY``
    when right and wrong answers do not overlap in the rest score. Assumes that ability and rest
    score are normal together. Least n: 100.
    Source: Olsson, Drasgow & Dorans 1982, Psychometrika 47:337-347.

    >>> r = Responses.from_dense([[1, 1, 1], [0, 1, 1], [1, 0, 1], [0, 0, 1], [0, 0, 0], [1, 0, 0]])
    >>> round(biserial_ml(r)[0].value, 3)
    0.0
    """
    check_level(level)
    return tuple(biserial_ml_of(cells, level=level) for cells in item_cells(responses, criterion_adjusted(responses)))


def bounded_biserial(responses: Responses) -> tuple[Estimate, ...]:
    """Bounded biserial (Brogden): covariance of item and score, over the largest that p allows.

    The largest covariance is that of the n p best scores with 1 and all others with 0: both
    sorted. The score contains the item. 1 means: all who solve the item score higher than all
    who do not. Never above 1; below 0 it has no fixed bound.

    Returns one estimate per item; no value where `item_total` has none. Needs no normality.
    Least n: 100.
    Source: Brogden 1949; Clemans 1958.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    >>> bounded_biserial(r)[0].value
    1.0
    """
    return tuple(bounded_biserial_of(cells) for cells in item_cells(responses, criterion_adjusted(responses)))


def bounded_biserial_of(cells: ItemCells) -> Estimate:
    """Bounded biserial of one item; see `bounded_biserial`."""
    variant = f"covariance over the largest attainable; {cells.criterion}, item included"
    reason, whole = obstacle(cells), cells.whole
    if reason is None and cells.right in (0, cells.n):
        reason = Reason.NO_ITEM_VARIANCE
    if reason is not None or whole is None:
        return no_estimate(reason or Reason.NO_TOTAL_VARIANCE, cells.n, variant=variant)
    found = float((cells.count * whole.deviation) @ cells.score)
    largest = -float(cells.below(cells.count * whole.deviation, cells.n - cells.right))  # of all, it is 0
    return Estimate(found / largest, cells.n, variant=variant)


def biserial_of(cells: ItemCells, r: Estimate) -> Biserial:
    """Biserial correlation of one item from its point-biserial r; see `biserial_rest`."""
    variant = f"from the point-biserial, unclipped; {r.variant}"
    if r.value is None:
        return Biserial(None, cells.n, reason=r.reason, variant=variant)
    p = cells.right / cells.n
    density = math.exp(-(normal_quantile(p) ** 2) / 2.0) / math.sqrt(2.0 * math.pi)
    value = r.value * math.sqrt(p * (1.0 - p)) / density
    return Biserial(value, cells.n, variant=variant, beyond_one=abs(value) > 1.0)


def biserial_ml_of(cells: ItemCells, *, level: float) -> Estimate:
    """Maximum-likelihood biserial of one item; see `biserial_ml`."""
    variant = f"maximum likelihood; {cells.criterion} without the item"
    point = item_rest_of(cells, level=level)
    if point.value is None or cells.rest is None:
        return no_estimate(point.reason or Reason.NO_SCORE_VARIANCE, cells.n, variant=variant)
    z = cells.rest.deviation / math.sqrt(cells.rest.sum_of_squares / (cells.n - 1))
    if _separated(z, cells.score):
        return no_estimate(Reason.BOUNDARY, cells.n, variant=variant)
    line = probit_line(z, cells.score, cells.count)
    if line is None:
        return no_estimate(Reason.NOT_CONVERGED, cells.n, variant=variant)
    rho = line.slope / math.hypot(1.0, line.slope)
    by_slope = (1.0 + line.slope**2) ** -1.5
    se = by_slope * math.sqrt(line.slope_variance + line.slope**2 / (2.0 * cells.n))
    return _with_interval(rho, se, cells.n, level, variant)


def _separated(z: NDArray[np.float64], score: NDArray[np.int64]) -> bool:
    right, wrong = z[score == 1], z[score == 0]
    return bool(right.min() >= wrong.max() or right.max() <= wrong.min())


def _with_interval(rho: float, se: float, n: int, level: float, variant: str) -> Estimate:
    u = normal_quantile(0.5 + level / 2.0)
    centre, half = math.atanh(rho), u * se / (1.0 - rho * rho)
    return Estimate(rho, n, se, math.tanh(centre - half), math.tanh(centre + half), variant=variant)
