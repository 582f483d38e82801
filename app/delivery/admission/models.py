"""Photographs on file, checks of identity, marks of absence, reports of waiting rooms. All but the last are append-only."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


def _of_attempt() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["sitting_id", "attempt_id"], ["attempts.sitting_id", "attempts.id"])


class CandidatePhoto(Base):
    """A photograph of a person. The newest one that does not wait, or was approved, is the one on file."""

    __tablename__ = "candidate_photos"
    __table_args__ = (Index("ix_candidate_photos_person_id_added_at", "person_id", "added_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    image: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    media_type: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    # Brought after this person was admitted once: a second person has to decide.
    waits: Mapped[bool]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[Instant] = mapped_column(server_default=NOW)


class PhotoDecision(Base):
    __tablename__ = "photo_decisions"

    photo_id: Mapped[UUID] = mapped_column(ForeignKey("candidate_photos.id"), primary_key=True)
    approved: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[Instant] = mapped_column(server_default=NOW)


class CheckInRow(Base):
    """Somebody compared a candidate with a document, and with the photograph that was on file then. The newest one counts."""

    __tablename__ = "check_ins"
    __table_args__ = (
        _of_attempt(),
        Index("ix_check_ins_attempt", "sitting_id", "attempt_id", "checked_at"),
        CheckConstraint("matched OR note IS NOT NULL", name="reason"),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    attempt_id: Mapped[UUID]
    document: Mapped[str] = mapped_column(Text)
    matched: Mapped[bool]
    note: Mapped[str | None] = mapped_column(Text)
    photo_id: Mapped[UUID | None] = mapped_column(ForeignKey("candidate_photos.id"))
    checked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    checked_at: Mapped[Instant] = mapped_column(server_default=NOW)


class AbsenceMark(Base):
    """A candidate did not come, or came after all. The newest one counts."""

    __tablename__ = "absence_marks"
    __table_args__ = (_of_attempt(), Index("ix_absence_marks_attempt", "sitting_id", "attempt_id", "marked_at"))

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    attempt_id: Mapped[UUID]
    absent: Mapped[bool]
    note: Mapped[str | None] = mapped_column(Text)
    marked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    marked_at: Mapped[Instant] = mapped_column(server_default=NOW)


class ReadinessRow(Base):
    """What a candidate's waiting room said of its computer; the newest report per attempt."""

    __tablename__ = "readiness"
    __table_args__ = (_of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    clock_offset_ms: Mapped[int]
    round_trip_ms: Mapped[int]
    saves: Mapped[bool]
    persisted: Mapped[bool | None]
    quota_mb: Mapped[int | None]
    address: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[Instant] = mapped_column(server_default=NOW)
