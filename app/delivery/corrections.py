"""An operator says that the clock is right again: each attempt gets the time that the clock took, or gives back what it gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.delivery import deadlines
from app.delivery.errors import ClockSuspect, ClockTrusted

# Whole seconds, rounded towards the candidate. Locked in the order in which every other statement locks attempts.
CORRECT = text(
    """
    WITH due AS MATERIALIZED (
        SELECT a.sitting_id, a.id, ceil(d.seconds + CAST(:step AS float8))::int AS seconds
        FROM clock_debts d JOIN attempts a ON a.sitting_id = d.sitting_id AND a.id = d.attempt_id
        WHERE a.state IN ('running', 'paused') ORDER BY a.sitting_id, a.id FOR UPDATE OF a
    ), granted AS (
        INSERT INTO time_grants (id, sitting_id, attempt_id, kind, seconds, reason, actor_id)
        SELECT gen_random_uuid(), sitting_id, id, 'clock', seconds, :reason, CAST(:actor AS uuid) FROM due WHERE seconds <> 0
    ), moved AS (
        UPDATE attempts a SET closes_at = a.closes_at + make_interval(secs => due.seconds), rev = a.rev + 1,
            paused_at = a.paused_at + make_interval(secs => due.seconds),
            resumes_at = a.resumes_at + make_interval(secs => due.seconds)
        FROM due WHERE a.sitting_id = due.sitting_id AND a.id = due.id AND due.seconds <> 0
        RETURNING a.sitting_id, a.id, due.seconds
    )
    INSERT INTO journal (action, subject, subject_id, sitting_id, actor_id, reason, facts)
    SELECT 'time.granted', 'attempt', id::text, sitting_id, CAST(:actor AS uuid), :reason,
           jsonb_build_object('kind', 'clock', 'seconds', seconds) FROM moved
    RETURNING id
    """
)
LOCK_GUARD = text("SELECT suspect FROM clock_guard FOR UPDATE")
SETTLED = text("DELETE FROM clock_debts")
TRUSTED = text("UPDATE clock_guard SET suspect = false")
END_HOLD = text(
    """
    UPDATE clock_holds SET from_at = least(from_at, clock_timestamp()), until_at = greatest(until_at, clock_timestamp()),
           ended_at = clock_timestamp() WHERE ended_at IS NULL
    """
)
STATE = text(
    f"""
    SELECT g.suspect, g.beat_at, clock_timestamp() AS now, {deadlines.suspect("clock_timestamp()")} AS holds,
           h.cause, h.from_at, h.step_seconds,
           (SELECT count(*) FROM clock_debts) AS attempts
    FROM clock_guard g LEFT JOIN clock_holds h ON h.ended_at IS NULL
    """  # noqa: S608  (made of constants)
)


@dataclass(frozen=True, slots=True)
class ClockState:
    """`holds`: nothing closes now. `suspect`: and so it stays until an operator clears it. `beat_at`: the guard's last beat."""

    now: datetime
    beat_at: datetime | None
    holds: bool
    suspect: bool
    cause: str | None
    step_seconds: float | None
    attempts: int


async def clock_state(session: AsyncSession) -> ClockState:
    row = (await session.execute(STATE)).one()
    return ClockState(row.now, row.beat_at, row.holds, row.suspect, row.cause, row.step_seconds, row.attempts)


async def require_clock(session: AsyncSession) -> None:
    """What is measured by the database's clock waits while that is in doubt: nobody's time runs out then, and it is cleared first."""
    if (await clock_state(session)).suspect:
        raise ClockSuspect


FIGURES = text(
    f"""
    SELECT g.suspect::int AS clock_suspect, {deadlines.suspect("clock_timestamp()")}::int AS clock_held,
           coalesce(extract(epoch FROM clock_timestamp() - g.beat_at), 0)::float8 AS clock_guard_silence_seconds,
           (SELECT count(*) FROM attempts WHERE state = 'running') AS attempts_running,
           (SELECT count(*) FROM attempts WHERE state = 'running' AND closes_at < clock_timestamp()) AS attempts_overdue
    FROM clock_guard g
    """  # noqa: S608  (made of constants)
)


async def figures(session: AsyncSession) -> dict[str, float]:
    """What an operator watches: the clock, and attempts whose time is over."""
    return dict((await session.execute(FIGURES)).mappings().one())


async def clear_clock(
    session: AsyncSession, *, reason: str, step_seconds: float = 0.0, actor: Actor | None = None
) -> int:
    """Trust the clock again and correct the deadlines; returns how many were moved.

    `step_seconds` is what only a person can know: how far the clock moved while no guard looked.
    """
    if not (await session.execute(LOCK_GUARD)).scalar_one():
        raise ClockTrusted
    owed = {"step": step_seconds, "reason": reason, "actor": actor.person_id if actor else None}
    moved = len((await session.execute(CORRECT, owed)).all())
    for statement in (SETTLED, TRUSTED, END_HOLD):
        await session.execute(statement)
    facts = {"attempts": moved, "step_seconds": step_seconds}
    await journal.record(session, "clock.cleared", "clock", 1, actor=actor, reason=reason, facts=facts)
    return moved
