"""What the tests of the question formats read: items that hold everything, hostile payloads, files of other systems."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image as Pictures

from app.core.datafile import DataFileError
from app.itembank.exchange import ExchangeItem, ReadFile, ReadRow
from app.itembank.exchange.questions import texts_of
from app.itembank.richtext import Image, Text, clean, escape, read_image, tree
from app.itembank.richtext.markup import ATTRIBUTES, BLOCKS, IMAGE, INLINE, MATH, SPAN

ROOT = Path(__file__).parents[4]
CORPUS = ROOT / "tests/corpus"
OTHERS = ROOT.parent / "shared/samples"
NOTICE = "Sahih · ekspor 7f3a · Sari Dewi · 22 November 2026 -- rahasia"
HIDDEN = {"{TAB}": "\t", "{LF}": "\n", "{CR}": "\r", "{NUL}": "\0", "{RLO}": "\u202e", "{ZWSP}": "\u200b"}


def picture(colour: str = "navy", kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Pictures.new("RGB", (12, 8), colour).save(out, kind)
    return out.getvalue()


def full_items() -> tuple[list[ExchangeItem], dict[str, Image]]:
    """Pictures, cases, formulas, tables, and texts full of the signs that formats use for themselves."""
    shown, small = read_image(picture()), read_image(picture("gold"))
    case = clean(f'<p>Peta kendali:</p><p><img src="image:{shown.hash}" alt="peta"></p><ul><li>satu</li></ul>').markup
    signs = escape("Harga $$5$$ = 50 % ~ {a: #1} \\ [b] \\[c\\] // ::judul:: <b>& \\n")
    lines = escape("Baris satu\nbaris dua")
    formula = clean("Hitung \\(\\frac{a}{b} < \\sqrt{c}\\) untuk m<sup>2</sup>").markup
    table = clean(
        "<table><tr><th>Bulan</th><th colspan=2>Cacat</th></tr><tr><td>Mei</td><td>1</td><td>2</td></tr></table>"
    )
    unknown = clean("<math><mi>x</mi><mo>=</mo><mn>1</mn></math>").markup
    drawn = f'<img alt="garis" src="image:{small.hash}">'
    stems = (signs, lines, formula, table.markup, unknown, f"{drawn} apa?", "a<br>b", "[html]tanda awal")
    options = (signs, formula, f"{drawn}", lines)
    items = [
        ExchangeItem(
            stem=stem,
            options=options,
            key=number % 4,
            code=f"MMU-1.{number // 3}-{number:02}",
            kuk=f"1.{number // 3}",
            lang="en" if number == 2 else "id",
            stimulus=case if number < 3 else lines if number == 3 else "",
            stimulus_code="MMU-1.0-K1" if number < 3 else None,
            rationale=f"<p>{signs}</p><p>{drawn}</p>" if number % 2 else signs,
            source=escape("ISO 9001:2015 [6.2], R & D"),
            cognitive_level=("remember", "apply", "analyse")[number % 3],
            expected_p=0.65,
            enemies=("MMU-1.0-01", "MMU-1.2-07") if number == 5 else (),
            fixed_order=number % 3 == 0,
        )
        for number, stem in enumerate(stems)
    ]
    bare = ExchangeItem(stem="Hanya soal", options=("ya", "tidak"), key=0)
    return [*items, bare], {shown.hash: shown, small.hash: small}


def payloads() -> list[str]:
    lines = (CORPUS / "payloads.txt").read_text("utf-8").split("\n")
    texts = [line for line in lines if line and not line.startswith("## ")]
    for name, sign in HIDDEN.items():
        texts = [text.replace(name, sign) for text in texts]
    return texts


def others(pattern: str) -> list[Path]:
    """Files of other systems, which lie beside the repository where its authors work and nowhere else."""
    found = sorted(OTHERS.glob(pattern))
    if not found:
        pytest.skip(f"no samples of other systems at {OTHERS}")
    return found


def taken(file: ReadFile) -> list[ExchangeItem]:
    return [row.item for row in file.rows if row.item is not None and not row.faults]


def outcome(row: ReadRow) -> str:
    """Each question is taken, listed with what it is, or refused with what to mend."""
    if row.faults:
        return "refused"
    if row.item is not None:
        return "taken"
    assert row.left_out
    return "listed"


def refusal(error: pytest.ExceptionInfo[DataFileError]) -> str:
    return str(error.value)


def require_harmless(file: ReadFile) -> None:
    """Every text of every item is canonical, and its tree holds allowed elements and attributes only."""
    for row in file.rows:
        for text in (*texts_of(row.item), row.item.source or "") if row.item else ():
            assert clean(text).markup == text
            for tag, attributes in _elements(tree(text)):
                assert tag in BLOCKS | INLINE | MATH, tag
                assert attributes.keys() <= ATTRIBUTES.get(tag, set()), attributes
                assert IMAGE.match(attributes.get("src", "image:" + "0" * 64))
                assert all(SPAN.match(attributes[name]) for name in ("colspan", "rowspan") if name in attributes)


def require_words(file: ReadFile) -> None:
    """Whatever is said to a person is said in both languages, with the place and the remedy."""
    for fault in (*file.faults, *(fault for row in file.rows for fault in row.faults)):
        assert fault.file and fault.line >= 1 and fault.field and fault.fault_id and fault.fault_en
    for left_out in (*file.left_out, *(one for row in file.rows for one in row.left_out)):
        assert left_out.text_id and left_out.text_en


def _elements(text: Text) -> Iterator[tuple[str, dict[str, str]]]:
    for node in text if isinstance(text, list) else ():
        if not isinstance(node, str):
            yield node["tag"], node.get("attrs", {})
            yield from _elements(node.get("children", []))
