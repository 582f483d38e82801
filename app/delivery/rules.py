"""Pure decisions of delivery: phases, transitions, receipts. No I/O; `now` is an argument."""

from __future__ import annotations

import hashlib
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

STATEMENT_VERSION: Final = "1"  # of the confirmation and pledge that a candidate agrees to


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
    ends_at = shown_end(clock.closes_at, clock.transmission_seconds)
    if now < ends_at:
        return PhaseNow(Phase.RUNNING, ends_at)
    if now < clock.closes_at:
        return PhaseNow(Phase.TRANSMISSION, clock.closes_at)
    return PhaseNow(Phase.CLOSING, None)


def shown_end(closes_at: datetime, transmission_seconds: int) -> datetime:
    """The end on the candidate's screen: the transmission seconds after it are for what is still on the way."""
    return closes_at - timedelta(seconds=transmission_seconds)


def may_move(old: AttemptState, new: AttemptState) -> bool:
    return new in ATTEMPT_MOVES[old]


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
