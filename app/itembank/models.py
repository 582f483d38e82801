"""Items, their versions and, in a table of their own, their keys; what people did to a version, and where it was used.

The log-in behind candidate-facing routes has no right on any of these tables: what a candidate reads was sealed into papers.
What was submitted for review is frozen by a trigger: from then on only the state of a version changes.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Date,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
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
    __table_args__ = (
        UniqueConstraint("item_id", "version_no"),
        # A form could hold an item twice.
        Index("uq_item_versions_active", "item_id", unique=True, postgresql_where=text("state = 'active'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("items.id"))
    version_no: Mapped[int]
    # Units of a result are counted by it, so a version keeps the criterion under which it was shown.
    kuk: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(Text)
    n_options: Mapped[int]
    # Options that stand in an order of their own (amounts, dates) are not shuffled.
    fixed_order: Mapped[bool] = mapped_column(server_default=text("false"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    content_hash: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, server_default=text("'new'"))
    # The version whose statistics it continues: an editorial correction keeps that of the version before it.
    lineage_id: Mapped[UUID] = mapped_column(ForeignKey("item_versions.id"), index=True)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))  # none: it came from the bank's files
    created_at: Mapped[Instant] = mapped_column(server_default=NOW)
    submitted_at: Mapped[Instant | None]


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


class ItemMove(Base):
    """The history of a version, append-only: each change of its state, and each time its author wrote it."""

    __tablename__ = "item_moves"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_versions.id"), index=True)
    action: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str | None] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))  # none: whoever runs the server
    reason: Mapped[str | None] = mapped_column(Text)
    # Where a review says why, in its sealed words, there is no reason here.
    review_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("item_reviews.id"))
    at: Mapped[Instant] = mapped_column(server_default=NOW)


class ItemReview(Base):
    """One person's verdict on a version that waits for review; append-only."""

    __tablename__ = "item_reviews"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_versions.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    verdict: Mapped[str] = mapped_column(Text)
    sealed_reason: Mapped[bytes] = mapped_column(LargeBinary)  # it may quote the item
    card: Mapped[dict[str, str]] = mapped_column(JSONB)
    at: Mapped[Instant] = mapped_column(server_default=NOW)


class ItemVersionComment(Base):
    """What those who write and review say to each other about a version; append-only."""

    __tablename__ = "item_version_comments"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_versions.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Instant] = mapped_column(server_default=NOW)


class ItemExposure(Base):
    """How many forms of a sitting hold a version; append-only."""

    __tablename__ = "item_exposures"

    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_versions.id"), primary_key=True)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    forms: Mapped[int]
    at: Mapped[Instant] = mapped_column(server_default=NOW)


class BankRevision(Base):
    """Rises with every change of a scheme's bank, so that whoever keeps an index knows when to read again."""

    __tablename__ = "bank_revisions"

    scheme_code: Mapped[str] = mapped_column(Text, primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)


class ActivePool(Base):
    """Which part of a bank is in use during a period, and for how many candidates it was sized."""

    __tablename__ = "active_pools"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    scheme_code: Mapped[str] = mapped_column(Text, index=True)
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    candidates: Mapped[int]
    size: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[Instant] = mapped_column(server_default=NOW)
    activated_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    activated_at: Mapped[Instant | None]


class ActivePoolItem(Base):
    __tablename__ = "active_pool_items"

    pool_id: Mapped[UUID] = mapped_column(ForeignKey("active_pools.id"), primary_key=True)
    item_version_id: Mapped[UUID] = mapped_column(ForeignKey("item_versions.id"), primary_key=True)


class BankImport(Base):
    """A file that somebody wants in a bank: what it would do, and whether it was done. Content is sealed, and kept for a month."""

    __tablename__ = "bank_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    scheme_code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    format: Mapped[str | None] = mapped_column(Text)  # none until it is known from the content
    kuk: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[Instant] = mapped_column(server_default=NOW)
    sealed_file: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_passphrase: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_report: Mapped[bytes | None] = mapped_column(LargeBinary)
    revision: Mapped[int | None] = mapped_column(BigInteger)  # of the bank that it was compared with
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    skip: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
    reason: Mapped[str | None] = mapped_column(Text)


class BankExport(Base):
    """Items that somebody asked for as a file, and what another person said to it."""

    __tablename__ = "bank_exports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    scheme_code: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(Text)
    version_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[Instant] = mapped_column(server_default=NOW)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[Instant | None]
    decision_reason: Mapped[str | None] = mapped_column(Text)


class BankExportFile(Base):
    """Each file that an export became, append-only: whoever finds one can say who took it."""

    __tablename__ = "bank_export_files"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    export_id: Mapped[UUID] = mapped_column(ForeignKey("bank_exports.id"), index=True)
    sha256: Mapped[str] = mapped_column(Text, index=True)
    made_at: Mapped[Instant] = mapped_column(server_default=NOW)
