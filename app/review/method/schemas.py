"""What the routes of review methods take, and the shapes they answer in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import zip_longest
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from app.core.clock import maybe_rfc3339, rfc3339
from app.core.web import Payload
from app.review.method.content import differences, list_groups
from app.review.method.models import ReviewMethodRow

SchemeCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Number = Annotated[int, Field(strict=True)] | Annotated[float, Field(strict=True)]


class MethodBody(Payload):
    scheme: SchemeCode
    values: Annotated[dict[Name, Number], Field(max_length=100)]
    basis: Annotated[str, StringConstraints(max_length=4000)]
    valid_from: Day


def group_rows() -> list[dict[str, Any]]:
    return [asdict(group) for group in list_groups()]


def method_rows(rows: Sequence[ReviewMethodRow], names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """Each with what it has otherwise than the version before it; `rows` are the newest first."""
    return [_row(row, earlier, names) for row, earlier in zip_longest(rows, rows[1:])]


def _row(row: ReviewMethodRow, earlier: ReviewMethodRow | None, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "version_no": row.version_no,
        "state": row.state,
        "values": {name: value for name, value in row.content.items() if name != "version"},
        "changes": differences(earlier.content, row.content) if earlier else [],
        "basis": row.basis,
        "valid_from": row.valid_from.isoformat(),
        "sha256": row.sha256,
        "made_by": _person(row.made_by, names),
        "made_at": rfc3339(row.made_at),
        "approved_by": _person(row.approved_by, names),
        "approved_at": maybe_rfc3339(row.approved_at),
    }


def _person(person_id: UUID | None, names: Mapping[UUID, str]) -> dict[str, str] | None:
    return {"id": str(person_id), "name": names[person_id]} if person_id else None
