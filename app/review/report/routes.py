"""The report of a review as a paper, and what it will hold."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any, Final, Literal, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor, Permission
from app.core.clock import read_clock, rfc3339
from app.core.db import StaffSession, database_of
from app.core.web import StrictRoute
from app.identity import require, settings_of
from app.proctoring import papers
from app.proctoring.papers import Draft
from app.review.report import files
from app.review.report.annex import annex
from app.review.report.evidence import evidence
from app.review.report.paper import ZONE, control, report
from app.review.report.queries import read_cards, read_facts
from app.review.report.voice import Lang, Voice
from app.review.reviews.queries import get_review

router = APIRouter(prefix="/api/staff/reviews/{review_id}/report", route_class=StrictRoute, tags=["review"])

MEDIA: Final = {
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Reader = Annotated[Actor, Depends(require(Permission.REVIEW_READ))]


@router.get("", operation_id="reviewReport")
async def read_report(review_id: UUID, _: Reader, session: StaffSession) -> dict[str, Any]:
    """The chapters it will have, the map of evidence, and what was printed so far, newest first."""
    facts = await read_facts(session, review_id)
    prints = await papers.list_review_prints(session, review_id)
    chapters = {lang: [one["title"] for one in report(facts, Voice(lang, ZONE))["chapters"]] for lang in get_args(Lang)}
    return {
        "chapters": [{"title_id": told, "title_en": english} for told, english in zip(*chapters.values(), strict=True)],
        "decided": facts.review.decided,
        "evidence": [asdict(one) for one in evidence(facts)],
        "prints": [
            {
                "code": papers.grouped(one.code),
                "printed_at": rfc3339(one.printed_at),
                "printed_by": by,
                "sha256": one.sha256,
            }
            for one, by in reversed(prints)
        ],
    }


@router.get("/report.pdf", operation_id="reviewReportPdf", response_class=Response)
async def print_report(request: Request, review_id: UUID, actor: Reader, lang: Lang = "id") -> Response:
    sessions = database_of(request).staff
    async with sessions() as session:
        paper = await _draft(session, review_id, Voice(lang, ZONE))
    return papers.as_file(await papers.make(sessions, paper, actor=actor, public_url=settings_of(request).public_url))


@router.get("/annex.{archive}", operation_id="reviewReportAnnex", response_class=Response)
async def read_annex(
    review_id: UUID, archive: Literal["zip", "xlsx"], actor: Reader, session: StaffSession
) -> Response:
    row = await get_review(session, review_id)
    facts = await read_facts(session, review_id)
    tables = annex(facts, await read_cards(session, review_id, facts), Voice("id", ZONE))
    await journal.record(session, "review.read", "review", review_id, actor=actor, facts={"part": f"annex.{archive}"})
    make = {"zip": files.as_zip, "xlsx": files.as_workbook}[archive]
    content = await asyncio.to_thread(make, tables)
    name = f"lampiran-kajian-{row.scheme_code}-{row.period_to:%Y-%m}.{archive}"
    return Response(
        content, media_type=MEDIA[archive], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


async def _draft(session: AsyncSession, review_id: UUID, voice: Voice) -> Draft:
    """What says the same as an earlier print is the same revision."""
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    row = await get_review(session, review_id)
    facts = await read_facts(session, review_id)
    content = report(facts, voice)
    known = list(dict.fromkeys(one.sha256 for one, _ in await papers.list_review_prints(session, review_id)))
    sha256 = papers.content_sha256(content)
    revision = known.index(sha256) if sha256 in known else len(known)
    return papers.draft_of_review(
        review_id,
        {**content, "control": control(facts, voice, revision=revision)},
        await read_clock(session),
        about=f"{row.title}, {voice.days(row.period_from, row.period_to)}",
        file_name=f"laporan-kajian-{row.scheme_code}-{row.period_to:%Y-%m}.pdf",
        zone=ZONE,
    )
