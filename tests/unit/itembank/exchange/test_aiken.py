"""Aiken: strict files, careless files, and where each fault stands."""

from __future__ import annotations

import pytest

from app.itembank.exchange import ReadFile
from app.itembank.exchange.formats import aiken
from tests.unit.itembank.exchange.samples import others, outcome, require_words


def read(text: str) -> ReadFile:
    return aiken.read(text.encode(), "soal.txt")


@pytest.mark.parametrize(
    "text",
    [
        "Apa?\nA. biru\nB. merah\nANSWER: B",
        "Apa?\nA) biru\nB) merah\nANSWER: B",
        "  Apa?  \n\nA.biru\n\nb)   merah\n\n jawaban : b. \n",
        "\ufeffApa?\r\nA. biru\r\nB. merah\r\nKUNCI: B\r\n\r\n",
    ],
)
def test_a_question_however_it_is_spaced(text: str) -> None:
    (row,) = read(text).rows

    assert row.item is not None
    assert (row.item.stem, row.item.options, row.item.key) == ("Apa?", ("biru", "merah"), 1)
    assert row.faults == row.left_out == ()


def test_texts_that_run_on_to_the_next_line() -> None:
    (row,) = read("Sebuah pabrik berhenti.\nApa yang diperiksa?\nA. mesin\npengemas\nB. orang\nANSWER: A").rows

    assert row.item is not None
    assert row.item.stem == "Sebuah pabrik berhenti.\nApa yang diperiksa?"
    assert row.item.options == ("mesin pengemas", "orang")


def test_a_question_may_begin_like_an_option() -> None:
    (row,) = read("A. Deming menulis tentang apa?\nA. mutu\nB. cuaca\nANSWER: A").rows

    assert row.item is not None
    assert row.item.stem == "A. Deming menulis tentang apa?"


def test_each_fault_names_the_line_of_its_question() -> None:
    found = read("Satu\nA. a\nB. b\nANSWER: A\n\nDua\nA. a\nB. b\n\nTiga\nA. a\nC. c\nANSWER: A\n")

    assert [(row.line, outcome(row)) for row in found.rows] == [(1, "taken"), (6, "refused"), (10, "refused")]
    assert [fault.line for row in found.rows for fault in row.faults] == [6, 10]
    require_words(found)


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("aiken_errors.txt", ["refused", "refused", "taken", "refused", "taken"]),
        ("questions.aiken.txt", ["taken", "taken"]),
    ],
)
def test_every_question_of_others_is_accounted_for(name: str, outcomes: list[str]) -> None:
    (path,) = others(f"moodle/{name}")

    found = aiken.read(path.read_bytes(), path.name)

    assert [outcome(row) for row in found.rows] == outcomes
    require_words(found)
