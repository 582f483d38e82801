"""Incidents of a sitting with what belongs to them, who watches it, and when its board asks for attention."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


class IncidentRow(Base):
    __tablename__ = "incidents"
    __table_args__ = (ForeignKeyConstraint(["sitting_id", "room_id"], ["rooms.sitting_id", "rooms.id"]),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), index=True)
    room_id: Mapped[UUID | None]
    attempt_id: Mapped[UUID | None]  # the first candidate it is about; the others stand below
    category: Mapped[str] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[Instant] = mapped_column(server_default=NOW)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[Instant | None]
    closing_note: Mapped[str | None] = mapped_column(Text)


class IncidentCandidate(Base):
    """A further candidate that an incident is about."""

    __tablename__ = "incident_candidates"
    __table_args__ = (
        ForeignKeyConstraint(["sitting_id", "attempt_id"], ["attempts.sitting_id", "attempts.id"]),
        Index("ix_incident_candidates_sitting_id_attempt_id", "sitting_id", "attempt_id"),
    )

    sitting_id: Mapped[UUID]
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)


class IncidentGrant(Base):
    """A grant of time that was made because of an incident."""

    __tablename__ = "incident_grants"

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("time_grants.id"), primary_key=True)


class IncidentPhoto(Base):
    """A picture of what happened. Append-only."""

    __tablename__ = "incident_photos"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(Text)
    added_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[Instant] = mapped_column(server_default=NOW)


class Watcher(Base):
    """When this person's board was open last. A sign of life: nothing but the newest counts."""

    __tablename__ = "watchers"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    seen_at: Mapped[Instant] = mapped_column(server_default=NOW)


class BoardThresholds(Base):
    """From when on the board of a sitting asks for attention, where that differs from the usual."""

    __tablename__ = "board_thresholds"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    silent_seconds: Mapped[int]
    unsaved_minutes: Mapped[int]
    late_minutes: Mapped[int]
    low_percent: Mapped[int]
    low_minutes: Mapped[int]
    # From when on a kind of signal is worth a look; kinds that are not named here have the usual.
    signals: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=text("'{}'"))
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[Instant] = mapped_column(server_default=NOW)
