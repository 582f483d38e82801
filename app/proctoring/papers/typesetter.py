"""Sets one paper with typst: a job as JSON on standard input, the PDF on standard output.

A process of its own, which imports nothing of ours: typst keeps what it computed for the next time (a gigabyte after a dozen
prints of 500 cards), takes all processors, and may fail in ways that no `except` catches. Here it ends with each paper and
stands back for the exam.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import typst

TEMPLATES: Final = Path(__file__).with_name("templates")
ACCESSIBLE: Final = "ua-1"
ARCHIVED: Final = {"review": ("a-2a",)}  # papers that are kept for years: PDF/A as well, with structure
STAND_BACK: Final = 10  # of 19: behind everything that candidates wait for


def compile_pdf(template: str, content: dict[str, Any], timestamp: int) -> bytes:
    """Content travels as data and is never read as typst: whatever stands in a name, it is printed.

    Only the fonts inside typst are used, so that every server prints the same. A sign that none of them has (Chinese, say) must
    not keep a whole sitting from its paper: PDF/UA refuses it, so the paper is made without that promise, with a box in its place.
    """
    try:
        return _compile(template, content, timestamp, [*ARCHIVED.get(template, ()), ACCESSIBLE])
    except typst.TypstError as error:
        if "could not be displayed with font" not in error.message:
            raise
        return _compile(template, content, timestamp, [])


def _compile(template: str, content: dict[str, Any], timestamp: int, standards: list[typst.PDFStandard]) -> bytes:
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
        pdf_standards=standards,
        timestamp=timestamp,
    )


def main() -> None:
    os.nice(STAND_BACK)
    job = json.load(sys.stdin.buffer)
    # Through a buffer of its own, also where output is unbuffered: it goes on where the pipe took only a part.
    with open(sys.stdout.fileno(), "wb", closefd=False) as out:
        out.write(compile_pdf(job["template"], job["content"], job["timestamp"]))


if __name__ == "__main__":
    main()
