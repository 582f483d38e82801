"""What a figure means, in two languages: nobody has to read past the one they do not speak."""

from __future__ import annotations

import re

import pytest

from app.review.shown import Definition, list_definitions

# Words that stand in formulas and sources of one language only.
INDONESIAN = (
    "atas|bagian|banyaknya|batas|benar|dari|galat|hitungan|keandalan|menurut|nilai|paket|peserta|rerata|selang|soal"
)
ENGLISH = "answers|candidates|count|form|forms|interval|items|mean|of|over|right|score|scores|share|the"

EVERY = pytest.mark.parametrize("one", list_definitions(), ids=lambda one: one.id)


@EVERY
def test_formula_source_and_least_n_are_told_in_the_language_of_the_reader(one: Definition) -> None:
    for told in (one.formula_en, one.least_n_en):
        assert not re.search(rf"\b({INDONESIAN})\b", told), told
    for told in (one.formula_id, one.least_n_id):
        assert not re.search(rf"\b({ENGLISH})\b", told), told
    if one.source_id != one.source_en:  # titles of books have the language that they were written in
        assert not re.search(rf"\b({INDONESIAN})\b", one.source_en), one.source_en
    assert bool(one.least_n_id) == bool(one.least_n_en)


@EVERY
def test_numbers_of_a_formula_have_the_comma_or_the_point_of_its_language(one: Definition) -> None:
    assert not re.search(r"\d\.\d", one.formula_id), one.formula_id
    assert not re.search(r"\d,\d", one.formula_en), one.formula_en
