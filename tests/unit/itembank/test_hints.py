"""What an author is told about one item while writing it."""

from __future__ import annotations

import pytest

from app.itembank import ItemContent
from app.itembank.hints import Neighbour, Stem, folded, hints_of

STEM = "Apa langkah pertama ketika mesin pengemas berhenti mendadak?"
OPTIONS = ("mencatat waktu", "memanggil teknisi", "mengganti bahan", "menutup pesanan")
PICTURE = '<img alt="{}" src="image:' + "0" * 64 + '">'


def told(
    stem: str = STEM, options: tuple[str, ...] = OPTIONS, key: int | None = 0, stimulus: str = ""
) -> list[tuple[str, str]]:
    return [(hint.rule, hint.field) for hint in hints_of(ItemContent(stem, options, stimulus), key, "1.1", [])]


def test_a_sound_item_gets_no_hint() -> None:
    assert told() == []


@pytest.mark.parametrize(
    "stem",
    [
        "Langkah pertama ketika mesin berhenti adalah:",
        "<p>Berapa persen yang cacat?</p><table><tbody><tr><td>Retak</td><td>12</td></tr></tbody></table>",
        f"<p>Apa yang ditunjukkan peta ini?</p><p>{PICTURE.format('Peta kendali dengan dua belas titik')}</p>",
    ],
)
def test_a_question_may_end_before_its_table_or_picture_or_be_completed(stem: str) -> None:
    assert told(stem) == []


def test_a_stem_that_asks_nothing() -> None:
    assert told("Mesin pengemas berhenti mendadak.") == [("no-question", "stem")]


def test_negations_and_exceptions_in_the_question() -> None:
    assert told("Manakah yang tidak termasuk audit?") == [("negation", "stem")]
    assert told("Manakah yang <strong>tidak</strong> termasuk audit?") == []
    assert told("Semua ini termasuk audit, KECUALI:") == [("exception", "stem")]


def test_options_that_are_no_answers_or_say_the_same() -> None:
    assert told(options=(*OPTIONS[:3], "Semua jawaban benar")) == [("banned-option", "options.3")]
    assert told(options=(*OPTIONS[:3], "<strong>Mencatat</strong>  waktu")) == [("equal-options", "options.3")]
    assert told(options=(*OPTIONS[:2], "", "")) == [], "who has not written them yet is not told that they are equal"


def test_options_that_differ_much_in_length() -> None:
    longer = "memanggil teknisi yang bertugas dan menunggu sampai ia datang"
    assert told(options=(longer, *OPTIONS[1:]), key=1) == [("option-lengths", "options")]
    assert ("longest-option", "options.0") in told(options=(longer, *OPTIONS[1:]))


def test_pictures_say_what_is_to_be_seen_and_not_the_answer() -> None:
    assert told(stimulus=PICTURE.format("")) == [("missing-alt", "stimulus")]
    assert told(options=(PICTURE.format(""), *OPTIONS[1:]), key=None) == [("missing-alt", "options.0")]
    assert told(f"{PICTURE.format('Operator sedang Mencatat Waktu')} {STEM}") == [("alt-tells-key", "stem")]
    every = ", ".join(OPTIONS)
    assert told(f"{PICTURE.format(every)} {STEM}") == [], "where all options stand, none of them is told"


def test_the_rules_about_the_key_wait_for_a_key() -> None:
    assert told(f"{PICTURE.format('mencatat waktu')} {STEM}", key=None) == []
    assert told(key=5) == [], "a key beyond the options, as they stand while somebody removes one"


def test_a_stem_like_another_one_of_the_bank_is_named() -> None:
    bank = [
        Neighbour("MMU-1.1-01", "1.1", Stem("Siapa menyetujui perubahan prosedur?")),
        Neighbour("MMU-2.1-02", "2.1", Stem(STEM.upper())),
    ]
    content = ItemContent("Dua: " + STEM, OPTIONS)
    assert [(hint.rule, hint.text_en) for hint in hints_of(content, None, "1.1", bank)] == [
        ("similar-stems", "the stem resembles that of MMU-2.1-02 (0.96)")
    ]


def test_the_third_stem_of_a_criterion_that_begins_alike() -> None:
    begun = "Apa langkah pertama ketika mesin"
    bank = [
        Neighbour("A", "1.1", Stem(f"{begun} cetak rusak?")),
        Neighbour("B", "1.1", Stem(f"{begun} las memercikkan logam ke luar batas aman?")),
    ]

    def rules(kuk: str | None, others: list[Neighbour]) -> list[str]:
        return [hint.rule for hint in hints_of(ItemContent(STEM, OPTIONS), None, kuk, others)]

    assert rules("1.1", bank) == ["frame"]
    assert rules("2.1", bank) == rules(None, bank) == rules("1.1", bank[:1]) == []


def test_folding_forgets_case_marks_and_spaces() -> None:
    assert folded("  Ｒésumé\n MUTU ") == "resume mutu"
