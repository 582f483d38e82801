"""A form that is harder than planned is found, by name; forms that are as planned are let be, as often as the method promises."""

from __future__ import annotations

import numpy as np
import pytest

from app.review.data.types import ReviewData
from app.review.exam_panel.form_test import Departure, FormMean, departures
from app.review.exam_panel.panel import exam_panel
from app.review.method.types import ReviewMethod
from app.review.shown import Lead
from tests.review_data import make_review_data, plant

METHOD = ReviewMethod()
SD = 14.0
HARDER = -6.0  # points: what 0.35 logit cost on a hundred items around the pass mark


def simulated(rng: np.random.Generator, shifts: list[float], n: int) -> list[Departure]:
    """Forms with different plans and a cohort that is better than the plans thought."""
    plans = rng.normal(70, 1, len(shifts))
    means = rng.normal(plans + 3 + np.array(shifts), SD / np.sqrt(n))
    variances = SD**2 * rng.chisquare(n - 1, len(shifts)) / (n - 1)
    forms = [FormMean(n, float(m), float(v), float(p)) for m, v, p in zip(means, variances, plans, strict=True)]
    (found,) = departures([forms], least_n=METHOD.least_n_form, rate=METHOD.rate, points=METHOD.form_points)
    return found


@pytest.mark.parametrize("count", [2, 3, 6])
def test_forms_as_planned_are_called_off_it_in_at_most_one_exam_of_twenty(count: int) -> None:
    rng = np.random.default_rng(7)
    exams = 1000
    false = sum(any(one.off for one in simulated(rng, [0.0] * count, 140)) for _ in range(exams))
    assert false / exams <= METHOD.rate + 2 * np.sqrt(METHOD.rate * (1 - METHOD.rate) / exams)


def test_the_rate_holds_over_all_sittings_of_a_period() -> None:
    rng = np.random.default_rng(11)
    exams, false = 600, 0
    for _ in range(exams):
        means = rng.normal(70, SD / np.sqrt(140), (4, 2))
        sittings = [[FormMean(140, float(mean), SD**2, 70.0) for mean in sitting] for sitting in means]
        found = departures(sittings, least_n=METHOD.least_n_form, rate=METHOD.rate, points=METHOD.form_points)
        false += any(one.off for sitting in found for one in sitting)
    assert false / exams <= METHOD.rate + 2 * np.sqrt(METHOD.rate * (1 - METHOD.rate) / exams)


@pytest.mark.parametrize(("count", "least"), [(2, 0.9), (4, 0.95)])
def test_a_form_harder_by_a_third_of_a_logit_is_found_at_140_candidates(count: int, least: float) -> None:
    rng = np.random.default_rng(8)
    found = [simulated(rng, [HARDER] + [0.0] * (count - 1), 140)[0].off for _ in range(400)]
    assert np.mean(found) >= least


def test_one_hard_form_does_not_make_the_others_look_easy() -> None:
    """However many candidates: what is off its plan leaves what the others are held against."""
    rng = np.random.default_rng(9)
    blamed = [any(one.off for one in simulated(rng, [HARDER, 0.0, 0.0, 0.0], 3000)[1:]) for _ in range(400)]
    assert np.mean(blamed) <= 0.05


def test_a_difference_that_the_method_accepts_is_let_be_however_sure_it_is() -> None:
    rng = np.random.default_rng(10)
    assert not any(one.off for _ in range(50) for one in simulated(rng, [0.5, 0.0, 0.0], 40_000))


def leads_of(data: ReviewData) -> list[Lead]:
    return [lead for lead in exam_panel(data, METHOD).leads if lead.rule == "harder-form"]


@pytest.mark.clause(
    "9.3.1", "a form that is harder than planned is named to the committee, beyond chance and with its size"
)
@pytest.mark.parametrize(("candidates", "forms"), [(300, 2), (600, 4)])
def test_the_planted_form_is_named_and_no_other(candidates: int, forms: int) -> None:
    planted = plant(candidates, forms=forms, form=True)
    assert planted.form is not None
    form = planted.data.forms[planted.form]
    (lead,) = leads_of(planted.data)
    assert lead.subject.ref == f"{planted.data.sittings[form.sitting].id}/{form.form_no}"
    assert lead.subject.label == f"Paket {form.form_no} · sesi {planted.data.sittings[form.sitting].code}"
    assert "lebih sulit dari rencana" in lead.text_id
    assert lead.q is not None
    assert lead.q <= METHOD.rate
    assert leads_of(make_review_data(candidates, forms=forms)) == []


def test_under_the_least_n_forms_rest_on_their_assembly() -> None:
    planted = plant(150, forms=2, form=True)
    block = exam_panel(planted.data, METHOD).parts["exam"]["forms"]
    assert leads_of(planted.data) == []
    assert block["verdict"] == "few"
    assert "kesetaraannya bersandar pada perakitan" in block["text_id"]
    (sitting,) = block["sittings"]
    for form in sitting["forms"]:
        assert form["difference"]["value"] is None
        assert form["equated"]["reason_id"].startswith("tidak disetarakan: n = ")
        assert form["equivalent"]["low"] < 68.0 + 3 and form["equivalent"]["value"] is not None


def test_without_a_plan_forms_are_taken_to_be_alike() -> None:
    data = make_review_data(300, standard=False)
    block = exam_panel(data, METHOD).parts["exam"]["forms"]
    (sitting,) = block["sittings"]
    assert block["flips"] is None
    assert sitting["forms"][0]["difference"]["value"] is not None
    assert sitting["forms"][0]["equivalent"]["reason_id"] == "tanpa rencana paket"
