"""What of each candidate asks for a look, besides state and clock: for the board's snapshot, one statement per table and sitting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.delivery import signals, talk


@dataclass(slots=True)
class Attention:
    """`signals` holds only the kinds that are over their threshold."""

    help: talk.HelpCall | None = None
    unread: int = 0
    signals: list[signals.Tally] = field(default_factory=list)


async def list_attention(session: AsyncSession, sitting_id: UUID, limits: Mapping[str, int]) -> dict[UUID, Attention]:
    """By attempt; who asks for nothing is left out. `limits`: from when on each kind of signal is worth a look."""
    found: dict[UUID, Attention] = {}
    for call in await talk.list_open_calls(session, sitting_id):
        found.setdefault(call.attempt_id, Attention()).help = call
    for attempt_id, unread in (await talk.unread_counts(session, sitting_id)).items():
        found.setdefault(attempt_id, Attention()).unread = unread
    for attempt_id, tallies in (await signals.tally(session, sitting_id)).items():
        over = [one for one in tallies if signals.KINDS[one.kind].worth_a_look(one, limits[one.kind])]
        if over:
            found.setdefault(attempt_id, Attention()).signals = over
    return found
