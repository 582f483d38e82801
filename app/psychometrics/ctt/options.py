"""What each option of an item attracts, and the sign of a wrong key."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.criterion import criterion_adjusted
from app.psychometrics.estimate import Estimate, Reason, check_level, correlation, no_estimate, proportion
from app.psychometrics.long_form import KEY_UNKNOWN, OMITTED, UNRECORDED
from app.psychometrics.responses import Responses

from .cells import EXTREME, ItemCells, Spread, item_cells
from .items import LEAST_N, indicator_correlation, obstacle

MISKEY_SHARE = 0.45
"""A key that at least this share chooses is not suspected."""

CURVE_GROUPS = 5
"""Groups of a quantile option curve."""

_SHIFT = -UNRECORDED  # moves the codes -2, -1, 0, 1, ... to 0, 1, 2, 3, ...


@dataclass(frozen=True, slots=True)
class OptionStatistics:
    """One option of one item, or the omitted answers (`option` = -1).

    option:      0-based option, -1 for omitted.
    is_key:      is it the key? ``None`` when the key is not known.
    proportion:  share of all who received the item, omitted answers counted, Wilson interval.
    option_rest: Pearson of "chose this option" with the rest score ``t - x_j`` of the *scored*
                 item (adjusted for form difficulty on random forms).
    option_total: the same with the whole score, the item included; ``None`` as above.
    mean_total:  mean raw total on the own form of those who chose it, which compares only where forms have
                 one length; ``None`` when nobody did.
    d27:         share in the upper minus share in the lower 27 %, fractional ties; or ``None``.
    curve:       share that chose it in each quantile group of the criterion, lowest group first;
                 empty with fewer candidates than groups, or when all have one criterion score.
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
    curve: tuple[float, ...]
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
    variant: str = "a distractor's option-rest correlation above 0 and above the key's; key chosen by under 45 %"


@dataclass(frozen=True, slots=True)
class _Sums:
    """Per option code (shifted to 0, 1, 2, ...): how many, and sums over those who chose it.

    below: (options, places) how many stand below 27 %, below 73 %, below and up to the median, and below the end of
           each group of the curve.
    """

    n: NDArray[np.float64]
    rest: NDArray[np.float64]
    whole: NDArray[np.float64]
    total: NDArray[np.float64]
    below: NDArray[np.float64]


def option_analysis(
    responses: Responses, *, level: float = 0.95, groups: int = CURVE_GROUPS
) -> tuple[tuple[OptionStatistics, ...], ...]:
    """Statistics of every option of every item, omitted answers last.

    For option o of item j among the n_j who received it: proportion ``n_o / n_j``; correlation of
    the indicator with ``t - x_j``, the rest score of the scored item for *every* option (taking
    the option's own indicator from the total instead would push distractors too low); mean total;
    D27; counts above and below the median; and the quantile curve, the share of each option in
    groups of exactly ``n_j / groups`` candidates by the criterion, tied candidates spread evenly.
    The omitted entry is present when anyone omitted.

    level:  confidence level, (0, 1).  groups: >= 2, of the quantile curves.

    Returns one tuple per item; empty when the chosen options of the item are not recorded.
    Least n: 100 for the correlations; the counts may be read at any n.
    Source: Attali & Fraenkel 2000, J. Educ. Meas. 37:77-86; Henrysson 1963.

    >>> r = Responses.from_choices([[0, 1], [0, 0], [1, 1], [2, 0]], key=[0, 1])
    >>> [o.n for o in option_analysis(r)[0]]
    [2, 1, 1]
    """
    check_level(level)
    check_groups(groups)
    cells = item_cells(responses, criterion_adjusted(responses))
    return tuple(options_of(responses, index, one, level=level, groups=groups) for index, one in enumerate(cells))


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


def check_groups(groups: int) -> int:
    """Return `groups` if it is at least 2, else raise ``ValueError``."""
    if groups < 2:  # one group shows no slope
        raise ValueError(f"groups must be at least 2, got {groups!r}")
    return groups


def options_of(
    responses: Responses, index: int, cells: ItemCells, *, level: float, groups: int
) -> tuple[OptionStatistics, ...]:
    """Describe the options of one item; see `option_analysis`."""
    if bool(np.any(cells.option == UNRECORDED)):
        return ()
    key = KEY_UNKNOWN if responses.key is None else int(responses.key[index])
    count = _option_count(responses, index, cells, key)
    sums = _sum_by_option(cells, count + _SHIFT, groups)
    codes = [*range(count), *([OMITTED] if sums.n[OMITTED + _SHIFT] else [])]
    return tuple(_statistics(code, key, sums, cells, level) for code in codes)


def _option_count(responses: Responses, index: int, cells: ItemCells, key: int) -> int:
    if responses.n_options is not None:
        return int(responses.n_options[index])
    return max(key, int(cells.option.max(initial=OMITTED))) + 1


def _sum_by_option(cells: ItemCells, length: int, groups: int) -> _Sums:
    codes = np.flatnonzero(np.bincount(cells.option + _SHIFT))
    chose = np.where(cells.option + _SHIFT == codes[:, None], cells.count, 0.0)
    columns = np.stack(
        (np.ones(len(cells.count)), _deviation(cells.rest, cells), _deviation(cells.whole, cells), cells.total)
    )
    size = EXTREME * cells.n
    places = [size, cells.n - size, *cells.around_median(), *np.arange(1, groups) * cells.n / groups, cells.n]
    sums = np.zeros((length, 4 + len(places)))
    sums[codes, :4] = chose @ columns.T
    sums[codes, 4:] = cells.below(chose, places)
    return _Sums(sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3], sums[:, 4:])


def _deviation(spread: Spread | None, cells: ItemCells) -> NDArray[np.float64]:
    return np.zeros(len(cells.count)) if spread is None else spread.deviation


def _statistics(option: int, key: int, sums: _Sums, cells: ItemCells, level: float) -> OptionStatistics:
    at = option + _SHIFT
    chosen = int(sums.n[at])
    under_lower, under_upper, under_median, up_to_median, *under_group = sums.below[at].tolist()
    ordered = cells.n >= LEAST_N and cells.ranks_vary
    size = cells.n / len(under_group)
    return OptionStatistics(
        option=option,
        is_key=None if key == KEY_UNKNOWN else option == key,
        proportion=proportion(chosen, cells.n, level=level, variant="of all who received the item; Wilson interval"),
        option_rest=_option_rest(chosen, float(sums.rest[at]), cells, level),
        option_total=_option_total(chosen, float(sums.whole[at]), cells),
        mean_total=float(sums.total[at]) / chosen if chosen else None,
        d27=(chosen - under_upper - under_lower) / (EXTREME * cells.n) if ordered else None,
        curve=tuple((b - a) / size for a, b in pairwise([0.0, *under_group])) if ordered and size >= 1.0 else (),
        n_upper=chosen - round(up_to_median),
        n_lower=round(under_median),
    )


def _option_total(chosen: int, covariation: float, cells: ItemCells) -> float | None:
    if cells.n < LEAST_N or chosen in (0, cells.n) or cells.whole is None:
        return None
    return indicator_correlation(covariation, chosen, cells.n, cells.whole.sum_of_squares)


def _option_rest(chosen: int, covariation: float, cells: ItemCells, level: float) -> Estimate:
    variant = f"{cells.criterion} without the scored item"
    reason = obstacle(cells)
    if reason is None and cells.rest is not None and chosen in (0, cells.n):
        reason = Reason.NO_ITEM_VARIANCE
    if reason is not None or cells.rest is None:
        return no_estimate(reason or Reason.NO_SCORE_VARIANCE, cells.n, variant=variant)
    value = indicator_correlation(covariation, chosen, cells.n, cells.rest.sum_of_squares)
    return correlation(value, cells.n, level=level, variant=variant)
