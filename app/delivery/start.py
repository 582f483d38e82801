"""Before the clock and at its start: agree, be admitted, start. Starting is one UPDATE; the clock starts there and nowhere else."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.delivery import rules
from app.delivery.devices import device_hash
from app.delivery.errors import (
    AgreeFirst,
    AttemptClosed,
    NotAdmitted,
    SittingNotOpen,
    SittingOver,
    StaleEpoch,
    WrongToken,
)
from app.delivery.models import AttemptRow, RosterEntry
from app.delivery.types import Admission, AttemptState, Phase, Seat, SittingState, Standing

# Taken in a statement of its own: a start that had to wait sees a sitting that was closed meanwhile.
LOCK = text("SELECT FROM attempts WHERE sitting_id = :sitting_id AND id = :attempt_id FOR NO KEY UPDATE")

START = text(
    """
    WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS at)
    UPDATE attempts a
    SET state = 'running', started_at = clock.at, admitted_at = coalesce(a.admitted_at, clock.at), rev = a.rev + 1,
        closes_at = clock.at + make_interval(secs => s.duration_seconds + (
            SELECT coalesce(sum(g.seconds), 0) FROM time_grants g
            WHERE g.sitting_id = a.sitting_id AND g.attempt_id = a.id))
    FROM clock, sittings s
    WHERE a.sitting_id = :sitting_id AND a.id = :attempt_id AND s.id = a.sitting_id
      AND a.device_sha256 = :device
      AND s.state = 'open' AND clock.at >= s.opens_at AND clock.at < s.closes_at
      AND (a.state = 'admitted'
           OR (a.state = 'assigned' AND s.admission = 'open')
           OR (a.state = 'assigned' AND s.admission = 'token' AND s.token = :token
               AND (s.token_expires_at IS NULL OR clock.at < s.token_expires_at)))
    RETURNING a.started_at AS at, a.state, a.epoch, a.closes_at, a.rev
    """
)


async def agree(session: AsyncSession, seat: Seat) -> None:
    """Record that the candidate confirmed their details and made the pledge; the first time counts."""
    changed = await session.execute(
        update(RosterEntry)
        .where(
            RosterEntry.sitting_id == seat.sitting.id,
            RosterEntry.id == seat.attempt.roster_id,
            RosterEntry.agreed_at.is_(None),
        )
        .values(agreed_at=func.clock_timestamp(), agreed_version=rules.STATEMENT_VERSION)
        .returning(RosterEntry.id)
    )
    if changed.scalar_one_or_none() is not None:
        await _journal(session, seat, "pledge.made", {"version": rules.STATEMENT_VERSION})


async def admit(session: AsyncSession, sitting_id: UUID, attempt_id: UUID, *, actor: Actor) -> None:
    """A proctor lets a candidate start. Admitting twice changes nothing."""
    attempt = await session.get(AttemptRow, (sitting_id, attempt_id), with_for_update=True)
    if attempt is None:
        raise NotFound
    if attempt.state != AttemptState.ASSIGNED:
        return
    attempt.state = AttemptState.ADMITTED
    attempt.admitted_at = func.clock_timestamp()
    attempt.rev += 1
    await session.flush()
    await journal.record(session, "attempt.admitted", "attempt", attempt_id, actor=actor, sitting_id=sitting_id)
    await events.hint(session, sitting_id)


async def start(
    session: AsyncSession, seat: Seat, device_secret: str, token: str | None, phase: Phase
) -> Standing | None:
    """Start the clock. None when this very device started it before: then the attempt goes on as it is."""
    if seat.agreed_at is None:
        raise AgreeFirst
    device = device_hash(device_secret)
    await session.execute(LOCK, {"sitting_id": seat.sitting.id, "attempt_id": seat.attempt.id})
    started = (
        await session.execute(
            START,
            {
                "sitting_id": seat.sitting.id,
                "attempt_id": seat.attempt.id,
                "device": device,
                "token": (token or "").strip().upper(),
            },
        )
    ).one_or_none()
    if started is None:
        await _explain(session, seat, device, phase)
        return None
    if seat.attempt.state is AttemptState.ASSIGNED:
        await _journal(session, seat, "attempt.admitted", {"by": seat.sitting.admission.value})
    await _journal(session, seat, "attempt.started", {"epoch": started.epoch})
    return Standing(started.at, AttemptState(started.state), started.epoch, started.closes_at, started.rev)


async def _explain(session: AsyncSession, seat: Seat, device: bytes, phase: Phase) -> None:
    """Why the UPDATE found nothing: the refusal that helps the candidate, or nothing where it had been started before."""
    attempt = await session.get_one(AttemptRow, (seat.sitting.id, seat.attempt.id), populate_existing=True)
    if attempt.device_sha256 != device:
        raise StaleEpoch
    if attempt.state in (AttemptState.RUNNING, AttemptState.PAUSED):
        return
    if attempt.state in (AttemptState.SUBMITTED, AttemptState.VOID):
        raise AttemptClosed
    if seat.sitting.state is SittingState.CLOSED or phase is Phase.TOO_LATE:
        raise SittingOver
    if seat.sitting.state is SittingState.DRAFT or phase is Phase.NOT_OPEN:
        raise SittingNotOpen
    if seat.sitting.admission is Admission.TOKEN and attempt.state == AttemptState.ASSIGNED:
        raise WrongToken
    raise NotAdmitted


async def _journal(session: AsyncSession, seat: Seat, action: str, facts: dict[str, object]) -> None:
    await journal.record(
        session, action, "attempt", seat.attempt.id, sitting_id=seat.sitting.id, facts={"number": seat.number, **facts}
    )
