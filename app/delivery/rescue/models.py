"""Notes, files and decisions: three append-only tables, so that each step of a rescue stays as it was."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


def _of_attempt() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["sitting_id", "attempt_id"], ["attempts.sitting_id", "attempts.id"])


class RescueNote(Base):
    """The words of a file as the proctor read them from the candidate's screen. The first time that they were noted counts."""

    __tablename__ = "rescue_notes"
    __table_args__ = (_of_attempt(), UniqueConstraint("sitting_id", "attempt_id", "words"))

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    attempt_id: Mapped[UUID]
    words: Mapped[str] = mapped_column(Text)
    noted_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    noted_at: Mapped[Instant] = mapped_column(server_default=NOW)


class RescueRow(Base):
    """An uploaded file, whole, with the note that lets it in. What was decided stands in `rescue_decisions`."""

    __tablename__ = "rescues"
    __table_args__ = (
        _of_attempt(),
        ForeignKeyConstraint(["sitting_id", "note_id"], ["rescue_notes.sitting_id", "rescue_notes.id"]),
        UniqueConstraint("sitting_id", "attempt_id", "file_sha256"),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    attempt_id: Mapped[UUID]
    note_id: Mapped[UUID]
    content: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Instant]
    added: Mapped[int]
    # Answers that the file calls sent and the server does not have: they do not count, and whoever decides has to know.
    missing: Mapped[int] = mapped_column(server_default=text("0"))
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    uploaded_at: Mapped[Instant] = mapped_column(server_default=NOW)


class RescueDecision(Base):
    """What a second person said to a file; with the receipt over live and rescued answers where they approved it."""

    __tablename__ = "rescue_decisions"
    __table_args__ = (
        ForeignKeyConstraint(["sitting_id", "rescue_id"], ["rescues.sitting_id", "rescues.id"]),
        Index(
            "uq_rescue_decisions_approved", "sitting_id", "attempt_id", unique=True, postgresql_where=text("approved")
        ),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    rescue_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID]
    approved: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    answered: Mapped[int | None]
    receipt_sha256: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[Instant] = mapped_column(server_default=NOW)
