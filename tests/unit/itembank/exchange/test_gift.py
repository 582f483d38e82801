"""GIFT: escapes, formats, weights and kinds, as people and Moodle write them."""

from __future__ import annotations

import pytest

from app.itembank.exchange import ExchangeItem, LeftOut, ReadFile
from app.itembank.exchange.formats import gift
from tests.unit.itembank.exchange.samples import others, outcome, require_words


def read(text: str) -> ReadFile:
    return gift.read(text.encode(), "soal.gift")


def item(text: str) -> ExchangeItem:
    (row,) = read(text).rows
    assert row.item is not None and not row.faults
    return row.item


def losses(text: str) -> list[str]:
    (row,) = read(text).rows
    return [one.text_en for one in row.left_out]


def test_escaped_signs_are_letters() -> None:
    found = item(r"::MMU-1.1-01::Mana \{himpunan\} \: 2 \= 1 \# \~ C\:\\nama?{=\=1\n\~2 ~\#3}")

    assert found.code == "MMU-1.1-01"
    assert found.stem == "Mana {himpunan} : 2 = 1 # ~ C:\\nama?"
    assert found.options == ("=1\n~2", "#3")


def test_backslashes_that_escape_nothing_stay_so_that_tex_can_be_written() -> None:
    assert "<mfrac>" in item(r"[html]Hitung \(\frac\{1\}\{2\}\)?{=a ~b}").stem


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("[html]<b>a</b> &lt; b{=a ~b}", "<strong>a</strong> &lt; b"),
        ("[plain]<b>a</b>{=a ~b}", "&lt;b&gt;a&lt;/b&gt;"),
        ("[markdown]**a**{=a ~b}", "<strong>a</strong>"),
        ("[moodle]a\nb{=a ~b}", "a\nb"),
        ("a\n<i>b</i>{=a ~b}", "a<br><em>b</em>"),
    ],
)
def test_the_format_in_brackets_says_what_the_text_is(text: str, stem: str) -> None:
    assert item(text).stem == stem


def test_answers_have_the_format_of_the_question_unless_they_say_another() -> None:
    found = item("[plain]Apa?{=<b>a</b> ~[html]<b>b</b> ####[markdown]*karena*}")

    assert found.options == ("&lt;b&gt;a&lt;/b&gt;", "<strong>b</strong>")
    assert found.rationale == "<em>karena</em>"


def test_a_missing_word_is_a_gap_and_a_full_stop_is_none() -> None:
    assert item("Langit {=biru ~merah} pada siang hari.").stem == "Langit _____ pada siang hari."
    assert item("Langit berwarna {=biru ~merah}.").stem == "Langit berwarna"


def test_comments_carry_labels_and_say_nothing_else() -> None:
    found = item(
        "// [id:MMU-1.1-02] [tag:kuk:1.1] [tag:source:ISO 9001 [6.2\\]]\n// catatan = {\nApa?{\n// =c\n=a\n~b}"
    )

    assert (found.code, found.kuk, found.source) == ("MMU-1.1-02", "1.1", "ISO 9001 [6.2]")
    assert found.options == ("a", "b")


def test_a_category_holds_until_the_next() -> None:
    found = read("$CATEGORY: top/KUK 1.1\n\nSatu{=a ~b}\n\nDua{=a ~b}\n\n$CATEGORY: top/Umum\n\nTiga{=a ~b}")

    assert [row.item.kuk for row in found.rows if row.item] == ["1.1", "1.1", None]
    assert found.left_out == (LeftOut(7, "kategori tidak dibawa: top/Umum", "category left out: top/Umum"),)


def test_a_title_that_is_no_code_is_listed_unless_it_repeats_the_question() -> None:
    assert losses("::Langit::Apa warna langit?{=a ~b}") == ["its name is not carried over: Langit"]
    assert losses("::Apa warna::Apa warna langit?{=a ~b}") == []


def test_feedback_and_penalties_are_listed() -> None:
    assert losses("Apa?{=a#Tepat ~%-50%b#Bukan}") == [
        "negative marks are not carried over",
        "the feedback on single answers is not carried over",
    ]


def test_a_fault_names_the_line_on_which_the_question_begins() -> None:
    found = read("Satu{=a ~b}\n\n// catatan\n\n\nDua{=a ~b\n\nTiga{=a ~b}")

    assert [(row.line, outcome(row)) for row in found.rows] == [(1, "taken"), (6, "refused"), (8, "taken")]
    assert found.rows[1].faults[0].line == 6


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("gift-escapes.gift.txt", ["taken"] * 3 + ["listed"] * 4),
        ("questions.gift.txt", ["listed"] * 2 + ["taken"] + ["listed"] * 6),
    ],
)
def test_every_question_of_others_is_accounted_for(name: str, outcomes: list[str]) -> None:
    (path,) = others(f"moodle/{name}")

    found = gift.read(path.read_bytes(), path.name)

    assert len(found.rows) == _blocks(path.read_text("utf-8"))
    assert [outcome(row) for row in found.rows] == outcomes
    require_words(found)


def _blocks(text: str) -> int:
    """Runs of lines that are not empty and not all comments, counted without reading them."""
    return sum(
        any(line.strip() and not line.startswith("//") for line in block.split("\n")) for block in text.split("\n\n")
    )
