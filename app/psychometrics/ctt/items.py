"""Classical statistics of items: difficulty, variance, correlations with the score, upper-lower index.

Each function returns one `Estimate` per item, in item order, from the candidates who received the
item. On random forms the score is freed of the difficulty of the form (`criterion_adjusted`); only
`alpha_if_deleted` needs all candidates to have seen the same form.
"""

import math

import numpy as np

from app.psychometrics.criterion import Criterion, criterion_adjusted, criterion_raw
from app.psychometrics.estimate import Estimate, Reason, check_level, correlation, no_estimate, proportion
from app.psychometrics.responses import Responses

from .cells import EXTREME, ItemCells, Spread, item_cells

LEAST_N = 3
"""Two points always correlate perfectly."""


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
    return tuple(difficulty_of(right, n, level=level) for right, n in counts)


def item_variance(responses: Responses) -> tuple[Estimate, ...]:
    """Variance of the item score, ``p (1 - p)``: denominator n, largest at p = 1/2.

    Returns one estimate per item; ``NOT_ADMINISTERED`` at n = 0.
    Source: Lord & Novick 1968, ch. 15.

    >>> item_variance(Responses.from_dense([[1, 0], [1, 0], [0, 0], [0, 0]]))[0].value
    0.25
    """
    return tuple(
        no_estimate(Reason.NOT_ADMINISTERED)
        if n == 0
        else Estimate(right / n * (1.0 - right / n), n, variant="denominator n")
        for right, n in zip(responses.correct.tolist(), responses.administered.tolist(), strict=True)
    )


def item_total(responses: Responses, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Uncorrected item-total correlation: Pearson of the item with the score that contains it.

    The score is the total on a fixed form, ``sum over own form of (x - p)`` on random forms. It
    is too high, since the item correlates with itself, the more so on short forms: report
    `item_rest_adjusted`.

    Returns, assumptions and least n as `item_rest_raw`.
    Source: Lord & Novick 1968, ch. 15.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    >>> round(item_total(r)[0].value, 4)
    0.8944
    """
    check_level(level)
    cells = item_cells(responses, criterion_adjusted(responses))
    return tuple(item_total_of(one, level=level) for one in cells)


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
    return tuple(upper_lower_of(cells) for cells in item_cells(responses, criterion_adjusted(responses)))


def alpha_if_deleted(responses: Responses) -> tuple[Estimate, ...]:
    """Coefficient alpha of the form without the item.

    ``(k-1)/(k-2) (1 - sum over the other items of pq / var(t - x_j))``. An item whose deletion
    raises alpha does not go with the others; by a little, chance alone does that.

    Returns one estimate per item; no value for different forms (``FORMS_DIFFER``), fewer than
    three items, n < 3 or equal rest scores. Least n: 100.
    Source: Cronbach 1951, Psychometrika 16:297-334.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(alpha_if_deleted(r)[0].value, 4)
    0.7273
    """
    whole = sum_of_item_variances(responses)
    return tuple(alpha_without(cells, whole) for cells in item_cells(responses, criterion_adjusted(responses)))


def reliability_index(responses: Responses) -> tuple[Estimate, ...]:
    """Item reliability index ``r_jt s_j``: uncorrected item-total correlation times item SD (1/n).

    On a fixed form the indices of all items add up to the SD of the total.

    Returns one estimate per item; no value where `item_total` has none. Least n: 100.
    Source: Gulliksen 1950, Theory of Mental Tests, ch. 21.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [0, 1, 0], [0, 0, 0]])
    >>> round(sum(e.value for e in reliability_index(r)), 4)  # totals 3 2 1 0
    1.118
    """
    found = item_cells(responses, criterion_adjusted(responses))
    return tuple(reliability_index_of(cells, item_total_of(cells, level=0.95)) for cells in found)


def difficulty_of(right: int, n: int, *, level: float) -> Estimate:
    """Difficulty of one item; see `difficulty`."""
    return proportion(right, n, level=level, variant="omitted counts as wrong; Wilson interval")


def item_total_of(cells: ItemCells, *, level: float) -> Estimate:
    """Item-total correlation of one item; see `item_total`."""
    return _correlated(
        cells, cells.whole, Reason.NO_TOTAL_VARIANCE, level, f"uncorrected; {cells.criterion}, item included"
    )


def item_rest_of(cells: ItemCells, *, level: float) -> Estimate:
    """Item-rest correlation of one item; see `item_rest_raw`."""
    return _correlated(
        cells, cells.rest, Reason.NO_SCORE_VARIANCE, level, f"corrected; {cells.criterion} without the item"
    )


def upper_lower_of(cells: ItemCells) -> Estimate:
    """Upper-lower index of one item; see `upper_lower_27`."""
    variant = f"upper and lower 27 % by {cells.criterion}, fractional ties"
    reason = obstacle(cells)
    if reason is None and not cells.ranks_vary:
        reason = Reason.NO_SCORE_VARIANCE
    if reason is not None:
        return no_estimate(reason, cells.n, variant=variant)
    size = EXTREME * cells.n
    lower, under_upper = cells.below(cells.count * cells.score, [size, cells.n - size]).tolist()
    high, low = (cells.right - under_upper) / size, lower / size
    spread = max(0.0, high * (1.0 - high)) + max(0.0, low * (1.0 - low))
    return Estimate(value=high - low, n_used=cells.n, se=math.sqrt(spread / size), variant=variant)


def sum_of_item_variances(responses: Responses) -> tuple[int, float] | None:
    """Number of items and sum of their variances pq on a fixed form; ``None`` when forms differ."""
    if not responses.is_fixed_form:
        return None
    administered = responses.administered
    p = responses.correct / np.maximum(administered, 1)
    return int(np.count_nonzero(administered)), float(np.sum(p * (1.0 - p)))


def alpha_without(cells: ItemCells, whole: tuple[int, float] | None) -> Estimate:
    """Alpha without one item; see `alpha_if_deleted`. whole: from `sum_of_item_variances`."""
    variant = "KR-20 of the other items"
    reason = obstacle(cells)
    if whole is None:
        return no_estimate(Reason.FORMS_DIFFER, cells.n, variant=variant)
    k, sum_of_variances = whole
    if reason is None and k <= 2:  # one item has no inner consistency
        reason = Reason.TOO_FEW_ITEMS
    if reason is not None or cells.rest is None:
        return no_estimate(reason or Reason.NO_SCORE_VARIANCE, cells.n, variant=variant)
    p = cells.right / cells.n
    others = sum_of_variances - p * (1.0 - p)
    value = (k - 1) / (k - 2) * (1.0 - others * cells.n / cells.rest.sum_of_squares)
    return Estimate(min(1.0, value), cells.n, variant=variant)  # only rounding leads beyond


def reliability_index_of(cells: ItemCells, total: Estimate) -> Estimate:
    """Item reliability index of one item from its `item_total`; see `reliability_index`."""
    variant = "item-total correlation times item SD (1/n)"
    if total.value is None:
        return no_estimate(total.reason or Reason.NO_ITEM_VARIANCE, cells.n, variant=variant)
    p = cells.right / cells.n
    return Estimate(total.value * math.sqrt(p * (1.0 - p)), cells.n, variant=variant)


def indicator_correlation(covariation: float, hits: int, n: int, sum_of_squares: float) -> float:
    """Pearson of a 0/1 indicator with `hits` ones and a deviation score.

    covariation: sum of the deviation score over the ones; sum_of_squares: of the deviation score.
    """
    r = covariation / math.sqrt(hits * (n - hits) / n * sum_of_squares)
    return max(-1.0, min(1.0, r))  # only rounding leads beyond


def obstacle(cells: ItemCells) -> Reason | None:
    """Why the item can have no correlation, whatever the answers."""
    if cells.n == 0:
        return Reason.NOT_ADMINISTERED
    return Reason.TOO_FEW_PERSONS if cells.n < LEAST_N else None


def _item_rest(responses: Responses, criterion: Criterion, level: float) -> tuple[Estimate, ...]:
    check_level(level)
    return tuple(item_rest_of(cells, level=level) for cells in item_cells(responses, criterion))


def _correlated(cells: ItemCells, spread: Spread | None, no_spread: Reason, level: float, variant: str) -> Estimate:
    reason = obstacle(cells)
    if reason is None and cells.right in (0, cells.n):
        reason = Reason.NO_ITEM_VARIANCE
    if reason is not None or spread is None:
        return no_estimate(reason or no_spread, cells.n, variant=variant)
    covariation = float((cells.count * spread.deviation) @ cells.score)
    r = indicator_correlation(covariation, cells.right, cells.n, spread.sum_of_squares)
    return correlation(r, cells.n, level=level, variant=variant)
