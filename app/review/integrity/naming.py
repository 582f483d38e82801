"""What a candidate or a pair is called in a lead: where they sat, never who they are."""

from __future__ import annotations

from app.review.data.types import ReviewData, ReviewPerson
from app.review.shown import Subject, SubjectKind


def candidate(data: ReviewData, person: ReviewPerson) -> Subject:
    return Subject(SubjectKind.CANDIDATE, str(person.attempt_id), f"{_room(data, person)} · {seat_of(person)}")


def pair(data: ReviewData, one: ReviewPerson, other: ReviewPerson) -> Subject:
    """The same two are the same pair, whoever is named first."""
    ref = "/".join(sorted((str(one.attempt_id), str(other.attempt_id))))
    return Subject(SubjectKind.PAIR, ref, f"{_room(data, one)} · {seat_of(one)} & {seat_of(other)}")


def seat_of(person: ReviewPerson) -> str:
    """Without a known seat the beginning of the attempt's id tells one from another."""
    return person.seat or f"…{str(person.attempt_id)[:8]}"


def _room(data: ReviewData, person: ReviewPerson) -> str:
    sitting = data.sittings[person.sitting]
    return sitting.code if person.room is None else f"{sitting.code} · {person.room}"
