"""Reviews (kajian validitas ujian) and their meetings."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Date, ForeignKey, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class ReviewRow(Base):
    """One review of a scheme over a period. `sitting_ids`, the snapshot and `corrections` are set when it is computed, and frozen
    with it."""

    __tablename__ = "reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    scheme_version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    scheme_code: Mapped[str] = mapped_column(Text, index=True)
    method_id: Mapped[UUID] = mapped_column(ForeignKey("review_methods.id"))
    title: Mapped[str] = mapped_column(Text)
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(Text)  # planned, computing, discussion, decided, closed, withdrawn
    sitting_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    snapshot_sha256: Mapped[str | None] = mapped_column(Text)
    program: Mapped[str | None] = mapped_column(Text)  # the edition that computed it
    corrections: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid), server_default=text("'{}'")
    )  # of keys, that its data go by
    asking: Mapped[int] = mapped_column(server_default="0")  # how often it was asked for: only the last one is answered
    step: Mapped[str | None] = mapped_column(Text)  # what is computed now
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    fault: Mapped[str | None] = mapped_column(Text)  # why computing came to nothing
    planned_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    planned_at: Mapped[Instant] = mapped_column(server_default=NOW)
    computed_at: Mapped[Instant | None]
    # The meeting: when and where, who was there, what was said and concluded.
    quorum: Mapped[int]
    meeting: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[Instant | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[Instant | None]
    next_due: Mapped[date | None] = mapped_column(Date)
