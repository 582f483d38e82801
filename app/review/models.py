"""Key checks: what a committee member looked at and cleared before the results of a sitting were released."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant


class KeyCheckRow(Base):
    """One clearance. What happens afterwards may call for another; the one with the highest number counts."""

    __tablename__ = "key_checks"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    check_no: Mapped[int] = mapped_column(primary_key=True)
    cleared_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    cleared_at: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))
    note: Mapped[str] = mapped_column(Text)
    # The signals as they stood when the person cleared them.
    signals: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    # The incidents that the person saw, all of them closed; a later one is not covered.
    incidents: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    # The rescue files that had come in, all of them decided on; a later one is not covered.
    rescues: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
