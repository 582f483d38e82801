"""Review methods: which statistics, thresholds, least n, window and interval a review goes by; approved before the period."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class ReviewMethodRow(Base):
    """Written by one member of the committee, approved by another; a review names the version that it goes by."""

    __tablename__ = "review_methods"
    __table_args__ = (
        UniqueConstraint("scheme_code", "version_no"),
        CheckConstraint("approved_by <> made_by", name="approved_by_another"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    scheme_code: Mapped[str] = mapped_column(Text)
    version_no: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(Text)  # draft, approved, replaced
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[Instant] = mapped_column(server_default=NOW)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[Instant | None]
