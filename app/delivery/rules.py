"""Pure decisions of delivery: phases, transitions, receipts. No I/O; `now` is an argument."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.delivery.types import Admission, AttemptClock, AttemptState, Phase, PhaseNow, SittingState

A, S = AttemptState, SittingState

ATTEMPT_MOVES: Final[Mapping[AttemptState, frozenset[AttemptState]]] = {
    A.ASSIGNED: frozenset({A.ADMITTED, A.VOID}),
    A.ADMITTED: frozenset({A.RUNNING, A.VOID}),
    A.RUNNING: frozenset({A.PAUSED, A.SUBMITTED, A.VOID}),
    A.PAUSED: frozenset({A.RUNNING, A.SUBMITTED, A.VOID}),
    A.SUBMITTED: frozenset({A.VOID}),
    A.VOID: frozenset(),
}

SITTING_MOVES: Final[Mapping[SittingState, frozenset[SittingState]]] = {
    S.DRAFT: frozenset({S.OPEN, S.CLOSED}),
    S.OPEN: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
}

# A code stands in file names and headers, and people type it.
SITTING_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

# States in which no clock decides anything.
TIMELESS: Final[Mapping[AttemptState, Phase]] = {
    A.VOID: Phase.VOID,
    A.SUBMITTED: Phase.SUBMITTED,
    A.PAUSED: Phase.PAUSED,
}

ALONE_SECONDS: Final = 15 * 60
MOST_SECONDS: Final = 4 * 3600  # of one grant
MOST_BACKDATED: Final = timedelta(minutes=15)

STATEMENT_VERSION: Final = "2"  # of the confirmation and pledge that a candidate agrees to


def phase(clock: AttemptClock, now: datetime) -> PhaseNow:
    """What this candidate may do now, and until when. The countdown, the permission and the board all read this."""
    if clock.state in TIMELESS:
        return PhaseNow(TIMELESS[clock.state], None)
    if clock.state is A.RUNNING:
        return _running(clock, now)
    return _before(clock, now)


def _before(clock: AttemptClock, now: datetime) -> PhaseNow:
    if now < clock.opens_at:
        return PhaseNow(Phase.NOT_OPEN, clock.opens_at)
    if now >= clock.window_closes_at:
        return PhaseNow(Phase.TOO_LATE, None)
    if clock.state is A.ASSIGNED and clock.admission is Admission.PROCTOR:
        return PhaseNow(Phase.WAITING_ADMISSION, clock.window_closes_at)
    return PhaseNow(Phase.READY, clock.window_closes_at)


def _running(clock: AttemptClock, now: datetime) -> PhaseNow:
    if clock.closes_at is None:
        raise ValueError("clock.closes_at: a running attempt has a deadline")
    if clock.resumes_at is not None and now < clock.resumes_at:
        return PhaseNow(Phase.PAUSED, clock.resumes_at)
    ends_at = shown_end(clock.closes_at, clock.transmission_seconds)
    if now < ends_at:
        return PhaseNow(Phase.RUNNING, ends_at)
    if now < clock.closes_at:
        return PhaseNow(Phase.TRANSMISSION, clock.closes_at)
    return PhaseNow(Phase.CLOSING, None)


def credit_seconds(paused_at: datetime, resumes_at: datetime) -> int:
    """What a pause gives back: whole seconds, rounded towards the candidate."""
    return max(0, math.ceil((resumes_at - paused_at).total_seconds()))


def stands_since(now: datetime, *, since: datetime | None, heard: datetime, resumes_at: datetime | None) -> datetime:
    """From when a clock that is stopped now stands.

    A disturbance may have begun before anybody pressed a button (`since`), but not before the candidate's last sign of work
    (`heard`: start or last save). Until `resumes_at` an earlier pause has given the time back already.
    """
    begun = min(now, max(since, heard)) if since else now
    return max(begun, resumes_at) if resumes_at else begun


def needs_second_person(granted_alone: int, seconds: int) -> bool:
    """Seconds that one person may grant to one candidate, all such grants together."""
    return granted_alone + seconds > ALONE_SECONDS


def shown_end(closes_at: datetime, transmission_seconds: int) -> datetime:
    """The end on the candidate's screen: the transmission seconds after it are for what is still on the way."""
    return closes_at - timedelta(seconds=transmission_seconds)


def seat_label(typed: str) -> str:
    """A seat as everybody writes it: a spreadsheet makes 1 of 01."""
    text = " ".join(typed.split())
    return text.zfill(2) if text.isdecimal() else text


def may_move(old: AttemptState, new: AttemptState) -> bool:
    return new in ATTEMPT_MOVES[old]


def moved(old: AttemptState, new: AttemptState) -> AttemptState:
    """The new state. Raises ValueError where the table of moves does not know this one."""
    if not may_move(old, new):
        raise ValueError(f"{old} → {new}")
    return new


def receipt_text(attempt_id: UUID, options: Mapping[int, int]) -> str:
    """The text whose SHA-256 is the receipt: position (from 1) = option as shown (from 0), blanks left out.

    The closing statement builds the same text in SQL; a test holds the two together.
    """
    answers = ",".join(f"{position}={option}" for position, option in sorted(options.items()))
    return f"sahih-receipt-1\n{attempt_id}\n{answers}"


def receipt_sha256(attempt_id: UUID, options: Mapping[int, int]) -> str:
    return hashlib.sha256(receipt_text(attempt_id, options).encode()).hexdigest()


def receipt_code(sha256: str) -> str:
    """What a candidate writes down: the first twelve digits in groups of four."""
    return "-".join(sha256[i : i + 4].upper() for i in (0, 4, 8))
