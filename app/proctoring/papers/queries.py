"""Reads of papers: everything that a paper says, as far as whoever prints it may see it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity, schemes
from app.core.access import Actor
from app.core.errors import NotFound
from app.delivery import Course, Grant, RoomView, Sitting
from app.proctoring.models import IncidentRow
from app.proctoring.papers import rules
from app.proctoring.papers.models import PrintedPaper
from app.proctoring.papers.timeline import read_happenings
from app.proctoring.papers.types import (
    GrantFacts,
    IncidentFacts,
    Kind,
    MinutesFacts,
    OutageFacts,
    Print,
    RoomFacts,
    SittingFacts,
)
from app.proctoring.queries import further_candidates

LATEST = 20


async def read_sitting(session: AsyncSession, sitting: Sitting, actor: Actor, room_id: UUID | None) -> SittingFacts:
    """Of one room where it is named, else of all that this person may see. NotFound for a room that is not theirs."""
    rooms = await list_visible_rooms(session, sitting.id, actor)
    if room_id is not None:
        rooms = [room for room in rooms if room.id == room_id]
        if not rooms:
            raise NotFound
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    proctors = await delivery.list_proctors(session, sitting.id)
    names = await identity.names_of(session, proctors)
    courses = await delivery.list_courses(session, sitting.id, actor)
    parts = [_room(room, courses, names) for room in rooms]
    roomless = tuple(course for course in courses if course.room_id is None)
    if room_id is None and (roomless or not parts):
        parts.append(RoomFacts("", tuple(sorted(names.values())), roomless))
    here = {name for part in parts for name in part.proctors} or set(names.values())
    return SittingFacts(scheme.body, scheme.title, sitting, tuple(sorted(here)), tuple(parts))


async def read_incidents(session: AsyncSession, head: SittingFacts) -> tuple[IncidentFacts, ...]:
    """The incidents of the sitting itself, of these rooms and of these candidates, in the order in which they were written down."""
    known = {course.attempt_id: course for course in head.courses}
    rooms = await _names_of_rooms(session, head)
    here = {room.name for room in head.rooms}
    further = await further_candidates(session, head.sitting.id)
    found = await session.scalars(
        select(IncidentRow).where(IncidentRow.sitting_id == head.sitting.id).order_by(IncidentRow.opened_at)
    )
    told = []
    for row in found:
        about = [one for one in (row.attempt_id, *further.get(row.id, ())) if one]
        courses = tuple(known[one] for one in about if one in known)
        if courses or (not about and (row.room_id is None or rooms[row.room_id] in here)):
            told.append((row, courses))
    names = await _names(session, (person for row, _ in told for person in (row.opened_by, row.closed_by)))
    return tuple(
        IncidentFacts(
            category=row.category,
            code=row.code,
            note=row.note,
            opened_by=names[row.opened_by],
            opened_at=row.opened_at,
            closed_by=names[row.closed_by] if row.closed_by else None,
            closed_at=row.closed_at,
            closing_note=row.closing_note,
            room=rooms[row.room_id] if row.room_id else "",
            courses=courses,
        )
        for row, courses in told
    )


async def read_minutes(session: AsyncSession, head: SittingFacts) -> MinutesFacts:
    grants = await delivery.list_grants(session, head.sitting.id)
    names = await _names(session, (grant.actor_id for grant in grants))
    given: dict[UUID, list[GrantFacts]] = {}
    for grant in grants:
        given.setdefault(grant.attempt_id, []).append(_grant(grant, names))
    clocks = (
        rules.account(course, head.sitting.duration_seconds, given.get(course.attempt_id, ()))
        for course in head.courses
        if course.attempt_id
    )
    return MinutesFacts(
        head=head,
        accounts=tuple(clock for clock in clocks if clock),
        outages=await _read_outages(session, head),
        incidents=await read_incidents(session, head),
        happenings=await read_happenings(session, head),
    )


async def find_print(session: AsyncSession, code: str) -> Print | None:
    row = await session.get(PrintedPaper, code)
    return _print(row) if row else None


async def list_prints(session: AsyncSession, sitting_id: UUID) -> list[tuple[Print, str]]:
    """The latest prints of a sitting, newest first, each with the name of who made it. About whom it was decided is no proctor's,
    and neither are the forms."""
    kept = PrintedPaper.kind.not_in((Kind.DECISION, Kind.FORMS, Kind.RESCORE))
    query = select(PrintedPaper).where(PrintedPaper.sitting_id == sitting_id, kept)
    rows = list(await session.scalars(query.order_by(PrintedPaper.printed_at.desc()).limit(LATEST)))
    names = await identity.names_of(session, (row.printed_by for row in rows))
    return [(_print(row), names[row.printed_by]) for row in rows]


async def list_review_prints(session: AsyncSession, review_id: UUID) -> list[tuple[Print, str]]:
    """All prints of a review's report, oldest first, each with the name of who made it."""
    query = select(PrintedPaper).where(PrintedPaper.review_id == review_id).order_by(PrintedPaper.printed_at)
    rows = list(await session.scalars(query))
    names = await identity.names_of(session, {row.printed_by for row in rows})
    return [(_print(row), names[row.printed_by]) for row in rows]


async def list_visible_rooms(session: AsyncSession, sitting_id: UUID, actor: Actor) -> list[RoomView]:
    """The rooms for which this person may print."""
    mine = await delivery.rooms_of(session, sitting_id, actor)
    return [room for room in await delivery.list_rooms(session, sitting_id) if mine is None or room.id in mine]


def _room(room: RoomView, courses: list[Course], names: dict[UUID, str]) -> RoomFacts:
    proctors = sorted(names[person] for person in room.proctors if person in names)
    return RoomFacts(room.name, tuple(proctors), tuple(course for course in courses if course.room_id == room.id))


async def _read_outages(session: AsyncSession, head: SittingFacts) -> tuple[OutageFacts, ...]:
    rooms = await _names_of_rooms(session, head)
    here = {room.name for room in head.rooms}
    found = await delivery.list_outages(session, head.sitting.id)
    told = [one for one in found if one.room_id is None or rooms[one.room_id] in here]
    names = await _names(session, (person for one in told for person in (one.frozen_by, one.thawed_by)))
    return tuple(
        OutageFacts(
            room=rooms[one.room_id] if one.room_id else "",
            reason=one.reason,
            since=one.since,
            frozen_by=names[one.frozen_by],
            frozen_at=one.frozen_at,
            thawed_by=names[one.thawed_by] if one.thawed_by else None,
            resumes_at=one.resumes_at,
        )
        for one in told
    )


def _print(row: PrintedPaper) -> Print:
    return Print(row.code, Kind(row.kind), row.sitting_id, row.sha256, row.printed_at, row.review_id, row.about)


def _grant(grant: Grant, names: dict[UUID, str]) -> GrantFacts:
    granted_by = names[grant.actor_id] if grant.actor_id else None
    return GrantFacts(grant.kind, grant.seconds, grant.reason, granted_by, grant.granted_at)


async def _names_of_rooms(session: AsyncSession, head: SittingFacts) -> dict[UUID, str]:
    return {room.id: room.name for room in await delivery.list_rooms(session, head.sitting.id)}


async def _names(session: AsyncSession, people: Iterable[UUID | None]) -> dict[UUID, str]:
    return await identity.names_of(session, {person for person in people if person})
