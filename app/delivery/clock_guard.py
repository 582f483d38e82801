"""The clock guard: once a second it holds the database's clock against the computer's own, which nobody can set.

Where the two part by more than a second, deadlines can no longer be judged: answers go on being taken, nothing closes, and an
operator decides (`corrections.clear_clock`). What every running attempt is owed for the step is written down at once, since
later nobody could tell which attempts began before it. Any number of workers may guard; one of them at a time writes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.clock import read_clock
from app.core.db import Database
from app.delivery.deadlines import SILENCE_SECONDS

STEP_SECONDS: Final = 1.0
LEASE_SECONDS: Final = 3.0  # another guard that was heard since then is at work
LONGEST_READING_SECONDS: Final = 0.5  # a slower answer says too little about when it was given

log = logging.getLogger("sahih.clock")

LAST = text(
    """
    SELECT beat_at, suspect, holder, boot, read_at, asked, answered, journal_id,
           abs(extract(epoch FROM clock_timestamp() - beat_at)) AS silence
    FROM clock_guard FOR UPDATE
    """
)
BEAT = text(
    """
    UPDATE clock_guard SET beat_at = clock_timestamp(), holder = :holder, boot = :boot, read_at = :at, asked = :asked,
           answered = :answered, suspect = :suspect, journal_id = coalesce((SELECT max(id) FROM journal), 0)
    """
)
HOLD = text(
    """
    INSERT INTO clock_holds (cause, from_at, until_at, step_seconds)
    VALUES (:cause, least(CAST(:old AS timestamptz), :new), greatest(CAST(:old AS timestamptz), :new), :seconds)
    """
)
GO_ON = text(
    """
    UPDATE clock_holds SET from_at = least(from_at, :new), until_at = greatest(until_at, :new),
           step_seconds = step_seconds + :seconds
    WHERE ended_at IS NULL
    """
)
PASSED = text(
    """
    INSERT INTO clock_holds (cause, from_at, until_at, step_seconds, ended_at)
    VALUES ('silence', :old, :new, 0, clock_timestamp())
    """
)
# An attempt that began since the last beat may have begun after the step: then its times are of the new clock, and nothing
# is owed. Which of the two clocks wrote its start is told by where it fits in.
OWE = text(
    """
    INSERT INTO clock_debts AS known (sitting_id, attempt_id, seconds)
    SELECT a.sitting_id, a.id, :seconds FROM attempts a
    WHERE a.state IN ('running', 'paused')
      AND NOT (abs(extract(epoch FROM a.started_at - :new)) < abs(extract(epoch FROM a.started_at - :old)) AND EXISTS (
          SELECT FROM journal j
          WHERE j.id > :journal_id AND j.action = 'attempt.started' AND j.subject_id = a.id::text))
    ORDER BY a.sitting_id, a.id
    ON CONFLICT (sitting_id, attempt_id) DO UPDATE SET seconds = known.seconds + excluded.seconds
    RETURNING 1
    """
)
OPEN_ATTEMPTS = text("SELECT count(*) FROM attempts WHERE state IN ('running', 'paused')")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the database's clock said, between two looks at our own."""

    at: datetime
    asked: float
    answered: float

    @property
    def is_sharp(self) -> bool:
        return self.answered - self.asked <= LONGEST_READING_SECONDS


@dataclass(frozen=True, slots=True)
class Step:
    """How far the database's clock moved more than ours did: between `least` and `most` seconds, since neither look is sharp."""

    least: float
    most: float

    @property
    def is_jump(self) -> bool:
        return self.least > STEP_SECONDS or self.most < -STEP_SECONDS


def step_between(old: Reading, new: Reading) -> Step:
    moved = (new.at - old.at).total_seconds()
    return Step(least=moved - (new.answered - old.asked), most=moved - (new.asked - old.answered))


def own_clock() -> float:
    """Seconds that go on while the computer sleeps, that survive this process, and that no time server sets."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def this_boot() -> str:
    """Readings of `own_clock` may be compared within one of these."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return str(uuid4())


class ClockGuard:
    """`read` and `own` are the two clocks. A guard that waits for its turn remembers when the other one was last heard."""

    def __init__(
        self,
        database: Database,
        *,
        read: Callable[[AsyncSession], Awaitable[datetime]] = read_clock,
        own: Callable[[], float] = own_clock,
        boot: str | None = None,
    ) -> None:
        self._database = database
        self._read = read
        self._own = own
        self._boot = boot or this_boot()
        self._id = uuid4()
        self._seen: Reading | None = None

    async def tick(self) -> None:
        """Look at both clocks once; say so in the row that every statement reads."""
        async with self._database.staff() as session, session.begin():
            last = (await session.execute(LAST)).one()
            asked = self._own()
            at = await self._read(session)
            reading = Reading(at, asked, self._own())
            if not reading.is_sharp:
                return
            if last.beat_at is not None and last.holder != self._id and last.silence <= LEASE_SECONDS:
                self._seen = reading
                return
            suspect = await self._judge(session, last, reading)
            beat = {"holder": self._id, "boot": self._boot, "suspect": suspect}
            await session.execute(BEAT, beat | {"at": at, "asked": reading.asked, "answered": reading.answered})
            self._seen = reading

    async def _judge(self, session: AsyncSession, last: Any, new: Reading) -> bool:
        """Is the clock suspect from here on?"""
        if last.beat_at is None:
            return False
        same_boot = last.boot == self._boot
        old = Reading(last.read_at, last.asked, last.answered) if same_boot else self._seen
        if old is None:
            return await self._nothing_to_compare(session, last, new)
        step = step_between(old, new)
        if step.is_jump:
            await self._suspect(session, last, new, "step", step.most)
            return True
        if last.suspect:
            await session.execute(GO_ON, {"new": new.at, "seconds": 0.0})
        elif new.asked - old.answered > SILENCE_SECONDS:
            await self._was_silent(session, old, new)
        return bool(last.suspect)

    async def _nothing_to_compare(self, session: AsyncSession, last: Any, new: Reading) -> bool:
        """Another computer, or this one after a restart: only who waited for an exam's end needs a person to look."""
        if last.suspect or await session.scalar(OPEN_ATTEMPTS):
            await self._suspect(session, last, new, "silence", 0.0)
            return True
        return False

    async def _suspect(self, session: AsyncSession, last: Any, new: Reading, cause: str, seconds: float) -> None:
        span = {"cause": cause, "old": last.read_at, "new": new.at, "seconds": seconds}
        if last.suspect:
            await session.execute(GO_ON, {"new": new.at, "seconds": seconds})
        else:
            await session.execute(HOLD, span)
        owed = {"seconds": seconds, "old": last.read_at, "new": new.at, "journal_id": last.journal_id}
        attempts = len((await session.execute(OWE, owed)).all())
        facts = {"cause": cause, "seconds": round(seconds, 3), "attempts": attempts}
        await journal.record(session, "clock.suspected", "clock", 1, facts=facts)
        log.error("clock suspect (%s): it moved %+.3f s under %d attempts; nothing closes", cause, seconds, attempts)

    async def _was_silent(self, session: AsyncSession, old: Reading, new: Reading) -> None:
        """Nobody guarded for a while, nothing closed, and the clock did not step: both clocks say so."""
        seconds = new.asked - old.answered
        await session.execute(PASSED, {"old": old.at, "new": new.at})
        await journal.record(session, "clock.unguarded", "clock", 1, facts={"seconds": round(seconds, 3)})
        log.error("the clock was not guarded for %.1f s; nothing closed meanwhile, and it did not step", seconds)
