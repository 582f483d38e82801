"""Is an item harder for one group than for equally able candidates of another? Mantel-Haenszel, on the adjusted score, purified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Final

import numpy as np

from app.psychometrics import Responses
from app.psychometrics.dif import (
    AdjustedMatch,
    Floor,
    MantelHaenszel,
    detectable_delta,
    mantel_haenszel,
    power_mantel_haenszel,
    purify,
)
from app.psychometrics.numerics.multiplicity import false_discovery_where_tested
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Mask, Said, said
from app.review.exam_panel.groups import Contrast, Groups
from app.review.exam_panel.pace import Pace
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, Lead, Strength, Subject, SubjectKind, counted, figure

STRATA: Final = 20  # leaves 0.01 points of delta where groups are half a standard deviation apart
SHOWN: Final = frozenset("BC")  # classes that are listed


@dataclass(frozen=True, slots=True)
class Tested:
    """All items of one contrast, with `q` over the items of all contrasts."""

    contrast: Contrast
    items: tuple[MantelHaenszel, ...]
    q: tuple[float | None, ...] = ()

    def large(self, at: int, method: ReviewMethod) -> bool:
        """Class C of ETS, which is significantly more than 1, and no finding of chance among so many."""
        one, q = self.items[at], self.q[at]
        size = abs(one.delta.value or 0.0)
        return one.ets == "C" and size >= method.dif_delta and q is not None and q <= method.rate


def dif(
    data: ReviewData, method: ReviewMethod, window: Mask, attributes: list[Groups], pace: Pace
) -> tuple[list[dict[str, Any]], list[Lead], int]:
    """One entry per contrast, the leads, and how many items were tested in all."""
    responses = data.responses(window)
    pairs = [(groups, contrast) for groups in attributes for contrast in groups.contrasts()]
    found = [_tested(responses, _codes(groups, contrast, window), contrast, method) for groups, contrast in pairs]
    q = iter(false_discovery_where_tested([item.p for one in found for item in one.items]))
    found = [replace(one, q=tuple(next(q) for _ in one.items)) for one in found]
    shown = [_shown(data, method, one, groups, pace) for one, (groups, _) in zip(found, pairs, strict=True)]
    return shown, _leads(data, method, found), sum(item.p is not None for one in found for item in one.items)


def _codes(groups: Groups, contrast: Contrast, window: Mask) -> np.ndarray[Any, np.dtype[np.int64]]:
    """(persons of the window) 0 reference, 1 focal, -1 neither."""
    codes = np.full(len(window), -1)
    codes[groups.mask(contrast.reference)], codes[groups.mask(contrast.focal)] = 0, 1
    return codes[window]


def _tested(
    responses: Responses, codes: np.ndarray[Any, np.dtype[np.int64]], contrast: Contrast, method: ReviewMethod
) -> Tested:
    floor = Floor(group=method.least_n_group, total=method.least_n_groups)
    purified = purify(
        lambda anchor: mantel_haenszel(responses, codes, match=AdjustedMatch(STRATA), anchor=anchor, floor=floor),
        n_items=responses.n_items,
    )
    return Tested(contrast, purified.items)


def _shown(data: ReviewData, method: ReviewMethod, one: Tested, groups: Groups, pace: Pace) -> dict[str, Any]:
    tested = [item for item in one.items if item.p is not None]
    listed = [at for at, item in enumerate(one.items) if item.ets in SHOWN]
    contrast = one.contrast
    return {
        **_lead(method, one, groups, pace),
        "attribute": contrast.attribute,
        "reference": contrast.reference,
        "focal": contrast.focal,
        "verdict": _verdict(method, one),
        "tested": counted("dif_tested", len(tested)),
        "power": _power("dif_power", tested, method),
        "detectable": _power("dif_detectable", tested, method),
        "items": [
            {
                "lineage_id": str(data.items[at].lineage_id),
                "code": data.items[at].code,
                "label_id": f"{data.items[at].code} · kelas {one.items[at].ets}",
                "label_en": f"{data.items[at].code} · class {one.items[at].ets}",
                "n": counted("dif_n", one.items[at].n_reference + one.items[at].n_focal),
                "delta": figure("dif_delta", one.items[at].delta),
                "ets": one.items[at].ets,
                "q": figure("dif_q", one.q[at], n=one.items[at].n_used),
                "large": one.large(at, method),
            }
            for at in sorted(listed, key=lambda at: -abs(one.items[at].delta.value or 0.0))
        ],
    }


def _verdict(method: ReviewMethod, one: Tested) -> str:
    if all(item.p is None for item in one.items):
        return "few"
    return "expert" if any(one.large(at, method) for at in range(len(one.items))) else "none"


def _power(name: str, tested: list[MantelHaenszel], method: ReviewMethod) -> Figure:
    """Of the item in the middle."""
    if not tested:
        return figure(name, None, reason=("tidak ada soal yang diuji", "no item was tested"))
    information = median(item.information for item in tested)
    n = round(median(item.n_reference + item.n_focal for item in tested))
    found = (
        power_mantel_haenszel(information, delta=method.dif_delta)
        if name == "dif_power"
        else detectable_delta(information)
    )
    return figure(name, found, n=n, reason=None if found is not None else ("tidak ada keterangan", "no information"))


def _lead(method: ReviewMethod, one: Tested, groups: Groups, pace: Pace) -> Said:
    pair_id = f"Menurut {groups.attribute} ({one.contrast.focal} dibandingkan {one.contrast.reference})"
    pair_en = f"By {groups.attribute} ({one.contrast.focal} against {one.contrast.reference})"
    tested = sum(item.p is not None for item in one.items)
    if not tested:
        smaller, together = _usual_groups(one)
        needs = ((smaller, method.least_n_group), (together, method.least_n_groups))
        when_id, when_en = pace.when(
            *max(needs, key=lambda need: need[1] / max(need[0], 1))
        )  # the one that takes longer
        return said(
            f"{pair_id} tidak dihitung: perlu n >= {method.least_n_group} jawaban per soal dari kelompok yang lebih kecil dan n >="
            f" {method.least_n_groups} dari keduanya, sekarang {smaller} dan {together}; {when_id}. Gantinya: telaah keberpihakan"
            " oleh ahli.",
            f"{pair_en} not computed: it needs n >= {method.least_n_group} answers to an item from the smaller group and n >="
            f" {method.least_n_groups} from both, now {smaller} and {together}; {when_en}. In its place: a fairness review by"
            " experts.",
        )
    large = sum(one.large(at, method) for at in range(len(one.items)))
    return said(
        f"{pair_id}: {large} dari {tested} soal yang diuji berbeda besar bagi peserta yang sama mampunya.",
        f"{pair_en}: {large} of {tested} items that were tested differ greatly for equally able candidates.",
    )


def _usual_groups(one: Tested) -> tuple[int, int]:
    """Answers of the smaller group, and of both, to the item in the middle."""
    seen = [item for item in one.items if item.n_reference + item.n_focal > 0]
    if not seen:
        return 0, 0
    smaller = median(min(item.n_reference, item.n_focal) for item in seen)
    return round(smaller), round(median(item.n_reference + item.n_focal for item in seen))


def _leads(data: ReviewData, method: ReviewMethod, found: list[Tested]) -> list[Lead]:
    """One per item, for the contrast where it differs most. Numbers find a difference; whether it is unfair, experts say."""
    worst: dict[int, Tested] = {}
    for one in found:
        for at in range(len(one.items)):
            if one.large(at, method) and (at not in worst or _size(one, at) > _size(worst[at], at)):
                worst[at] = one
    return [_lead_of(data, one, at) for at, one in sorted(worst.items())]


def _size(one: Tested, at: int) -> float:
    return abs(one.items[at].delta.value or 0.0)


def _lead_of(data: ReviewData, one: Tested, at: int) -> Lead:
    item, found, contrast = data.items[at], one.items[at], one.contrast
    shown = figure("dif_delta", found.delta)
    way_id, way_en = ("lebih sulit", "harder") if (found.delta.value or 0.0) < 0 else ("lebih mudah", "easier")
    return Lead(
        "dif",
        Subject(SubjectKind.ITEM, str(item.lineage_id), item.code),
        Strength.EXPERT,
        f"Soal {item.code} {way_id} bagi {contrast.focal} daripada bagi {contrast.reference} yang sama mampunya"
        f" ({contrast.attribute}; delta {shown['text_id']}, kelas C).",
        f"Item {item.code} is {way_en} for {contrast.focal} than for equally able {contrast.reference}"
        f" ({contrast.attribute}; delta {shown['text_en']}, class C).",
        [shown],
        one.q[at],
    )
