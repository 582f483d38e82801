"""The freeze of an exam day: while an operator has it on, nothing runs that could get in an exam's way.

No pending migration, no load of a bank or scheme, no statistics, no simulation. What candidates and proctors do goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, Connection, SmallInteger, Text, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.core import journal
from app.core.access import Actor
from app.core.db import Base, Instant
from app.core.errors import Conflict


class Frozen(Conflict):
    code = "frozen"
    title = "It is an exam day: this waits until the freeze is off (`sahih freeze off`)."


class ExamDay(Base):
    """One row."""

    __tablename__ = "exam_day"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    frozen: Mapped[bool] = mapped_column(server_default=text("false"))
    reason: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[Instant | None]


@dataclass(frozen=True, slots=True)
class Freeze:
    frozen: bool
    reason: str | None
    changed_at: datetime | None


READ = text("SELECT frozen, reason, changed_at FROM exam_day")
CHANGE = text(
    "UPDATE exam_day SET frozen = :frozen, reason = :reason, changed_at = clock_timestamp() "
    "WHERE frozen <> :frozen RETURNING id"
)


async def read_freeze(session: AsyncSession) -> Freeze:
    row = (await session.execute(READ)).one()
    return Freeze(row.frozen, row.reason, row.changed_at)


async def set_freeze(session: AsyncSession, *, frozen: bool, reason: str, actor: Actor | None = None) -> bool:
    """Turn it on or off; False where it was so already, and then nothing is written."""
    changed = (await session.execute(CHANGE, {"frozen": frozen, "reason": reason})).one_or_none() is not None
    if changed:
        action = "freeze.begun" if frozen else "freeze.ended"
        await journal.record(session, action, "exam_day", 1, actor=actor, reason=reason)
    return changed


async def require_thawed(session: AsyncSession) -> None:
    """Raise Frozen on an exam day. For what is heavy and can wait."""
    if (await read_freeze(session)).frozen:
        raise Frozen


def require_thawed_schema(connection: Connection) -> None:
    """The same for migrations, on a database that may be older than the freeze itself."""
    if (
        connection.scalar(text("SELECT to_regclass('public.exam_day') IS NOT NULL"))
        and connection.execute(READ).one().frozen
    ):
        raise Frozen
