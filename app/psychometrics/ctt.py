"""Classical statistics of items: difficulty, item-rest correlation, upper-lower index.

Each function returns one `Estimate` per item, in item order, from the candidates who received the
item. None of them needs all candidates to have seen the same form.
"""

import math

import numpy as np

from .criterion import (
    EXTREME,
    Criterion,
    ItemSlice,
    criterion_adjusted,
    criterion_raw,
    item_slices,
)
from .estimate import Estimate, Reason, correlation, no_estimate, proportion
from .responses import Responses

_LEAST_N = 3  # two points always correlate perfectly


def difficulty(responses: Responses, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Proportion right p among those who received the item, with the Wilson interval.

    ``p_j = sum_i x_ij / n_j`` where an omitted answer counts as wrong and an item that was not
    administered does not count. Unbiased when forms are drawn at random.

    Returns one estimate per item; ``NOT_ADMINISTERED`` at n = 0. Least n for use: 30.
    Source: Lord & Novick 1968, ch. 15; Wilson 1927.

    >>> r = Responses.from_dense([[1.0], [1.0], [0.0], [float("nan")]])
    >>> round(difficulty(r)[0].value, 3), difficulty(r)[0].n_used
    (0.667, 3)
    """
    counts = zip(responses.correct.tolist(), responses.administered.tolist(), strict=True)
    return tuple(proportion(right, n, level=level) for right, n in counts)


def item_rest_raw(responses: Responses, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Corrected item-total correlation: Pearson of the item with ``t - x_j`` (Henrysson).

    On one fixed form this is the figure to report. On random forms the difficulty of the form is
    noise in t and lowers it: report `item_rest_adjusted` there.

    Returns one estimate per item with Fisher's interval; no value for n < 3, an item that all
    solve or all miss, or equal rest scores. Least n for a verdict: 100.
    Source: Henrysson 1963, Psychometrika 28:211-218.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    >>> round(item_rest_raw(r)[0].value, 4)
    0.7071
    """
    return _item_rest(responses, criterion_raw(responses), level)


def item_rest_adjusted(responses: Responses, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Item-rest correlation freed of form difficulty: the criterion for random forms.

    Pearson of the item with ``(t - x_j) - sum of p over the rest of the own form``, among those
    who received the item. Equals `item_rest_raw` when all forms are the same.

    Returns, assumptions and least n as `item_rest_raw`; forms must be assigned at random.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    >>> item_rest_adjusted(r) == item_rest_raw(r)
    True
    """
    return _item_rest(responses, criterion_adjusted(responses), level)


def upper_lower_27(responses: Responses) -> tuple[Estimate, ...]:
    """Upper-lower index D: proportion right in the upper minus that in the lower 27 %.

    The groups hold exactly ``0.27 n`` of those who received the item, by the adjusted criterion
    (the total, on a fixed form); ties at the boundary enter with fractional weight, so the order
    of the input does not matter. ``se = sqrt(sum of pq/g over both groups)``.

    Returns one estimate per item; no value for n < 3 or equal criterion scores. Least n: 100.
    Source: Kelley 1939, J. Educ. Psychol. 30:17-24.

    >>> r = Responses.from_dense([[1, 1], [1, 1], [0, 0], [0, 0]])
    >>> upper_lower_27(r)[0].value
    1.0
    """
    slices = item_slices(responses, criterion_adjusted(responses))
    return tuple(slice_upper_lower(rows) for rows in slices)


def slice_item_rest(rows: ItemSlice, *, level: float) -> Estimate:
    """Item-rest correlation of one item; see `item_rest_raw`."""
    reason = _obstacle(rows)
    if reason is not None:
        return no_estimate(reason, rows.n)
    right = int(np.count_nonzero(rows.score))
    if right in (0, rows.n):
        return no_estimate(Reason.NO_ITEM_VARIANCE, rows.n)
    deviation = rows.rest_deviation
    if deviation is None:
        return no_estimate(Reason.NO_SCORE_VARIANCE, rows.n)
    covariation = float(deviation @ rows.score)
    return correlation(
        indicator_correlation(covariation, right, rows.n, rows.rest_sum_of_squares),
        rows.n,
        level=level,
    )


def slice_upper_lower(rows: ItemSlice) -> Estimate:
    """Upper-lower index of one item; see `upper_lower_27`."""
    reason = _obstacle(rows)
    if reason is not None:
        return no_estimate(reason, rows.n)
    if not rows.ranks_vary:
        return no_estimate(Reason.NO_SCORE_VARIANCE, rows.n)
    upper, lower = rows.extremes
    size = EXTREME * rows.n
    high, low = float(upper @ rows.score) / size, float(lower @ rows.score) / size
    spread = max(0.0, high * (1.0 - high)) + max(0.0, low * (1.0 - low))
    return Estimate(value=high - low, n_used=rows.n, se=math.sqrt(spread / size))


def indicator_correlation(covariation: float, hits: int, n: int, sum_of_squares: float) -> float:
    """Pearson of a 0/1 indicator with `hits` ones and a deviation score.

    covariation: sum of the deviation score over the ones; sum_of_squares: of the deviation score.
    """
    return covariation / math.sqrt(hits * (n - hits) / n * sum_of_squares)


def _item_rest(responses: Responses, criterion: Criterion, level: float) -> tuple[Estimate, ...]:
    slices = item_slices(responses, criterion)
    return tuple(slice_item_rest(rows, level=level) for rows in slices)


def _obstacle(rows: ItemSlice) -> Reason | None:
    if rows.n == 0:
        return Reason.NOT_ADMINISTERED
    return Reason.TOO_FEW_PERSONS if rows.n < _LEAST_N else None
