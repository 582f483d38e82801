"""Facts of a report, made by hand around computed parts: a finding that went all the way, and one that stands."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pypdf

from app.proctoring.papers import Kind, Print, press, typesetter
from app.review.findings.types import Action, ActionKind, Finding, Grade, Mark, State, Verification
from app.review.method.content import printed_fields
from app.review.method.types import ReviewMethod
from app.review.report.paper import control, report
from app.review.report.types import (
    CorrectionFacts,
    DecisionFacts,
    MeetingFacts,
    MethodFacts,
    ReportFacts,
    ReviewFacts,
    SittingFacts,
)
from app.review.report.voice import Lang, Voice
from app.review.shown import Subject, SubjectKind

REVIEW_ID = UUID(int=8)
ZONE = "Asia/Jakarta"
ITEM = "MMU-1.1-01"
METHOD = ReviewMethod()


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 3, 0, tzinfo=UTC)


def make_facts(
    parts: dict[str, Any], *, name: str = "Sari Dewi", decided: bool = True, method: ReviewMethod = METHOD
) -> ReportFacts:
    """`name` stands wherever people write something."""
    return ReportFacts(
        review=ReviewFacts(
            id=REVIEW_ID,
            ordinal=2,
            body="Lembaga Sertifikasi Profesi Teknik Manajemen Industri",
            scheme_code="MMu",
            scheme_title="Manajer Mutu",
            scheme_version_no=1,
            title=f"Kajian semester I 2026 {name}",
            period_from=date(2026, 1, 1),
            period_to=date(2026, 6, 30),
            state="decided" if decided else "discussion",
            sittings=(SittingFacts("SIM-3", f"Ujian sertifikasi {name}", date(2026, 3, 14)),),
            snapshot_sha256="ab" * 32,
            program="kajian-0",
            computed_at=at(7, 6),
            quorum=2,
            decided_at=at(7, 20) if decided else None,
            closed_at=None,
            next_due=date(2026, 12, 31),
        ),
        method=MethodFacts(
            version_no=1,
            valid_from=date(2026, 1, 1),
            sha256="cd" * 32,
            basis=f"rapat komite {name}",
            made_by=name,
            approved_by=name,
            approved_at=at(1, 2),
            late=True,
            fields=printed_fields(method),
        ),
        meeting=MeetingFacts(
            date(2026, 7, 20),
            "Jakarta",
            (name, "Budi Hartono"),
            "",
            f"Risalah {name}",
            {"fairness": f"adil {name}", "validity": ""},
        ),
        parts=parts,
        earlier=(closed_finding(name),),
        own=(open_finding(name),),
        decisions=(DecisionFacts(ITEM, "suspended", name, name, at(7, 20)),),
        corrections=(
            CorrectionFacts(
                ITEM, "rekey", name, "applied", name, at(2, 3), (name, "Budi Hartono"), at(2, 5), 61, 40, 9, 3, 0
            ),
        ),
    )


def closed_finding(name: str) -> Finding:
    lead = {"rule": "mis-key", "text_id": f"tanda {name}", "text_en": f"lead {name}", "figures": []}
    return Finding(
        mark=Mark(UUID(int=1), 1, "MMu", Grade.MAJOR, State.CLOSED),
        subject=Subject(SubjectKind.ITEM, str(UUID(int=11)), ITEM),
        statement=f"Kunci keliru {name}",
        evidence=name,
        root_cause=f"Salah ketik {name}",
        lead=lead,
        lead_id="mis-key:item:x",
        review=(UUID(int=7), "Kajian semester II 2025"),
        sitting_id=None,
        repeats=None,
        raised_by_id=UUID(int=21),
        raised_by=name,
        raised_at=at(2, 1),
        closed_by="Budi Hartono",
        closed_at=at(7, 20),
        closing_note="terbukti berhasil",
        actions=(_action(name),),
        verifications=(
            Verification(
                effective=True,
                evidence=f"87 % benar {name}",
                review=(REVIEW_ID, "Kajian semester I 2026"),
                at_once=None,
                by="Budi Hartono",
                at=at(7, 18),
                taken_back_at=None,
            ),
        ),
    )


def _action(name: str) -> Action:
    return Action(
        id=UUID(int=2),
        kind=ActionKind.REKEYED,
        description=f"Koreksi kunci {name}",
        owner_id=UUID(int=22),
        owner="Citra Lestari",
        due_on=date(2026, 2, 28),
        reference=None,
        asked_by=name,
        asked_at=at(2, 2),
        done_by_id=UUID(int=22),
        done_by="Citra Lestari",
        done_at=at(2, 5),
        done_note="dinilai ulang",
    )


def open_finding(name: str) -> Finding:
    return Finding(
        mark=Mark(UUID(int=3), 2, "MMu", Grade.MINOR, State.OPEN),
        subject=Subject(SubjectKind.PAIR, "a/b", "Lab 1 · 07 & 08"),
        statement="Denah belum diisi",
        evidence="catatan kejadian",
        root_cause=None,
        lead={"rule": "similar-pair", "text_id": "Lab 1 · 07 & 08", "text_en": "Lab 1 · 07 & 08", "figures": []},
        lead_id="similar-pair:pair:a/b",
        review=(REVIEW_ID, "Kajian semester I 2026"),
        sitting_id=None,
        repeats=None,
        raised_by_id=UUID(int=21),
        raised_by=name,
        raised_at=at(7, 20),
        closed_by=None,
        closed_at=None,
        closing_note=None,
        actions=(),
        verifications=(),
    )


def content_of(facts: ReportFacts, lang: Lang = "id") -> dict[str, Any]:
    voice = Voice(lang, ZONE)
    return {**report(facts, voice), "control": control(facts, voice, revision=0)}


def pdf_of(content: dict[str, Any]) -> bytes:
    printed = Print("K7QX31MV0ZTP", Kind.REVIEW, None, "ef" * 32, at(7, 21), REVIEW_ID, "Kajian semester I 2026")
    stamp = press.stamp(
        printed, zone=ZONE, printed_by="Budi", public_url="https://ujian.example.org", lang=content["lang"]
    )
    return typesetter.compile_pdf("review", {**content, "print": stamp}, int(at(7, 21).timestamp()))


def letters_of(pdf: bytes) -> str:
    """The words without blanks: a cell breaks its lines."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).replace("\u200b", "").split())
