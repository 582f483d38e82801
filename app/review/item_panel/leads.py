"""A sign of an item as the lead that a finding can be raised from. Pure."""

from __future__ import annotations

from app.review.item_panel import wording
from app.review.item_panel.evidence import Evidence, ItemEvidence
from app.review.item_panel.group_differences import DIF
from app.review.item_panel.signs import Sign
from app.review.method.types import ReviewMethod
from app.review.shown import Lead, Subject, SubjectKind


def lead_of(sign: Sign, one: ItemEvidence, evidence: Evidence, method: ReviewMethod) -> Lead:
    if sign.rule == DIF and one.dif is not None:
        return one.dif
    text_id, text_en = wording.said_of(sign, one, evidence.clocks, method)
    return Lead(
        rule=sign.rule,
        subject=Subject(SubjectKind.ITEM, str(one.item.lineage_id), one.item.code),
        strength=sign.strength,
        text_id=text_id,
        text_en=text_en,
        figures=wording.figures_of(sign, one, method),
        q=sign.q,
    )
