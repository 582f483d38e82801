"""How the candidates of the period would answer if each worked alone: what similarity and patterns are held against. Pure.

Only answers that were given count. Whoever the bell stopped did not know less for it: with the items left open counted as wrong,
two such candidates agree more often than the law expects, and an innocent pair stands out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import OMITTED, Responses
from app.psychometrics.forensics import OptionShares
from app.psychometrics.irt import Abilities, Calibration, ItemParameters, eap, mml_2pl, mml_rasch
from app.review.data.types import ReviewData
from app.review.method.types import ReviewMethod

MOST_CANDIDATES: Final = 20_000  # behind the law: more of them tell no more about an item, and take their time
TWO_PARAMETERS: Final = 500  # answers to an item, from where on its slope is better estimated than taken for 1


@dataclass(frozen=True, slots=True, eq=False)
class AnswerLaw:
    """`members`: places in `ReviewData.persons` of the candidates in `responses` and `abilities`: all attempts of the period."""

    members: NDArray[np.int64]
    responses: Responses
    parameters: ItemParameters
    variance: float
    shares: OptionShares
    abilities: Abilities
    n_calibrated: int

    def ability_of(self, responses: Responses) -> Abilities:
        return eap(responses, self.parameters, variance=self.variance)


def answer_law(data: ReviewData, method: ReviewMethod) -> AnswerLaw | None:
    """From the first attempts of the whole window. None where too few candidates or answers stand behind it."""
    window = _some(answered(data.responses()))
    if len(window.present) < method.least_n_exam:
        return None
    enough = window.administered >= method.least_n_pairs
    found = _calibrated(window, enough)
    known = enough & found.estimated
    if np.count_nonzero(known) < method.least_common or not found.converged:
        return None
    parameters = _silenced(found.parameters, ~known)
    members = np.flatnonzero([data.sittings[one.sitting].period == 0 for one in data.persons])
    now = attempts(data, members)
    return AnswerLaw(
        members=members,
        responses=now,
        parameters=parameters,
        variance=found.variance,
        shares=OptionShares.from_responses(window, parameters),
        abilities=eap(now, parameters, variance=found.variance),
        n_calibrated=len(window.present),
    )


def attempts(data: ReviewData, members: NDArray[np.int64]) -> Responses:
    """What these persons answered, in the order of `ReviewData.persons`."""
    chosen = np.zeros(len(data.persons), dtype=bool)
    chosen[members] = True
    return answered(data.responses(chosen))


def answered(responses: Responses) -> Responses:
    """Without the items that were left open."""
    keep = responses.option != OMITTED
    return replace(
        responses,
        person=responses.person[keep],
        item=responses.item[keep],
        option=responses.option[keep],
        score=responses.score[keep],
        seconds=None if responses.seconds is None else responses.seconds[keep],
        position=None if responses.position is None else responses.position[keep],
    )


def _some(window: Responses) -> Responses:
    """Evenly from the whole window, where it holds more candidates than are needed."""
    if window.n_persons <= MOST_CANDIDATES:
        return window
    return window.with_persons(np.linspace(0, window.n_persons - 1, MOST_CANDIDATES).astype(np.int64))


def _calibrated(window: Responses, enough: NDArray[np.bool_]) -> Calibration:
    answers = float(np.median(window.administered[enough])) if enough.any() else 0.0
    model = mml_2pl if answers >= TWO_PARAMETERS else mml_rasch
    return model(window, standard_errors=False)


def _silenced(parameters: ItemParameters, which: NDArray[np.bool_]) -> ItemParameters:
    """Items of slope 0 say nothing: nobody is compared on them."""
    return ItemParameters(
        np.where(which, 0.0, parameters.slope), np.where(which, 0.0, parameters.intercept), parameters.guess
    )
