"""The report of a review over HTTP: printed with a code that can be checked, the same facts the same revision, and who may."""

from __future__ import annotations

import io

import httpx
import pypdf
from sqlalchemy import text

from app.review import compute_review
from tests.api.test_review_course import REVIEWS, Room, room

__all__ = ["room"]


async def computed(room: Room) -> str:
    """A review of the one sitting that there is, as the worker computes it."""
    await room.approve_method()
    review = await room.plan()
    assert (await room.post(f"{REVIEWS}/{review}/compute")).status_code == 204
    await compute_review(room.database, {"review_id": review})
    return review


async def printed(room: Room, review: str, role: str = "committee", **asked: str) -> str:
    """The words of the report, every run of blanks as one."""
    answer: httpx.Response = await room.clients[role].get(f"{REVIEWS}/{review}/report/report.pdf", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert b"pdfaid:part" in answer.content
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


async def test_a_print_has_a_code_that_anybody_can_check(room: Room) -> None:
    review = await computed(room)
    said = await printed(room, review)
    assert "Laporan Kajian Validitas Ujian" in said
    assert "DRAF, BELUM DIPUTUSKAN" in said
    (kept,) = (await room.get(f"{REVIEWS}/{review}/report"))["prints"]
    assert kept["code"] in said
    assert kept["printed_by"] == "Petugas committee"
    checked = await room.clients["auditor"].get(f"/periksa/{kept['code']}")
    assert checked.status_code == 200
    assert "Laporan Kajian Validitas Ujian" in checked.text
    assert "Kajian semester ini" in checked.text
    async with room.database.staff() as session:
        facts = await session.scalar(text("SELECT facts FROM journal WHERE action = 'paper.printed'"))
    assert facts["review"] == review


async def test_the_same_facts_are_the_same_revision_and_a_decision_makes_the_next(room: Room) -> None:
    review = await computed(room)
    first, again = await printed(room, review), await printed(room, review, "auditor")
    assert "Revisi 00" in first
    assert "Revisi 00" in again
    assert (await room.post(f"{REVIEWS}/{review}/meeting", **room.minutes())).status_code == 200
    decided = await room.post(f"{REVIEWS}/{review}/decide", revision=1)
    assert decided.status_code == 204, decided.text
    final = await printed(room, review)
    assert "Revisi 01" in final
    assert "TERKENDALI" in final
    assert "DRAF" not in final
    assert "Keadilan: Baik." in final
    assert len((await room.get(f"{REVIEWS}/{review}/report"))["prints"]) == 3


async def test_it_speaks_english_when_asked(room: Room) -> None:
    review = await computed(room)
    said = await printed(room, review, lang="en")
    assert "Report of the Exam Validity Review" in said
    assert "Candidates and results" in said
    assert "Halaman" not in said


async def test_without_figures_there_is_no_report(room: Room) -> None:
    await room.approve_method()
    review = await room.plan()
    assert (await room.clients["committee"].get(f"{REVIEWS}/{review}/report")).status_code == 404
    assert (await room.clients["committee"].get(f"{REVIEWS}/{review}/report/report.pdf")).status_code == 404


async def test_the_annex_comes_as_a_zip_and_as_a_workbook_and_is_journaled(room: Room) -> None:
    review = await computed(room)
    for kind in ("zip", "xlsx"):
        answer = await room.clients["auditor"].get(f"{REVIEWS}/{review}/report/annex.{kind}")
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(b"PK")
        assert f".{kind}" in answer.headers["content-disposition"]
    async with room.database.staff() as session:
        told = await session.scalars(
            text("SELECT facts->>'part' FROM journal WHERE action = 'review.read' ORDER BY id")
        )
        assert list(told)[-2:] == ["annex.zip", "annex.xlsx"]


async def test_the_map_of_evidence_is_on_the_screen_too(room: Room) -> None:
    review = await computed(room)
    found = {one["what_en"]: one for one in (await room.get(f"{REVIEWS}/{review}/report", "auditor"))["evidence"]}
    assert found["sittings in the review"]["count"] == 1
    assert found["sittings in the review"]["clause"] == "9.3.3"
    assert "findings" not in found
