"""What the board shows: every candidate of a sitting and what waits for somebody, and which part of it a proctor may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core.clock import maybe_rfc3339, read_clock, rfc3339
from app.delivery import BoardRow, Sitting, admission, talk
from app.delivery.admission import Absence
from app.proctoring.attention import Attention, list_attention
from app.proctoring.queries import list_incidents, list_waiting
from app.proctoring.thresholds import read_thresholds
from app.proctoring.watchers import list_watching

Rooms = frozenset[UUID] | None  # whose rooms somebody sees; None is the whole sitting


@dataclass(frozen=True, slots=True)
class Board:
    """A sitting at one moment. `members` and `candidates` are what the page receives; no answer, score or key is in them."""

    server_time: str
    members: Mapping[str, Any]
    candidates: Mapping[str, Mapping[str, Any]]  # by attempt, in the order of seats

    def as_reply(self) -> dict[str, Any]:
        return {"server_time": self.server_time, **self.members, "candidates": list(self.candidates.values())}


async def read_board(session: AsyncSession, sitting: Sitting) -> Board:
    """The board of the whole sitting."""
    now = await read_clock(session)
    rows = await delivery.list_board(session, sitting)
    incidents = await list_incidents(session, sitting.id)
    waiting = await list_waiting(session, sitting.id, await list_watching(session, sitting, now))
    thresholds = await read_thresholds(session, sitting.id)
    token = {"value": sitting.token, "expires_at": maybe_rfc3339(sitting.token_expires_at)} if sitting.token else None
    members = {
        "sitting_id": str(sitting.id),
        "title": sitting.title,
        "zone": sitting.zone,
        "admission": sitting.admission,
        "opens_at": rfc3339(sitting.opens_at),
        "closes_at": rfc3339(sitting.closes_at),
        "token": token,
        "thresholds": thresholds,
        "incidents": incidents,
        "whole": True,
        **waiting,
    }
    troubles = Counter(attempt_id for one in incidents if not one["closed_at"] for attempt_id in one["attempt_ids"])
    attention = await list_attention(session, sitting.id, thresholds["signals"])
    checked = await admission.list_checked(session, sitting.id)
    absent = await admission.list_absent(session, sitting.id)
    candidates = {
        str(row.attempt_id): _candidate(row, now, troubles)
        | _at_the_door(row, checked, absent)
        | _asks(attention.get(row.attempt_id))
        for row in rows
    }
    return Board(rfc3339(now), members, candidates)


def seen_from(board: Board, rooms: Rooms) -> Board:
    """What somebody sees who watches these rooms: their candidates, whoever has no room yet, and what concerns them."""
    if rooms is None:
        return board
    mine = {None, *map(str, rooms)}
    candidates = {id_: one for id_, one in board.candidates.items() if one["room_id"] in mine}
    members = dict(board.members) | {
        "whole": False,
        "rooms": [one for one in board.members["rooms"] if one["id"] in mine],
        "freezes": [one for one in board.members["freezes"] if one["room_id"] in mine],
        "time_requests": [one for one in board.members["time_requests"] if one["attempt_id"] in candidates],
        "incidents": [one for one in board.members["incidents"] if _concerns(one, candidates, mine)],
    }
    return Board(board.server_time, members, candidates)


def _concerns(incident: Mapping[str, Any], candidates: Mapping[str, Any], mine: set[str | None]) -> bool:
    if incident["attempt_ids"]:
        return any(attempt_id in candidates for attempt_id in incident["attempt_ids"])
    return incident["room_id"] in mine


def _candidate(row: BoardRow, now: datetime, troubles: Mapping[str, int]) -> dict[str, Any]:
    closes_at = row.clock.closes_at
    ends_at = delivery.shown_end(closes_at, row.clock.transmission_seconds) if closes_at else None
    phase = delivery.phase(row.clock, now).phase
    attempt_id = str(row.attempt_id)
    return {
        "attempt_id": attempt_id,
        "number": row.number,
        "name": row.name,
        "seat": row.seat,
        "state": row.clock.state,
        "phase": phase,
        "answered": row.answered,
        "items": row.items,
        "started_at": maybe_rfc3339(row.started_at),
        "closes_at": maybe_rfc3339(closes_at),
        "ends_at": maybe_rfc3339(ends_at),
        "last_contact_at": maybe_rfc3339(row.last_contact_at),
        "last_saved_at": maybe_rfc3339(row.last_saved_at),
        "epoch": row.epoch,
        "late": row.late,
        "room_id": str(row.room_id) if row.room_id else None,
        "paused_at": maybe_rfc3339(row.paused_at),
        "paused_for": row.paused_for,
        "resumes_at": maybe_rfc3339(row.clock.resumes_at),
        "note_until": maybe_rfc3339(delivery.rescue.note_until(row, phase, now)),
        "device": _device(row),
        "device_request": _device_request(row),
        "incidents": troubles.get(attempt_id, 0),
    }


def _at_the_door(row: BoardRow, checked: Mapping[UUID, bool], absent: Mapping[UUID, Absence]) -> dict[str, Any]:
    """What the newest check of identity found, and since when the candidate counts as absent; who started is there."""
    absence = None if row.started_at else absent.get(row.attempt_id)
    return {
        "identity_matched": checked.get(row.attempt_id),
        "absent_at": rfc3339(absence.marked_at) if absence else None,
    }


def _asks(attention: Attention | None) -> dict[str, Any]:
    """Whether the candidate calls, how many messages wait to be read, and which signals are worth a look."""
    if attention is None:
        return {"help": [], "unread": 0, "signals": []}
    return {
        "help": [_call(attention.help)] if attention.help else [],
        "unread": attention.unread,
        "signals": [{"kind": one.kind, "times": one.times, "seconds": round(one.seconds)} for one in attention.signals],
    }


def _call(call: talk.HelpCall) -> dict[str, Any]:
    return {
        "id": str(call.id),
        "need": call.need,
        "called_at": rfc3339(call.called_at),
        "answered_at": maybe_rfc3339(call.answered_at),
    }


def _device(row: BoardRow) -> dict[str, Any] | None:
    """The computer that holds the attempt; who claimed it before this was noted has none."""
    return {"address": row.holder_address, "agent": row.holder_agent} if row.holder_address else None


def _device_request(row: BoardRow) -> dict[str, Any] | None:
    if row.device_requested_at is None:
        return None
    return {
        "requested_at": rfc3339(row.device_requested_at),
        "address": row.device_address,
        "agent": row.device_agent,
    }
