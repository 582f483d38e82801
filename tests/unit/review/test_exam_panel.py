"""The exam panel says what the library finds, digit by digit, and says nothing that its candidates cannot carry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.psychometrics import exam_analysis, proportion
from app.psychometrics.classification import livingston_lewis
from app.psychometrics.reliability import alpha, generalizability_henderson
from app.review.data.types import ReviewData
from app.review.exam_panel.panel import exam_panel
from app.review.method.types import ReviewMethod
from app.review.shown import Kind, Lead, definition, printed
from tests.review_data import make_review_data

METHOD = ReviewMethod()


def panel(data: ReviewData, method: ReviewMethod = METHOD) -> tuple[dict[str, Any], list[Lead]]:
    found = exam_panel(data, method)
    json.dumps(found.parts, allow_nan=False)
    exam: dict[str, Any] = found.parts["exam"]
    return exam, list(found.leads)


def figures(content: Any) -> Iterator[dict[str, Any]]:
    """Every figure that a part holds."""
    if isinstance(content, dict):
        if "definition" in content:
            yield content
        else:
            for one in content.values():
                yield from figures(one)
    elif isinstance(content, list):
        for one in content:
            yield from figures(one)


def of_period(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row["period"] for row in rows if row["period"]["definition"] == name)
    return found


def test_figures_are_the_librarys_to_the_printed_digits() -> None:
    data = make_review_data(120)
    responses = data.responses(data.of_period(0))
    library = exam_analysis(responses, cut=68)
    phi = generalizability_henderson(responses, cut=0.68).absolute.value
    again = livingston_lewis(responses, cut=68)
    exam, _ = panel(data)
    expected = {
        ("scores", "exam_mean"): (library.scores.mean.value, Kind.SCORE),
        ("scores", "exam_sd"): (library.scores.sd, Kind.SCORE),
        ("scores", "exam_pass_rate"): (library.scores.pass_rate.value, Kind.PERCENT),
        ("precision", "exam_reliability_random"): (library.stratified_binomial.value, Kind.COEFFICIENT),
        ("precision", "exam_phi"): (phi, Kind.COEFFICIENT),
        ("precision", "exam_sem"): (library.sem_absolute.value, Kind.SCORE),
        ("precision", "exam_csem"): (library.csem_at_cut.value, Kind.SCORE),
        ("decisions", "exam_consistency"): (again.consistency, Kind.PERCENT),
        ("decisions", "exam_accuracy"): (again.accuracy, Kind.PERCENT),
    }
    for (block, name), (value, kind) in expected.items():
        shown = of_period(exam[block]["rows"], name)
        assert value is not None
        assert shown["text_id"] == printed(value, kind, "id"), name
        assert shown["n"] == library.scores.n, name


def test_the_pass_rate_has_wilsons_interval() -> None:
    data = make_review_data(60)
    exam, _ = panel(data)
    passed = of_period(exam["scores"]["rows"], "exam_passed")["value"]
    rate = of_period(exam["scores"]["rows"], "exam_pass_rate")
    wilson = proportion(int(passed), exam["n"])
    assert (rate["low"], rate["high"]) == (wilson.low, wilson.high)


def test_a_voided_item_that_somebody_left_blank_is_a_point_for_all() -> None:
    data = make_review_data(60)
    blank = int(data.item[(data.option < 0) & data.of_period(0)[data.person]][0])
    items = tuple(replace(item, void=at == blank) for at, item in enumerate(data.items))
    raised = np.bincount(data.person[(data.item == blank) & (data.score == 0)], minlength=len(data.persons))
    persons = tuple(replace(one, score=one.score + int(up)) for one, up in zip(data.persons, raised, strict=True))
    exam, _ = panel(replace(data, items=items, persons=persons))
    mean = of_period(exam["scores"]["rows"], "exam_mean")["value"]
    of_units = sum(one["period"]["value"] * one["items"]["value"] for one in exam["units"]["units"])
    assert of_units == pytest.approx(mean), "the units add up to the released scores"


def test_one_form_for_all_has_the_reliability_of_a_fixed_form() -> None:
    data = make_review_data(120, forms=1, periods=(0,))
    exam, _ = panel(data)
    shown = of_period(exam["precision"]["rows"], "exam_reliability_fixed")
    feldt = alpha(data.responses(data.of_period(0)))
    assert (shown["value"], shown["low"], shown["high"]) == (feldt.value, feldt.low, feldt.high)
    assert "paket yang sama sulitnya" in exam["decisions"]["text_id"]


def test_repeaters_are_counted_and_enter_no_other_figure() -> None:
    data = make_review_data(100, retakes=0.3)
    exam, _ = panel(data)
    first = [one for one in data.persons if one.first and data.sittings[one.sitting].period == 0]
    again = of_period(exam["scores"]["rows"], "exam_repeaters")["value"]
    assert again == 100 - len(first) > 10
    assert of_period(exam["scores"]["rows"], "exam_mean")["value"] == pytest.approx(
        np.mean([one.score for one in first])
    )


@pytest.mark.clause("9.3.5", "under the least n no coefficient is shown, and it is said how many candidates it takes")
def test_too_few_candidates_get_counts_and_the_number_that_is_needed() -> None:
    exam, leads = panel(make_review_data(20, periods=(0,)))
    assert leads == []
    assert of_period(exam["scores"]["rows"], "exam_pass_rate")["value"] is not None
    for block, name in (("precision", "exam_reliability_random"), ("decisions", "exam_consistency")):
        shown = of_period(exam[block]["rows"], name)
        assert (shown["value"], shown["reason_id"]) == (None, "belum cukup data (n = 20, perlu 30)")
    pooled = exam["precision"]["rows"][0]["window"]
    assert "dengan laju sekarang tercapai tahun 2026" in pooled["reason_id"]
    assert exam["precision"]["verdict"] == exam["forms"]["verdict"] == exam["fairness"]["verdict"] == "few"


def test_sixty_sound_candidates_raise_no_lead() -> None:
    raised = [lead.id for seed in range(12) for lead in panel(make_review_data(60, seed=seed))[1]]
    assert len(raised) <= 2, "five rules at a rate of 5 % each"


def test_the_verdict_goes_by_the_lower_end_of_the_interval() -> None:
    data = make_review_data(60)
    verdicts = {}
    for least in (0.80, 0.93, 0.98):
        exam, leads = panel(data, replace(METHOD, reliability_least=least))
        verdicts[least] = exam["precision"]["verdict"], [lead.rule for lead in leads], exam["precision"]["text_id"]
    assert verdicts[0.80][:2] == ("none", [])
    assert verdicts[0.93][:2] == ("few", [])
    assert "peserta untuk memastikannya" in verdicts[0.93][2]
    assert verdicts[0.98][:2] == ("strong", ["low-reliability"])


def test_the_grey_zone_is_one_standard_error_on_either_side() -> None:
    exam, _ = panel(make_review_data(60))
    grey = exam["precision"]["grey"]
    assert (grey["low"], grey["high"]) == (63, 73)
    assert "Peserta bernilai 63–73 berada di daerah ragu" in grey["text_id"]


def test_a_voided_item_is_a_point_for_everybody_who_had_it() -> None:
    data = make_review_data(120, forms=1, periods=(0,))
    taken = int(data.item[0])
    rows = data.item == taken
    wrong = set(data.person[rows & (data.score == 0)].tolist())
    items = tuple(replace(one, void=at == taken) for at, one in enumerate(data.items))
    persons = tuple(replace(one, score=one.score + (at in wrong)) for at, one in enumerate(data.persons))
    exam, _ = panel(replace(data, items=items, persons=persons))
    score = data.score.copy()
    score[rows] = 1
    as_if = replace(data, score=score).responses(data.of_period(0))
    assert of_period(exam["precision"]["rows"], "exam_reliability_fixed")["value"] == alpha(as_if).value
    consistency = of_period(exam["decisions"]["rows"], "exam_consistency")["value"]
    assert consistency == livingston_lewis(as_if, cut=68).consistency


def test_who_did_not_reach_the_end_is_found_by_what_was_left_after_the_last_answer() -> None:
    data = make_review_data(100, periods=(0,), retakes=0.0)
    option, score = data.option.copy(), data.score.copy()
    late = (data.person < 20) & (data.position > 90)
    option[late], score[late] = -1, 0
    blank = (data.person == 50) & (data.position == 40)  # skipped, and went on
    option[blank], score[blank] = -1, 0
    exam, leads = panel(replace(data, option=option, score=score))
    shown = of_period(exam["speed"]["rows"], "speed_not_reached")
    assert shown["value"] >= 0.20
    assert shown["value"] == pytest.approx(0.20, abs=0.04), "besides the few whom the bell cut off"
    assert [(lead.rule, lead.strength) for lead in leads] == [("speeded", "strong")]


def test_unknown_times_are_named_as_unknown() -> None:
    data = make_review_data(60, times=False)
    data = replace(data, persons=tuple(replace(one, minutes=None) for one in data.persons))
    exam, _ = panel(data)
    for name in ("speed_minutes", "speed_item_seconds"):
        assert of_period(exam["speed"]["rows"], name)["reason_id"] == "waktu tidak tercatat"


def test_a_difference_between_periods_is_held_against_chance() -> None:
    exam, _ = panel(make_review_data(60))
    assert "tidak dapat dibedakan dari kebetulan" in exam["trends"]["text_id"]
    assert [one["label"] for one in exam["trends"]["periods"]] == ["03/2025", "09/2025", "03/2026"]


def test_of_few_candidates_chance_makes_larger_differences() -> None:
    """Student's t: of three candidates each it takes more than the normal law says."""
    data = make_review_data(20, periods=(0, -1), retakes=0.0)
    keep = {place for period in (0, -1) for place in np.flatnonzero(data.of_period(period))[:3].tolist()}
    few = replace(data, persons=tuple(replace(one, first=at in keep) for at, one in enumerate(data.persons)))
    now, before = (
        np.array([data.persons[at].score for at in np.flatnonzero(few.of_period(period))]) for period in (0, -1)
    )
    normal = 1.96 * np.sqrt(now.var(ddof=1) / 3 + before.var(ddof=1) / 3)
    said = panel(few)[0]["trends"]["text_id"]
    least = float(re.findall(r"Beda < ([0-9,]+)", said)[0].replace(",", "."))
    assert least > 1.3 * normal


def test_limits_come_with_enough_periods_only() -> None:
    data = make_review_data(40)
    assert panel(data)[0]["trends"]["limits"] is None
    limits = panel(data, replace(METHOD, least_periods=3))[0]["trends"]["limits"]
    means = [one["mean"]["value"] for one in panel(data)[0]["trends"]["periods"]]
    assert limits["centre"] == pytest.approx(np.mean(means))
    assert limits["high"] - limits["centre"] == pytest.approx(2.66 * np.mean(np.abs(np.diff(means))))


def test_modes_are_compared_where_both_were_used() -> None:
    data = make_review_data(60)
    assert panel(data)[0]["modes"] is None
    sittings = tuple(replace(one, mode="luring" if one.period else "daring") for one in data.sittings)
    modes = panel(replace(data, sittings=sittings))[0]["modes"]
    assert [one["label_id"] for one in modes["modes"]] == ["luring", "daring"]
    assert modes["difference"]["low"] < modes["difference"]["value"] < modes["difference"]["high"]


def test_units_correlate_and_are_freed_of_error_only_where_they_are_reliable() -> None:
    exam, _ = panel(make_review_data(60))
    pairs = exam["units"]["correlations"]["pairs"]
    assert len(pairs) == 10
    assert all(0 < pair["observed"]["value"] < 1 and pair["observed"]["low"] is not None for pair in pairs)
    assert all(pair["freed"]["value"] is None for pair in pairs)
    loose, _ = panel(make_review_data(60), replace(METHOD, reliability_least=0.3))
    assert all(pair["freed"]["value"] > pair["observed"]["value"] for pair in loose["units"]["correlations"]["pairs"])


@pytest.mark.parametrize("kind", ["one person", "all alike", "nothing answered"])
def test_odd_data_give_reasons_and_no_fault(kind: str) -> None:
    data = make_review_data(40, periods=(0,), retakes=0.0)
    if kind == "one person":
        rows = data.person == 0
        columns = {
            name: getattr(data, name)[rows] for name in ("person", "item", "option", "score", "position", "seconds")
        }
        data = replace(data, persons=data.persons[:1], **columns)
    else:
        right = int(kind == "all alike")
        option = np.where(right, np.array([one.key for one in data.items])[data.item], -1).astype(np.int16)
        persons = tuple(replace(one, score=100 * right) for one in data.persons)
        data = replace(data, option=option, score=np.full_like(data.score, right), persons=persons)
    exam, _ = panel(data)
    for shown in figures(exam):
        assert definition(shown["definition"])
        assert shown["value"] is not None or shown["reason_id"], shown["definition"]
        assert shown["value"] is not None or shown["reason_en"] != shown["reason_id"], "a reason in one language only"
