"""Messages with a copy for each candidate, and calls for help."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


def _of_attempt() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["sitting_id", "attempt_id"], ["attempts.sitting_id", "attempts.id"])


class Message(Base):
    """What a proctor said. Append-only."""

    __tablename__ = "messages"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    text: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    sent_at: Mapped[Instant] = mapped_column(server_default=NOW)


class MessageCopy(Base):
    """One candidate's copy. The candidate's log-in may fill in its two times and nothing else."""

    __tablename__ = "message_copies"
    __table_args__ = (
        _of_attempt(),
        ForeignKeyConstraint(["sitting_id", "message_id"], ["messages.sitting_id", "messages.id"]),
        Index(
            "ix_message_copies_unread",
            "sitting_id",
            "attempt_id",
            postgresql_where=text("acknowledged_at IS NULL"),
        ),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    shown_at: Mapped[Instant | None]
    acknowledged_at: Mapped[Instant | None]


class HelpCallRow(Base):
    """A candidate's call. `ended_by` is the proctor who closed it; without one the candidate took it back."""

    __tablename__ = "help_calls"
    __table_args__ = (
        _of_attempt(),
        Index("uq_help_calls_open", "sitting_id", "attempt_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    attempt_id: Mapped[UUID]
    need: Mapped[str] = mapped_column(Text)
    called_at: Mapped[Instant] = mapped_column(server_default=NOW)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[Instant | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[Instant | None]
