"""Moodle XML: what a question of a school brings along, and what is said of the rest."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace

import pytest
from lxml import etree

from app.itembank.exchange import ExchangeItem, ReadRow
from app.itembank.exchange.formats import moodle_xml
from app.itembank.richtext import images_of, plain, read_image
from tests.unit.itembank.exchange.samples import NOTICE, full_items, others, outcome, picture, require_words


def quiz(*questions: str) -> bytes:
    return f"<quiz>{''.join(questions)}</quiz>".encode()


def question(text: str = "Apa?", *, format_: str = "html", inside: str = "", files: str = "") -> str:
    return f"""<question type="multichoice"><name><text>Soal 1</text></name>
<questiontext format="{format_}"><text><![CDATA[{text}]]></text>{files}</questiontext>
<answer fraction="0"><text>merah</text></answer><answer fraction="100"><text>biru</text></answer>{inside}</question>"""


def category(path: str) -> str:
    return f'<question type="category"><category><text>{path}</text></category></question>'


def read_one(content: bytes) -> tuple[ExchangeItem, ReadRow]:
    (row,) = moodle_xml.read(content, "soal.xml").rows
    assert row.item is not None and not row.faults
    return row.item, row


@pytest.mark.parametrize(
    ("path", "kuk"),
    [
        ("$course$/top/KUK 1.2", "1.2"),
        ("$course$/Mutu/1.2 Pihak berkepentingan", "1.2"),
        ("top/kuk-10.3", "10.3"),
        ("top/KUK 1.2/Latihan", None),
        ("top/Versi 1.2", None),
        ("top/1.2.3", None),
    ],
)
def test_a_category_that_names_a_criterion_gives_it(path: str, kuk: str | None) -> None:
    read = moodle_xml.read(quiz(category(path), question()), "soal.xml")

    assert [row.item.kuk for row in read.rows if row.item] == [kuk]
    assert (f"category left out: {path}" in [one.text_en for one in read.left_out]) == (kuk is None)


@pytest.mark.parametrize(
    ("inside", "fixed"),
    [
        ("", None),
        *((f"<shuffleanswers>{said}</shuffleanswers>", said in "0false") for said in ("1", "true", "0", "false")),
    ],
)
def test_answers_that_moodle_does_not_shuffle_keep_their_order(inside: str, fixed: bool | None) -> None:
    item, row = read_one(quiz(question(inside=inside)))

    assert item.fixed_order is fixed
    assert not row.left_out


def test_our_tags_are_facts_and_others_are_listed() -> None:
    tags = ("kuk:2.1", "level:apply", "p:0.7", "p:2", "level:sulit", "enemy:MMU-2.1-03", "UTS 2025")
    inside = (
        "<tags>" + "".join(f"<tag><text>{tag}</text></tag>" for tag in tags) + "</tags><idnumber>MMU-2.1-07</idnumber>"
    )

    item, row = read_one(quiz(category("KUK 1.1"), question(inside=inside)))

    assert (item.kuk, item.cognitive_level, item.expected_p) == ("2.1", "apply", 0.7)
    assert (item.code, item.enemies) == ("MMU-2.1-07", ("MMU-2.1-03",))
    assert [one.text_en for one in row.left_out] == [
        f"label not carried over: {tag}" for tag in ("p:2", "level:sulit", "UTS 2025")
    ]


def test_a_number_of_another_system_is_listed() -> None:
    item, row = read_one(quiz(question(inside="<idnumber>soal-17</idnumber>")))

    assert item.code is None
    assert "soal-17" in row.left_out[0].text_en


def test_general_feedback_is_the_rationale_and_feedback_on_answers_is_listed() -> None:
    inside = """<generalfeedback format="html"><text>&lt;p&gt;Sebab &lt;b&gt;biru&lt;/b&gt;.&lt;/p&gt;</text></generalfeedback>
<answer fraction="0"><text>hijau</text><feedback><text>Bukan.</text></feedback></answer>"""

    item, row = read_one(quiz(question(inside=inside)))

    assert item.rationale == "Sebab <strong>biru</strong>."
    assert item.options == ("merah", "biru", "hijau")
    assert item.key == 1
    assert "feedback on single answers" in row.left_out[0].text_en


def test_settings_of_a_quiz_are_listed_once() -> None:
    setting = "<penalty>0.3333333</penalty><hint><text>Lihat ke atas</text></hint>"

    read = moodle_xml.read(quiz(question(inside=setting), question(inside=setting)), "soal.xml")

    assert [one.text_en for one in read.left_out] == ["Moodle settings left out: hint, name, penalty"]


@pytest.mark.parametrize(
    ("format_", "text", "markup"),
    [
        ("html", "<p>a &lt; b</p><p>c</p>", "<p>a &lt; b</p><p>c</p>"),
        ("plain_text", "a <b>tebal</b>", "a &lt;b&gt;tebal&lt;/b&gt;"),
        ("moodle_auto_format", "satu\ndua", "satu\ndua"),
        ("moodle_auto_format", "<b>satu</b>\ndua", "<strong>satu</strong><br>dua"),
        (
            "markdown",
            "Pilih **satu** dari _ini_:\n\n1. a_b_c\n2. 2*3*4",
            "<p>Pilih <strong>satu</strong> dari <em>ini</em>:</p><ol><li>a_b_c</li><li>2*3*4</li></ol>",
        ),
        ("tak-dikenal", "<b>a</b>", "<strong>a</strong>"),
    ],
)
def test_each_format_of_text_says_what_it_means(format_: str, text: str, markup: str) -> None:
    assert read_one(quiz(question(text, format_=format_)))[0].stem == markup


@pytest.mark.parametrize("text", [r"Nilai $$x^2$$?", r"Nilai \(x^2\)?", r"Nilai \[x^2\]?"])
def test_tex_is_a_formula_however_it_is_marked(text: str) -> None:
    item, _ = read_one(quiz(question(text)))

    assert "<msup>" in item.stem
    assert plain(item.stem) == "Nilai x^2?"


def test_embedded_pictures_belong_to_the_text_they_stand_with() -> None:
    blue, gold = picture("blue"), picture("gold")
    files = f'<file name="peta 1.png" path="/" encoding="base64">{b64encode(blue).decode()}</file>'
    option = f"""<answer fraction="0"><text>&lt;img src="@@PLUGINFILE@@/sub/peta%201.png" alt="emas"&gt;</text>
<file name="peta 1.png" path="/sub/" encoding="base64">{b64encode(gold).decode()}</file></answer>"""

    read = moodle_xml.read(
        quiz(question('<img src="@@PLUGINFILE@@/peta%201.png" alt="biru">', files=files, inside=option)), "x"
    )

    (item,) = [row.item for row in read.rows if row.item]
    assert images_of(item.stem) == [read_image(blue).hash]
    assert images_of(item.options[2]) == [read_image(gold).hash]
    assert read.images.keys() == {read_image(blue).hash, read_image(gold).hash}


def test_pictures_of_questions_that_are_not_taken_are_not_carried() -> None:
    files = f'<file name="a.png" path="/" encoding="base64">{b64encode(picture()).decode()}</file>'
    stem = '<img src="@@PLUGINFILE@@/a.png" alt="a"><video src="a.mp4"></video>'

    assert not moodle_xml.read(quiz(question(stem, files=files)), "x").images


def test_the_layout_of_a_page_is_lost_and_named_but_its_words_stay_apart() -> None:
    item, row = read_one(quiz(question("<dl><dt>Mutu</dt><dd>kesesuaian</dd></dl><hr><u>Apa?</u>")))

    assert plain(item.stem) == "Mutu\nkesesuaian\nApa?"
    assert [one.text_en for one in row.left_out] == [
        "stem: elements not carried over: dd, dl, dt, hr",
        "stem: elements not carried over: u",
    ]


def test_what_is_written_is_one_question_each_under_its_criterion() -> None:
    items, images = full_items()

    root = etree.fromstring(moodle_xml.write([*items, replace(items[0], kuk=None)], images, NOTICE))

    paths = [str(path.text) for path in root.iterfind("question/category/text")]
    assert paths == ["$course$/top/KUK 1.0", "$course$/top/KUK 1.1", "$course$/top/KUK 1.2", "$course$/top/Bank soal"]
    assert len(root.findall("question[@type='multichoice']")) == len(items) + 1
    assert r"\(\frac{a}{b} &lt; \sqrt{c}\)" in str(root.findtext("question[@type='multichoice']/answer[2]/text"))


def test_every_question_of_others_is_accounted_for() -> None:
    for path in others("moodle/*.xml"):
        content = path.read_bytes()
        kinds = re.findall(rb'<question type="(\w+)"', content)

        read = moodle_xml.read(content, path.name)

        assert len(read.rows) == len([kind for kind in kinds if kind != b"category"])
        assert len(read.left_out) == kinds.count(b"category")
        assert {outcome(row) for row in read.rows} == {"listed"}
        require_words(read)
