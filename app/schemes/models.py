"""Scheme versions: append-only."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant


class SchemeVersionRow(Base):
    __tablename__ = "scheme_versions"
    __table_args__ = (UniqueConstraint("code", "version_no"), UniqueConstraint("code", "content_hash"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(Text)
    version_no: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))
    loaded_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
