"""What a sitting asks for, and two append-only tables: what checks showed, and who set one aside."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


def _of_attempt() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["sitting_id", "attempt_id"], ["attempts.sitting_id", "attempts.id"])


class SittingSeb(Base):
    """The settings as they were made: a later release may make others, and the files that are out must stay right."""

    __tablename__ = "sitting_seb"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    required: Mapped[bool]
    quit_password_sha256: Mapped[str] = mapped_column(Text)
    allowed_versions: Mapped[str] = mapped_column(Text)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    config_key: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[Instant] = mapped_column(server_default=NOW)


class SebSignal(Base):
    """What the check of an attempt showed, each time that it showed something else than before."""

    __tablename__ = "seb_signals"
    __table_args__ = (_of_attempt(), Index("ix_seb_signals_attempt", "sitting_id", "attempt_id", "id"))

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    attempt_id: Mapped[UUID]
    at: Mapped[Instant] = mapped_column(server_default=NOW)
    kind: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)


class SebOverride(Base):
    """A proctor looked, and says why this candidate's failed checks are no matter. The newest one counts."""

    __tablename__ = "seb_overrides"
    __table_args__ = (_of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    attempt_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[Instant] = mapped_column(server_default=NOW)
