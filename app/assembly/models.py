"""Form sets and forms: ids, permutations and hashes, never text."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Integer, LargeBinary, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant


class FormSetRow(Base):
    """One per sitting. The seed stays in this table, which the candidates' log-in cannot read, until the release."""

    __tablename__ = "form_sets"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    seed_sha256: Mapped[str] = mapped_column(Text)
    algorithm: Mapped[str] = mapped_column(Text)
    bank_hash: Mapped[str] = mapped_column(Text)
    n_forms: Mapped[int]
    created_at: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))


class FormRow(Base):
    __tablename__ = "forms"
    __table_args__ = (UniqueConstraint("sitting_id", "form_no"),)

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    form_no: Mapped[int]
    item_version_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    # One permutation per position: option_orders[i][j] is the stored option shown in place j.
    option_orders: Mapped[list[list[int]]] = mapped_column(ARRAY(Integer, dimensions=2))
    renderer_version: Mapped[str] = mapped_column(Text)
    shown_sha256: Mapped[str] = mapped_column(Text)
