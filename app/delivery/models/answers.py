"""Answers, their journal, and remarks on items."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BOOLEAN, BigInteger, Column, DateTime, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant
from app.delivery.models.columns import NOW, of_attempt


class AnswerRow(Base):
    """No foreign key here, nor on the journal below and on contacts: the statement that writes them holds the attempt, or read it.

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
# stand over the answers above, which hold live changes only. Append-only and read only by timelines, appeals and reviews, so it has
# no key and no index but those for the few late rows that the board counts and the few rescued ones that are scored, and a coarse
# one by which a timeline leaves out the sittings of before.
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
    Index("ix_answer_events_at", "at", postgresql_using="brin", postgresql_with={"autosummarize": "on"}),
    Index("ix_answer_events_late", "sitting_id", "attempt_id", postgresql_where=text("late")),
    Index("ix_answer_events_rescue", "sitting_id", "attempt_id", postgresql_where=text("source = 'rescue'")),
)


class ItemComment(Base):
    """What a candidate remarks on an item ("Catatan untuk soal ini"); the newest per position counts."""

    __tablename__ = "item_comments"
    __table_args__ = (of_attempt(),)

    sitting_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[Instant] = mapped_column(server_default=NOW)
