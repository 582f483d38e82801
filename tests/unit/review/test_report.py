"""The report of a review as a paper: its digits are those of the library, the whole loop of a finding is in it, and no candidate is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from app.psychometrics import Estimate, exam_analysis, item_analysis, proportion
from app.review.compute import compute
from app.review.data.types import ReviewData
from app.review.method.content import printed_fields
from app.review.method.types import ReviewMethod
from app.review.report.blocks import definitions_of
from app.review.report.walk import figures_in
from app.review.shown import Definition, Kind, definition, list_definitions, printed
from tests.review_data import make_review_data, plant
from tests.unit.review.reported import ITEM, content_of, letters_of, make_facts, pdf_of

HOSTILE = '#panic("x") *tebal* $x$ @a <b> #import "/etc/passwd" \\ //'
EXAM_CHAPTERS = range(1, 5)


@cache
def planted() -> ReviewData:
    return plant(120, bank=100, mis_key=True, leak=True, copy=True).data


@cache
def stored() -> str:
    """The parts as they come back from where they are kept."""
    return json.dumps(dict(compute(planted(), ReviewMethod())))


def parts() -> dict[str, Any]:
    return dict(json.loads(stored()))


@cache
def printed_letters() -> str:
    return letters_of(pdf_of(content_of(make_facts(parts()))))


def squeezed(told: str) -> str:
    return "".join(told.split())


def strings_of(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for member in content.values():
            yield from strings_of(member)
    elif isinstance(content, list):
        for member in content:
            yield from strings_of(member)


def test_every_figure_of_the_exam_stands_in_the_paper_with_the_digits_of_its_part() -> None:
    chapters = content_of(make_facts(parts()))["chapters"]
    told = squeezed(" ".join(strings_of([chapters[number] for number in EXAM_CHAPTERS])))
    letters = printed_letters()
    shown = [one for one in figures_in(parts()["exam"]) if one["value"] is not None]
    assert len(shown) > 20
    for one in shown:
        for digits in (one["text_id"], one["range_id"]):
            assert squeezed(digits) in told, one
            assert squeezed(digits) in letters, one


def test_the_digits_are_those_of_the_library() -> None:
    data, letters = planted(), printed_letters()
    period = data.of_period(0)
    scores = np.array([one.score for one, now in zip(data.persons, period, strict=True) if now])
    exam = exam_analysis(data.responses(period, with_void=True), cut=data.pass_mark)
    rate = proportion(int((scores >= data.pass_mark).sum()), len(scores))
    for found, kind in (
        (rate, Kind.PERCENT),
        (exam.stratified_binomial, Kind.COEFFICIENT),
        (exam.csem_at_cut, Kind.SCORE),
    ):
        assert_printed(found, kind, letters)
    assert squeezed(printed(float(scores.mean()), Kind.SCORE, "id")) in letters
    for place, one in enumerate(item_analysis(data.responses(with_void=True), verdict_n=ReviewMethod().least_n_item)):
        if not one.n:
            continue
        value = one.difficulty.value
        assert value is not None
        right = f"{round(value * one.n)} dari {one.n}"
        row = f"{data.items[place].code}{right}{printed(value, Kind.PERCENT, 'id')}"
        assert squeezed(row) in letters, row


def test_an_item_that_is_explained_has_the_library_s_digits_too() -> None:
    data, letters = planted(), printed_letters()
    raised = {lead["subject"]["label"] for lead in parts()["leads"]["leads"] if lead["rule"] == "mis-key"}
    analysed = zip(data.items, item_analysis(data.responses(with_void=True)), strict=True)
    suspected = [(item, one) for item, one in analysed if item.code in raised]
    assert suspected
    for item, one in suspected:
        assert_printed(one.item_rest, Kind.COEFFICIENT, letters)
        card = parts()[f"item:{item.lineage_id}"]
        chosen = [option for option in one.options if option.n]
        assert [option["count"] for option in card["options"] if option["count"]] == [option.n for option in chosen]


def test_what_leads_rest_on_stands_in_the_paper_with_the_digits_of_its_part() -> None:
    letters = printed_letters()
    shown = [one for lead in parts()["leads"]["leads"] if lead["subject"]["kind"] == "item" for one in lead["figures"]]
    assert len(shown) > 2
    for one in (*shown, *figures_in(parts()["integrity"]["similarity"]["figures"])):
        if (
            one["value"] is not None and definition(one["definition"]).kind is not Kind.PROBABILITY
        ):  # stays on the screen
            assert squeezed(one["text_id"]) in letters, one


def assert_printed(found: Estimate, kind: Kind, letters: str) -> None:
    assert found.value is not None
    assert squeezed(printed(found.value, kind, "id")) in letters
    if found.low is not None and found.high is not None:
        assert squeezed(f"{printed(found.low, kind, 'id')} sampai {printed(found.high, kind, 'id')}") in letters


def test_what_was_planted_is_explained() -> None:
    raised = parts()["leads"]["leads"]
    assert {"mis-key", "leak"} <= {lead["rule"] for lead in raised}
    letters = printed_letters()
    for lead in raised:
        if lead["subject"]["kind"] == "item":
            assert squeezed(f"{lead['subject']['label']} · KUK") in letters
            assert squeezed(lead["text_id"]) in letters


@pytest.mark.clause("9.3.5", "the report shows each finding from lead to verified closure")
def test_the_whole_loop_of_a_finding_is_told_in_its_order() -> None:
    loop = next(
        block["rows"]
        for chapter in content_of(make_facts(parts()))["chapters"]
        for block in chapter["blocks"]
        if block["kind"] == "table" and block["rows"][0][1] == "tanda"
    )
    assert [(day, what) for day, what, _, _ in loop] == [
        ("", "tanda"),
        ("1 Februari 2026", "temuan"),
        ("2 Februari 2026", "tindakan korektif"),
        ("3 Februari 2026", "bagaimana jika"),
        ("5 Februari 2026", "dilaksanakan"),
        ("5 Februari 2026", "penilaian ulang"),
        ("18 Juli 2026", "verifikasi"),
        ("20 Juli 2026", "ditutup"),
    ]
    letters = printed_letters()
    assert squeezed("Temuan 1: temuan mayor, ditutup") in letters
    for said in (
        "Koreksi kunci Sari Dewi (pelaksana Citra Lestari; paling lambat 28 Februari 2026)",
        "61 hasil ditinjau; 40 nilai naik, 9 turun; 3 peserta menjadi Lulus",
        "berhasil (Kajian semester I 2026): 87 % benar Sari Dewi",
        "terbukti berhasil",
    ):
        assert squeezed(said) in letters, said


def test_no_candidate_no_seat_and_no_letter_of_an_option_is_named() -> None:
    letters = printed_letters()
    pairs = [lead for lead in parts()["leads"]["leads"] if lead["subject"]["kind"] in ("pair", "candidate")]
    for named in ("Lab 1 · 07 & 08", *(lead["subject"]["label"] for lead in pairs)):
        assert squeezed(named) not in letters
    for person in planted().persons:
        assert str(person.attempt_id)[:8] not in letters
    told = " ".join(strings_of(content_of(make_facts(parts()))["chapters"]))
    assert not re.search(r"\b(?:opsi|kunci|jawaban|pilihan) [A-D]\b", told)


def test_every_figure_is_explained_in_the_terms() -> None:
    content = content_of(make_facts(parts()))
    terms = next(chapter for chapter in content["chapters"] if chapter["title"] == "Istilah")
    explained = {row[0] for row in terms["blocks"][0]["rows"]}
    used = definitions_of(content["chapters"])
    assert {definition(name).title_id for name in used} == explained
    assert "item-p" in used
    for name in used:
        assert squeezed(definition(name).says_id) in printed_letters()


def test_few_candidates_get_reasons_instead_of_figures() -> None:
    few = json.loads(json.dumps(dict(compute(make_review_data(20, forms=1, bank=100, periods=(0,)), ReviewMethod()))))
    content = content_of(make_facts(few))
    limits = next(chapter for chapter in content["chapters"] if chapter["title"] == "Batas-batas kajian ini")
    withheld = next(block for block in limits["blocks"] if block["kind"] == "table")
    assert any("perlu 30" in reason for _, reason in withheld["rows"])
    assert squeezed("belum cukup data") in letters_of(pdf_of(content))


def test_a_name_is_printed_and_never_read_as_typst() -> None:
    letters = letters_of(pdf_of(content_of(make_facts(parts(), name=HOSTILE))))
    assert squeezed(HOSTILE) in letters


def test_the_same_facts_are_the_same_file_and_one_to_keep() -> None:
    first, again = (pdf_of(content_of(make_facts(parts()))) for _ in range(2))
    assert first == again
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>\s*<pdfaid:conformance>A<", first)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in first


def test_it_says_whether_it_is_a_controlled_document_and_which_page_this_is() -> None:
    letters = printed_letters()
    assert "TERKENDALI" in letters
    assert squeezed("KVU-MMu-2026-02 · Edisi 01 · Revisi 00") in letters
    assert squeezed("Halaman 1 dari") in letters
    draft = content_of(make_facts(parts(), decided=False))["control"]
    assert draft["status"] == "DRAF, BELUM DIPUTUSKAN"


def test_it_speaks_english_when_asked() -> None:
    letters = letters_of(pdf_of(content_of(make_facts(parts()), "en")))
    for said in (
        "Report of the Exam Validity Review",
        "Findings and corrective actions",
        "CONTROLLED",
        "Interval of 95 %",
    ):
        assert squeezed(said) in letters
    for said in ("Peserta", "Ringkasan", "Halaman", "Temuan"):
        assert said not in letters


def test_a_method_that_came_late_is_named_as_such() -> None:
    assert squeezed("Metode ini baru disahkan sesudah periode dimulai") in printed_letters()


def test_a_part_that_is_not_there_is_no_reason_not_to_print() -> None:
    letters = letters_of(pdf_of(content_of(make_facts({}))))
    assert squeezed("Tidak dihitung dalam kajian ini.") in letters
    assert ITEM in letters


@pytest.mark.parametrize("one", [one for one in list_definitions() if one.method], ids=lambda one: one.id)
def test_an_explanation_repeats_no_value_that_a_committee_may_change(one: Definition) -> None:
    proposed = {field["name"]: field for field in printed_fields(ReviewMethod())}
    told = f"{one.says_id} {one.says_en} {one.least_n_id} {one.least_n_en}"
    told = re.sub("(setiap|every) 100", "", told)  # a way to say percent
    for name in one.method:
        for digits in (proposed[name]["text_id"], proposed[name]["text_en"]):
            assert not re.search(rf"(?<![\d,.]){re.escape(digits)}(?![\d,.]*\d)", told), (name, digits)


def test_the_terms_state_the_limits_of_the_method_that_the_review_went_by() -> None:
    method = ReviewMethod(least_n_exam=45, reliability_least=0.7, effort_least=0.85, pair_rate=0.0025)
    data = make_review_data(60, forms=1, bank=100, periods=(0,))
    parts_by_it = json.loads(json.dumps(dict(compute(data, method))))
    for lang, limits in (
        ("id", ("Peserta untuk angka ujian: 45", "Keandalan, ujung bawah selangnya: 0,7", "pasangan peserta: 0,25 %")),
        (
            "en",
            ("Candidates for the exam's figures: 45", "the lower end of its interval: 0.7", "of candidates: 0.25 %"),
        ),
    ):
        letters = letters_of(pdf_of(content_of(make_facts(parts_by_it, method=method), lang)))
        for said in limits:
            assert squeezed(said) in letters, said
