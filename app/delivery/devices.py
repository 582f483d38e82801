"""Which device holds an attempt: claim, take over, release. One device at a time; each hand-over begins a new epoch."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.delivery.errors import AgreeFirst, NothingToRelease
from app.delivery.models import AttemptDevice, AttemptRow, DeviceRequest, RosterEntry
from app.delivery.types import AttemptState, Seat, Takeover

ENDED = (AttemptState.SUBMITTED, AttemptState.VOID)


def device_hash(device_secret: str) -> bytes:
    return hashlib.sha256(bytes.fromhex(device_secret)).digest()


async def claim(
    session: AsyncSession, seat: Seat, device_secret: str, *, take_over: bool, address: str, agent: str
) -> bool:
    """Hold the attempt with this device. The same device may claim as often as it likes: nothing changes.

    False when another device holds it: the request then waits on the proctor's board, so the caller commits before refusing.
    """
    device = device_hash(device_secret)
    attempt = await _locked(session, seat.attempt.sitting_id, seat.attempt.id)
    agreed = await session.scalar(
        select(RosterEntry.agreed_at).where(
            RosterEntry.sitting_id == attempt.sitting_id, RosterEntry.id == attempt.roster_id
        )
    )
    if agreed is None:
        raise AgreeFirst
    if attempt.device_sha256 == device or attempt.state in ENDED:
        return True
    allowed = attempt.device_sha256 is None or (take_over and seat.sitting.takeover is Takeover.CANDIDATE)
    if allowed:
        await _hand_over(session, attempt, device, reason="claimed by the candidate")
        return True
    await _queue(session, attempt, device, address, agent)
    return False


async def release_device(session: AsyncSession, sitting_id: UUID, attempt_id: UUID, *, actor: Actor) -> None:
    """A proctor hands the attempt to the device that asks for it."""
    attempt = await _locked(session, sitting_id, attempt_id)
    request = await session.get(DeviceRequest, (sitting_id, attempt_id))
    if request is None or attempt.state in ENDED:
        raise NothingToRelease
    await _hand_over(session, attempt, request.device_sha256, reason="released by a proctor", actor=actor)
    await events.hint(session, sitting_id)


async def _locked(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> AttemptRow:
    attempt = await session.get(AttemptRow, (sitting_id, attempt_id), with_for_update=True, populate_existing=True)
    if attempt is None:
        raise NotFound
    return attempt


async def _hand_over(
    session: AsyncSession, attempt: AttemptRow, device: bytes, *, reason: str, actor: Actor | None = None
) -> None:
    attempt.epoch += 1
    attempt.rev += 1
    attempt.device_sha256 = device
    session.add(
        AttemptDevice(sitting_id=attempt.sitting_id, attempt_id=attempt.id, epoch=attempt.epoch, device_sha256=device)
    )
    await session.flush()
    this = (DeviceRequest.sitting_id == attempt.sitting_id) & (DeviceRequest.attempt_id == attempt.id)
    await session.execute(delete(DeviceRequest).where(this))
    await journal.record(
        session,
        "device.held",
        "attempt",
        attempt.id,
        actor=actor,
        sitting_id=attempt.sitting_id,
        reason=reason,
        facts={"epoch": attempt.epoch},
    )


async def _queue(session: AsyncSession, attempt: AttemptRow, device: bytes, address: str, agent: str) -> None:
    values = {
        "sitting_id": attempt.sitting_id,
        "attempt_id": attempt.id,
        "device_sha256": device,
        "address": address[:64],
        "agent": agent[:300],
        "requested_at": text("clock_timestamp()"),
    }
    fresh = {name: values[name] for name in ("device_sha256", "address", "agent", "requested_at")}
    statement = insert(DeviceRequest).values(**values)
    # A device that polls keeps its place; only another device is a new request.
    statement = statement.on_conflict_do_update(
        index_elements=["sitting_id", "attempt_id"], set_=fresh, where=DeviceRequest.device_sha256 != device
    )
    await session.execute(statement)
