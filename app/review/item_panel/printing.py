"""Figures of items as they are shown: withheld where n does not carry them, with the reason in both languages. Pure."""

from __future__ import annotations

from typing import Final

from app.psychometrics import Estimate, ItemAnalysis, Reason
from app.psychometrics.estimate import normal_estimate
from app.review.item_panel.evidence import ItemEvidence
from app.review.item_panel.times import Times
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, figure, missing

ONE_PERIOD: Final = ("baru satu periode", "only one period so far")
NOT_COMPARED: Final = ("terlalu sedikit peserta di salah satu periode", "too few candidates in one of the periods")
NO_TIMES: Final = ("waktu tidak tercatat", "times were not recorded")
VOID: Final = ("soal dianulir", "the item is void")
ALL_ALIKE: Final = ("semua jawaban sama", "all answers are alike")
# Why a statistic cannot be computed from what everybody answered, in words of the committee.
REASONS: Final[dict[Reason, tuple[str, str]]] = {
    Reason.NO_ITEM_VARIANCE: ALL_ALIKE,
    Reason.NO_SCORE_VARIANCE: ("semua peserta bernilai sama", "all candidates have one score"),
    Reason.POSITIONS_UNRECORDED: ("urutan soal tidak tercatat", "the order of items was not recorded"),
}


def withheld(name: str, found: Estimate, n: int, method: ReviewMethod) -> Figure:
    """Under the n of a verdict there is no coefficient."""
    if n < method.least_n_item:
        return missing(name, n, method.least_n_item)
    return figure(name, found, reason=REASONS.get(found.reason) if found.reason else None)


def rest_of(found: ItemAnalysis, method: ReviewMethod) -> Figure:
    return withheld("item-rest", found.item_rest, found.n, method)


def d27_of(one: ItemEvidence, method: ReviewMethod) -> Figure:
    return withheld("item-d27", with_interval(one.window.d27), one.n, method)


def with_interval(found: Estimate) -> Estimate:
    """Of an estimate that brings a standard error alone, by the normal law."""
    if found.value is None or found.se is None:
        return found
    return normal_estimate(found.value, found.se, found.n_used, level=0.95, variant=found.variant)


def change_of(one: ItemEvidence, method: ReviewMethod) -> Figure:
    """Against the earlier periods; withheld where one side has too few."""
    if one.change is None:
        return figure("item-change", None, n=one.n, reason=ONE_PERIOD)
    if one.item.void:
        return figure("item-change", None, n=one.n, reason=VOID)
    least = min(one.change.n_before, one.change.n_now)
    if least < method.least_n_drift:
        return missing("item-change", least, method.least_n_drift)
    return figure("item-change", one.change.p_dif, reason=NOT_COMPARED)


def seconds_of(name: str, times: Times, index: int) -> Figure:
    """The median, with the quartiles in the place of an interval."""
    n = int(times.n[index])
    if not n:
        return figure(name, None, n=0, reason=NO_TIMES)
    found = Estimate(
        float(times.median[index]),
        n,
        low=float(times.lower[index]),
        high=float(times.upper[index]),
        variant="quartiles",
    )
    return figure(name, found)
