"""The item panel: its figures are the library's, its signs are found and hold their error rates, and few data make no label."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from app.itembank import State
from app.itembank.lifecycle import Action
from app.psychometrics import item_analysis
from app.review.data.types import ReviewData
from app.review.item_panel.change import changes
from app.review.item_panel.panel import item_panel
from app.review.item_panel.prior import shrunken
from app.review.item_panel.reach import year_of_enough
from app.review.item_panel.times import times_of
from app.review.item_panel.types import Decision, step_of
from app.review.method.types import ReviewMethod
from app.review.shown import Kind, Panel, printed
from tests.review_data import Planted, make_review_data, plant

METHOD = ReviewMethod()


@cache
def planted() -> Planted:
    return plant(1000, forms=4, bank=200, periods=(0, -1), mis_key=True, leak=True, seed=3)


@cache
def panel() -> Panel:
    return item_panel(planted().data, METHOD)


def card(of: Panel, data: ReviewData, index: int) -> dict[str, Any]:
    return dict(of.parts[f"item:{data.items[index].lineage_id}"])


def test_a_card_says_what_the_library_says_to_the_printed_digit() -> None:
    data = planted().data
    for index, found in enumerate(item_analysis(data.responses(with_void=True))):
        shown = card(panel(), data, index)
        assert (shown["n"], shown["right"]) == (found.n, round((found.difficulty.value or 0) * found.n))
        figures = shown["figures"]
        assert figures["p"]["value"] == found.difficulty.value
        assert figures["rest"]["text_id"] == printed(found.item_rest.value or 0, Kind.COEFFICIENT, "id")
        assert figures["d27"]["value"] == found.d27.value
        for option, theirs in zip(shown["options"], found.options, strict=True):
            assert option["count"] == theirs.n
            assert [one["value"] for one in option["curve"]] == list(theirs.curve)
        assert [one["n"] for one in shown["periods"]] == [
            int(data.responses(data.of_period(one["period"])).administered[index]) for one in shown["periods"]
        ]


def test_a_row_shows_the_figures_of_its_card() -> None:
    data = planted().data
    for row in panel().parts["items"]["rows"]:
        shown = panel().parts[f"item:{row['id']}"]
        assert row["p"][:3] == [shown["figures"]["p"][name] for name in ("value", "text_id", "text_en")]
        assert row["signs"] == [sign["rule"] for sign in shown["signs"]]
    assert len(panel().parts["items"]["rows"]) == len(data.items) - sum(
        not n for n in data.responses(with_void=True).administered
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_wrong_key_and_a_leak_are_found_and_nothing_else_is_called_a_problem(seed: int) -> None:
    found = plant(1000, forms=4, bank=200, periods=(0, -1), mis_key=True, leak=True, seed=seed)
    assert found.mis_key is not None
    assert found.leak is not None
    of = item_panel(found.data, METHOD)
    strong = {row["code"] for row in of.parts["items"]["rows"] if row["verdict"] == "strong-problem"}
    assert strong == {found.data.items[found.mis_key].code, found.data.items[found.leak].code}
    raised = {(lead.rule, lead.subject.label) for lead in of.leads}
    assert ("mis-key", found.data.items[found.mis_key].code) in raised
    assert ("leak", found.data.items[found.leak].code) in raised


def test_where_nothing_is_wrong_no_more_signs_come_up_than_chance_is_said_to_raise() -> None:
    raised, expected = Counter[str](), Counter[str]()
    for seed in range(8):
        for data in (
            make_review_data(60, forms=2, bank=200, seed=seed),
            make_review_data(600, forms=6, bank=200, seed=seed),
        ):
            found = item_panel(data, METHOD)
            raised.update(lead.rule for lead in found.leads if not _is_true(data, lead.rule, lead.subject.ref))
            expected.update(found.by_chance)
    assert raised["mis-key"] <= expected["mis-key"]
    assert sum(raised.values()) <= sum(expected.values())
    assert raised["leak"] + raised["drift"] <= 2  # of 16 runs, each of which is allowed one false lead in twenty


def _is_true(data: ReviewData, rule: str, lineage: str) -> bool:
    """Simulated items that truly are so easy or so hard: what is said of them is no false alarm."""
    truth = next(item for item in data.items if str(item.lineage_id) == lineage)
    assert truth.b is not None
    return (rule == "nearly-all-right" and truth.b < -2.2) or (rule == "below-guessing" and truth.b > 0.8)


def test_an_abler_cohort_with_other_items_makes_no_item_look_easier() -> None:
    """Of two periods that share some of their items, the second gets three of ten wrong answers right after all."""
    rng = np.random.default_rng(8)
    data = make_review_data(1200, forms=6, bank=200, items=100, periods=(0, -1), seed=8, retakes=0)
    abler = (rng.random(len(data.score)) < 0.3) & data.of_period(0)[data.person] & (data.option >= 0)
    responses = replace(data, score=np.maximum(data.score, abler).astype(np.int8)).responses()
    found = changes(responses, data.of_period(0), METHOD)
    assert found is not None
    sizes = [one.p_dif.value for one in found if one.p_dif.value is not None]
    assert abs(float(np.mean(sizes))) < 0.02  # the shares themselves rose by a tenth


def test_few_candidates_get_counts_and_a_card_for_experts_and_no_coefficient() -> None:
    data = make_review_data(30, forms=2, bank=200, periods=(0,))
    found = item_panel(data, METHOD)
    for row in found.parts["items"]["rows"]:
        shown = found.parts[f"item:{row['id']}"]
        assert row["verdict"] == "not-enough"
        assert row["rest"][0] is None
        assert shown["figures"]["rest"]["reason_id"].startswith("belum cukup data (n = ")
        assert shown["d27_label_id"] == ""
        assert shown["counted_id"] == f"{row['right']} dari {row['n']} menjawab benar"
        assert f"perlu {METHOD.least_n_item}" in shown["until_id"]
        assert all(option["curve"] == [] for option in shown["options"])
    assert not [lead for lead in found.leads if lead.strength == "strong"]


def test_the_label_of_d_reaches_as_far_as_its_interval() -> None:
    labels = {one["d27_label_id"] for name, one in panel().parts.items() if name.startswith("item:")}
    known = {"jelek", "cukup", "baik", "baik sekali"}
    assert labels
    assert all(set(label.split(" sampai ")) <= known for label in labels)


def test_leads_name_no_option_and_parts_are_plain_json() -> None:
    for lead in panel().leads:
        assert not re.search(r"\b[A-E]\b", lead.text_id + lead.text_en), lead.text_id
        assert lead.text_id != lead.text_en
    for name, part in panel().parts.items():
        assert json.dumps(part, allow_nan=False), name


def test_four_hundred_rows_are_light() -> None:
    found = item_panel(make_review_data(600, forms=12, bank=400), METHOD)
    rows = json.dumps(found.parts["items"], ensure_ascii=False, separators=(",", ":")).encode()
    assert len(rows) < 300_000


def test_a_leak_that_is_answered_in_half_the_time_says_so() -> None:
    found = planted()
    quick = (found.data.item == found.leak) & found.data.of_period(0)[found.data.person]
    seconds = np.where(quick, found.data.seconds * 0.3, found.data.seconds)
    leads = item_panel(replace(found.data, seconds=seconds), METHOD).leads
    assert any("Waktu menjawab turun" in lead.text_id for lead in leads if lead.rule == "leak")
    assert not any("Waktu menjawab turun" in lead.text_id for lead in panel().leads)


def test_a_voided_item_keeps_its_card_and_without_times_the_card_says_why() -> None:
    data = make_review_data(200, bank=200, times=False)
    items = (replace(data.items[0], void=True), *data.items[1:])
    found = item_panel(replace(data, items=items), METHOD)
    seen = data.responses().administered[0]
    assert (f"item:{items[0].lineage_id}" in found.parts) == bool(seen)
    any_card = next(one for name, one in found.parts.items() if name.startswith("item:"))
    assert any_card["figures"]["seconds"]["reason_id"] == "waktu tidak tercatat"


def test_an_expected_share_leads_until_answers_do() -> None:
    none, few, many = (shrunken(right, n, 0.8, 0.12) for right, n in ((0, 0), (6, 15), (240, 600)))
    assert none.value == pytest.approx(0.8)
    assert few.value is not None
    assert 0.4 < few.value < 0.8
    assert many.value == pytest.approx(0.4, abs=0.01)
    widths = [(one.high or 0) - (one.low or 0) for one in (none, few, many)]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize(
    ("n", "per_year", "year"),
    [(100, 10.0, 2026), (40, 60.0, 2027), (15, 30.0, None), (90, 40.0, 2027)],
)
def test_when_there_will_be_enough(n: int, per_year: float, year: int | None) -> None:
    """Of 100, in a window of three years, counted from November 2026; at 30 a year the window never holds 100."""
    assert year_of_enough(n, 100, per_year, 3, date(2026, 11, 21)) == year


def test_quartiles_of_times_are_those_of_the_answers_themselves() -> None:
    data = make_review_data(60, bank=200)
    everybody = np.ones(len(data.persons), dtype=bool)
    found = times_of(data, everybody)
    for item in range(0, len(data.items), 17):
        own = data.seconds[(data.item == item) & (data.option >= 0)]
        assert found.n[item] == len(own)
        if len(own):
            wanted = np.quantile(np.floor(own.astype(float) * 100) / 100, [0.25, 0.5, 0.75])
            got = [found.lower[item], found.median[item], found.upper[item]]
            assert got == pytest.approx(wanted, abs=0.02)


@pytest.mark.parametrize(
    ("decision", "state", "move"),
    [
        (Decision.ACCEPTED, State.ACTIVE, None),
        (Decision.ACCEPTED, State.SUSPENDED, Action.RESUME),
        (Decision.SUSPENDED, State.ACTIVE, Action.SUSPEND),
        (Decision.SUSPENDED, State.SUSPENDED, None),
        (Decision.RETIRED, State.SUSPENDED, Action.RETIRE),
        (Decision.RETIRED, State.RETIRED, None),
        (Decision.REVISE, State.ACTIVE, None),
    ],
)
def test_what_a_decision_does_to_a_version(decision: Decision, state: State, move: Action | None) -> None:
    step = step_of(decision, state)
    assert step is not None
    assert step.move is move


def test_nothing_brings_a_retired_item_back_and_one_that_rests_is_not_suspended() -> None:
    refused = {(one, State.RETIRED) for one in Decision if one is not Decision.RETIRED}
    refused.add((Decision.SUSPENDED, State.APPROVED))
    assert all(step_of(decision, state) is None for decision, state in refused)


def test_other_items_are_held_against_a_score_without_the_voided_one() -> None:
    data = make_review_data(200, forms=1, bank=100, periods=(0,))
    voided = replace(data, items=(replace(data.items[0], void=True), *data.items[1:]))
    of = item_panel(voided, METHOD)
    without, whole = item_analysis(voided.responses()), item_analysis(voided.responses(with_void=True))
    assert card(of, data, 0)["figures"]["rest"]["value"] == whole[0].item_rest.value
    for index in range(1, len(data.items)):
        assert card(of, data, index)["figures"]["rest"]["value"] == without[index].item_rest.value
