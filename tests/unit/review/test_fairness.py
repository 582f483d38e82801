"""Groups are compared where their people agreed and are enough; a difference between equally able people is found, by item."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.review.data.types import ReviewData
from app.review.exam_panel.groups import groups_of
from app.review.exam_panel.impact import impact
from app.review.exam_panel.pace import pace_of
from app.review.exam_panel.panel import exam_panel
from app.review.method.types import ReviewMethod
from app.review.shown import Lead
from tests.review_data import ATTRIBUTE, FOCAL, REFERENCE, make_review_data, plant

METHOD = ReviewMethod()


def fairness(data: ReviewData) -> tuple[dict[str, Any], list[Lead]]:
    panel = exam_panel(data, METHOD)
    block: dict[str, Any] = panel.parts["exam"]["fairness"]
    return block, [lead for lead in panel.leads if lead.rule in ("dif", "impact")]


@pytest.mark.clause(
    "9.2.4", "items that are harder for one group of equal ability are found, with the power to find them"
)
def test_the_planted_item_is_found_and_experts_are_asked() -> None:
    planted = plant(1200, bank=120, periods=(0, -1), dif=True)
    assert planted.dif is not None
    block, leads = fairness(planted.data)
    (lead,) = [lead for lead in leads if lead.rule == "dif"]
    item = planted.data.items[planted.dif]
    assert (lead.subject.ref, lead.subject.label, lead.strength) == (str(item.lineage_id), item.code, "expert")
    assert f"lebih sulit bagi {FOCAL} daripada bagi {REFERENCE}" in lead.text_id
    (contrast,) = block["dif"]
    assert contrast["verdict"] == block["verdict"] == "expert"
    assert contrast["power"]["value"] > 0.8
    assert contrast["items"][0]["code"] == item.code
    assert contrast["items"][0]["ets"] == "C"


def test_sound_items_raise_no_lead() -> None:
    block, leads = fairness(make_review_data(1200, bank=120, periods=(0, -1)))
    assert leads == []
    assert block["verdict"] == "none"


@pytest.mark.clause(
    "9.2.4", "where groups are too small, it is said what is needed, when it is reached, and what stands in"
)
def test_too_small_groups_are_told_when_they_will_be_large_enough() -> None:
    block, leads = fairness(make_review_data(60))
    (contrast,) = block["dif"]
    assert leads == []
    assert exam_panel(make_review_data(60), METHOD).by_chance["dif"] == 0.0, (
        "what is not tested raises nothing by chance"
    )
    assert contrast["verdict"] == block["verdict"] == "few"
    assert "tidak dihitung: perlu n >= 200" in contrast["text_id"]
    assert "di luar jendela 3 tahun" in contrast["text_id"]
    assert "telaah keberpihakan oleh ahli" in contrast["text_id"]


def test_groups_of_few_people_show_a_count_and_no_mean() -> None:
    data = make_review_data(60, periods=(0,), retakes=0.0)
    persons = tuple(
        replace(one, groups={ATTRIBUTE: "lain" if at < 6 else REFERENCE}) for at, one in enumerate(data.persons)
    )
    block, _ = fairness(replace(data, persons=persons))
    few = next(one for one in block["attributes"][0]["groups"] if one["value"] == "lain")
    assert few["n"]["value"] == 6
    assert few["mean"]["value"] is few["pass_rate"]["value"] is few["difference"]["value"] is None


def test_who_did_not_agree_is_in_no_group() -> None:
    data = make_review_data(100, consent=0.5)
    agreed = sum(one.groups is not None and one.first for one in data.persons)
    block, _ = fairness(data)
    assert sum(one["n"]["value"] for one in block["attributes"][0]["groups"]) == agreed
    assert block["text_id"].startswith(f"{agreed} dari {int(data.of_period().sum())} peserta menyetujui")
    nobody, _ = fairness(make_review_data(60, consent=0.0))
    assert nobody["attributes"] == nobody["dif"] == []
    assert "Tidak ada peserta yang menyetujui" in nobody["text_id"]


@pytest.mark.parametrize("seed", range(12))
def test_sixty_candidates_a_period_raise_no_lead_about_groups(seed: int) -> None:
    data = make_review_data(60, seed=seed)
    groups = groups_of(data, data.of_period())
    (shown,), leads, tested = impact(data, METHOD, groups, pace_of(data, METHOD))
    assert (leads, tested) == ([], 0)
    difference = shown["groups"][1]["difference"]
    assert difference["value"] is not None, "what was seen is shown all the same, with its interval"
    assert difference["range_id"]
    assert "Kelompok di bawah 200 orang hanya ditampilkan, tidak ditandai." in shown["text_id"]


def test_groups_that_differ_are_a_lead_and_no_proof_of_unfairness() -> None:
    data = make_review_data(200)
    low = [one.groups is not None and one.groups[ATTRIBUTE] == FOCAL for one in data.persons]
    scores = np.array([one.score for one in data.persons]) - 8 * np.array(low)
    persons = tuple(replace(one, score=max(0, int(s))) for one, s in zip(data.persons, scores, strict=True))
    _, leads = fairness(replace(data, persons=persons))
    (lead,) = leads
    assert (lead.rule, lead.subject.ref, lead.strength) == ("impact", ATTRIBUTE, "expert")
    assert "bukan bukti soal memihak" in lead.text_id
