"""Signals and their counts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, Double, ForeignKeyConstraint, Identity, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


def _of_attempt() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["sitting_id", "attempt_id"], ["attempts.sitting_id", "attempts.id"])


class SignalRow(Base):
    """Append-only. `source` is a page load, an address or a session; with `seq` it tells a signal from its own repetition."""

    __tablename__ = "signals"
    __table_args__ = (_of_attempt(), UniqueConstraint("sitting_id", "attempt_id", "source", "seq"))

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    attempt_id: Mapped[UUID]
    source: Mapped[str] = mapped_column(Text)
    seq: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant] = mapped_column(server_default=NOW)
    client_at: Mapped[Instant | None]
    seconds: Mapped[float | None] = mapped_column(Double)
    note: Mapped[str | None] = mapped_column(Text)


class SignalCount(Base):
    """How often and how long altogether: what the board reads every second, and what goes on when no more rows are kept."""

    __tablename__ = "signal_counts"
    __table_args__ = (_of_attempt(), {"postgresql_with": {"fillfactor": "70"}})

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    times: Mapped[int] = mapped_column(Integer)
    seconds: Mapped[float] = mapped_column(Double)
    last_at: Mapped[Instant]
