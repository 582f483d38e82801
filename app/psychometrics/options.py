"""What each option of an item attracts, and the sign of a wrong key."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .criterion import (
    EXTREME,
    TIE,
    ItemSlice,
    criterion_adjusted,
    item_slices,
    weighted_counts,
)
from .ctt import indicator_correlation
from .estimate import Estimate, Reason, check_level, correlation, no_estimate, proportion
from .responses import KEY_UNKNOWN, OMITTED, UNRECORDED, Responses

MISKEY_SHARE = 0.45
"""A key that at least this share chooses is not suspected."""

_LEAST_N = 3
_SHIFT = -UNRECORDED  # moves the codes -2, -1, 0, 1, ... to 0, 1, 2, 3, ...


@dataclass(frozen=True, slots=True)
class OptionStatistics:
    """One option of one item, or the omitted answers (`option` = -1).

    option:      0-based option, -1 for omitted.
    is_key:      is it the key? ``None`` when the key is not known.
    proportion:  share of all who received the item, omitted answers counted, Wilson interval.
    option_rest: Pearson of "chose this option" with the rest score ``t - x_j`` of the *scored*
                 item (adjusted for form difficulty on random forms).
    option_total: the same with the whole raw total t, the item included; ``None`` as above.
    mean_total:  mean raw total of those who chose it; ``None`` when nobody did.
    d27:         share in the upper minus share in the lower 27 %, fractional ties; or ``None``.
    n_upper, n_lower: how many of those who chose it lie above and below the median of the
                 criterion; candidates exactly at the median are in neither.
    """

    option: int
    is_key: bool | None
    proportion: Estimate
    option_rest: Estimate
    option_total: float | None
    mean_total: float | None
    d27: float | None
    n_upper: int
    n_lower: int

    @property
    def n(self) -> int:
        """How many chose it."""
        value = self.proportion.value
        return 0 if value is None else round(value * self.proportion.n_used)


@dataclass(frozen=True, slots=True)
class MiskeyCheck:
    """Does the data point at a wrong key?

    suspected: ``None`` when it cannot be said, and `reason` tells why.
    option:    the distractor that behaves like the key, when suspected.
    """

    suspected: bool | None
    n_used: int
    option: int | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Sums:
    """Per option code: how many, and sums over those who chose it."""

    n: NDArray[np.int64]
    rest: NDArray[np.float64]
    total: NDArray[np.float64]
    total_deviation: NDArray[np.float64]
    total_sum_of_squares: float
    contrast: NDArray[np.float64] | None
    upper: NDArray[np.int64]
    lower: NDArray[np.int64]


def option_analysis(responses: Responses, *, level: float = 0.95) -> tuple[tuple[OptionStatistics, ...], ...]:
    """Statistics of every option of every item, omitted answers last.

    For option o of item j among the n_j who received it: proportion ``n_o / n_j``; correlation of
    the indicator with ``t - x_j``, the rest score of the scored item for *every* option (taking
    the option's own indicator from the total instead would push distractors too low); mean total;
    D27; counts above and below the median. The omitted entry is present when anyone omitted.

    Returns one tuple per item; empty when the chosen options of the item are not recorded.
    Least n: 100 for the correlations; the counts may be read at any n.
    Source: Attali & Fraenkel 2000, J. Educ. Meas. 37:77-86; Henrysson 1963.

    >>> r = Responses.from_choices([[0, 1], [0, 0], [1, 1], [2, 0]], key=[0, 1])
    >>> [o.n for o in option_analysis(r)[0]]
    [2, 1, 1]
    """
    check_level(level)
    slices = item_slices(responses, criterion_adjusted(responses))
    return tuple(slice_options(responses, index, rows, level=level) for index, rows in enumerate(slices))


def miskey_check(options: Sequence[OptionStatistics]) -> MiskeyCheck:
    """Suspect a wrong key from the options of one item, as `option_analysis` returns them.

    Suspected when some distractor's `option_rest` is positive and above the key's, **and** fewer
    than 45 % chose the key. Without the second condition 12-30 % of sound items are suspected at
    n = 15-60; with it 1-5 %, while 82-95 % of wrong keys are found. A key nobody (or everybody)
    chose has no correlation, and any positive distractor exceeds it.

    options: of one item.  Returns the distractor with the highest correlation.

    >>> r = Responses.from_choices([[0, 0], [0, 0], [1, 1], [1, 1], [1, 0]], key=[1, 0])
    >>> miskey_check(option_analysis(r)[0]).suspected
    False
    """
    n_used = options[0].proportion.n_used if options else 0
    if not options:
        return MiskeyCheck(None, n_used, reason=Reason.OPTIONS_UNRECORDED)
    keyed = next((entry for entry in options if entry.is_key), None)
    if keyed is None:
        return MiskeyCheck(None, n_used, reason=Reason.KEY_UNKNOWN)
    rivals = [
        (entry.option_rest.value, -entry.option)
        for entry in options
        if entry is not keyed and entry.option != OMITTED and entry.option_rest.value is not None
    ]
    if not rivals:
        return MiskeyCheck(None, n_used, reason=keyed.option_rest.reason or Reason.NO_ITEM_VARIANCE)
    best, negated_option = max(rivals)
    own, share = keyed.option_rest.value, keyed.proportion.value
    beaten = best > 0.0 and (own is None or best > own)
    suspected = beaten and share is not None and share < MISKEY_SHARE
    return MiskeyCheck(suspected, n_used, option=-negated_option if suspected else None)


def slice_options(responses: Responses, index: int, rows: ItemSlice, *, level: float) -> tuple[OptionStatistics, ...]:
    """Describe the options of one item; see `option_analysis`."""
    if bool(np.any(rows.option == UNRECORDED)):
        return ()
    key = KEY_UNKNOWN if responses.key is None else int(responses.key[index])
    count = _option_count(responses, index, rows, key)
    sums = _sum_by_option(rows, responses.total, count + _SHIFT)
    codes = [*range(count), *([OMITTED] if sums.n[OMITTED + _SHIFT] else [])]
    return tuple(_statistics(code, key, sums, rows, level) for code in codes)


def _option_count(responses: Responses, index: int, rows: ItemSlice, key: int) -> int:
    if responses.n_options is not None:
        return int(responses.n_options[index])
    return max(key, int(rows.option.max(initial=OMITTED))) + 1


def _sum_by_option(rows: ItemSlice, total: NDArray[np.int64], length: int) -> _Sums:
    code = rows.option.astype(np.int64) + _SHIFT
    contrast = None
    if rows.n >= _LEAST_N and rows.ranks_vary:
        upper, lower = rows.extremes
        contrast = weighted_counts(code, upper - lower, length)
    deviation = np.zeros(rows.n) if rows.rest_deviation is None else rows.rest_deviation
    own_total = total[rows.person].astype(np.float64)
    total_deviation = own_total - own_total.mean() if rows.n else own_total
    median = np.median(rows.rank) if rows.n else 0.0
    return _Sums(
        n=np.bincount(code, minlength=length),
        rest=weighted_counts(code, deviation, length),
        total=weighted_counts(code, own_total, length),
        total_deviation=weighted_counts(code, total_deviation, length),
        total_sum_of_squares=float(total_deviation @ total_deviation),
        contrast=contrast,
        upper=np.bincount(code[rows.rank > median], minlength=length),
        lower=np.bincount(code[rows.rank < median], minlength=length),
    )


def _statistics(option: int, key: int, sums: _Sums, rows: ItemSlice, level: float) -> OptionStatistics:
    at = option + _SHIFT
    chosen = int(sums.n[at])
    contrast = None if sums.contrast is None else float(sums.contrast[at]) / (EXTREME * rows.n)
    return OptionStatistics(
        option=option,
        is_key=None if key == KEY_UNKNOWN else option == key,
        proportion=proportion(chosen, rows.n, level=level),
        option_rest=_option_rest(chosen, float(sums.rest[at]), rows, level),
        option_total=_option_total(chosen, at, sums, rows),
        mean_total=float(sums.total[at]) / chosen if chosen else None,
        d27=contrast,
        n_upper=int(sums.upper[at]),
        n_lower=int(sums.lower[at]),
    )


def _option_total(chosen: int, at: int, sums: _Sums, rows: ItemSlice) -> float | None:
    spread = sums.total_sum_of_squares
    if rows.n < _LEAST_N or chosen in (0, rows.n) or spread <= TIE:
        return None
    return indicator_correlation(float(sums.total_deviation[at]), chosen, rows.n, spread)


def _option_rest(chosen: int, rest: float, rows: ItemSlice, level: float) -> Estimate:
    if rows.n == 0:
        return no_estimate(Reason.NOT_ADMINISTERED)
    if rows.n < _LEAST_N:
        return no_estimate(Reason.TOO_FEW_PERSONS, rows.n)
    if rows.rest_sum_of_squares == 0.0:
        return no_estimate(Reason.NO_SCORE_VARIANCE, rows.n)
    if chosen in (0, rows.n):
        return no_estimate(Reason.NO_ITEM_VARIANCE, rows.n)
    value = indicator_correlation(rest, chosen, rows.n, rows.rest_sum_of_squares)
    return correlation(value, rows.n, level=level)
