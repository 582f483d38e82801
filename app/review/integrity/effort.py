"""Answers that came faster than the question can be read. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import Estimate, Reason, Responses, proportion
from app.psychometrics.estimate import no_estimate
from app.psychometrics.forensics import rapid_thresholds_nt10, response_time_effort
from app.review.data.types import ReviewData
from app.review.integrity import naming
from app.review.integrity.blocks import block, found
from app.review.integrity.words import said
from app.review.method.types import ReviewMethod
from app.review.shown import Lead, Strength, counted, figure


def effort(data: ReviewData, method: ReviewMethod) -> tuple[dict[str, Any], list[Lead]]:
    """Of all attempts of the period whose times are known for every item."""
    now = np.array([data.sittings[one.sitting].period == 0 for one in data.persons], dtype=bool)
    timed = now.copy()
    timed[data.person[np.isnan(data.seconds)]] = False
    untimed = int(np.count_nonzero(now & ~timed))
    if np.count_nonzero(timed) < method.least_n_exam:
        return block(said("no-times", least=method.least_n_exam)) | {"bars": []}, []
    responses = data.responses(timed)
    limits = _limits(responses, method)
    shares = np.array([np.nan if one.value is None else one.value for one in _shares(responses, limits)])
    known = shares[~np.isnan(shares)]
    low = np.flatnonzero(shares < method.effort_least)
    members = np.flatnonzero(timed)
    leads = [_lead(data, responses, limits, int(members[place]), int(place)) for place in low]
    values, counts = np.unique(np.floor(100 * known + 1e-9).astype(int), return_counts=True)
    part = block(
        found("effort", len(leads), least=f"{100 * method.effort_least:.0f}"),
        basis=[said("untimed", n=untimed)] if untimed else [],
        figures=[
            figure("effort-median", float(np.median(known)), n=len(known)),
            figure("effort-low", proportion(len(low), len(known))),
        ],
    )
    bars = [{"value": value, "count": count} for value, count in zip(values.tolist(), counts.tolist(), strict=True)]
    return part | {"bars": bars}, leads


def _limits(responses: Responses, method: ReviewMethod) -> tuple[Estimate, ...]:
    """A mean time of few candidates is no norm."""
    return tuple(
        one if one.n_used >= method.least_n_pairs else no_estimate(Reason.TOO_FEW_PERSONS, one.n_used)
        for one in rapid_thresholds_nt10(responses)
    )


def _shares(responses: Responses, limits: tuple[Estimate, ...]) -> list[Estimate]:
    efforts = response_time_effort(responses, thresholds=limits)
    return [
        no_estimate(Reason.TOO_FEW_ITEMS, one.n_used) if one.value is None else Estimate(one.value, one.n_used)
        for one in efforts
    ]


def _lead(data: ReviewData, responses: Responses, limits: tuple[Estimate, ...], member: int, place: int) -> Lead:
    rows = responses.of_person(place)
    rapid = _rapid(rows.seconds, rows.item, limits)
    right = int(rows.score[rapid].sum())
    n_rapid = int(np.count_nonzero(rapid))
    seen = len(rows.item)
    text = said("rapid", rapid=n_rapid, n=seen, right=right)
    figures = [
        figure("effort", 1.0 - n_rapid / seen, n=seen),
        counted("effort-rapid", n_rapid),
        figure("effort-right", proportion(right, n_rapid)),
    ]
    subject = naming.candidate(data, data.persons[member])
    return Lead("rapid", subject, Strength.EXPERT, text["text_id"], text["text_en"], figures)


def _rapid(
    seconds: NDArray[np.float64] | None, items: NDArray[np.int32], limits: tuple[Estimate, ...]
) -> NDArray[np.bool_]:
    limit = np.array([np.nan if (value := limits[item].value) is None else value for item in items.tolist()])
    assert seconds is not None
    return seconds < limit
