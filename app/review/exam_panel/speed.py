"""Was there enough time?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import OMITTED, Estimate, Responses, proportion
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Mask, Said, both, row, said
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, Kind, Lead, Strength, Subject, SubjectKind, figure, missing


def speed(data: ReviewData, method: ReviewMethod, period: Mask, window: Mask) -> tuple[dict[str, Any], list[Lead]]:
    late = unfinished(data.responses(period))
    n, count = len(late), int(late.sum())
    share = proportion(count, n) if n else None
    now, all_of_it = _figures(data, period), _figures(data, window)
    verdict, text = _judged(share, n, count, method)
    block = {**text, "verdict": verdict, "rows": [row(now[name], all_of_it[name]) for name in now]}
    if verdict not in (Strength.STRONG, Strength.EXPERT):
        return block, []
    subject = Subject(SubjectKind.EXAM, "", "Ujian")
    shown = now["speed_not_reached"]
    return block, [Lead("speeded", subject, Strength(verdict), text["text_id"], text["text_en"], [shown])]


def unfinished(responses: Responses) -> NDArray[np.bool_]:
    """(candidates with items) left something unanswered after the last item that they answered."""
    if responses.position is None or responses.n_rows == 0:
        return np.zeros(len(responses.present), dtype=bool)
    starts = responses.person_start[responses.present]
    last = np.maximum.reduceat(np.where(responses.option == OMITTED, -1, responses.position), starts)
    end = np.maximum.reduceat(responses.position, starts)
    return np.asarray(end > last)


def _figures(data: ReviewData, persons: Mask) -> dict[str, Figure]:
    people = [one for one, keep in zip(data.persons, persons, strict=True) if keep]
    late = unfinished(data.responses(persons))
    minutes = np.array([one.minutes for one in people if one.minutes is not None])
    seconds = data.seconds[persons[data.person]]
    seconds = seconds[~np.isnan(seconds) & (seconds > 0)]
    unknown = ("waktu tidak tercatat", "times were not recorded")
    return {
        "speed_not_reached": _share("speed_not_reached", int(late.sum()), len(late)),
        "speed_by_bell": _share("speed_by_bell", sum(one.by_bell for one in people), len(people)),
        "speed_minutes": figure(
            "speed_minutes", _median(minutes), n=len(minutes), reason=None if len(minutes) else unknown
        ),
        "speed_item_seconds": figure(
            "speed_item_seconds", _median(seconds), n=len(people), reason=None if len(seconds) else unknown
        ),
    }


def _share(name: str, count: int, n: int) -> Figure:
    return figure(name, proportion(count, n)) if n else missing(name, 0, 1)


def _median(values: NDArray[np.floating[Any]]) -> float | None:
    return float(np.median(values)) if len(values) else None


def _judged(share: Estimate | None, n: int, count: int, method: ReviewMethod) -> tuple[str, Said]:
    """A lead only where the share lies above what is accepted by more than chance: in at most `rate` of exams just at it."""
    most, most_en = both(method.speed_share, Kind.PERCENT)
    text = said(
        f"{count} dari {n} peserta tidak sampai ke soal terakhir; yang dapat diterima paling banyak {most}.",
        f"{count} of {n} candidates did not reach the last item; at most {most_en} is accepted.",
    )
    if share is None or n < method.least_n_exam:
        return "few", text
    surely = proportion(count, n, level=1.0 - 2.0 * method.rate).low or 0.0
    if surely > method.speed_share:
        text["text_id"] += " Waktu tampaknya tidak cukup: nilai ikut mengukur kecepatan."
        text["text_en"] += " Time seems to be short: scores also measure speed."
        return (Strength.STRONG if (share.low or 0.0) > method.speed_share else Strength.EXPERT), text
    if (share.value or 0.0) > method.speed_share:
        text["text_id"] += " Dengan peserta sebanyak ini, kelebihannya dapat saja kebetulan."
        text["text_en"] += " With so many candidates the excess may be chance."
        return "few", text
    text["text_id"] += " Tidak ada tanda bahwa waktu kurang."
    text["text_en"] += " There is no sign that time is short."
    return "none", text
