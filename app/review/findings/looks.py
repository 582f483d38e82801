"""Items of a key check that somebody has to look at by name, and what they saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core import journal
from app.core.access import Actor
from app.core.clock import rfc3339
from app.grading import corrections
from app.grading.corrections import CorrectionState
from app.review.findings.models import SignalLookRow


class Outcome(StrEnum):
    SOUND = "sound"
    TO_CORRECT = "to-correct"


class LookState(StrEnum):
    UNSEEN = "unseen"
    SOUND = "sound"
    TO_CORRECT = "to-correct"
    SETTLED = "settled"  # to correct, and since then a correction was applied


@dataclass(frozen=True, slots=True)
class Look:
    """The newest of an item. `settled_at`: when a correction of this item was applied last; one that was withdrawn settles nothing."""

    code: str
    outcome: Outcome
    note: str
    by: str
    at: datetime
    settled_at: datetime | None

    @property
    def state(self) -> LookState:
        if self.outcome is Outcome.SOUND:
            return LookState.SOUND
        settled = self.settled_at is not None and self.settled_at > self.at
        return LookState.SETTLED if settled else LookState.TO_CORRECT

    def as_json(self) -> dict[str, Any]:
        return {"outcome": self.outcome, "note": self.note, "by": self.by, "at": rfc3339(self.at)}


def state_of(look: Look | None) -> LookState:
    return look.state if look else LookState.UNSEEN


def unseen(codes: Iterable[str], looks: Mapping[str, Look]) -> list[str]:
    return sorted(code for code in set(codes) if code not in looks)


def uncorrected(looks: Mapping[str, Look]) -> list[str]:
    return sorted(look.code for look in looks.values() if look.state is LookState.TO_CORRECT)


async def list_looks(session: AsyncSession, sitting_id: UUID) -> dict[str, Look]:
    """By item, the newest look of each."""
    query = select(SignalLookRow).where(SignalLookRow.sitting_id == sitting_id).order_by(SignalLookRow.id)
    newest = {row.item_code: row for row in await session.scalars(query)}
    names = await identity.names_of(session, (row.looked_by for row in newest.values()))
    applied = await _applied(session, list(newest))
    return {
        code: Look(code, Outcome(row.outcome), row.note, names[row.looked_by], row.looked_at, applied.get(code))
        for code, row in newest.items()
    }


async def note_look(
    session: AsyncSession, sitting_id: UUID, code: str, outcome: Outcome, note: str, *, actor: Actor
) -> None:
    """The note may speak of the key: it stays with the look, since more people read the journal."""
    row = SignalLookRow(sitting_id=sitting_id, item_code=code, outcome=outcome, note=note, looked_by=actor.person_id)
    session.add(row)
    await session.flush()
    facts = {"item": code, "outcome": outcome}
    await journal.record(
        session, "key_check.looked", "sitting", sitting_id, actor=actor, sitting_id=sitting_id, facts=facts
    )


async def _applied(session: AsyncSession, codes: Sequence[str]) -> dict[str, datetime]:
    """By item, when a correction of it was applied last."""
    applied: dict[str, datetime] = {}
    for one in await corrections.list_corrections(session) if codes else ():
        if one.item_code in codes and one.ended_at and one.state is CorrectionState.APPLIED:
            applied[one.item_code] = max(one.ended_at, applied.get(one.item_code, one.ended_at))
    return applied
