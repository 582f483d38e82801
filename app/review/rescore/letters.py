"""Whose result a correction changed, and the letter that tells them: in Indonesian, since the scheme's papers are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, grading, schemes
from app.core.clock import read_clock
from app.core.dates import long_date, wall_clock
from app.core.errors import NotFound
from app.core.sheets import to_csv
from app.delivery import Sitting
from app.grading import corrections
from app.grading.corrections import CorrectionState, Effect
from app.proctoring import papers
from app.proctoring.papers import Draft, Kind

HEADER: Final = (
    "sesi", "nomor", "nama", "surat", "nilai semula", "nilai sekarang", "rekomendasi semula", "rekomendasi sekarang",
)  # fmt: skip
WHY: Final = (
    "Sesudah ujian, satu soal pada sesi tersebut ditelaah lagi dan ternyata perlu dikoreksi. Nilai semua peserta yang mendapat "
    "soal itu dihitung ulang dengan cara yang sama; jawaban Saudara tidak berubah."
)
RAISED: Final = "Nilai yang sudah diumumkan tidak pernah diturunkan oleh koreksi soal."
NEXT: Final = (
    "Rekomendasi ini belum merupakan keputusan sertifikasi. Keputusan sertifikasi dan hak banding diberitahukan tersendiri. "
    "Pertanyaan tentang surat ini dapat diajukan kepada LSP."
)


@dataclass(frozen=True, slots=True)
class Changed:
    """One candidate whose score a correction changed. `letter`: they knew another result. Whose result is withheld learns none so."""

    sitting: Sitting
    number: str
    name: str
    effect: Effect
    letter: bool


async def list_changed(session: AsyncSession, correction_id: UUID, sitting_id: UUID | None = None) -> list[Changed]:
    """Of an applied correction; those who are to be told come first. Raises NotFound before it is applied."""
    correction = await corrections.get_correction(session, correction_id)
    if correction.state is not CorrectionState.APPLIED:
        raise NotFound
    effects = [
        one
        for one in await corrections.list_effects(session, correction_id)
        if one.score_before != one.score_after and sitting_id in (None, one.sitting_id)
    ]
    found = []
    for one in sorted({effect.sitting_id for effect in effects}):
        found += await _of_sitting(session, one, [effect for effect in effects if effect.sitting_id == one])
    return sorted(found, key=lambda one: (not one.letter, one.sitting.opens_at, one.number))


async def _of_sitting(session: AsyncSession, sitting_id: UUID, effects: Sequence[Effect]) -> list[Changed]:
    sitting = await delivery.get_sitting(session, sitting_id)
    candidates = await delivery.list_candidates(session, sitting_id, [one.attempt_id for one in effects])
    readable = await grading.list_readable(session, sitting_id)
    return [
        Changed(
            sitting,
            candidates[one.attempt_id].number,
            candidates[one.attempt_id].name,
            one,
            one.released and one.attempt_id in readable,
        )
        for one in effects
    ]


def changed_csv(changed: Sequence[Changed]) -> str:
    return to_csv(HEADER, (_csv_row(one) for one in changed))


def _csv_row(one: Changed) -> list[Any]:
    effect = one.effect
    return [
        one.sitting.code, one.number, one.name, "ya" if one.letter else "tidak", effect.score_before, effect.score_after,
        effect.recommendation_before, effect.recommendation_after,
    ]  # fmt: skip


async def draft_letters(session: AsyncSession, correction_id: UUID, sitting_id: UUID) -> Draft:
    """A page for each candidate of a sitting whose released result changed. Raises NotFound where there is none."""
    correction = await corrections.get_correction(session, correction_id)
    told = [one for one in await list_changed(session, correction_id, sitting_id) if one.letter]
    if not told or correction.ended_at is None:
        raise NotFound
    sitting = told[0].sitting
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    content = papers.head(Kind.RESCORE, sitting, body=scheme.body, scheme=scheme.title) | {
        "letters": [write_letter(one, correction.ended_at) for one in told]
    }
    return papers.draft(sitting, Kind.RESCORE, content, await read_clock(session))


def write_letter(one: Changed, at: datetime) -> dict[str, Any]:
    local = at.astimezone(ZoneInfo(one.sitting.zone))
    effect = one.effect
    result = (
        f"Nilai semula: {effect.score_before} (rekomendasi: {effect.recommendation_before}).\n"
        f"Nilai sekarang: {effect.score_after} (rekomendasi: {effect.recommendation_after}).\n{RAISED}"
    )
    return {
        "to": [f"Kepada Saudara {one.name}", f"Nomor peserta {one.number}"],
        "sections": [
            ("Yang terjadi", WHY),
            (f"Hasil Saudara, dihitung ulang {long_date(local, 'id')} {wall_clock(local, 'id')}", result),
            ("Selanjutnya", NEXT),
        ],
    }
