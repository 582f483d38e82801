"""Pemeriksaan kunci: the look that a named committee member takes between the end of a sitting and the release.

A wrong key found half a year later is a wrong certificate; found here it is a corrected item.
"""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, grading, identity, proctoring
from app.core import journal
from app.core.access import Actor
from app.core.clock import read_clock, rfc3339
from app.delivery import AttemptState, Sitting
from app.review.errors import AlreadyCleared, IncidentsOpen, NotCleared, NotReady
from app.review.models import KeyCheckRow
from app.review.snapshot import Snapshot, take_snapshot
from app.review.statistics import key_signals


async def read_key_check(session: AsyncSession, sitting: Sitting) -> dict[str, Any]:
    """Where the check stands, what to look at, and who cleared it."""
    snapshot = await take_snapshot(session, sitting)
    cleared = await session.get(KeyCheckRow, sitting.id)
    release = await grading.get_release(session, sitting.id)
    counts = await delivery.count_states(session, sitting.id)
    names = await identity.names_of(session, [cleared.cleared_by] if cleared else [])
    return {
        "state": await _state(session, sitting, counts, cleared),
        "submitted": counts.get(AttemptState.SUBMITTED, 0),
        "running": counts.get(AttemptState.RUNNING, 0) + counts.get(AttemptState.PAUSED, 0),
        "signals": await asyncio.to_thread(key_signals, snapshot.responses, snapshot.impossible),
        "comments": await _comments(session, sitting, snapshot),
        "incidents": await proctoring.list_incidents(session, sitting.id),
        "cleared_by": names.get(cleared.cleared_by) if cleared else None,
        "cleared_at": rfc3339(cleared.cleared_at) if cleared else None,
        "note": cleared.note if cleared else None,
        "released_at": rfc3339(release.released_at) if release.released_at else None,
    }


async def clear(session: AsyncSession, sitting: Sitting, note: str, *, actor: Actor) -> None:
    """Say, by name, that the items were looked at and the results may go out."""
    await _lock(session, sitting)
    if await session.get(KeyCheckRow, sitting.id):
        raise AlreadyCleared
    counts = await delivery.count_states(session, sitting.id)
    if await _state(session, sitting, counts, None) != "open":
        raise NotReady
    if any(incident["closed_at"] is None for incident in await proctoring.list_incidents(session, sitting.id)):
        raise IncidentsOpen
    snapshot = await take_snapshot(session, sitting)
    signals = await asyncio.to_thread(key_signals, snapshot.responses, snapshot.impossible)
    session.add(KeyCheckRow(sitting_id=sitting.id, cleared_by=actor.person_id, note=note, signals=signals))
    await session.flush()
    facts = {"signals": len(signals), "snapshot": snapshot.sha256}
    await journal.record(
        session,
        "key_check.cleared",
        "sitting",
        sitting.id,
        actor=actor,
        sitting_id=sitting.id,
        reason=note,
        facts=facts,
    )


async def release(session: AsyncSession, sitting: Sitting, *, actor: Actor) -> None:
    """Release the results of a sitting whose key check is cleared."""
    await _lock(session, sitting)
    if await session.get(KeyCheckRow, sitting.id) is None:
        raise NotCleared
    await grading.release(session, sitting.id, actor=actor)


async def _state(
    session: AsyncSession, sitting: Sitting, counts: dict[AttemptState, int], cleared: KeyCheckRow | None
) -> str:
    if cleared is not None:
        return "cleared"
    running = counts.get(AttemptState.RUNNING, 0) + counts.get(AttemptState.PAUSED, 0)
    over = sitting.state == "closed" or sitting.closes_at <= await read_clock(session)
    everybody = counts.get(AttemptState.ASSIGNED, 0) + counts.get(AttemptState.ADMITTED, 0) == 0
    if running or not (over or everybody) or not counts.get(AttemptState.SUBMITTED, 0):
        return "waiting-for-attempts"
    return "waiting-for-scores" if await grading.count_unscored(session, sitting.id) else "open"


async def _comments(session: AsyncSession, sitting: Sitting, snapshot: Snapshot) -> list[dict[str, Any]]:
    """Candidates' remarks by item; who wrote them does not matter here."""
    remarks = await delivery.list_comments(session, sitting.id)
    return [
        {
            "code": snapshot.shown_at.get((remark.attempt_id, remark.position)),
            "text": remark.text,
            "written_at": rfc3339(remark.written_at),
        }
        for remark in remarks
    ]


async def _lock(session: AsyncSession, sitting: Sitting) -> None:
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"key-check:{sitting.id}"}
    )
