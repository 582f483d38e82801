"""Corrections of keys after an exam: proposed with what they would change, approved by two, applied as a new scoring run."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class KeyCorrectionRow(Base):
    """An item is voided, gets another key, or a second one, in every sitting that used one of these versions."""

    __tablename__ = "key_corrections"
    __table_args__ = (CheckConstraint("state <> 'applied' OR ended_by <> proposed_by", name="applied_by_another"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    scheme_code: Mapped[str] = mapped_column(Text, index=True)
    item_code: Mapped[str] = mapped_column(Text)
    version_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    kind: Mapped[str] = mapped_column(Text)  # void, rekey, double
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # the options that count as right
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)  # proposed, applied, withdrawn
    expected: Mapped[dict[str, Any]] = mapped_column(JSONB)  # what the proposal says it changes: counts, no keys
    expected_sha256: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[Instant] = mapped_column(server_default=NOW)
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[Instant | None]
    end_reason: Mapped[str | None] = mapped_column(Text)


class CorrectionApprovalRow(Base):
    """One person's yes to a correction; the first is that of whoever proposed it. Append-only."""

    __tablename__ = "key_correction_approvals"

    correction_id: Mapped[UUID] = mapped_column(ForeignKey("key_corrections.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant] = mapped_column(server_default=NOW)


class CorrectionEffectRow(Base):
    """What a correction did to one attempt's score; append-only. Whoever's result changes gets a letter."""

    __tablename__ = "key_correction_effects"

    correction_id: Mapped[UUID] = mapped_column(ForeignKey("key_corrections.id"), primary_key=True)
    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    run_no: Mapped[int]
    score_before: Mapped[int]
    score_after: Mapped[int]
    recommendation_before: Mapped[str] = mapped_column(Text)
    recommendation_after: Mapped[str] = mapped_column(Text)
    released: Mapped[bool]
