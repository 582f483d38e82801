"""The integrity report finds what was planted, leaves everybody else alone, and says what it could not do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.review.data.types import ReviewData, ReviewPerson
from app.review.integrity.neighbours import neighbours, read_seat, strangers
from app.review.integrity.panel import integrity_panel
from app.review.method.types import ReviewMethod
from app.review.shown import Lead, Panel, Strength
from tests.review_data import make_review_data, plant

METHOD = ReviewMethod()


def of_rule(panel: Panel, rule: str) -> list[Lead]:
    return [lead for lead in panel.leads if lead.rule == rule]


def members(panel: Panel, name: str) -> Any:
    return panel.parts["integrity"][name]


def figures_of(panel: Panel, name: str) -> dict[str, Any]:
    return {figure["definition"]: figure for figure in members(panel, name)["figures"]}


def sitting(*seats: tuple[str | None, str | None]) -> list[ReviewPerson]:
    """One person per (room, seat), all in one sitting."""
    example = make_review_data(20, periods=(0,)).persons
    return [replace(one, room=room, seat=seat) for one, (room, seat) in zip(example, seats, strict=False)]


def with_seats(data: ReviewData, seat: str | None, room: str | None) -> ReviewData:
    return replace(data, persons=tuple(replace(one, room=room, seat=seat) for one in data.persons))


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        ([("A", "01"), ("A", "02"), ("A", "04")], {(0, 1), (1, 2)}),  # one beside, one with a seat between them
        ([("A", "01"), ("B", "02")], set()),  # another room
        ([("A", "A-12"), ("A", "B-12"), ("A", "C-12")], {(0, 1), (1, 2)}),  # before and behind
        ([("A", "A-12"), ("A", "B-13"), ("A", "B-14")], {(0, 1), (1, 2)}),  # across the corner, not further
        ([("A", "12A"), ("A", "12B"), ("A", "13A")], {(0, 1), (0, 2), (1, 2)}),  # seats lettered along a row
        ([("A", None), ("A", "01"), ("A", "09")], {(0, 1), (0, 2)}),  # whoever has no seat may have sat anywhere
        ([(None, "01"), (None, "02")], set()),  # no room, no neighbour
    ],
)
def test_neighbours_are_those_who_could_look(seats: list[tuple[str | None, str | None]], expected: set[Any]) -> None:
    found = neighbours(sitting(*seats), METHOD)
    assert {tuple(pair) for pair in found.pairs.tolist()} == expected


def test_a_large_room_without_seats_is_not_compared_with_itself() -> None:
    persons = [*make_review_data(60, periods=(0,)).persons]
    crowd = [replace(one, room="Aula", seat=None) for one in persons]
    found = neighbours(crowd, METHOD)
    assert len(found.pairs) == 0
    assert found.crowded == 60


@pytest.mark.parametrize("name", ["", "depan", "A", None])
def test_a_seat_that_cannot_be_read_is_no_seat(name: str | None) -> None:
    assert read_seat(name) is None


def test_the_control_pairs_could_not_have_seen_each_other() -> None:
    persons = list(make_review_data(100, periods=(0,)).persons)
    pairs = strangers(persons, 200)
    assert len(pairs) == 200
    assert all(persons[one].room != persons[other].room for one, other in pairs.tolist())


@pytest.mark.parametrize("candidates", [60, 800])
@pytest.mark.parametrize("seed", [5, 6, 7])
def test_a_copier_is_found_beside_its_source_and_nobody_else(candidates: int, seed: int) -> None:
    planted = plant(candidates, copy=True, seed=seed)
    assert planted.pair is not None
    panel = integrity_panel(planted.data, METHOD)
    source, copier = (str(planted.data.persons[place].attempt_id) for place in planted.pair)
    assert [set(lead.subject.ref.split("/")) for lead in of_rule(panel, "similar-pair")] == [{source, copier}]
    (row,) = members(panel, "similarity")["pairs"]
    assert {side["attempt"] for side in row["sides"]} == {source, copier}
    assert figures_of(panel, "similarity")["pairs-control"]["value"] == 0


@pytest.mark.parametrize("seed", [3, 4, 6, 35])  # 4, 6 and 35: neighbours of whom one was stopped early by the bell
def test_where_nobody_copied_no_pair_is_raised(seed: int) -> None:
    panel = integrity_panel(make_review_data(800, seed=seed), METHOD)
    assert of_rule(panel, "similar-pair") == []
    assert of_rule(panel, "rapid") == []
    assert panel.by_chance["similar-pair"] == pytest.approx(METHOD.pair_rate, rel=0.03)


def test_without_rooms_it_says_that_nobody_was_compared() -> None:
    panel = integrity_panel(with_seats(plant(300, copy=True).data, None, None), METHOD)
    assert of_rule(panel, "similar-pair") == []
    assert "Catat ruang dan kursi" in members(panel, "similarity")["text_id"]


def test_without_data_enough_it_says_what_is_needed() -> None:
    panel = integrity_panel(make_review_data(20, periods=(0,)), METHOD)
    assert panel.leads == []
    for name in ("similarity", "fit", "gains", "effort"):
        assert "sedikitnya 30" in members(panel, name)["text_id"] or name == "effort"
    assert "kurang dari 30" in members(panel, "effort")["text_id"]


def test_answers_too_quick_to_have_read_the_question_are_told() -> None:
    data = make_review_data(300, periods=(0,))
    rows = np.flatnonzero(data.person == 17)[:15]
    data.seconds[rows] = 1.5
    panel = integrity_panel(data, METHOD)
    (lead,) = of_rule(panel, "rapid")
    assert lead.subject.ref == str(data.persons[17].attempt_id)
    assert "15 dari 100" in lead.text_id


def test_without_times_effort_is_not_computed() -> None:
    panel = integrity_panel(make_review_data(300, periods=(0,), times=False), METHOD)
    assert of_rule(panel, "rapid") == []
    assert "waktu per soal tidak tercatat" in members(panel, "effort")["text_id"]


def test_a_pattern_that_does_not_go_with_the_score_is_told() -> None:
    data = make_review_data(600, periods=(0,))
    rows = np.flatnonzero((data.person == 40) & (data.option >= 0))
    difficulty = np.array([data.items[item].b for item in data.item[rows]])
    hard = difficulty > np.median(difficulty)
    answer(data, rows[hard], right=True)
    answer(data, rows[~hard], right=False)
    panel = integrity_panel(data, METHOD)
    assert [lead.subject.ref for lead in of_rule(panel, "misfit")] == [str(data.persons[40].attempt_id)]


def test_a_retaker_who_rises_beyond_learning_and_error_is_told() -> None:
    data = make_review_data(400, periods=(0, -1), retakes=0.2, seed=8)
    weak = min(
        (place for place, one in enumerate(data.persons) if not one.first and data.sittings[one.sitting].period == 0),
        key=lambda place: data.persons[place].score,
    )
    answer(data, np.flatnonzero(data.person == weak), right=True)
    raised = tuple(replace(one, score=100) if at == weak else one for at, one in enumerate(data.persons))
    panel = integrity_panel(replace(data, persons=raised), METHOD)
    assert [lead.subject.ref for lead in of_rule(panel, "gain")] == [str(data.persons[weak].attempt_id)]
    assert figures_of(panel, "gains")["gain-tested"]["value"] > 20
    left_open = tuple(replace(one, score=20) if at == weak else one for at, one in enumerate(data.persons))
    assert of_rule(integrity_panel(replace(data, persons=left_open), METHOD), "gain") == [], "whose score did not rise"


def test_leads_are_for_people_and_never_verdicts() -> None:
    panel = integrity_panel(plant(800, copy=True, seed=5).data, METHOD)
    assert all(lead.strength is Strength.EXPERT for lead in panel.leads)
    assert all("bukan bukti kecurangan" in lead.text_id for lead in panel.leads)
    json.dumps(panel.parts, allow_nan=False)  # what is stored


def test_the_power_is_stated_for_the_design_and_falls_with_what_was_copied() -> None:
    figures = figures_of(integrity_panel(make_review_data(800), METHOD), "similarity")
    ninety, sixty, thirty = (figures[f"power-{share}"]["value"] for share in (90, 60, 30))
    assert ninety > 0.95 > sixty > thirty


def answer(data: ReviewData, rows: Iterable[int], *, right: bool) -> None:
    for row in rows:
        key = data.items[data.item[row]].key
        data.option[row] = key if right else (key + 1) % 4
        data.score[row] = right
