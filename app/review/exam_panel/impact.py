"""Do groups differ in their results? A difference is no bias: groups may differ in what they learnt.

Means and differences are shown with their intervals from `least_n_exam` people on. A lead needs `least_n_group` in the smaller
group: what it asks for is a look at the items, and fewer people do not carry that comparison. One in twenty reviews of small groups
would raise a lead by chance, and nothing could be done to follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.psychometrics import Estimate, proportion
from app.psychometrics.numerics.multiplicity import false_discovery
from app.review.data.types import ReviewData
from app.review.exam_panel.blocks import Said, both, said, scores_of
from app.review.exam_panel.groups import Contrast, Groups
from app.review.exam_panel.means import mean_of, welch
from app.review.exam_panel.pace import Pace, lacking
from app.review.method.types import ReviewMethod
from app.review.shown import Kind, Lead, Strength, Subject, SubjectKind, counted, figure


@dataclass(frozen=True, slots=True)
class Impact:
    contrast: Contrast
    difference: Estimate  # focal less reference
    p: float
    smaller: int  # people in the smaller group


def impact(
    data: ReviewData, method: ReviewMethod, attributes: list[Groups], pace: Pace
) -> tuple[list[dict[str, Any]], list[Lead], int]:
    """Per attribute its groups; a lead per attribute whose groups differ by more than chance; how many differences were tested."""
    found = [one for groups in attributes for one in _impacts(data, method, groups)]
    tested = [one for one in found if one.smaller >= method.least_n_group]
    q = false_discovery([one.p for one in tested]).tolist()
    differing = [(one, value) for one, value in zip(tested, q, strict=True) if value <= method.rate]
    leads = {one.contrast.attribute: _lead(one, value) for one, value in sorted(differing, key=lambda pair: -pair[1])}
    return [_shown(data, method, groups, found, pace) for groups in attributes], list(leads.values()), len(tested)


def _impacts(data: ReviewData, method: ReviewMethod, groups: Groups) -> list[Impact]:
    found = []
    for contrast in groups.contrasts():
        focal, reference = (scores_of(data, groups.mask(value)) for value in (contrast.focal, contrast.reference))
        smaller = min(len(focal), len(reference))
        if smaller >= method.least_n_exam and focal.std() + reference.std() > 0.0:
            found.append(Impact(contrast, *welch(focal, reference), smaller))
    return found


def _shown(data: ReviewData, method: ReviewMethod, groups: Groups, found: list[Impact], pace: Pace) -> dict[str, Any]:
    differences = {one.contrast.focal: one.difference for one in found if one.contrast.attribute == groups.attribute}
    rows = []
    for place, (value, n) in enumerate(groups.sizes):
        values = scores_of(data, groups.mask(value))
        few = n < method.least_n_exam  # a mean of few people is nearly their scores
        difference = lacking("group_difference", n, method.least_n_exam, pace)
        if value in differences:
            difference = figure("group_difference", differences[value])
        rows.append(
            {
                "value": value,
                "n": counted("group_n", n),
                "mean": lacking("exam_mean", n, method.least_n_exam, pace)
                if few
                else figure("exam_mean", mean_of(values)),
                "pass_rate": lacking("exam_pass_rate", n, method.least_n_exam, pace)
                if few
                else figure("exam_pass_rate", proportion(int(np.sum(values >= data.pass_mark)), n)),
                "difference": None if place == 0 else difference,
            }
        )
    return {**_said(groups, differences, method.least_n_group), "attribute": groups.attribute, "groups": rows}


def _said(groups: Groups, differences: dict[str, Estimate], least: int) -> Said:
    if not differences:
        return said(
            f"Menurut {groups.attribute}: kelompoknya terlalu kecil untuk dibandingkan.",
            f"By {groups.attribute}: the groups are too small to compare.",
        )
    parts = [_sentence(groups.sizes[0][0], focal, found) for focal, found in differences.items()]
    few_id, few_en = _untested(groups, differences, least)
    return said(
        f"Menurut {groups.attribute}: {'; '.join(part[0] for part in parts)}.{few_id}",
        f"By {groups.attribute}: {'; '.join(part[1] for part in parts)}.{few_en}",
    )


def _untested(groups: Groups, differences: dict[str, Estimate], least: int) -> tuple[str, str]:
    if all(n >= least for value, n in groups.sizes if value in differences):
        return "", ""
    return (
        f" Kelompok di bawah {least} orang hanya ditampilkan, tidak ditandai.",
        f" Groups of fewer than {least} people are shown and raise no lead.",
    )


def _sentence(reference: str, focal: str, found: Estimate) -> tuple[str, str]:
    value = found.value or 0.0
    (size, size_en), apart = both(abs(value), Kind.SCORE), (found.low or 0.0) > 0 or (found.high or 0.0) < 0
    way_id, way_en = ("di atas", "above") if value >= 0 else ("di bawah", "below")
    return (
        f"rerata {focal} {size} angka {way_id} {reference}{'' if apart else ' (tidak dapat dibedakan dari kebetulan)'}",
        f"the mean of {focal} is {size_en} points {way_en} {reference}{'' if apart else ' (cannot be told from chance)'}",
    )


def _lead(found: Impact, q: float) -> Lead:
    attribute = found.contrast.attribute
    text_id, text_en = _sentence(found.contrast.reference, found.contrast.focal, found.difference)
    return Lead(
        "impact",
        Subject(SubjectKind.GROUP, attribute, attribute),
        Strength.EXPERT,
        f"Menurut {attribute}: {text_id}. Beda hasil bukan bukti soal memihak; periksa telaah keberpihakan.",
        f"By {attribute}: {text_en}. A difference in results is no proof of unfair items; see the fairness review.",
        [figure("group_difference", found.difference)],
        q,
    )
