"""What the routes of findings take, and the shapes they answer in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import StringConstraints, model_validator

from app.core.clock import maybe_rfc3339, rfc3339
from app.core.web import Payload
from app.review.findings.moves import Asked, Verdict
from app.review.findings.raising import Origin, Words
from app.review.findings.types import Action, ActionKind, Finding, Grade, Verification
from app.review.shown import Subject, SubjectKind

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Sentence = Annotated[str, StringConstraints(min_length=10, max_length=2000)]
Passage = Annotated[str, StringConstraints(min_length=10, max_length=4000)]


class SubjectBody(Payload):
    kind: SubjectKind
    ref: Annotated[str, StringConstraints(max_length=200)]
    label: Name


class FindingBody(Payload):
    """Where it was seen (one of `review_id`, `sitting_id`, `scheme`) and what it is about (`lead_id` or `subject`)."""

    review_id: UUID | None = None
    sitting_id: UUID | None = None
    scheme: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    lead_id: Name | None = None
    subject: SubjectBody | None = None
    grade: Grade
    statement: Sentence
    evidence: Passage

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if sum(one is not None for one in (self.review_id, self.sitting_id, self.scheme)) != 1:
            raise ValueError("one of review_id, sitting_id, scheme")
        if (self.lead_id is None) == (self.subject is None):
            raise ValueError("one of lead_id, subject")
        if self.lead_id is not None and self.review_id is None:
            raise ValueError("lead_id stands in a review")
        return self

    def origin(self) -> Origin:
        return Origin(self.review_id, self.sitting_id, self.scheme)

    def words(self) -> Words:
        return Words(self.grade, self.statement, self.evidence)

    def lead(self) -> tuple[UUID, str]:
        """Review and lead; asked for where there is no subject."""
        assert self.review_id is not None
        assert self.lead_id is not None
        return self.review_id, self.lead_id

    def about(self) -> Subject | None:
        return Subject(self.subject.kind, self.subject.ref, self.subject.label) if self.subject else None


class CauseBody(Payload):
    text: Passage


class ActionBody(Payload):
    kind: ActionKind
    description: Sentence
    owner_id: UUID
    due_on: date
    reference: Name | None = None

    def read(self) -> Asked:
        return Asked(self.kind, self.description, self.owner_id, self.due_on, self.reference)


class PostponeBody(Payload):
    due_on: date
    reason: Sentence


class DoneBody(Payload):
    note: Sentence


class VerifyBody(Payload):
    """A later review shows it, or `at_once` says why it can be said now."""

    effective: bool
    evidence: Passage
    review_id: UUID | None = None
    at_once: Sentence | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.review_id is None) == (self.at_once is None):
            raise ValueError("one of review_id, at_once")
        return self

    def read(self) -> Verdict:
        return Verdict(self.effective, self.evidence, self.review_id, self.at_once)


class WithdrawBody(Payload):
    reason: Sentence


def finding_row(one: Finding, today: date) -> dict[str, Any]:
    """A finding in a list."""
    return one.mark.as_json() | {
        "subject": subject_row(one.subject),
        "statement": one.statement,
        "lead_id": one.lead_id,
        "review": _review(one.review),
        "repeats": one.repeats.as_json() if one.repeats else None,
        "raised_by": one.raised_by,
        "raised_at": rfc3339(one.raised_at),
        "closed_at": maybe_rfc3339(one.closed_at),
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "overdue": one.is_overdue(today),
        "actions": len(one.actions),
        "done": sum(action.done_at is not None for action in one.actions),
    }


def finding_rows(findings: Sequence[Finding], today: date) -> list[dict[str, Any]]:
    return [finding_row(one, today) for one in findings]


def story_rows(one: Finding, today: date) -> dict[str, Any]:
    """What a finding has beside its row in a list."""
    return {
        "evidence": one.evidence,
        "root_cause": one.root_cause,
        "lead": one.lead,
        "closing_note": one.closing_note,
        "closed_by": one.closed_by,
        "list": [action_row(action, today) for action in one.actions],
        "verifications": [_verification_row(proof) for proof in one.verifications],
    }


def action_row(one: Action, today: date) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "kind": one.kind,
        "description": one.description,
        "owner": {"id": str(one.owner_id), "name": one.owner},
        "due_on": one.due_on.isoformat(),
        "overdue": one.is_overdue(today),
        "reference": one.reference,
        "asked_by": one.asked_by,
        "asked_at": rfc3339(one.asked_at),
        "done_by": one.done_by,
        "done_at": maybe_rfc3339(one.done_at),
        "done_note": one.done_note,
    }


def subject_row(subject: Subject) -> dict[str, str]:
    return {"kind": subject.kind, "ref": subject.ref, "label": subject.label}


def _verification_row(one: Verification) -> dict[str, Any]:
    return {
        "effective": one.effective,
        "evidence": one.evidence,
        "at_once": one.at_once,
        "review": _review(one.review),
        "by": one.by,
        "at": rfc3339(one.at),
        "taken_back_at": maybe_rfc3339(one.taken_back_at),
    }


def _review(named: tuple[UUID, str] | None) -> dict[str, str] | None:
    return {"id": str(named[0]), "title": named[1]} if named else None
