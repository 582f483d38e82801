"""Items, their immutable versions and, in a table of their own, their keys.

The log-in behind candidate-facing routes may read `items` and `item_versions` and has no right on `item_keys`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Float, ForeignKey, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class Item(Base):
    __tablename__ = "items"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(Text, unique=True)
    scheme_code: Mapped[str] = mapped_column(Text, index=True)
    # With whom it may not share a form: it counts when forms are drawn, and makes no new version.
    enemies: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    # The case (stimulus) that it shares: items of one case stand together in a form.
    stimulus_code: Mapped[str | None] = mapped_column(Text, index=True)


class ItemVersion(Base):
    __tablename__ = "item_versions"
    __table_args__ = (UniqueConstraint("item_id", "version_no"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    version_no: Mapped[int]
    # Units of a result are counted by it, so a version keeps the criterion under which it was shown.
    kuk: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(Text)
    n_options: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content_hash: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Instant] = mapped_column(server_default=NOW)


class ItemKey(Base):
    __tablename__ = "item_keys"

    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_versions.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # key, rationale, source
    cognitive_level: Mapped[str] = mapped_column(Text)
    expected_p: Mapped[float] = mapped_column(Float)


class ItemImage(Base):
    """A picture, named by the hash of its pixels; texts of items refer to it."""

    __tablename__ = "item_images"

    hash: Mapped[str] = mapped_column(Text, primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Instant] = mapped_column(server_default=NOW)


class ItemStatistics(Base):
    """What is known about an item version, pushed down by the review; append-only, the newest row counts."""

    __tablename__ = "item_statistics"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_versions.id"), index=True)
    recorded_at: Mapped[Instant] = mapped_column(server_default=NOW)
    source: Mapped[str] = mapped_column(Text)
    n: Mapped[int]
    statistics: Mapped[dict[str, Any]] = mapped_column(JSONB)
