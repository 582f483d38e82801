"""Reads of talk."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.delivery.models import AttemptRow, RosterEntry
from app.delivery.rooms import in_scope
from app.delivery.talk.models import HelpCallRow, Message, MessageCopy
from app.delivery.talk.types import CopyView, HelpCall, MessageView, Need


async def find_call(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> HelpCall | None:
    """The open call of this attempt."""
    row = await session.scalar(
        select(HelpCallRow).where(
            HelpCallRow.sitting_id == sitting_id, HelpCallRow.attempt_id == attempt_id, HelpCallRow.ended_at.is_(None)
        )
    )
    return _call(row) if row else None


async def list_open_calls(session: AsyncSession, sitting_id: UUID) -> list[HelpCall]:
    """Every open call of a sitting, oldest first."""
    rows = await session.scalars(
        select(HelpCallRow)
        .where(HelpCallRow.sitting_id == sitting_id, HelpCallRow.ended_at.is_(None))
        .order_by(HelpCallRow.called_at)
    )
    return [_call(row) for row in rows]


async def list_messages(session: AsyncSession, sitting_id: UUID, actor: Actor) -> list[MessageView]:
    """The messages to candidates whom this person watches, newest first; counted are those candidates alone."""
    rows = await session.execute(
        select(
            Message.id,
            Message.text,
            Message.sent_by,
            Message.sent_at,
            func.count(),
            func.count(MessageCopy.shown_at),
            func.count(MessageCopy.acknowledged_at),
        )
        .join(MessageCopy, (MessageCopy.sitting_id == Message.sitting_id) & (MessageCopy.message_id == Message.id))
        .join(AttemptRow, (AttemptRow.sitting_id == MessageCopy.sitting_id) & (AttemptRow.id == MessageCopy.attempt_id))
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .where(Message.sitting_id == sitting_id, in_scope(actor))
        .group_by(Message.sitting_id, Message.id)
        .order_by(Message.sent_at.desc(), Message.id)
    )
    return [MessageView(*row) for row in rows]


async def list_copies(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> list[CopyView]:
    """Everything that was said to one candidate, oldest first."""
    rows = await session.execute(
        select(Message.text, Message.sent_by, Message.sent_at, MessageCopy.shown_at, MessageCopy.acknowledged_at)
        .join(MessageCopy, (MessageCopy.sitting_id == Message.sitting_id) & (MessageCopy.message_id == Message.id))
        .where(Message.sitting_id == sitting_id, MessageCopy.attempt_id == attempt_id)
        .order_by(Message.sent_at, Message.id)
    )
    return [CopyView(*row) for row in rows]


async def unread_counts(session: AsyncSession, sitting_id: UUID) -> dict[UUID, int]:
    """How many messages each candidate has not acknowledged yet; who has read them all is left out."""
    rows = await session.execute(
        select(MessageCopy.attempt_id, func.count())
        .where(MessageCopy.sitting_id == sitting_id, MessageCopy.acknowledged_at.is_(None))
        .group_by(MessageCopy.attempt_id)
    )
    return dict(rows.all())


def _call(row: HelpCallRow) -> HelpCall:
    return HelpCall(row.id, row.attempt_id, Need(row.need), row.called_at, row.answered_by, row.answered_at)
