"""The journal: who did what to which thing, when and why, written in the transaction that did it.

Append-only by database rights: no log-in of the running server may UPDATE or DELETE here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.core.access import Actor
from app.core.db import Base, Instant


class JournalEntry(Base):
    __tablename__ = "journal"
    __table_args__ = (Index("ix_journal_sitting_id_id", "sitting_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[Instant] = mapped_column(server_default=text("clock_timestamp()"))
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[str] = mapped_column(Text)
    sitting_id: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))


_INSERT = JournalEntry.__table__.insert().inline()  # type: ignore[attr-defined]  # Table, typed as FromClause


async def record(
    session: AsyncSession,
    action: str,
    subject: str,
    subject_id: object,
    *,
    actor: Actor | None = None,
    sitting_id: UUID | None = None,
    reason: str | None = None,
    facts: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Write one entry in the caller's transaction. `actor=None` is the system itself.

    Facts never hold an item's text, a key or an answer: the journal is read by people who may see none of them.
    """
    row: dict[str, Any] = {
        "actor_id": actor.person_id if actor else None,
        "action": action,
        "subject": subject,
        "subject_id": str(subject_id),
        "sitting_id": sitting_id,
        "reason": reason,
        "facts": facts or {},
    }
    if at is not None:
        row["at"] = at
    await session.execute(_INSERT, row)
