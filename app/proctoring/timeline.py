"""Everything that happened to one attempt, in order: what a committee or an appeal team reads afterwards. No answer is in it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity
from app.core.access import Actor
from app.core.clock import maybe_rfc3339, read_clock, rfc3339
from app.core.journal import JournalEntry
from app.delivery import Sitting, signals, talk
from app.proctoring.models import IncidentCandidate, IncidentRow

# What a reader of a timeline needs of an entry's facts; the journal has the rest for those who may read it.
LOBBY = timedelta(hours=12)
TOLD = ("kind", "seconds", "epoch", "category", "code", "in", "count", "need", "document", "matched")


async def read_timeline(session: AsyncSession, sitting: Sitting, attempt_id: UUID, actor: Actor) -> dict[str, Any]:
    """The timeline of an attempt within this person's scope."""
    await delivery.require_attempts(session, sitting.id, {attempt_id}, actor)
    entries = await _journal(session, sitting, attempt_id)
    told = await talk.list_copies(session, sitting.id, attempt_id)
    people = {entry.actor_id for entry in entries if entry.actor_id} | {copy.sent_by for copy in told}
    names = await identity.names_of(session, people)
    events = [_event(entry, names) for entry in entries]
    events += [_device(one) for one in await delivery.list_devices(session, sitting.id, attempt_id)]
    events += [_minute(one) for one in await delivery.list_minutes(session, sitting.id, attempt_id)]
    events += [_message(one, names[one.sent_by]) for one in told]
    events += await _signals(session, sitting.id, attempt_id)
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


async def _signals(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> list[dict[str, Any]]:
    """Each that was kept, and of a kind that there were more of the count."""
    kept = await signals.list_signals(session, sitting_id, attempt_id)
    counted = (await signals.tally(session, sitting_id, attempt_id)).get(attempt_id, [])
    each = Counter(one.kind for one in kept)
    more = [one for one in counted if one.times > each[one.kind]]
    return [_signal(one) for one in kept] + [_count(one) for one in more]


def _event(entry: JournalEntry, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "at": rfc3339(entry.at),
        "what": entry.action,
        "by": names.get(entry.actor_id) if entry.actor_id else None,
        "reason": entry.reason,
        "facts": {name: entry.facts[name] for name in TOLD if name in entry.facts},
    }


def _message(copy: talk.CopyView, by: str) -> dict[str, Any]:
    facts = {
        "text": copy.text,
        "shown_at": maybe_rfc3339(copy.shown_at),
        "acknowledged_at": maybe_rfc3339(copy.acknowledged_at),
    }
    return {"at": rfc3339(copy.sent_at), "what": "message.sent", "by": by, "reason": None, "facts": facts}


def _signal(signal: signals.Signal) -> dict[str, Any]:
    """`at` is when the server heard of it, `client_at` when it happened by the page."""
    facts: dict[str, Any] = {"signal": signal.kind, "client_at": maybe_rfc3339(signal.client_at)}
    facts |= {"lasted": signal.seconds, "note": signal.note}
    return {"at": rfc3339(signal.at), "what": "signal.noticed", "by": None, "reason": None, "facts": facts}


def _count(tally: signals.Tally) -> dict[str, Any]:
    facts = {"signal": tally.kind, "times": tally.times, "lasted": tally.seconds}
    return {"at": rfc3339(tally.last_at), "what": "signal.counted", "by": None, "reason": None, "facts": facts}


def _device(device: delivery.DeviceView) -> dict[str, Any]:
    facts = {"epoch": device.epoch, "address": device.address, "agent": device.agent}
    return {"at": rfc3339(device.claimed_at), "what": "device.held", "by": None, "reason": None, "facts": facts}


def _minute(minute: delivery.MinuteOfAnswers) -> dict[str, Any]:
    facts = {"first": minute.first, "changed": minute.changed, "late": minute.late, "rescued": minute.rescued}
    return {"at": rfc3339(minute.at), "what": "answers.saved", "by": None, "reason": None, "facts": facts}
