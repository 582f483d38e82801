"""From items to a document: how to fill it in, then a table for each item."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import docx
from docx.shared import Cm

from app.itembank.exchange.formats.columns import LABEL
from app.itembank.exchange.formats.docx.texts import TextWriter
from app.itembank.exchange.formats.guide import GUIDE, GUIDE_TITLE
from app.itembank.exchange.formats.records import columns_of, records_of
from app.itembank.exchange.types import ExchangeItem
from app.itembank.richtext import Image, escape
from app.itembank.types import LETTERS

LABEL_WIDTH, TEXT_WIDTH = Cm(3.5), Cm(13)
TEXTS: Final = frozenset({"stem", "case_text", "rationale", "source", *LETTERS})


def write(items: Sequence[ExchangeItem], images: Mapping[str, Image], notice: str) -> bytes:
    document = docx.Document()
    document.add_heading(GUIDE_TITLE, level=1)
    document.add_paragraph(notice)
    for label, words in GUIDE:
        document.add_paragraph(style="List Bullet").add_run(f"{label}: {words}")
    writer = TextWriter(document, images)
    columns = columns_of(items)
    for item, record in zip(items, records_of(items), strict=True):
        document.add_paragraph()
        table = document.add_table(len(columns), 2, style="Table Grid")
        for row, field in zip(table.rows, columns, strict=True):
            label, text = row.cells
            label.width, text.width = LABEL_WIDTH, TEXT_WIDTH
            label.paragraphs[0].add_run(LABEL[field]).bold = True
            writer.put(text, _markup(item, field) if field in TEXTS and record[field] else escape(record[field]))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _markup(item: ExchangeItem, field: str) -> str:
    if field in LETTERS:
        return item.options[LETTERS.index(field)]
    texts: dict[str, Any] = {
        "stem": item.stem,
        "case_text": item.stimulus,
        "rationale": item.rationale,
        "source": item.source,
    }
    return str(texts[field])
