"""The journal, newest first."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select

from app import identity
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import StaffSession
from app.core.journal import JournalEntry
from app.core.web import StrictRoute
from app.identity import require

router = APIRouter(prefix="/api/staff", route_class=StrictRoute, tags=["audit"])

Auditor = Annotated[Actor, Depends(require(Permission.JOURNAL_READ))]
PAGE = 200


@router.get("/journal", operation_id="journal")
async def read_journal(
    _: Auditor,
    session: StaffSession,
    sitting_id: UUID | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> list[dict[str, Any]]:
    """A page of entries; `before` is the id of the last entry of the page above."""
    query = select(JournalEntry).order_by(JournalEntry.id.desc()).limit(PAGE)
    if sitting_id:
        query = query.where(JournalEntry.sitting_id == sitting_id)
    if before:
        query = query.where(JournalEntry.id < before)
    rows = list(await session.scalars(query))
    names = await identity.names_of(session, (row.actor_id for row in rows if row.actor_id))
    return [
        {
            "id": row.id,
            "at": rfc3339(row.at),
            "actor": names.get(row.actor_id) if row.actor_id else None,
            "action": row.action,
            "subject": row.subject,
            "subject_id": row.subject_id,
            "reason": row.reason,
            "facts": row.facts,
        }
        for row in rows
    ]
