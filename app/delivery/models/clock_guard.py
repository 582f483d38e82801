"""What the clock guard knows of the database's clock, and what a step of it owes to whom."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Double, Identity, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant
from app.delivery.models.columns import of_attempt


class ClockGuard(Base):
    """One row: the guard's last reading of the database's clock beside its own, and whether deadlines may be judged by it."""

    __tablename__ = "clock_guard"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    suspect: Mapped[bool] = mapped_column(server_default=text("false"))
    beat_at: Mapped[Instant | None]
    holder: Mapped[UUID | None]
    boot: Mapped[str | None] = mapped_column(Text)
    read_at: Mapped[Instant | None]
    asked: Mapped[float | None] = mapped_column(Double)
    answered: Mapped[float | None] = mapped_column(Double)
    journal_id: Mapped[int | None] = mapped_column(BigInteger)


class ClockHold(Base):
    """A time in which nothing closed: from when to when by the database's clock, whichever way it moved meanwhile."""

    __tablename__ = "clock_holds"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    cause: Mapped[str] = mapped_column(Text)
    from_at: Mapped[Instant]
    until_at: Mapped[Instant]
    step_seconds: Mapped[float] = mapped_column(Double)
    ended_at: Mapped[Instant | None]


class ClockDebt(Base):
    """How far the clock moved under an attempt that was running: what its deadline is corrected by when the hold ends."""

    __tablename__ = "clock_debts"
    __table_args__ = (of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    seconds: Mapped[float] = mapped_column(Double)
