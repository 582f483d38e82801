"""Attempts, their papers, and when the server last heard of them."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant
from app.delivery.models.columns import of_attempt


class AttemptRow(Base):
    __tablename__ = "attempts"
    __table_args__ = (
        ForeignKeyConstraint(["sitting_id", "roster_id"], ["roster.sitting_id", "roster.id"]),
        ForeignKeyConstraint(["sitting_id", "form_id"], ["forms.sitting_id", "forms.id"]),
        # At most one attempt that counts per candidate and sitting.
        Index("uq_attempts_roster", "sitting_id", "roster_id", unique=True, postgresql_where=text("state <> 'void'")),
        Index("ix_attempts_sitting_id_roster_id", "sitting_id", "roster_id"),  # those that are void, too
        Index("ix_attempts_open", "closes_at", postgresql_where=text("state = 'running'")),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    roster_id: Mapped[UUID]
    form_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text)
    admitted_at: Mapped[Instant | None]
    started_at: Mapped[Instant | None]
    closes_at: Mapped[Instant | None]
    # Of a paused attempt: since when its clock stands, why, and the freeze of the room that paused it.
    paused_at: Mapped[Instant | None]
    paused_for: Mapped[str | None] = mapped_column(Text)
    freeze_id: Mapped[UUID | None]
    # Of a resumed one: the moment, told beforehand, at which it goes on.
    resumes_at: Mapped[Instant | None]
    submitted_at: Mapped[Instant | None]
    submit_reason: Mapped[str | None] = mapped_column(Text)
    epoch: Mapped[int] = mapped_column(server_default="0")
    device_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    rev: Mapped[int] = mapped_column(server_default="0")
    n_items: Mapped[int]
    answered: Mapped[int | None]
    receipt_sha256: Mapped[str | None] = mapped_column(Text)


class PaperRow(Base):
    """What a candidate will read, sealed; its key, wrapped, beside it. Both are deleted when nobody may read it any more."""

    __tablename__ = "papers"
    __table_args__ = (of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Contact(Base):
    """When the server last heard of an attempt. Apart from `attempts`, so that a heartbeat never meets the save lock."""

    __tablename__ = "contacts"
    __table_args__ = ({"postgresql_with": {"fillfactor": "70"}},)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_contact_at: Mapped[Instant]
