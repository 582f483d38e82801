"""What of a bank's index a person sees, and what of it waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.itembank.lifecycle import Action, judge_moves, may_see
from app.itembank.search import FoundItem, narrowed
from app.itembank.types import State


def seen_by(actor: Actor, items: Iterable[FoundItem]) -> Iterator[FoundItem]:
    """The items, and of each the versions, that this person may read."""
    permissions = actor.permissions
    for item in items:
        found = narrowed(item, lambda version: may_see(version, actor.person_id, permissions))
        if found:
            yield found


async def waiting_for(session: AsyncSession, items: Sequence[FoundItem], actor: Actor) -> frozenset[UUID]:
    """What this person can review and has not approved yet, and their own drafts."""
    versions = [version for item in items for version in item.versions]
    own = {one.id for one in versions if one.state == State.DRAFT and one.author_id == actor.person_id}
    judged = await judge_moves(
        session, [one.id for one in versions if one.state == State.IN_REVIEW], Action.REVIEW, actor=actor
    )
    return frozenset(own) | {
        standing.version_id
        for standing, barred in judged.values()
        if barred is None and actor.person_id not in standing.approvers
    }
