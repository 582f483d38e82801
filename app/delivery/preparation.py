"""Whether a sitting is prepared: a form and a sealed paper for each, rooms with proctors who may work, a place for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, identity
from app.assembly import PlanState
from app.core.preflight import Finding, Level, judge_forms
from app.delivery.admission import photos_of
from app.delivery.models import AttemptRow, PaperRow
from app.delivery.queries import list_attempts
from app.delivery.rooms import list_duties, list_rooms, list_roster
from app.delivery.types import Admission, AttemptState, Sitting

NAMED_AT_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Prepared:
    """What stands in the database about one sitting. Names are those of rooms and people."""

    code: str
    candidates: int
    forms: int
    certified: bool  # the committee has accepted the certificate of its forms
    unsealed: int  # attempts that can still start and have no paper
    proctors: int
    unwatched: tuple[str, ...]  # rooms that nobody watches, and no head proctor either
    unseated: int  # without a room or a seat, where there are rooms
    overfull: tuple[str, ...]
    unsigned: tuple[str, ...]  # proctors whose undertakings are not signed
    without_photo: int | None  # None where nobody compares one

    @staticmethod
    def nothing(code: str) -> Prepared:
        """There is no such sitting, and so nothing of it."""
        return Prepared(code, 0, 0, False, 0, 0, (), 0, (), (), None)


async def read_preparation(session: AsyncSession, sitting: Sitting) -> Prepared:
    roster = await list_roster(session, sitting.id)
    rooms = await list_rooms(session, sitting.id)
    duties = await list_duties(session, sitting.id)
    headed = any(duty.head for duty in duties.values())
    names = await identity.names_of(session, duties)
    unsigned = [person for person in duties if await _lacks(session, person)]
    photos = await photos_of(session, (entry.person_id for entry in roster))
    return Prepared(
        code=sitting.code,
        candidates=len(roster),
        forms=len(await list_attempts(session, sitting.id)),
        certified=await _certified(session, sitting),
        unsealed=await _unsealed(session, sitting),
        proctors=len(duties),
        unwatched=tuple(room.name for room in rooms if not headed and not room.proctors),
        unseated=sum(entry.room_id is None or entry.seat is None for entry in roster) if rooms else 0,
        overfull=tuple(room.name for room in rooms if room.places is not None and room.candidates > room.places),
        unsigned=tuple(sorted(names[person] for person in unsigned)),
        without_photo=len(roster) - len(photos) if sitting.admission is Admission.PROCTOR else None,
    )


async def _lacks(session: AsyncSession, person_id: UUID) -> bool:
    roles = await identity.roles_of(session, person_id)
    return bool(await identity.undertakings.kinds_lacking(session, person_id, roles))


async def _certified(session: AsyncSession, sitting: Sitting) -> bool:
    plan = await assembly.find_live(session, sitting.id)
    return plan is not None and plan.state is PlanState.ACCEPTED


async def _unsealed(session: AsyncSession, sitting: Sitting) -> int:
    before = (AttemptState.ASSIGNED, AttemptState.ADMITTED)
    paper = (PaperRow.sitting_id == AttemptRow.sitting_id) & (PaperRow.attempt_id == AttemptRow.id)
    missing = (
        select(func.count())
        .select_from(AttemptRow)
        .outerjoin(PaperRow, paper)
        .where(AttemptRow.sitting_id == sitting.id, AttemptRow.state.in_(before), PaperRow.attempt_id.is_(None))
    )
    return await session.scalar(missing) or 0


def judge_preparation(seen: Prepared) -> list[Finding]:
    """Each line green, or a sentence with the remedy."""
    forms = judge_forms(seen.code, seen.candidates, seen.forms)
    return [forms, *_judge_papers(seen), *_judge_rooms(seen), *_judge_undertakings(seen), *_judge_photos(seen)]


def _judge_papers(seen: Prepared) -> list[Finding]:
    return [
        _judge(
            "comparable",
            Level.FAIL,
            seen.certified,
            (f"{seen.code}: sertifikat paket diterima komite", f"{seen.code}: the committee accepted the forms"),
            (
                f"{seen.code}: sertifikat paket belum diterima; susun paket, lalu komite menerimanya di halaman kantor",
                f"{seen.code}: no certificate of forms is accepted; plan them, then the committee accepts on its page",
            ),
        ),
        _judge(
            "papers",
            Level.FAIL,
            seen.unsealed == 0,
            (f"{seen.code}: semua paket tersegel", f"{seen.code}: every paper is sealed"),
            (
                f"{seen.code}: {seen.unsealed} paket belum tersegel; tersegel sendiri saat sesi dibuka, lalu periksa lagi",
                f"{seen.code}: {seen.unsealed} papers are not sealed; opening the sitting seals them, then look again",
            ),
        ),
    ]


def _judge_rooms(seen: Prepared) -> list[Finding]:
    return [
        _judge(
            "proctors",
            Level.WARN,
            seen.proctors > 0,
            (f"{seen.code}: {seen.proctors} pengawas", f"{seen.code}: {seen.proctors} proctor(s)"),
            (f"{seen.code}: belum ada pengawas; tugaskan", f"{seen.code}: nobody proctors it; assign somebody"),
        ),
        _judge(
            "rooms",
            Level.FAIL,
            not seen.unwatched and not seen.overfull,
            (f"{seen.code}: tiap ruang diawasi dan cukup", f"{seen.code}: every room is watched and large enough"),
            _room_remedy(seen),
        ),
        _judge(
            "seats",
            Level.WARN,
            seen.unseated == 0,
            (f"{seen.code}: semua peserta mendapat tempat", f"{seen.code}: everybody has a place"),
            (
                f"{seen.code}: {seen.unseated} peserta tanpa ruang atau tempat; isi di Ruang dan tempat duduk",
                f"{seen.code}: {seen.unseated} candidates have no room or seat; fill them in under Rooms and seats",
            ),
        ),
    ]


def _judge_undertakings(seen: Prepared) -> list[Finding]:
    return [
        _judge(
            "undertakings",
            Level.FAIL,
            not seen.unsigned,
            (f"{seen.code}: semua pengawas sudah menandatangani", f"{seen.code}: every proctor has signed"),
            (
                f"{seen.code}: belum menandatangani pernyataan: {_some(seen.unsigned)}; minta menandatangani setelah masuk",
                f"{seen.code}: undertakings not signed by {_some(seen.unsigned)}; ask them to sign after logging in",
            ),
        ),
    ]


def _judge_photos(seen: Prepared) -> list[Finding]:
    if seen.without_photo is None:
        return []
    return [
        _judge(
            "photos",
            Level.WARN,
            seen.without_photo == 0,
            (f"{seen.code}: semua peserta berfoto", f"{seen.code}: everybody has a photograph"),
            (
                f"{seen.code}: {seen.without_photo} peserta tanpa foto; unggah, atau cocokkan dengan kartu identitas saja",
                f"{seen.code}: {seen.without_photo} candidates have no photograph; add them, or go by documents alone",
            ),
        )
    ]


def _room_remedy(seen: Prepared) -> tuple[str, str]:
    if seen.unwatched:
        return (
            f"{seen.code}: belum ada pengawas di {_some(seen.unwatched)}; tugaskan, atau tunjuk pengawas kepala",
            f"{seen.code}: nobody watches {_some(seen.unwatched)}; assign a proctor, or a head proctor",
        )
    return (
        f"{seen.code}: terlalu penuh: {_some(seen.overfull)}; pindahkan peserta",
        f"{seen.code}: too full: {_some(seen.overfull)}; move candidates",
    )


def _judge(name: str, wrong: Level, good: bool, fine: tuple[str, str], remedy: tuple[str, str]) -> Finding:  # noqa: FBT001
    return Finding(Level.OK, name, *fine) if good else Finding(wrong, name, *remedy)


def _some(names: tuple[str, ...]) -> str:
    rest = len(names) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" +{rest}" if rest > 0 else "")
