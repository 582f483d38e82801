"""Which computer holds an attempt, and which one asks for it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant
from app.delivery.models.columns import NOW, of_attempt


class AttemptDevice(Base):
    """Which device held the attempt in which epoch; append-only, so that a late batch of an older device is recognised."""

    __tablename__ = "attempt_devices"
    __table_args__ = (of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    device_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)
    claimed_at: Mapped[Instant] = mapped_column(server_default=NOW)


class DeviceRequest(Base):
    """A second device that asks for the attempt: it waits here until a proctor releases it. One at a time: the newest.

    It asks again every few seconds (`seen_at`); one that was switched off counts no more.
    """

    __tablename__ = "device_requests"
    __table_args__ = (of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[Instant]
    seen_at: Mapped[Instant]
