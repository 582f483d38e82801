"""From content to PDF: typst, off the event loop, one paper at a time."""

from __future__ import annotations

import asyncio
import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import segno
import typst

from app.proctoring.papers import dates
from app.proctoring.papers.contents import Content
from app.proctoring.papers.types import Kind, Print

TEMPLATES: Final = Path(__file__).with_name("templates")
ACCESSIBLE: Final = "ua-1"
CODE_GROUP: Final = 4
SHOWN_DIGITS: Final = 12  # of the hash, on paper and on the page that checks it

# A paper takes as much of the processor as it gets, and the exam comes first: never two at once in a process.
_PRESS: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")


async def make_pdf(content: Content, printed: Print, *, zone: str, printed_by: str, public_url: str) -> bytes:
    """The paper as PDF: the same content and print give the same bytes."""
    paper = content | {"print": stamp(printed, zone=zone, printed_by=printed_by, public_url=public_url)}
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_PRESS, compile_pdf, printed.kind, paper, int(printed.printed_at.timestamp()))


def stamp(printed: Print, *, zone: str, printed_by: str, public_url: str) -> Content:
    """What tells one print from another, and where to check it."""
    return {
        "code": grouped(printed.code),
        "address": f"{public_url}/periksa/{grouped(printed.code)}",
        "qr": qr_code(f"{public_url}/periksa/{printed.code}"),
        "at": dates.moment(printed.printed_at, zone),
        "by": printed_by,
        "sha256": printed.sha256[:SHOWN_DIGITS],
    }


def compile_pdf(kind: Kind, content: Content, timestamp: int) -> bytes:
    """Content travels as data and is never read as typst: whatever stands in a name, it is printed.

    Only the fonts inside typst are used, so that every server prints the same. A sign that none of them has (Chinese, say) is
    no paper for all: PDF/UA refuses it, so the paper is made without that promise, with an empty box in its place.
    """
    try:
        return _compile(kind, content, timestamp, [ACCESSIBLE])
    except typst.TypstError as error:
        if "could not be displayed with font" not in error.message:
            raise
        return _compile(kind, content, timestamp, [])


def _compile(kind: Kind, content: Content, timestamp: int, standards: list[typst.PDFStandard]) -> bytes:
    return typst.compile(
        TEMPLATES / f"{kind}.typ",
        root=TEMPLATES,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        pdf_standards=standards,
        timestamp=timestamp,
    )


def qr_code(text: str) -> str:
    """As SVG, drawn in the paper's own ink."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def grouped(code: str) -> str:
    """`K7QX-31MV-0ZTP`: as people read it out."""
    return "-".join(code[start : start + CODE_GROUP] for start in range(0, len(code), CODE_GROUP))
