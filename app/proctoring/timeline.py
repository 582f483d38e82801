"""Everything that happened to one attempt, in order: what a committee or an appeal team reads afterwards. No answer is in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity
from app.core.access import Actor
from app.core.clock import read_clock, rfc3339
from app.core.journal import JournalEntry
from app.delivery import Sitting
from app.proctoring.models import IncidentCandidate, IncidentRow

# What a reader of a timeline needs of an entry's facts; the journal has the rest for those who may read it.
LOBBY = timedelta(hours=12)
TOLD = ("kind", "seconds", "epoch", "category", "code", "in", "count")


async def read_timeline(session: AsyncSession, sitting: Sitting, attempt_id: UUID, actor: Actor) -> dict[str, Any]:
    """The timeline of an attempt within this person's scope."""
    await delivery.require_attempts(session, sitting.id, {attempt_id}, actor)
    entries = await _journal(session, sitting, attempt_id)
    names = await identity.names_of(session, {entry.actor_id for entry in entries if entry.actor_id})
    events = [_event(entry, names) for entry in entries]
    events += [_device(one) for one in await delivery.list_devices(session, sitting.id, attempt_id)]
    events += [_minute(one) for one in await delivery.list_minutes(session, sitting.id, attempt_id)]
    events.sort(key=lambda event: event["at"])
    return {"server_time": rfc3339(await read_clock(session)), "events": events}


async def _journal(session: AsyncSession, sitting: Sitting, attempt_id: UUID) -> list[JournalEntry]:
    """What the journal says of the attempt, of the incidents that it is named in, and of this candidate's log-ins that day."""
    roster_id, person_id = await delivery.ids_of_candidate(session, sitting.id, attempt_id)
    about = {str(attempt_id), str(roster_id), *map(str, await _incidents(session, sitting.id, attempt_id))}
    here = (JournalEntry.sitting_id == sitting.id) & JournalEntry.subject_id.in_(about)
    that_day = JournalEntry.at.between(sitting.opens_at - LOBBY, sitting.closes_at + LOBBY)
    log_in = JournalEntry.sitting_id.is_(None) & (JournalEntry.subject_id == str(person_id)) & that_day
    rows = await session.scalars(select(JournalEntry).where(here | log_in).order_by(JournalEntry.id))
    return [row for row in rows if row.action != "device.held"]  # told below, with the computer


async def _incidents(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> list[UUID]:
    first = select(IncidentRow.id).where(IncidentRow.sitting_id == sitting_id, IncidentRow.attempt_id == attempt_id)
    further = select(IncidentCandidate.incident_id).where(
        IncidentCandidate.sitting_id == sitting_id, IncidentCandidate.attempt_id == attempt_id
    )
    return list(await session.scalars(first.union(further)))


def _event(entry: JournalEntry, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "at": rfc3339(entry.at),
        "what": entry.action,
        "by": names.get(entry.actor_id) if entry.actor_id else None,
        "reason": entry.reason,
        "facts": {name: entry.facts[name] for name in TOLD if name in entry.facts},
    }


def _device(device: delivery.DeviceView) -> dict[str, Any]:
    facts = {"epoch": device.epoch, "address": device.address, "agent": device.agent}
    return {"at": rfc3339(device.claimed_at), "what": "device.held", "by": None, "reason": None, "facts": facts}


def _minute(minute: delivery.MinuteOfAnswers) -> dict[str, Any]:
    facts = {"first": minute.first, "changed": minute.changed, "late": minute.late, "rescued": minute.rescued}
    return {"at": rfc3339(minute.minute), "what": "answers.saved", "by": None, "reason": None, "facts": facts}
