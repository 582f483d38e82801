"""Findings, what is done about them, and whether it worked; and what was said of a signal in a key check."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Date, ForeignKey, Identity, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class FindingRow(Base):
    """Temuan: major, minor, or a suggestion. Closed only after its correction was verified, by somebody else than an owner."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("scheme_code", "finding_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    scheme_code: Mapped[str] = mapped_column(Text)
    finding_no: Mapped[int]
    review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.id"), index=True)
    sitting_id: Mapped[UUID | None] = mapped_column(ForeignKey("sittings.id"))
    lead: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB
    )  # the lead that it was raised from, as it stood; names no option
    lead_id: Mapped[str | None] = mapped_column(Text, index=True)
    subject_kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)  # what a lead points at; empty where a person named it
    subject_label: Mapped[str] = mapped_column(Text)  # what people call it
    grade: Mapped[str] = mapped_column(Text)  # major, minor, suggestion
    statement: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    root_cause: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)  # open, acting, verifying, closed, withdrawn
    repeats_id: Mapped[UUID | None] = mapped_column(ForeignKey("findings.id"))  # the same thing, found before
    raised_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    raised_at: Mapped[Instant] = mapped_column(server_default=NOW)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[Instant | None]
    closing_note: Mapped[str | None] = mapped_column(Text)


class CorrectiveActionRow(Base):
    """Tindakan korektif: what, by whom, until when; and what was done."""

    __tablename__ = "corrective_actions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date] = mapped_column(Date)
    reference: Mapped[str | None] = mapped_column(Text)  # of the item, correction, blueprint or plan that it became
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[Instant] = mapped_column(server_default=NOW)
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    done_at: Mapped[Instant | None]
    done_note: Mapped[str | None] = mapped_column(Text)


class VerificationRow(Base):
    """Whether a correction worked, by the figures of a later period; append-only, but for being taken back."""

    __tablename__ = "finding_verifications"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), index=True)
    review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.id"))
    effective: Mapped[bool]
    evidence: Mapped[str] = mapped_column(Text)
    at_once: Mapped[str | None] = mapped_column(Text)  # where no later review shows it: why it can be said at once
    verified_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    verified_at: Mapped[Instant] = mapped_column(server_default=NOW)
    taken_back_at: Mapped[Instant | None]  # its review was reopened or withdrawn


class SignalLookRow(Base):
    """What somebody saw who looked at a signal or a remark of a key check; append-only, the newest counts."""

    __tablename__ = "key_check_looks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    item_code: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)  # sound, to-correct
    note: Mapped[str] = mapped_column(Text)
    looked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    looked_at: Mapped[Instant] = mapped_column(server_default=NOW)
