"""What thousands of candidates would have sent, in bulk, by the owner of the tables: as the server's own statements leave it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import numpy as np

from app import delivery
from app.assembly import Form
from app.cli.period.candidates import Answered
from app.cli.period.people import ATTRIBUTE, Sitter
from app.delivery import Sitting
from app.delivery.rules import STATEMENT_VERSION

TRANSMISSION: Final = "time for answers that are on the way when the shown clock ends"
SETTLING: Final = timedelta(minutes=5)  # from the opening of the sitting to the first start
CONSENT: Final = timedelta(days=14)  # before the sitting
REMARK: Final = "Menurut saya kuncinya bukan yang saya pelajari; mohon ditinjau."

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Attempted:
    """One candidate's way, from the start to the receipt."""

    sitter: Sitter
    form: Form
    started_at: datetime
    closes_at: datetime
    submitted_at: datetime
    by_bell: bool
    shown: Mapping[int, int]  # position → the option as shown
    saved_at: Mapping[int, datetime]


async def write_people(
    owner: asyncpg.Connection, sitting: Sitting, sitters: Sequence[Sitter], room_ids: Sequence[UUID]
) -> None:
    at = sitting.opens_at
    await _copy(owner, "people", ("id", "name"), ((one.person_id, one.name) for one in sitters))
    rooms = ((sitting.id, room, f"Ruang {number:03d}", None) for number, room in enumerate(room_ids, start=1))
    await _copy(owner, "rooms", ("sitting_id", "id", "name", "places"), rooms)
    columns = ("sitting_id", "id", "person_id", "number", "name", "seat", "room_id", "agreed_at", "agreed_version")
    seats = (
        (sitting.id, one.roster_id, one.person_id, one.number, one.name, one.seat, room_ids[one.room], at, STATEMENT_VERSION)
        for one in sitters
    )  # fmt: skip
    await _copy(owner, "roster", columns, seats)
    agreed = ((one.person_id, ATTRIBUTE, one.group, at - CONSENT) for one in sitters if one.agreed)
    await _copy(owner, "candidate_groups", ("person_id", "attribute", "value", "consented_at"), agreed)


def attempted(
    rng: np.random.Generator, sitting: Sitting, sitters: Sequence[Sitter], forms: Sequence[Form], answered: Answered
) -> list[Attempted]:
    waits = rng.uniform(0, 240, len(sitters))
    return [
        _attempt(sitting, sitter, form, float(wait), option, seconds)
        for sitter, form, wait, option, seconds in zip(
            sitters, forms, waits, answered.option, answered.seconds, strict=True
        )
    ]


def _attempt(sitting: Sitting, sitter: Sitter, form: Form, wait: float, option: Any, seconds: Any) -> Attempted:
    started = sitting.opens_at + SETTLING + timedelta(seconds=wait)
    closes = started + timedelta(seconds=sitting.duration_seconds + sitting.transmission_seconds)
    used = np.cumsum(seconds)
    shown, saved_at = {}, {}
    for place, (chosen, order) in enumerate(zip(option.tolist(), form.orders, strict=True)):
        if chosen >= 0:
            shown[place + 1] = order.index(chosen)
            saved_at[place + 1] = started + timedelta(seconds=float(used[place]))
    by_bell = bool(used[-1] >= sitting.duration_seconds)
    submitted = closes + timedelta(seconds=1) if by_bell else started + timedelta(seconds=float(used[-1]) + 20)
    return Attempted(sitter, form, started, closes, submitted, by_bell, shown, saved_at)


async def write_attempts(owner: asyncpg.Connection, sitting: Sitting, attempts: Sequence[Attempted]) -> None:
    await _write_attempts(owner, sitting, attempts)
    await _write_answers(owner, sitting.id, attempts)
    await _write_journal(owner, sitting.id, attempts)


async def _write_attempts(owner: asyncpg.Connection, sitting: Sitting, attempts: Sequence[Attempted]) -> None:
    columns = (
        "sitting_id", "id", "roster_id", "form_id", "state", "admitted_at", "started_at", "closes_at", "submitted_at",
        "submit_reason", "epoch", "device_sha256", "n_items", "answered", "receipt_sha256",
    )  # fmt: skip
    await _copy(owner, "attempts", columns, (_attempt_row(sitting.id, one) for one in attempts))
    grants = (
        (uuid4(), sitting.id, one.sitter.attempt_id, "transmission", sitting.transmission_seconds, TRANSMISSION, one.started_at)
        for one in attempts
    )  # fmt: skip
    await _copy(
        owner, "time_grants", ("id", "sitting_id", "attempt_id", "kind", "seconds", "reason", "granted_at"), grants
    )
    devices = ((sitting.id, one.sitter.attempt_id, 1, _device(one), one.started_at) for one in attempts)
    await _copy(owner, "attempt_devices", ("sitting_id", "attempt_id", "epoch", "device_sha256", "claimed_at"), devices)


def _attempt_row(sitting_id: UUID, one: Attempted) -> Row:
    sitter, reason = one.sitter, "time" if one.by_bell else "candidate"
    return (
        sitting_id, sitter.attempt_id, sitter.roster_id, one.form.id, "submitted", None, one.started_at, one.closes_at,
        one.submitted_at, reason, 1, _device(one), len(one.form.version_ids), len(one.shown),
        delivery.receipt_sha256(sitter.attempt_id, one.shown),
    )  # fmt: skip


def _device(one: Attempted) -> bytes:
    return hashlib.sha256(one.sitter.attempt_id.bytes).digest()


async def _write_answers(owner: asyncpg.Connection, sitting_id: UUID, attempts: Sequence[Attempted]) -> None:
    rows = [
        (sitting_id, one.sitter.attempt_id, position, option, False, 1, seq, one.saved_at[position])
        for one in attempts
        for seq, (position, option) in enumerate(sorted(one.shown.items()), start=1)
    ]
    columns = ("sitting_id", "attempt_id", "position", "option", "doubtful", "epoch", "seq", "saved_at")
    await _copy(owner, "answers", columns, rows)
    events = ("sitting_id", "attempt_id", "position", "option", "doubtful", "epoch", "seq", "at", "late")
    in_order = sorted(rows, key=lambda row: row[-1])  # as they came in: the journal is found by its times
    await _copy(owner, "answer_events", events, ((*row, False) for row in in_order))


async def _write_journal(owner: asyncpg.Connection, sitting_id: UUID, attempts: Sequence[Attempted]) -> None:
    columns = ("at", "action", "subject", "subject_id", "sitting_id")
    said = [
        (at, action, "attempt", str(one.sitter.attempt_id), sitting_id)
        for one in attempts
        for at, action in ((one.started_at, "attempt.started"), (one.submitted_at, "attempt.submitted"))
    ]
    await _copy(owner, "journal", columns, sorted(said))


async def write_remarks(
    owner: asyncpg.Connection, sitting_id: UUID, attempts: Sequence[Attempted], version_id: UUID, most: int
) -> None:
    """What some candidates wrote about an item."""
    had = [one for one in attempts if version_id in one.form.version_ids][:most]
    rows = (
        (sitting_id, one.sitter.attempt_id, one.form.version_ids.index(version_id) + 1, REMARK, one.submitted_at)
        for one in had
    )
    await _copy(owner, "item_comments", ("sitting_id", "attempt_id", "position", "text", "written_at"), rows)


async def _copy(owner: asyncpg.Connection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    await owner.copy_records_to_table(table, records=list(rows), columns=columns)
