"""What a letter says, and what an item looks like under two keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from app.grading import Right
from app.grading.corrections import Effect
from app.itembank import KeyedItem
from app.review.method.types import ReviewMethod
from app.review.rescore.letters import Changed, changed_csv, write_letter
from app.review.rescore.what_if import Answer, statistics
from tests.unit.proctoring.papers import make_sitting

ITEM = KeyedItem(uuid4(), "MMU-1.1-01", "1.1", 4, 0, 0.6, "apply")


def changed(**facts: Any) -> Changed:
    sitting = make_sitting(code="UJI-1")
    effect = Effect(sitting.id, uuid4(), 2, 67, 68, "Belum Lulus", "Lulus", released=True)
    return Changed(sitting, "MMU-26-0001", facts.get("name", "Sari Dewi"), effect, letter=True)


def test_a_letter_says_what_it_was_what_it_is_and_that_it_never_falls() -> None:
    letter = write_letter(changed(), datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    said = "\n".join(f"{title}\n{text}" for title, text in letter["sections"])
    assert "Nilai semula: 67 (rekomendasi: Belum Lulus)." in said
    assert "Nilai sekarang: 68 (rekomendasi: Lulus)." in said
    assert "22 November 2026 pukul 10.00 WIB" in said
    assert "tidak pernah diturunkan" in said
    assert "belum merupakan keputusan sertifikasi" in said


def test_a_name_in_the_list_is_no_formula() -> None:
    assert "'=SUM(A1)" in changed_csv([changed(name="=SUM(A1)")])


@pytest.mark.parametrize(("n", "value"), [(14, None), (15, 1.0)])
def test_no_coefficient_under_fifteen_people(n: int, value: float | None) -> None:
    answers = [Answer(1, 90) if number % 2 else Answer(0, 10) for number in range(n)]
    found = statistics(ITEM, Right(frozenset({0})), Right(frozenset({1})), answers, ReviewMethod())
    assert found["now"]["item_rest"]["value"] == (None if value is None else pytest.approx(-1.0))
    assert found["after"]["item_rest"]["value"] == (None if value is None else pytest.approx(value))
    if value is None:
        assert found["after"]["item_rest"]["reason_id"] == "belum cukup data (n = 14, perlu 15)"


def test_how_many_people_a_coefficient_takes_is_what_the_method_says() -> None:
    answers = [Answer(1, 90) if number % 2 else Answer(0, 10) for number in range(14)]
    right = Right(frozenset({0})), Right(frozenset({1}))
    fewer, more = (statistics(ITEM, *right, answers, ReviewMethod(least_n_key=least)) for least in (14, 40))
    assert fewer["now"]["item_rest"]["value"] is not None
    assert more["now"]["item_rest"]["reason_id"] == "belum cukup data (n = 14, perlu 40)"


def test_everybody_right_has_no_agreement_and_says_why() -> None:
    answers = [Answer(None, rest) for rest in range(20)]
    found = statistics(ITEM, Right(frozenset({0})), Right(frozenset({0}), void=True), answers, ReviewMethod())
    assert (found["now"]["right"]["text_id"], found["after"]["right"]["text_id"]) == ("0,0 %", "100,0 %")
    assert found["after"]["item_rest"]["reason_id"] == "semua mendapat angka yang sama pada soal ini"
    blank = found["options"][-1]
    assert (blank["letter"], blank["now"], blank["after"], blank["chosen"]["text_id"]) == (None, False, True, "20")
