"""The committee's decision on an item, carried through into the bank in the same transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity, itembank
from app.core import journal
from app.core.access import Actor
from app.core.clock import rfc3339
from app.core.words import both
from app.itembank.lifecycle import Standing
from app.review.item_panel.errors import CannotDecideThis, NotUnderDiscussion
from app.review.item_panel.models import ItemDecisionRow
from app.review.item_panel.types import Decision, step_of
from app.review.reviews.parts import read_part
from app.review.reviews.states import hold
from app.review.reviews.types import ReviewState


async def decide_item(
    session: AsyncSession, review_id: UUID, lineage_id: UUID, decision: Decision, note: str, *, actor: Actor
) -> None:
    """The newest decision counts. Suspended and retired move the item in the bank with the note as reason, accepted takes a
    suspended one back into use, revise leaves the note with the version for those who write.

    Raises NotFound, NotUnderDiscussion, CannotDecideThis, and what the item's life refuses.
    """
    review = await hold(session, review_id)
    if review.state != ReviewState.DISCUSSION:
        raise NotUnderDiscussion
    card = await read_part(session, review_id, f"item:{lineage_id}")
    version = await _standing(session, card["code"], lineage_id, actor)
    step = step_of(decision, version.state)
    if step is None:
        raise CannotDecideThis(
            both(
                "Dalam keadaannya sekarang soal ini tidak dapat diputus begitu; pilih putusan lain.",
                "As the item stands now this cannot be decided of it; choose another decision.",
            ),
            state=version.state,
        )
    if step.move is not None:
        await itembank.lifecycle.move(session, version.version_id, step.move, note, actor=actor)
    if decision is Decision.REVISE:
        words = both(f"Direvisi menurut {review.title}: {note}", f"to be revised: {review.title}")
        await itembank.lifecycle.comment(session, version.version_id, words, actor=actor)
    row = ItemDecisionRow(
        review_id=review_id,
        lineage_id=lineage_id,
        item_version_id=version.version_id,
        decision=decision,
        note=note,
        decided_by=actor.person_id,
    )
    session.add(row)
    await session.flush()
    facts = {"review": str(review_id), "decision": decision, "version_no": version.version_no}
    await journal.record(session, "item.decided", "item", version.code, actor=actor, facts=facts)


async def list_decisions(session: AsyncSession, review_id: UUID) -> list[dict[str, Any]]:
    """The newest first; the first of an item counts."""
    query = select(ItemDecisionRow).where(ItemDecisionRow.review_id == review_id).order_by(ItemDecisionRow.id.desc())
    rows = (await session.scalars(query)).all()
    names = await identity.names_of(session, {row.decided_by for row in rows})
    return [
        {
            "item": str(row.lineage_id),
            "decision": row.decision,
            "note": row.note,
            "by": names[row.decided_by],
            "at": rfc3339(row.decided_at),
        }
        for row in rows
    ]


async def _standing(session: AsyncSession, code: str, lineage_id: UUID, actor: Actor) -> Standing:
    """The version of this lineage that is in use, else the newest. Raises NotFound."""
    versions = await itembank.lifecycle.list_visible(session, code, actor)
    return itembank.lifecycle.in_use([version for version in versions if version.lineage_id == lineage_id])
