"""The rooms of a sitting: who watches them, and when one stood still."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant
from app.delivery.models.columns import NOW


class Room(Base):
    """Where a part of a sitting takes place. A sitting without rooms is one room."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("sitting_id", "name"),)

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(Text)
    places: Mapped[int | None]


class RoomStaff(Base):
    """Which rooms a proctor watches. A head proctor watches all of them, without a row here."""

    __tablename__ = "room_staff"
    __table_args__ = (
        ForeignKeyConstraint(["sitting_id", "room_id"], ["rooms.sitting_id", "rooms.id"]),
        ForeignKeyConstraint(["sitting_id", "person_id"], ["sitting_staff.sitting_id", "sitting_staff.person_id"]),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    room_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)


class Freeze(Base):
    """An outage: everybody in the room is paused and nobody starts, until it is thawed. Without a room it is the whole sitting."""

    __tablename__ = "freezes"
    __table_args__ = (
        ForeignKeyConstraint(["sitting_id", "room_id"], ["rooms.sitting_id", "rooms.id"]),
        Index(
            "uq_freezes_current",
            "sitting_id",
            text("coalesce(room_id, sitting_id)"),
            unique=True,
            postgresql_where=text("thawed_at IS NULL"),
        ),
    )

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    room_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[Instant | None]
    incident_id: Mapped[UUID | None]  # what proctoring wrote down about it
    frozen_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    frozen_at: Mapped[Instant] = mapped_column(server_default=NOW)
    thawed_by: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    thawed_at: Mapped[Instant | None]
    resumes_at: Mapped[Instant | None]
