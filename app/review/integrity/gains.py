"""Candidates who rose further between two attempts than learning and the error of both exams explain. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import proportion
from app.psychometrics.numerics import false_discovery, normal_grid, normal_upper
from app.review.data.types import ReviewData
from app.review.integrity import naming
from app.review.integrity.answer_law import AnswerLaw, attempts
from app.review.integrity.blocks import block, found
from app.review.integrity.words import said
from app.review.method.types import ReviewMethod
from app.review.shown import Lead, Strength, counted, figure

NODES: Final = 41  # at which the ability of the attempt before is looked at


@dataclass(frozen=True, slots=True)
class Retake:
    """`now`, `before`: places in `ReviewData.persons`. `expected`: points that the attempt before promised for this form; the ability
    behind it is drawn to the mean, as bad luck does not repeat. `se`: of the difference between those and the points of now."""

    now: int
    before: int
    points: float
    expected: float
    se: float
    n_items: int


def gains(data: ReviewData, method: ReviewMethod, law: AnswerLaw) -> tuple[dict[str, Any], list[Lead]]:
    retakes = find_retakes(data, law, method.least_common)
    if not retakes:
        return block(said("no-retakes")), []
    surplus = [(one.points - one.expected - method.gain_points) / one.se for one in retakes]
    adjusted = false_discovery([normal_upper(z) for z in surplus])
    rises = [data.persons[one.now].score - data.persons[one.before].score for one in retakes]
    leads = [
        _lead(data, one, float(q), method)
        for one, q, rise in zip(retakes, adjusted, rises, strict=True)
        if q <= method.rate
        and rise > method.gain_points  # who left much open may do well in the rest, yet did not rise
    ]
    rose = sum(rise > 0 for rise in rises)
    usual = float(np.median(rises))
    figures = [
        counted("gain-tested", len(retakes)),
        figure("gain-rose", proportion(rose, len(retakes))),
        figure("gain-usual", usual, n=len(retakes)),
    ]
    return block(found("gains", len(leads)), figures=figures), leads


def find_retakes(data: ReviewData, law: AnswerLaw, least_items: int) -> list[Retake]:
    """Everybody of the period who sat before in the window, with the attempt just before."""
    twins = _attempts_before(data, law.members)
    if not twins:
        return []
    earlier = np.unique([before for _, before in twins])
    abilities = law.ability_of(attempts(data, earlier))
    place = {int(member): at for at, member in enumerate(earlier)}
    retakes = []
    for at, before in twins:
        theta, se = abilities.theta[place[before]], abilities.se[place[before]]
        retake = _retake(data, law, at, before, (float(theta), float(se)))
        if se > 0 and retake is not None and retake.n_items >= least_items:
            retakes.append(retake)
    return retakes


def _attempts_before(data: ReviewData, members: NDArray[np.int64]) -> list[tuple[int, int]]:
    """(place in `members`, place in `ReviewData.persons` of the attempt before)."""
    again = {data.persons[member].person_id for member in members if not data.persons[member].first}
    history: dict[Any, list[int]] = {}
    for place, one in enumerate(data.persons):
        if one.person_id in again:
            history.setdefault(one.person_id, []).append(place)
    twins = []
    for at, member in enumerate(members.tolist()):
        person = data.persons[member]
        held = data.sittings[person.sitting].held_on
        earlier = [
            one for one in history.get(person.person_id, ()) if data.sittings[data.persons[one].sitting].held_on < held
        ]
        if earlier:
            twins.append((at, max(earlier, key=lambda one: data.sittings[data.persons[one].sitting].held_on)))
    return twins


def _retake(data: ReviewData, law: AnswerLaw, at: int, before: int, ability: tuple[float, float]) -> Retake | None:
    """In points of a whole form; None where the form of now holds no item that is known."""
    rows = law.responses.of_person(at)
    speaks = law.parameters.slope[rows.item] != 0.0
    items = rows.item[speaks]
    if not len(items):
        return None
    nodes, weights = normal_grid(NODES, bound=4.0)
    chance = law.parameters.of_items(items).probability(ability[0] + ability[1] * nodes)
    totals = chance.sum(axis=1)
    expected = float(weights @ totals)
    variance = float(weights @ (chance * (1 - chance)).sum(axis=1) + weights @ (totals - expected) ** 2)
    scale = data.max_score / len(items)
    return Retake(
        now=int(law.members[at]),
        before=before,
        points=scale * float(rows.score[speaks].sum()),
        expected=scale * expected,
        se=scale * math.sqrt(variance),
        n_items=len(items),
    )


def _lead(data: ReviewData, retake: Retake, q: float, method: ReviewMethod) -> Lead:
    now, before = data.persons[retake.now], data.persons[retake.before]
    text = said("gain", points=now.score - before.score, usual=f"{method.gain_points:.0f}")
    figures = [
        figure("gain-before", float(before.score)),
        figure("gain-now", float(now.score)),
        figure("gain-expected", retake.expected, n=retake.n_items),
        figure("gain-q", q, n=retake.n_items),
    ]
    subject = naming.candidate(data, now)
    return Lead("gain", subject, Strength.EXPERT, text["text_id"], text["text_en"], figures, q=q)
