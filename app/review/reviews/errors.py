"""Refusals about reviews."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from app.core.errors import Conflict, Malformed
from app.review.reviews.types import Missing


class BadPeriod(Malformed):
    code = "bad-period"
    title = "A period begins before it ends."


class ReviewExists(Conflict):
    code = "review-exists"
    title = "There is a review of this scheme and period already."


class ReviewMoved(Conflict):
    code = "review-moved"
    title = "The review is at another step than this asks for; look again."


class PeriodRunning(Conflict):
    code = "period-running"
    title = "The period of this review is not over yet; it is computed afterwards."


class NothingReleased(Conflict):
    code = "nothing-released"
    title = "No sitting in this period has released results; there is nothing to review yet."


class MeetingChanged(Conflict):
    code = "meeting-changed"
    title = "Somebody else kept the minutes meanwhile; read theirs first."


class NotOfCommittee(Malformed):
    code = "not-of-committee"
    title = "Only members of the committee are ticked present; others are guests."


class StillMissing(Conflict):
    """`faults` says what stands in the way, each with what to do, in both languages."""

    code = "review-incomplete"
    title = "Something is missing before the review can go on; each fault says what."

    def __init__(self, missing: Iterable[Missing]) -> None:
        super().__init__(faults=[asdict(one) for one in missing])
