"""Incidents of a sitting."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant


class IncidentRow(Base):
    __tablename__ = "incidents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    attempt_id: Mapped[UUID | None]
    category: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[Instant | None]
    closing_note: Mapped[str | None] = mapped_column(Text)
