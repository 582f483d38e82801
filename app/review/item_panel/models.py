"""What the committee said of items in a review, and the views of the item table that its members keep."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, Identity, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class ItemDecisionRow(Base):
    """diterima, direvisi, ditangguhkan or ditarik, with a note; append-only, the newest of an item in a review counts."""

    __tablename__ = "item_decisions"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"), index=True)
    lineage_id: Mapped[UUID]
    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_versions.id"))
    decision: Mapped[str] = mapped_column(Text)  # accepted, revise, suspended, retired
    note: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[Instant] = mapped_column(server_default=NOW)


class SavedViewRow(Base):
    """How somebody sorts and filters the items of a review, by name."""

    __tablename__ = "review_views"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(Text)
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_at: Mapped[Instant] = mapped_column(server_default=NOW)
