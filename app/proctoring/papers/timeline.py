"""What the journal says of a sitting, as far as the minutes tell it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity
from app.core.journal import JournalEntry
from app.delivery import Course
from app.proctoring.papers import rules
from app.proctoring.papers.types import Happening, SittingFacts

OF_CANDIDATES = ("attempt", "participant", "roster")
SEATED = "candidate.seated"  # facts: room and seat before and after


async def read_happenings(session: AsyncSession, head: SittingFacts) -> tuple[Happening, ...]:
    """The entries of the sitting itself and of these candidates, in the order in which they were written."""
    here = (JournalEntry.sitting_id == head.sitting.id) & JournalEntry.action.not_in(rules.NOT_TOLD)
    query = select(JournalEntry).where(here).order_by(JournalEntry.id)
    known = _by_subject(head)
    rows = [
        row
        for row in await session.scalars(query)
        if (_candidate(row) is None or _candidate(row) in known)
        and rules.is_told(row.action, row.facts, known.get(_candidate(row)))
    ]
    people = {row.actor_id for row in rows if row.actor_id} | {
        UUID(row.subject_id) for row in rows if row.subject == "person"
    }
    names = await identity.names_of(session, people)
    rooms = {str(room.id): room.name for room in await delivery.list_rooms(session, head.sitting.id)}
    return tuple(
        Happening(
            at=row.at,
            action=row.action,
            actor=names.get(row.actor_id) if row.actor_id else None,
            course=known.get(_candidate(row)),
            about=_about(row, names, rooms),
            reason=row.reason,
            facts=row.facts,
        )
        for row in rows
    )


def _candidate(row: JournalEntry) -> str | None:
    """The candidate whom an entry is about: its subject, or named by it, as by a rescue file."""
    return row.subject_id if row.subject in OF_CANDIDATES else row.facts.get("attempt")


def _by_subject(head: SittingFacts) -> dict[str | None, Course]:
    """Candidates by the ids under which the journal speaks of them: attempt, line of the roster, participant number."""
    return {
        str(subject_id): course
        for course in head.courses
        for subject_id in (course.attempt_id, course.roster_id, course.number)
        if subject_id
    }


def _about(row: JournalEntry, names: dict[UUID, str], rooms: dict[str, str]) -> str | None:
    """The person whom an entry is about, where that is no candidate, and the room."""
    person = names.get(UUID(row.subject_id)) if row.subject == "person" else None
    room = rooms.get(_room_id(row))
    said = [part for part in (person, f"ruang {room}" if room else None) if part]
    return ", ".join(said) or None


def _room_id(row: JournalEntry) -> str:
    if row.subject == "room":
        return row.subject_id
    return str(row.facts["to"][0] if row.action == SEATED else row.facts.get("room"))
