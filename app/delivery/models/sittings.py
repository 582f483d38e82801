"""Sittings, who proctors them, and who sits in them."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant
from app.delivery.models.columns import NOW


class SittingRow(Base):
    __tablename__ = "sittings"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="window"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(Text, unique=True)
    title: Mapped[str] = mapped_column(Text)
    scheme_version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    zone: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[Instant]
    closes_at: Mapped[Instant]
    duration_seconds: Mapped[int]
    transmission_seconds: Mapped[int]
    admission: Mapped[str] = mapped_column(Text)
    takeover: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    token: Mapped[str | None] = mapped_column(Text)
    token_expires_at: Mapped[Instant | None]
    # Where it is held, in the words of an invitation.
    place: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    map_url: Mapped[str | None] = mapped_column(Text)
    # Who comes to the door this long after the opening, or later, is let in for a reason.
    late_after_seconds: Mapped[int] = mapped_column(server_default=text("900"))
    # Set by grading when it releases the results, so that a candidate's page knows without looking at scores.
    results_released_at: Mapped[Instant | None]
    created_at: Mapped[Instant] = mapped_column(server_default=NOW)


class SittingStaff(Base):
    """Who proctors a sitting: the object scope of every proctor's query."""

    __tablename__ = "sitting_staff"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    head: Mapped[bool] = mapped_column(server_default=text("false"))


class RosterEntry(Base):
    __tablename__ = "roster"
    __table_args__ = (
        UniqueConstraint("sitting_id", "person_id"),
        ForeignKeyConstraint(["sitting_id", "room_id"], ["rooms.sitting_id", "rooms.id"]),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    # Unique over all sittings: the number on the card is all that a candidate types.
    number: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    seat: Mapped[str | None] = mapped_column(Text)
    room_id: Mapped[UUID | None]
    agreed_at: Mapped[Instant | None]
    agreed_version: Mapped[str | None] = mapped_column(Text)
