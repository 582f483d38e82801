"""From content to PDF: stamped with the code of its print, set off the event loop, one paper at a time."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import segno

from app.proctoring.papers import dates, typesetter
from app.proctoring.papers.contents import Content
from app.proctoring.papers.types import Print

CODE_GROUP: Final = 4
SHOWN_DIGITS: Final = 12  # of the hash, on paper and on the page that checks it
LONGEST_SECONDS: Final = 60

# -P: the typesetter's own folder is no place to import from, it has a `types.py`.
COMMAND: Final = (sys.executable, "-P", typesetter.__file__)

# A paper takes as much of the processor as it gets, and the exam comes first: never two at once from one server process.
_PRESS: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")


async def make_pdf(content: Content, printed: Print, *, zone: str, printed_by: str, public_url: str) -> bytes:
    """The paper as PDF: the same content and print give the same bytes."""
    marks = stamp(printed, zone=zone, printed_by=printed_by, public_url=public_url, lang=content["lang"])
    job = {
        "template": printed.kind,
        "content": content | {"print": marks},
        "timestamp": int(printed.printed_at.timestamp()),
    }
    return await asyncio.get_running_loop().run_in_executor(_PRESS, _set, json.dumps(job).encode())


def _set(job: bytes) -> bytes:
    """What typst says of a failure stays here: it may quote names."""
    return subprocess.run(COMMAND, input=job, capture_output=True, check=True, timeout=LONGEST_SECONDS).stdout  # noqa: S603  (our own)


def stamp(printed: Print, *, zone: str, printed_by: str, public_url: str, lang: str = "id") -> Content:
    """What tells one print from another, and where to check it."""
    return {
        "code": grouped(printed.code),
        "address": f"{public_url}/periksa/{grouped(printed.code)}",
        "qr": qr_code(f"{public_url}/periksa/{printed.code}"),
        "at": dates.moment(printed.printed_at, zone, lang),
        "by": printed_by,
        "sha256": printed.sha256[:SHOWN_DIGITS],
    }


def qr_code(text: str) -> str:
    """As SVG, drawn in the paper's own ink."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def grouped(code: str) -> str:
    """`K7QX-31MV-0ZTP`: as people read it out."""
    return "-".join(code[start : start + CODE_GROUP] for start in range(0, len(code), CODE_GROUP))
