"""The units: how well each is mastered, and how they go together."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from app.psychometrics import Estimate, Responses, correlation
from app.psychometrics.ctt import unit_scores
from app.psychometrics.reliability import alpha, stratified_binomial
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Mask, Said, both, released, said
from app.review.exam_panel.means import mean_of
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, Kind, counted, figure, missing


def units(data: ReviewData, method: ReviewMethod, period: Mask, window: Mask) -> dict[str, Any]:
    now, all_of_it = released(data, period), released(data, window)
    means, pooled = _means(now), _means(all_of_it)
    titles = dict(data.units)
    rows = [
        {
            "unit": code,
            "title": titles[code],
            "items": counted("unit_items", _length(now, code)),
            "period": _shown(means.get(code), len(now.present)),
            "window": _shown(pooled.get(code), len(all_of_it.present)),
        }
        for code in [one for one, _ in data.units]
        if code in pooled
    ]
    return {**_lead(means, titles), "units": rows, "correlations": _correlations(all_of_it, method)}


def _means(responses: Responses) -> dict[str, Estimate]:
    """By unit, the mean over candidates of the share that each had right."""
    score, length = (table[responses.present] for table in responses.by_stratum())
    found = {}
    for at, label in enumerate(responses.stratum_labels):
        had = length[:, at] > 0
        if had.any():
            found[str(label)] = mean_of(score[had, at] / length[had, at])
    return found


def _length(responses: Responses, unit: str) -> int:
    """Items of the unit on a form."""
    _, length = responses.by_stratum()
    at = [str(label) for label in responses.stratum_labels].index(unit)
    return round(float(length[responses.present, at].mean())) if len(responses.present) else 0


def _shown(found: Estimate | None, n: int) -> Figure:
    return missing("unit_share", n, 1) if found is None else figure("unit_share", found)


def _lead(means: dict[str, Estimate], titles: dict[str, str]) -> Said:
    known = {code: one.value for code, one in means.items() if one.value is not None}
    if not known:
        return said("Belum ada jawaban dalam periode ini.", "There are no answers in this period yet.")
    hardest = min(known, key=lambda code: known[code])
    share, share_en = both(known[hardest], Kind.PERCENT)
    return said(
        f"Unit yang paling sedikit dijawab benar: {hardest} {titles[hardest]} ({share}). Unit dengan sedikit soal mudah naik turun"
        " karena kebetulan.",
        f"The unit with the fewest right answers: {hardest} {titles[hardest]} ({share_en}). A unit of few items goes up and down by"
        " chance.",
    )


def _correlations(responses: Responses, method: ReviewMethod) -> dict[str, Any]:
    """Of the window, where there are more candidates."""
    n, least, found = len(responses.present), method.least_n_exam, unit_scores(responses)
    if n < least:
        return {
            **said(f"belum cukup data (n = {n}, perlu {least})", f"not enough data yet (n = {n}, {least} needed)"),
            "pairs": [],
        }
    if found.reason is not None:
        unlike = said(
            "Tidak dihitung: paket berbeda banyak soalnya per unit.",
            "Not computed: forms have different numbers of items of a unit.",
        )
        return {**unlike, "pairs": []}
    labels, reliabilities = [str(label) for label in found.units], _reliabilities(responses)
    pairs = [
        _pair((labels[h], labels[g]), found.correlation[g][h], n, (reliabilities[h], reliabilities[g]), method)
        for g in range(len(labels))
        for h in range(g)
    ]
    about = said(
        f"n = {n} peserta seluruh jendela. Unit pendek berkorelasi lemah karena diukur kasar, bukan karena berbeda.",
        f"n = {n} candidates of the whole window. Short units correlate weakly because they measure roughly, not because they differ.",
    )
    return {**about, "pairs": pairs}


def _reliabilities(responses: Responses) -> list[float | None]:
    """Of the score of each unit alone, of the kind that fits how forms were given."""
    coefficient = alpha if responses.is_fixed_form else stratified_binomial
    return [
        coefficient(responses.with_items(np.flatnonzero(responses.stratum == at))).value
        for at in range(len(responses.stratum_labels))
    ]


def _pair(
    units: tuple[str, str],
    r: float | None,
    n: int,
    reliabilities: tuple[float | None, float | None],
    method: ReviewMethod,
) -> dict[str, Any]:
    return {
        "first": units[0],
        "second": units[1],
        "observed": _observed(r, n),
        "freed": _freed(r, n, reliabilities, method.reliability_least),
    }


def _observed(r: float | None, n: int) -> Figure:
    if r is None:
        alike = ("semua peserta bernilai sama", "every candidate has the same score")
        return figure("unit_correlation", None, n=n, reason=alike)
    return figure("unit_correlation", correlation(r, n))


def _freed(r: float | None, n: int, reliabilities: tuple[float | None, float | None], least: float) -> Figure:
    """Dividing by what is hardly measured gives nothing to go by."""
    first, second = reliabilities
    if r is None or first is None or second is None or min(first, second) < least:
        text_id, text_en = both(least, Kind.COEFFICIENT)
        rough = (f"keandalan unit di bawah {text_id}", f"reliability of the units below {text_en}")
        return figure("unit_true_correlation", None, n=n, reason=rough)
    return figure("unit_true_correlation", r / math.sqrt(first * second), n=n)
