"""Which device holds an attempt: claim, take over, release. One device at a time; each hand-over begins a new epoch."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.delivery.errors import AgreeFirst, NothingToRelease
from app.delivery.models import AttemptDevice, AttemptRow, DeviceRequest, RosterEntry
from app.delivery.rooms import lock_attempts
from app.delivery.types import AttemptState, Seat, Takeover

# A page that waits asks every 5 s; after this long in silence it is not there any more.
ASKS_FOR = timedelta(seconds=20)
ENDED = (AttemptState.SUBMITTED, AttemptState.VOID)


@dataclass(frozen=True, slots=True)
class Device:
    """A computer that holds an attempt or asks for it: its secret, and where it spoke from."""

    sha256: bytes
    address: str
    agent: str


def device_of(device_secret: str, address: str, agent: str) -> Device:
    """As much of what a browser says of itself as is kept."""
    return Device(device_hash(device_secret), address[:64], agent[:300])


def device_hash(device_secret: str) -> bytes:
    return hashlib.sha256(bytes.fromhex(device_secret)).digest()


async def claim(
    session: AsyncSession, seat: Seat, device_secret: str, *, take_over: bool, address: str, agent: str
) -> bool:
    """Hold the attempt with this device. The same device may claim as often as it likes: nothing changes.

    False when another device holds it: the request then waits on the proctor's board, so the caller commits before refusing.
    """
    asking = device_of(device_secret, address, agent)
    attempt = await _locked(session, seat.attempt.sitting_id, seat.attempt.id)
    agreed = await session.scalar(
        select(RosterEntry.agreed_at).where(
            RosterEntry.sitting_id == attempt.sitting_id, RosterEntry.id == attempt.roster_id
        )
    )
    if agreed is None:
        raise AgreeFirst
    if attempt.device_sha256 == asking.sha256 or attempt.state in ENDED:
        return True
    allowed = attempt.device_sha256 is None or (take_over and seat.sitting.takeover is Takeover.CANDIDATE)
    if allowed:
        await _hand_over(session, attempt, asking, reason="claimed by the candidate")
        return True
    await _queue(session, attempt, asking)
    return False


async def release_device(
    session: AsyncSession, sitting_id: UUID, attempt_id: UUID, *, requested_at: datetime, actor: Actor
) -> None:
    """A proctor hands the attempt to the device whose request of this moment they saw; not to one that asked since."""
    held = await lock_attempts(session, sitting_id, [attempt_id], actor)
    if not held:
        raise NotFound
    (attempt,) = held
    request = await session.scalar(
        select(DeviceRequest).where(
            DeviceRequest.sitting_id == sitting_id,
            DeviceRequest.attempt_id == attempt_id,
            DeviceRequest.requested_at == requested_at,
            is_asking(),
        )
    )
    if request is None or attempt.state in ENDED:
        raise NothingToRelease
    asking = Device(request.device_sha256, request.address, request.agent)
    await _hand_over(session, attempt, asking, reason="released by a proctor", actor=actor)
    await events.hint(session, sitting_id)


def is_asking() -> ColumnElement[bool]:
    """The WHERE of requests whose device is still there."""
    return DeviceRequest.seen_at > func.clock_timestamp() - ASKS_FOR


async def _locked(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> AttemptRow:
    attempt = await session.get(AttemptRow, (sitting_id, attempt_id), with_for_update=True, populate_existing=True)
    if attempt is None:
        raise NotFound
    return attempt


async def _hand_over(
    session: AsyncSession, attempt: AttemptRow, device: Device, *, reason: str, actor: Actor | None = None
) -> None:
    attempt.epoch += 1
    attempt.rev += 1
    attempt.device_sha256 = device.sha256
    session.add(
        AttemptDevice(
            sitting_id=attempt.sitting_id,
            attempt_id=attempt.id,
            epoch=attempt.epoch,
            device_sha256=device.sha256,
            address=device.address,
            agent=device.agent,
        )
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


async def _queue(session: AsyncSession, attempt: AttemptRow, device: Device) -> None:
    values = {
        "sitting_id": attempt.sitting_id,
        "attempt_id": attempt.id,
        "device_sha256": device.sha256,
        "address": device.address,
        "agent": device.agent,
        # In milliseconds, as the board shows it: the proctor's answer names the request by this moment.
        "requested_at": func.date_trunc("milliseconds", func.clock_timestamp()),
        "seen_at": func.clock_timestamp(),
    }
    statement = insert(DeviceRequest).values(**values)
    # A device that asks again keeps its place; only another device, or one that was away, is a new request.
    same = (DeviceRequest.device_sha256 == device.sha256) & is_asking()
    since = case((same, DeviceRequest.requested_at), else_=statement.excluded.requested_at)
    statement = statement.on_conflict_do_update(
        index_elements=["sitting_id", "attempt_id"], set_=values | {"requested_at": since}
    )
    await session.execute(statement)
