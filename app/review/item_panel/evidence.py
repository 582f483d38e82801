"""What the answers of the window say of every item, gathered before anything is judged or printed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import Estimate, ItemAnalysis, item_analysis
from app.review.data.types import ReviewData, ReviewItem
from app.review.item_panel.change import Change, changes
from app.review.item_panel.group_differences import GroupDifferences
from app.review.item_panel.prior import shrunken
from app.review.item_panel.reach import newest_day, year_of_enough, years_covered
from app.review.item_panel.times import Times, times_of
from app.review.method.types import ReviewMethod
from app.review.shown import Lead

CURRENT = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """How much an item is used: of how many candidates, and in how many forms and sittings of the window; `last` is the newest."""

    share: float
    share_now: float
    forms: int
    sittings: int
    last: int


@dataclass(frozen=True, slots=True)
class ItemEvidence:
    """`window` holds all periods together, `by_period` each of them, the current one first; `year` when enough candidates will
    have answered, None for never at this rate."""

    index: int
    item: ReviewItem
    window: ItemAnalysis
    by_period: tuple[tuple[int, ItemAnalysis], ...]
    shrunken: Estimate
    change: Change | None
    seen: Seen
    remarks: tuple[str, ...]
    year: int | None
    dif: Lead | None  # raised by the exam panel, where the item differs greatly for groups of equal ability

    @property
    def current(self) -> ItemAnalysis | None:
        return dict(self.by_period).get(CURRENT)

    @property
    def n(self) -> int:
        return self.window.n

    @property
    def right(self) -> int:
        return right_of(self.window)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Response times of the window, of its right and of its wrong answers, of the periods before the current one, and of each."""

    window: Times
    right: Times
    wrong: Times
    before: Times
    by_period: Mapping[int, Times]

    def halved(self, index: int) -> tuple[float, float] | None:
        """The median before and now, where half the time now suffices."""
        if CURRENT not in self.by_period:
            return None
        before, now = float(self.before.median[index]), float(self.by_period[CURRENT].median[index])
        return (before, now) if now <= before / 2 else None  # what is not known is no half of anything


@dataclass(frozen=True, slots=True)
class Evidence:
    items: tuple[ItemEvidence, ...]
    clocks: Clocks
    groups: GroupDifferences
    periods: tuple[int, ...]  # the current one first
    compared: bool  # whether periods could be compared at all


def right_of(found: ItemAnalysis) -> int:
    return round((found.difficulty.value or 0.0) * found.n)


def gather(data: ReviewData, method: ReviewMethod, groups: GroupDifferences) -> Evidence:
    """Of every item that somebody had in the window."""
    window = data.of_period()
    analysed = _analysis(data, method, window)
    periods = tuple(sorted({sitting.period for sitting in data.sittings}, reverse=True))
    by_period = {period: _analysis(data, method, data.of_period(period)) for period in periods}
    moved = changes(data.responses(window), data.of_period(CURRENT)[window], method)
    seen = _seen(data, window)
    years, last = years_covered(data, method), newest_day(data)
    remarks = _remarks(data)
    items = tuple(
        ItemEvidence(
            index=index,
            item=item,
            window=analysed[index],
            by_period=tuple((period, by_period[period][index]) for period in periods if by_period[period][index].n),
            shrunken=shrunken(right_of(analysed[index]), analysed[index].n, item.expected_p, method.judged_sd),
            change=moved[index] if moved else None,
            seen=seen[index],
            remarks=remarks.get(index, ()),
            year=year_of_enough(
                analysed[index].n, method.least_n_item, analysed[index].n / years, method.window_years, last
            ),
            dif=groups.leads.get(str(item.lineage_id)),
        )
        for index, item in enumerate(data.items)
        if analysed[index].n
    )
    return Evidence(items, _clocks(data, window, periods), groups, periods, compared=moved is not None)


def _analysis(data: ReviewData, method: ReviewMethod, persons: NDArray[np.bool_]) -> tuple[ItemAnalysis, ...]:
    """A voided item says nothing about candidates: the others are held against a score without it, it alone against all."""
    found = item_analysis(data.responses(persons), verdict_n=method.least_n_item)
    if not any(item.void for item in data.items):
        return found
    with_void = item_analysis(data.responses(persons, with_void=True), verdict_n=method.least_n_item)
    return tuple(voided if item.void else one for item, one, voided in zip(data.items, found, with_void, strict=True))


def _clocks(data: ReviewData, window: NDArray[np.bool_], periods: Sequence[int]) -> Clocks:
    return Clocks(
        window=times_of(data, window),
        right=times_of(data, window, 1),
        wrong=times_of(data, window, 0),
        before=times_of(data, window & ~data.of_period(CURRENT)),
        by_period={period: times_of(data, data.of_period(period)) for period in periods},
    )


def _seen(data: ReviewData, window: NDArray[np.bool_]) -> list[Seen]:
    size = len(data.items)
    now = data.of_period(CURRENT)
    count, count_now = (np.bincount(data.item[chosen[data.person]], minlength=size) for chosen in (window, now))
    used = {person.form for person in data.persons}
    forms = Counter(item for number in used for item in data.forms[number].items)
    held = {(data.forms[number].sitting, item) for number in used for item in data.forms[number].items}
    sittings = Counter(item for _, item in held)
    last = {item: sitting for sitting, item in sorted(held, key=lambda one: data.sittings[one[0]].held_on)}
    everybody, everybody_now = max(int(window.sum()), 1), max(int(now.sum()), 1)
    return [
        Seen(int(count[at]) / everybody, int(count_now[at]) / everybody_now, forms[at], sittings[at], last.get(at, 0))
        for at in range(size)
    ]


def _remarks(data: ReviewData) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for remark in data.remarks:
        found.setdefault(remark.item, []).append(remark.text)
    return {item: tuple(texts) for item, texts in found.items()}
