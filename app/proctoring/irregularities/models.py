"""Cases and their steps: two append-only tables. A case stands where its last step put it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant


class IrregularityRow(Base):
    __tablename__ = "irregularities"
    __table_args__ = (
        ForeignKeyConstraint(["sitting_id", "attempt_id"], ["attempts.sitting_id", "attempts.id"]),
        Index("ix_irregularities_attempt", "sitting_id", "attempt_id"),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    attempt_id: Mapped[UUID]
    incident_id: Mapped[UUID | None] = mapped_column(ForeignKey("incidents.id"))
    reason: Mapped[str] = mapped_column(Text)
    account: Mapped[str] = mapped_column(Text)


class IrregularityStep(Base):
    """`involved`: whom the judgement that the decider was free to decide went by."""

    __tablename__ = "irregularity_steps"
    __table_args__ = (
        ForeignKeyConstraint(["sitting_id", "irregularity_id"], ["irregularities.sitting_id", "irregularities.id"]),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    irregularity_id: Mapped[UUID] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text)
    by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))
    words: Mapped[str | None] = mapped_column(Text)
    until: Mapped[Instant | None]
    involved: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
