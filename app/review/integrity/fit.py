"""Candidates whose pattern of right and wrong answers does not go with their score. Pure."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.psychometrics import proportion
from app.psychometrics.forensics import lz_star
from app.psychometrics.numerics import false_discovery
from app.review.data.types import ReviewData
from app.review.integrity import naming
from app.review.integrity.answer_law import AnswerLaw
from app.review.integrity.blocks import block, found
from app.review.integrity.words import said
from app.review.method.types import ReviewMethod
from app.review.shown import Lead, Strength, counted, figure


def person_fit(data: ReviewData, method: ReviewMethod, law: AnswerLaw) -> tuple[dict[str, Any], list[Lead]]:
    """lz* of each attempt of the period.

    Its law has a longer tail to the left than the normal one: the usual adjustment raises something in one of seven exams where all is
    well. The one that holds whatever the dependence is stricter by about as much (tried: one in twenty, as the method's rate says).
    """
    patterns = lz_star(law.responses, law.parameters, law.abilities.theta, estimator="map", variance=law.variance)
    tested = [
        (place, one.value, one.p_value, one.n_used)
        for place, one in enumerate(patterns)
        if one.value is not None and one.p_value is not None and one.n_used >= method.least_common
    ]
    adjusted = false_discovery([p for _, _, p, _ in tested], any_dependence=True)
    leads = [
        _lead(data, law, place, value, n, float(q))
        for (place, value, _, n), q in zip(tested, adjusted, strict=True)
        if q <= method.rate
    ]
    figures = [
        counted("fit-tested", len(tested)),
        figure("fit-low", proportion(int(np.sum([value < -2.0 for _, value, _, _ in tested])), len(tested))),
    ]
    return block(found("fit", len(leads)), figures=figures), leads


def _lead(data: ReviewData, law: AnswerLaw, place: int, value: float, n: int, q: float) -> Lead:
    person = data.persons[law.members[place]]
    text = said("misfit")
    figures = [figure("fit", value, n=n), figure("fit-q", q, n=n), figure("candidate-score", float(person.score))]
    subject = naming.candidate(data, person)
    return Lead("misfit", subject, Strength.EXPERT, text["text_id"], text["text_en"], figures, q=q)
