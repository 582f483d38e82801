"""The integrity panel: leads for people, never verdicts."""

from __future__ import annotations

from typing import Any

from app.psychometrics.numerics import false_on_average
from app.review.data.types import ReviewData
from app.review.integrity.answer_law import AnswerLaw, answer_law
from app.review.integrity.blocks import block
from app.review.integrity.effort import effort
from app.review.integrity.fit import person_fit
from app.review.integrity.gains import gains
from app.review.integrity.similarity import similarity
from app.review.integrity.words import said
from app.review.method.types import ReviewMethod
from app.review.shown import Lead, Panel


def integrity_panel(data: ReviewData, method: ReviewMethod) -> Panel:
    law = answer_law(data, method)
    effort_part, rapid = effort(data, method)
    parts: dict[str, Any] = {"effort": effort_part}
    leads = list(rapid)
    if law is None:
        text = said("no-law", persons=method.least_n_exam, items=method.least_common, answers=method.least_n_pairs)
        parts |= {"similarity": block(text) | {"pairs": []}, "fit": block(text), "gains": block(text)}
    else:
        leads += _under_the_law(data, method, law, parts)
    sittings = {str(one.attempt_id): str(data.sittings[one.sitting].id) for one in data.persons}
    parts["leads"] = [lead.as_json() | {"sitting": sittings[lead.subject.ref.split("/")[0]]} for lead in leads]
    return Panel({"integrity": parts}, leads, _by_chance(leads, parts, method))


def _under_the_law(data: ReviewData, method: ReviewMethod, law: AnswerLaw, parts: dict[str, Any]) -> list[Lead]:
    found = similarity(data, method, law)
    parts["similarity"] = found.part
    parts["fit"], misfits = person_fit(data, method, law)
    parts["gains"], risen = gains(data, method, law)
    return found.leads + misfits + risen


def _by_chance(leads: list[Lead], parts: dict[str, Any], method: ReviewMethod) -> dict[str, float]:
    """What was not computed raises nothing by chance either."""
    rates = {
        "similar-pair": ("similarity", method.pair_rate),
        "misfit": ("fit", method.rate),
        "gain": ("gains", method.rate),
    }
    return {
        rule: false_on_average(sum(lead.rule == rule for lead in leads), rate)
        for rule, (topic, rate) in rates.items()
        if parts[topic]["figures"]
    }
