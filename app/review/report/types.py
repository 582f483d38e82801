"""What a report says, before it is put into words: the stored parts, and what people found, decided and did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.review.findings.types import Finding


@dataclass(frozen=True, slots=True)
class SittingFacts:
    code: str
    title: str
    held_on: date


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """`ordinal`: the first, second, … review of its scheme, of which its number is made."""

    id: UUID
    ordinal: int
    body: str
    scheme_code: str
    scheme_title: str
    scheme_version_no: int
    title: str
    period_from: date
    period_to: date
    state: str
    sittings: tuple[SittingFacts, ...]
    snapshot_sha256: str
    program: str
    computed_at: datetime | None
    quorum: int
    decided_at: datetime | None
    closed_at: datetime | None
    next_due: date | None

    @property
    def decided(self) -> bool:
        return self.decided_at is not None


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """`late`: approved only after the period had begun. `fields`: what it sets, by name and in words of both languages."""

    version_no: int
    valid_from: date
    sha256: str
    basis: str
    made_by: str
    approved_by: str | None
    approved_at: datetime | None
    late: bool
    fields: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """`conclusions`: by what clause 9.3.5 asks to be reaffirmed; an empty text is not yet written."""

    held_on: date | None = None
    place: str = ""
    present: tuple[str, ...] = ()
    guests: str = ""
    minutes: str = ""
    conclusions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What the committee said of an item."""

    item: str
    decision: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CorrectionFacts:
    """A correction of a key, and what its proposal said it would change; applied only as long as that is what it does."""

    item: str
    kind: str
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    approved_by: tuple[str, ...]
    ended_at: datetime | None
    attempts: int
    raised: int  # scores
    lowered: int
    to_pass: int
    from_pass: int


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """`parts`: what was computed, by name. `earlier`: findings of reviews before, that stood or were verified in this one."""

    review: ReviewFacts
    method: MethodFacts
    meeting: MeetingFacts
    parts: Mapping[str, Any]
    earlier: tuple[Finding, ...] = ()
    own: tuple[Finding, ...] = ()
    decisions: tuple[DecisionFacts, ...] = ()
    corrections: tuple[CorrectionFacts, ...] = ()

    def part(self, name: str) -> Mapping[str, Any]:
        found = self.parts.get(name) or {}
        return found if isinstance(found, Mapping) else {"rows": found}

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.earlier, *self.own)

    @property
    def leads(self) -> list[Mapping[str, Any]]:
        return list(self.part("leads").get("leads", ()))
