"""`/periksa/{code}`: is this print genuine? A page for anybody who holds a paper; it says nothing about people."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app import delivery
from app.core import crockford
from app.core.db import StaffSession
from app.core.web import SECURITY_HEADERS, StrictRoute
from app.delivery import Sitting
from app.proctoring.papers import dates, press, queries, words
from app.proctoring.papers.types import Print

router = APIRouter(route_class=StrictRoute, tags=["papers"])

STYLE: Final = """
body { max-width: 34rem; margin: 0 auto; padding: 3rem 1.25rem; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { color: #17202e; background: #fff; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1.25rem; margin: 1.5rem 0; padding: 1rem 0; }
dl { border-block: 1px solid #c9d0da; }
dt { color: #4a5566; } dd { margin: 0; overflow-wrap: anywhere; font-weight: 600; }
[lang=en] { color: #4a5566; font-size: .9375rem; }
"""
STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = SECURITY_HEADERS["Content-Security-Policy"].replace(
    "style-src 'self'", f"style-src 'sha256-{STYLE_HASH}'"
)
HEADERS: Final = {"Content-Security-Policy": POLICY}


@router.get("/periksa/{code}", operation_id="checkPrint", response_class=HTMLResponse)
async def check_print(code: str, session: StaffSession) -> HTMLResponse:
    found = await queries.find_print(session, crockford.normalise(code))
    if found is None:
        return HTMLResponse(_page("Kode tidak dikenal", UNKNOWN), 404, HEADERS)
    sitting = await delivery.get_sitting(session, found.sitting_id) if found.sitting_id else None
    return HTMLResponse(_page("Cetakan ini tercatat", _known(found, sitting)), 200, HEADERS)


UNKNOWN: Final = """<p>Tidak ada cetakan dengan kode ini. Periksa apakah kodenya tertulis benar; huruf besar dan kecil sama saja.
Bila kode di kertas memang begitu, kertas itu bukan dari sistem ujian ini.</p>
<p lang="en">There is no print with this code. If the paper really shows it, the paper does not come from this exam system.</p>"""


def _known(found: Print, sitting: Sitting | None) -> str:
    rows = {
        "Surat": words.TITLES[found.kind],
        **_subject(found, sitting),
        "Dicetak": dates.moment(found.printed_at, sitting.zone if sitting else dates.BODY_ZONE),
        "Kode": press.grouped(found.code),
        "Isi": found.sha256[: press.SHOWN_DIGITS],
    }
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows.items())
    return f"""<p>Sistem ujian ini membuat cetakan dengan kode tersebut. Cocokkan keterangan ini dengan kertasnya.</p>
<dl>{listed}</dl>
<p lang="en">This exam system made the print with this code. Compare what stands here with what stands on the paper.</p>"""


def _subject(found: Print, sitting: Sitting | None) -> dict[str, str]:
    if sitting is None:
        return {"Tentang": found.about}
    return {
        "Sesi": f"{sitting.title} ({sitting.code})",
        "Jadwal": dates.span(sitting.opens_at, sitting.closes_at, sitting.zone),
    }


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title} · Sahih</title><style>{STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
