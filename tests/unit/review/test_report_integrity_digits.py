"""The paper's figures on integrity, computed anew from the answers by the library alone."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import OMITTED, Responses, proportion
from app.psychometrics.forensics import (
    OptionShares,
    copying_power,
    lz_star,
    rapid_thresholds_nt10,
    response_time_effort,
    similarity_screen,
)
from app.psychometrics.irt import Abilities, Calibration, eap, mml_rasch
from app.review.compute import compute
from app.review.data.types import ReviewData
from app.review.method.types import ReviewMethod
from app.review.shown import definition
from tests.review_data import plant
from tests.unit.review.recomputed import assert_row, percent, said, share
from tests.unit.review.reported import content_of, letters_of, make_facts, pdf_of

METHOD = ReviewMethod()


@cache
def data() -> ReviewData:
    return plant(300, bank=120, periods=(0, -1), copy=True, seed=11).data


@cache
def letters() -> str:
    parts = json.loads(json.dumps(dict(compute(data(), METHOD))))
    return letters_of(pdf_of(content_of(make_facts(parts))))


def answered(persons: NDArray[np.bool_]) -> Responses:
    """Without what was left open."""
    found = data().responses(persons)
    keep = found.option != OMITTED
    assert found.seconds is not None
    assert found.position is not None
    names = ("person", "item", "option", "score", "seconds", "position")
    return replace(found, **{name: getattr(found, name)[keep] for name in names})


@cache
def sitting_now() -> list[int]:
    """The persons of the period, those who sat again among them."""
    return [at for at, one in enumerate(data().persons) if data().sittings[one.sitting].period == 0]


@cache
def law() -> tuple[Calibration, Responses, Abilities]:
    """How people answer who work alone; and the answers and abilities of the period."""
    found = mml_rasch(answered(data().of_period()), standard_errors=False)
    mask = np.zeros(len(data().persons), dtype=bool)
    mask[sitting_now()] = True
    now = answered(mask)
    return found, now, eap(now, found.parameters, variance=found.variance)


def assert_figure(name: str, *told: str) -> None:
    assert_row(letters(), definition(name).title_id, *told)


def neighbours() -> list[tuple[int, int]]:
    """Rooms of one row, whose seats are numbered."""
    seats = [(one.room, int(one.seat or 0)) for one in (data().persons[at] for at in sitting_now())]
    at = {seat: place for place, seat in enumerate(seats)}
    near = range(1, METHOD.neighbour_seats + 1)
    pairs = ((place, at.get((room, seat + step))) for (room, seat), place in at.items() for step in near)
    return [(one, other) for one, other in pairs if other is not None]


def test_likeness_and_how_many_copiers_would_be_found() -> None:
    found, now, abilities = law()
    shares = OptionShares.from_responses(answered(data().of_period()), found.parameters)
    pairs = np.array(neighbours())
    screen = similarity_screen(
        now, shares, abilities.theta, pairs=pairs, min_common=METHOD.least_common, rate=METHOD.pair_rate
    )
    n = str(screen.n_compared)
    assert_figure("pairs-compared", n, n)
    assert screen.flagged.sum() == 1
    assert_figure("pairs-found", "11")
    chosen = [set(now.of_person(place).item.tolist()) for place in range(len(sitting_now()))]
    common = int(np.median([len(chosen[one] & chosen[other]) for one, other in pairs]))
    assert_figure("power-common", str(common), n)
    middling, length = float(np.median(abilities.theta)), int(np.median(now.form_length[now.present]))
    for copied in (0.9, 0.6, 0.3):
        power = copying_power(
            shares,
            copier_theta=middling,
            source_theta=middling,
            n_common=common,
            share_copied=copied,
            form_length=length,
            significance=METHOD.pair_rate / screen.n_compared,
            seed=932,
        )
        assert power.value is not None
        assert_figure(f"power-{100 * copied:.0f}", percent(power.value))


def test_effort_and_patterns() -> None:
    mask = np.zeros(len(data().persons), dtype=bool)
    mask[sitting_now()] = True
    timed = data().responses(mask)
    efforts = response_time_effort(timed, thresholds=rapid_thresholds_nt10(timed))
    values = np.array([one.value for one in efforts], dtype=np.float64)
    low = proportion(int((values < METHOD.effort_least).sum()), len(values))
    assert_figure("effort-median", percent(float(np.median(values))), str(len(values)))
    assert_figure("effort-low", bare(share(low)), str(len(values)))
    found, now, abilities = law()
    patterns = lz_star(now, found.parameters, abilities.theta, estimator="map", variance=found.variance)
    known = [one.value for one in patterns if one.value is not None]
    assert_figure("fit-tested", str(len(known)), str(len(known)))
    unusual = proportion(sum(value < -2 for value in known), len(known))
    assert_figure("fit-low", bare(share(unusual)), str(len(known)))


def test_gains_of_those_who_sat_again() -> None:
    before = {one.person_id: one.score for one in data().persons if data().sittings[one.sitting].period == -1}
    again = [one for one in (data().persons[at] for at in sitting_now()) if not one.first]
    rises = [one.score - before[one.person_id] for one in again]
    n = str(len(rises))
    assert_figure("gain-tested", n, n)
    assert_figure("gain-rose", bare(share(proportion(sum(rise > 0 for rise in rises), len(rises)))), n)
    assert_figure("gain-usual", said(float(np.median(rises))), n)


def bare(told: str) -> str:
    """The interval in a column of its own."""
    return told.replace("(", "").replace(")", "")


def test_how_the_leads_are_counted() -> None:
    assert_row(letters(), "jawaban dua peserta lebih mirip dari yang lazim", "01")
