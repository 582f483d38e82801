"""What the routes of reviews take, and the shapes they answer in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from app.core.clock import maybe_rfc3339, rfc3339
from app.core.web import Payload
from app.review.method.content import printed_fields
from app.review.method.queries import MethodVersion
from app.review.reviews.models import ReviewRow
from app.review.reviews.sittings import PeriodSitting
from app.review.reviews.types import Meeting, meeting_in, meeting_out

SchemeCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Line = Annotated[str, StringConstraints(max_length=400)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Conclusion = Annotated[str, StringConstraints(max_length=2000)]
Reason = Annotated[str, StringConstraints(min_length=10, max_length=2000)]
Names = Mapping[UUID, str]


class PlanBody(Payload):
    scheme: SchemeCode
    title: Annotated[str, StringConstraints(min_length=3, max_length=200)]
    period_from: Day
    period_to: Day


class ReasonBody(Payload):
    reason: Reason


class MeetingBody(Payload):
    held_on: Day | None = None
    place: Line = ""
    present: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()
    guests: Conclusion = ""
    minutes: Text = ""
    fairness: Conclusion = ""
    validity: Conclusion = ""
    reliability: Conclusion = ""
    performance: Conclusion = ""
    next_due: Day | None = None
    revision: Annotated[int, Field(strict=True, ge=0)]

    def read(self) -> Meeting:
        return Meeting(**self.model_dump())


class DecideBody(Payload):
    """`revision`: of the minutes that the person has read."""

    revision: Annotated[int, Field(strict=True, ge=0)]


def review_row(row: ReviewRow, names: Names) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "scheme": row.scheme_code,
        "title": row.title,
        "period_from": row.period_from.isoformat(),
        "period_to": row.period_to.isoformat(),
        "state": row.state,
        "step": row.step,
        "done": row.done,
        "total": row.total,
        "fault": row.fault,
        "planned_by": person(row.planned_by, names),
        "planned_at": rfc3339(row.planned_at),
        "computed_at": maybe_rfc3339(row.computed_at),
        "decided_by": person(row.decided_by, names),
        "decided_at": maybe_rfc3339(row.decided_at),
        "closed_by": person(row.closed_by, names),
        "closed_at": maybe_rfc3339(row.closed_at),
        "next_due": row.next_due.isoformat() if row.next_due else None,
    }


def meeting_row(row: ReviewRow, names: Names) -> dict[str, Any]:
    kept = meeting_in(row.meeting)
    return meeting_out(kept) | {"present": [person(one, names) for one in kept.present], "quorum": row.quorum}


def method_of_review(version: MethodVersion, row: ReviewRow) -> dict[str, Any]:
    """`late`: it was not approved before the period began, which the review says of itself. `values`: what it sets, in words."""
    return {
        "id": str(version.id),
        "version_no": version.version_no,
        "sha256": version.sha256,
        "approved_at": rfc3339(version.approved_at),
        "late": not version.holds_before(row.period_from),
        "values": printed_fields(version.method),
    }


def sitting_row(sitting: PeriodSitting, *, counted: bool) -> dict[str, Any]:
    return asdict(sitting) | {
        "id": str(sitting.id),
        "held_on": sitting.held_on.isoformat(),
        "counted": counted,
    }


def people_in(rows: list[ReviewRow]) -> set[UUID]:
    named = {one for row in rows for one in (row.planned_by, row.decided_by, row.closed_by) if one}
    return named | {one for row in rows for one in meeting_in(row.meeting).present}


def person(person_id: UUID | None, names: Names) -> dict[str, str] | None:
    return {"id": str(person_id), "name": names[person_id]} if person_id else None
