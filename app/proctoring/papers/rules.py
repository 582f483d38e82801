"""Pure decisions of papers: what a clock was made of, what belongs into the minutes, who gets a new card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from app.core.errors import NotFound
from app.delivery import AttemptState, Course
from app.proctoring.papers.errors import CardsInUse, ExamOver
from app.proctoring.papers.types import ClockAccount, GrantFacts

TRANSMISSION: Final = "transmission"
FIRST_DEVICE: Final = 1
OVER: Final = (AttemptState.SUBMITTED, AttemptState.VOID)

# What other sections of the minutes say already, what belongs to the time before or after the exam, and who looked at what. A case
# is judged by others than those who ran the room, and is not theirs to read.
NOT_TOLD: Final = frozenset(
    {
        "attempt.admitted",
        "attempt.paused",
        "attempt.resumed",
        "attempt.started",
        "attempt.submitted",
        "attempt.voided",
        "attempts.rescored",
        "attempts.scored",
        "bank.keys-read",
        "incident.closed",
        "incident.opened",
        "invitations.taken",
        "irregularity.opened",
        "irregularity.released",
        "irregularity.statement-asked",
        "irregularity.statement-given",
        "irregularity.void",
        "item.read",
        "key_check.cleared",
        "key_check.looked",
        "paper.printed",
        "pledge.made",
        "results.released",
        "room.frozen",
        "room.thawed",
    }
)
GRANTED: Final = "time.granted"

Signature = tuple[tuple[str, int, str, str | None], ...]


def account(course: Course, duration_seconds: int, grants: Iterable[GrantFacts]) -> ClockAccount | None:
    """The clock of a candidate who started, as a sum of its parts; None where no clock ever ran."""
    if course.started_at is None or course.closes_at is None:
        return None
    return ClockAccount(course, course.started_at, duration_seconds, tuple(grants), course.closes_at)


def is_plain(one: ClockAccount) -> bool:
    """Whether this clock is the sitting's own: it runs, only the seconds of transmission were added, and the sum is right."""
    added = any(grant.kind != TRANSMISSION for grant in one.grants)
    return not one.difference and one.course.paused_at is None and not added


def alike(accounts: Iterable[ClockAccount]) -> list[list[ClockAccount]]:
    """Clocks to which the same was added for the same reason by the same person, together: an outage is told once."""
    groups: dict[Signature, list[ClockAccount]] = {}
    for one in accounts:
        parts = tuple((grant.kind, grant.seconds, grant.reason, grant.granted_by) for grant in one.grants)
        groups.setdefault(parts, []).append(one)
    return list(groups.values())


def is_told(action: str, facts: dict[str, Any], course: Course | None) -> bool:
    """Whether the minutes tell this entry of the journal; one that nobody thought of here is told."""
    if action == "device.held":
        return int(facts.get("epoch", 0)) > FIRST_DEVICE
    if action == GRANTED:  # told with the clock, where one ever ran
        return course is not None and course.started_at is None
    return action not in NOT_TOLD


def cards_for(courses: Sequence[Course], attempt_id: UUID | None, *, of_the_room: bool = False) -> list[Course]:
    """Whose card is printed anew, which ends the one they have.

    One candidate at any time; all of them only as long as nobody was let in: from then on cards are in use. After the exam a PIN
    opens the result and speaks for the candidate: then it is not for those who ran the room.
    """
    if attempt_id is not None:
        asked = [course for course in courses if course.attempt_id == attempt_id]
        if not asked:
            raise NotFound
        if of_the_room and asked[0].state in OVER:
            raise ExamOver
        return asked
    counted = [course for course in courses if course.state is not AttemptState.VOID]
    require_unused(course.state for course in counted)
    return counted


def require_unused(states: Iterable[AttemptState]) -> None:
    """Cards for many are printed only while nobody came in with theirs."""
    if any(state is not AttemptState.ASSIGNED for state in states):
        raise CardsInUse
