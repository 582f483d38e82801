"""Pemeriksaan kunci: the look that a named committee member takes between the end of a sitting and the release.

A wrong key found half a year later is a wrong certificate; found here it is a corrected item. Each item with a signal or a remark
is looked at by name before the check is cleared; one that is to be corrected holds up the release until it was, and so does a
proposed correction until it is decided on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, grading, identity, proctoring
from app.core import jobs, journal
from app.core.access import Actor
from app.core.clock import read_clock, rfc3339
from app.core.errors import NotFound
from app.delivery import AttemptState, Sitting
from app.review.errors import (
    AlreadyCleared,
    IncidentsOpen,
    ItemsToCorrect,
    ItemsUnseen,
    LookTooLate,
    NotCleared,
    NotReady,
    RescuesWaiting,
)
from app.review.findings.looks import Outcome, list_looks, note_look, state_of, uncorrected, unseen
from app.review.models import KeyCheckRow
from app.review.record import CALIBRATE_JOB, RECORD_JOB
from app.review.snapshot import Snapshot, record_reading, take_snapshot
from app.review.statistics import key_signals

WHY = "pemeriksaan kunci / key check"


async def read_key_check(session: AsyncSession, sitting: Sitting, *, actor: Actor) -> dict[str, Any]:
    """Where the check stands, what to look at, and who cleared it."""
    snapshot = await take_snapshot(session, sitting)
    await record_reading(session, snapshot, WHY, actor=actor)
    incidents = await proctoring.list_incidents(session, sitting.id)
    cleared = await _standing(session, sitting, incidents)
    release = await grading.get_release(session, sitting.id)
    counts = await delivery.count_states(session, sitting.id)
    names = await identity.names_of(session, [cleared.cleared_by] if cleared else [])
    signals = await asyncio.to_thread(key_signals, snapshot.responses, snapshot.impossible)
    comments = await _comments(session, sitting, snapshot)
    return {
        "state": await _state(session, sitting, counts, cleared),
        "submitted": counts.get(AttemptState.SUBMITTED, 0),
        "running": counts.get(AttemptState.RUNNING, 0) + counts.get(AttemptState.PAUSED, 0),
        "signals": signals,
        "rescues_waiting": await delivery.rescue.is_rescue_waiting(session, sitting.id),
        "comments": comments,
        "items": await _items(session, sitting, signals, comments),
        "incidents": incidents,
        "cleared_by": names.get(cleared.cleared_by) if cleared else None,
        "cleared_at": rfc3339(cleared.cleared_at) if cleared else None,
        "note": cleared.note if cleared else None,
        "released_at": rfc3339(release.released_at) if release.released_at else None,
    }


async def clear(session: AsyncSession, sitting: Sitting, note: str, *, actor: Actor) -> None:
    """Say, by name, that the items were looked at and the results may go out."""
    sitting = await delivery.hold_sitting(session, sitting.id)
    incidents = await _require_ready(session, sitting)
    snapshot = await take_snapshot(session, sitting)
    await record_reading(session, snapshot, WHY, actor=actor)
    signals = await asyncio.to_thread(key_signals, snapshot.responses, snapshot.impossible)
    looks = await list_looks(session, sitting.id)
    without = unseen(_to_look_at(signals, await _comments(session, sitting, snapshot)), looks)
    if without:
        raise ItemsUnseen(without)
    await _require_corrected(session, sitting)
    earlier = await _newest(session, sitting)
    row = KeyCheckRow(
        sitting_id=sitting.id,
        check_no=earlier.check_no + 1 if earlier else 1,
        cleared_by=actor.person_id,
        note=note,
        signals=signals,
        incidents=incidents,
        rescues=await delivery.rescue.rescue_ids(session, sitting.id),
    )
    session.add(row)
    await session.flush()
    await _record_cleared(session, row, snapshot.sha256, len(looks), actor=actor)


async def _record_cleared(session: AsyncSession, row: KeyCheckRow, sha256: str, looks: int, *, actor: Actor) -> None:
    facts = {
        "check_no": row.check_no,
        "signals": len(row.signals),
        "looks": looks,
        "snapshot": sha256,
        "incidents": [str(incident) for incident in row.incidents],
        "rescues": [str(rescue) for rescue in row.rescues],
    }
    await journal.record(
        session,
        "key_check.cleared",
        "sitting",
        row.sitting_id,
        actor=actor,
        sitting_id=row.sitting_id,
        reason=row.note,
        facts=facts,
    )


async def _require_ready(session: AsyncSession, sitting: Sitting) -> list[UUID]:
    """Nothing that could still change a score is open; the incidents that were."""
    incidents = await proctoring.list_incidents(session, sitting.id)
    if await _standing(session, sitting, incidents):
        raise AlreadyCleared
    counts = await delivery.count_states(session, sitting.id)
    if await _state(session, sitting, counts, None) != "open":
        raise NotReady
    if any(incident["closed_at"] is None for incident in incidents):
        raise IncidentsOpen
    if await delivery.rescue.is_rescue_waiting(session, sitting.id):
        raise RescuesWaiting
    return [UUID(incident["id"]) for incident in incidents]


async def look(
    session: AsyncSession, sitting: Sitting, code: str, outcome: Outcome, note: str, *, actor: Actor
) -> None:
    """Say, by name, what an item of this sitting looks like. A further look replaces the one before. Raises NotFound."""
    sitting = await delivery.hold_sitting(session, sitting.id)
    if sitting.results_released_at:
        raise LookTooLate
    counts = await delivery.count_states(session, sitting.id)
    if await _state(session, sitting, counts, None) == "waiting-for-attempts":
        raise NotReady
    snapshot = await take_snapshot(session, sitting)
    if code not in {item.code for item in snapshot.items}:
        raise NotFound
    await note_look(session, sitting.id, code, outcome, note, actor=actor)


async def release(session: AsyncSession, sitting: Sitting, *, actor: Actor) -> None:
    """Release the results of a sitting whose key check is cleared. An incident or rescue since then asks for another look."""
    sitting = await delivery.hold_sitting(session, sitting.id)
    if await delivery.rescue.is_rescue_waiting(session, sitting.id):
        raise RescuesWaiting
    if await _standing(session, sitting, await proctoring.list_incidents(session, sitting.id)) is None:
        raise NotCleared
    await _require_corrected(session, sitting)
    await grading.release(session, sitting.id, actor=actor)
    for kind in (RECORD_JOB, CALIBRATE_JOB):
        await jobs.enqueue(session, kind, {"sitting_id": str(sitting.id)})


async def _standing(
    session: AsyncSession, sitting: Sitting, incidents: Sequence[Mapping[str, Any]]
) -> KeyCheckRow | None:
    """The clearance that still holds: it saw every incident and rescue there is. After the release nothing is left to hold up."""
    newest = await _newest(session, sitting)
    if newest is None or sitting.results_released_at:
        return newest
    # By what it saw, and not by the time of it: the database's clock may have stepped back in between.
    if set(await delivery.rescue.rescue_ids(session, sitting.id)) - set(newest.rescues):
        return None
    return newest if {UUID(incident["id"]) for incident in incidents} <= set(newest.incidents) else None


async def _newest(session: AsyncSession, sitting: Sitting) -> KeyCheckRow | None:
    rows = select(KeyCheckRow).where(KeyCheckRow.sitting_id == sitting.id)
    return await session.scalar(rows.order_by(KeyCheckRow.check_no.desc()).limit(1))


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


def _to_look_at(signals: Sequence[Mapping[str, Any]], comments: Sequence[Mapping[str, Any]]) -> list[str]:
    """Items with a signal first, then those with nothing but a remark."""
    return list(dict.fromkeys(one["code"] for one in (*signals, *comments) if one["code"]))


async def _items(
    session: AsyncSession, sitting: Sitting, signals: Sequence[Mapping[str, Any]], comments: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Each item that somebody looks at, with what points at it and what was seen; and those that were looked at unasked."""
    looks = await list_looks(session, sitting.id)
    codes = dict.fromkeys((*_to_look_at(signals, comments), *looks))
    return [
        {
            "code": code,
            "signals": [one for one in signals if one["code"] == code],
            "comments": [one for one in comments if one["code"] == code],
            "state": state_of(looks.get(code)),
            "look": looks[code].as_json() if code in looks else None,
        }
        for code in codes
    ]


async def _require_corrected(session: AsyncSession, sitting: Sitting) -> None:
    """Neither an item that is to be corrected nor a correction that nobody has decided on: what goes out would change at once."""
    looked, proposed = await list_looks(session, sitting.id), await grading.open_corrections(session, sitting.id)
    if to_correct := sorted({*uncorrected(looked), *proposed}):
        raise ItemsToCorrect(to_correct)
