"""Time that was granted, and time that waits for a second person."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant
from app.delivery.models.columns import NOW, of_attempt


class TimeGrant(Base):
    """Append-only. `attempts.closes_at` is a cache of started_at + duration + the sum of these."""

    __tablename__ = "time_grants"
    __table_args__ = (of_attempt(), Index("ix_time_grants_attempt", "sitting_id", "attempt_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID]
    attempt_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    seconds: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[UUID | None]
    granted_at: Mapped[Instant] = mapped_column(server_default=NOW)


class TimeRequest(Base):
    """More time than one person may grant: it waits here for a second one. Append-only; the word on it stands below."""

    __tablename__ = "time_requests"
    __table_args__ = (of_attempt(), Index("ix_time_requests_attempt", "sitting_id", "attempt_id"))

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    attempt_id: Mapped[UUID]
    seconds: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[Instant] = mapped_column(server_default=NOW)


class TimeDecision(Base):
    __tablename__ = "time_decisions"
    __table_args__ = (
        ForeignKeyConstraint(["sitting_id", "request_id"], ["time_requests.sitting_id", "time_requests.id"]),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    approved: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[Instant] = mapped_column(server_default=NOW)
