"""Sittings, rosters, attempts, answers. Every row of the hot path carries `sitting_id`, the key by which a cluster would shard."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import (
    BOOLEAN,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant

NOW = text("clock_timestamp()")


def _of_attempt() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["sitting_id", "attempt_id"], ["attempts.sitting_id", "attempts.id"])


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


class AttemptRow(Base):
    __tablename__ = "attempts"
    __table_args__ = (
        ForeignKeyConstraint(["sitting_id", "roster_id"], ["roster.sitting_id", "roster.id"]),
        ForeignKeyConstraint(["sitting_id", "form_id"], ["forms.sitting_id", "forms.id"]),
        # At most one attempt that counts per candidate and sitting.
        Index("uq_attempts_roster", "sitting_id", "roster_id", unique=True, postgresql_where=text("state <> 'void'")),
        Index("ix_attempts_sitting_id_roster_id", "sitting_id", "roster_id"),  # those that are void, too
        Index("ix_attempts_open", "closes_at", postgresql_where=text("state = 'running'")),
    )

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    roster_id: Mapped[UUID]
    form_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text)
    admitted_at: Mapped[Instant | None]
    started_at: Mapped[Instant | None]
    closes_at: Mapped[Instant | None]
    # Of a paused attempt: since when its clock stands, why, and the freeze of the room that paused it.
    paused_at: Mapped[Instant | None]
    paused_for: Mapped[str | None] = mapped_column(Text)
    freeze_id: Mapped[UUID | None]
    # Of a resumed one: the moment, told beforehand, at which it goes on.
    resumes_at: Mapped[Instant | None]
    submitted_at: Mapped[Instant | None]
    submit_reason: Mapped[str | None] = mapped_column(Text)
    epoch: Mapped[int] = mapped_column(server_default="0")
    device_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    rev: Mapped[int] = mapped_column(server_default="0")
    n_items: Mapped[int]
    answered: Mapped[int | None]
    receipt_sha256: Mapped[str | None] = mapped_column(Text)


class PaperRow(Base):
    """What a candidate will read, sealed; its key beside it. Both are deleted when nobody may read it any more."""

    __tablename__ = "papers"
    __table_args__ = (_of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class AttemptDevice(Base):
    """Which device held the attempt in which epoch; append-only, so that a late batch of an older device is recognised."""

    __tablename__ = "attempt_devices"
    __table_args__ = (_of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    device_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(Text)
    claimed_at: Mapped[Instant] = mapped_column(server_default=NOW)


class AnswerRow(Base):
    """No foreign key here, nor on the journal and the contacts below: the statement that writes them holds the attempt, or read it.

    Checking each row again would cost a third of a save. Attempts are never deleted: no log-in of the server may.
    """

    __tablename__ = "answers"
    __table_args__ = ({"postgresql_with": {"fillfactor": "70"}},)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    option: Mapped[int | None] = mapped_column(SmallInteger)
    doubtful: Mapped[bool]
    epoch: Mapped[int]
    seq: Mapped[int] = mapped_column(BigInteger)
    saved_at: Mapped[Instant]


# The journal of answers, one row per change that was stored, and per change that came too late to be (`late`): from a device
# that held the attempt before, or after the end. `source` is `rescue` where the change came in by an approved rescue file; those
# stand over the answers above, which hold live changes only. Append-only and read only by appeals and reviews, so it has no key
# and no index but those for the few late rows that the board counts and the few rescued ones that are scored.
ANSWER_EVENTS = Table(
    "answer_events",
    Base.metadata,
    Column("sitting_id", Uuid, nullable=False),
    Column("attempt_id", Uuid, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("option", SmallInteger),
    Column("doubtful", BOOLEAN, nullable=False),
    Column("late", BOOLEAN, nullable=False),
    Column("source", Text, nullable=False, server_default="live"),
    Index("ix_answer_events_late", "sitting_id", "attempt_id", postgresql_where=text("late")),
    Index("ix_answer_events_rescue", "sitting_id", "attempt_id", postgresql_where=text("source = 'rescue'")),
)


class Contact(Base):
    """When the server last heard of an attempt. Apart from `attempts`, so that a heartbeat never meets the save lock."""

    __tablename__ = "contacts"
    __table_args__ = ({"postgresql_with": {"fillfactor": "70"}},)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_contact_at: Mapped[Instant]


class TimeGrant(Base):
    """Append-only. `attempts.closes_at` is a cache of started_at + duration + the sum of these."""

    __tablename__ = "time_grants"
    __table_args__ = (_of_attempt(), Index("ix_time_grants_attempt", "sitting_id", "attempt_id"))

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
    __table_args__ = (_of_attempt(), Index("ix_time_requests_attempt", "sitting_id", "attempt_id"))

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


class DeviceRequest(Base):
    """A second device that asks for the attempt: it waits here until a proctor releases it. One at a time: the newest.

    It asks again every few seconds (`seen_at`); one that was switched off counts no more.
    """

    __tablename__ = "device_requests"
    __table_args__ = (_of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    address: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[Instant]
    seen_at: Mapped[Instant]


class ItemComment(Base):
    """What a candidate remarks on an item ("Catatan untuk soal ini"); the newest per position counts."""

    __tablename__ = "item_comments"
    __table_args__ = (_of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[Instant] = mapped_column(server_default=NOW)


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
    __table_args__ = (_of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    seconds: Mapped[float] = mapped_column(Double)
