"""Heartbeats and remarks: what keeps the board true and the key check informed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery.devices import device_hash
from app.delivery.errors import NoSuchPosition, NotRunning, StaleEpoch
from app.delivery.models import ItemComment
from app.delivery.types import AttemptState, Seat, Standing

HEARTBEAT = text(
    """
    WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS at),
    held AS (
        SELECT sitting_id, id, state, epoch, device_sha256, closes_at, rev
        FROM attempts WHERE sitting_id = :sitting_id AND id = :attempt_id
    ), contact AS (
        INSERT INTO contacts (sitting_id, attempt_id, last_contact_at)
        SELECT held.sitting_id, held.id, clock.at FROM held, clock
        WHERE held.epoch = :epoch AND held.device_sha256 = :device
        ON CONFLICT (sitting_id, attempt_id) DO UPDATE SET last_contact_at = excluded.last_contact_at
    )
    SELECT clock.at, held.state, held.epoch, held.closes_at, held.rev,
           held.epoch = :epoch AND held.device_sha256 = :device AS ours
    FROM held, clock
    """
)


async def heartbeat(session: AsyncSession, seat: Seat, epoch: int, device_secret: str) -> Standing:
    row: Any = (
        await session.execute(
            HEARTBEAT,
            {
                "sitting_id": seat.sitting.id,
                "attempt_id": seat.attempt.id,
                "epoch": epoch,
                "device": device_hash(device_secret),
            },
        )
    ).one()
    if not row.ours:
        raise StaleEpoch
    return Standing(row.at, AttemptState(row.state), row.epoch, row.closes_at, row.rev)


async def comment(session: AsyncSession, seat: Seat, position: int, remark: str) -> None:
    """A candidate's remark on an item; the newest one per position counts."""
    if not 1 <= position <= seat.attempt.n_items:
        raise NoSuchPosition(position=position)
    if seat.attempt.started_at is None or seat.attempt.state is AttemptState.VOID:
        raise NotRunning
    place = {"sitting_id": seat.sitting.id, "attempt_id": seat.attempt.id, "position": position}
    words = {"text": remark, "written_at": func.clock_timestamp()}
    statement = insert(ItemComment).values(**place, **words)
    await session.execute(statement.on_conflict_do_update(index_elements=list(place), set_=words))
