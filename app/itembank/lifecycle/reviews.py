"""Review a version: approve it or send it back, with an expert card. Different persons, none of them an author."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.itembank.lifecycle import rules
from app.itembank.lifecycle.errors import refusal
from app.itembank.lifecycle.moves import apply, said
from app.itembank.lifecycle.standing import take_version
from app.itembank.lifecycle.types import Action, Verdict
from app.itembank.lifecycle.words import REVIEWS, seal_words
from app.itembank.models import ItemReview

Judgement = Literal["good", "mend"]


@dataclass(frozen=True, slots=True)
class ExpertCard:
    """Materi, konstruksi, bahasa."""

    material: Judgement
    construction: Judgement
    language: Judgement


async def review(
    session: AsyncSession, version_id: UUID, verdict: Verdict, reason: str | None, card: ExpertCard, *, actor: Actor
) -> None:
    """The last approval that is needed approves the version; sending it back forgets the approvals before."""
    version = await take_version(session, version_id, actor)
    barred = rules.bar_of_review(verdict, version, actor.person_id, actor.permissions)
    if barred:
        raise refusal(barred, version.state)
    row = ItemReview(
        item_version_id=version_id,
        person_id=actor.person_id,
        verdict=verdict,
        sealed_reason=seal_words(session, said(Action(verdict), reason), REVIEWS, version_id),
        card=asdict(card),
    )
    session.add(row)
    await session.flush()
    facts = {"version_no": version.version_no, "verdict": verdict}
    await journal.record(session, "item.reviewed", "item", version.code, actor=actor, facts=facts)
    if verdict is Verdict.SEND_BACK:
        await apply(session, [version], Action.SEND_BACK, None, actor, review_id=row.id)
    elif len(version.approvers | {actor.person_id}) >= rules.approvals_needed(
        version.kind, found_wrong=version.found_wrong
    ):
        await apply(session, [version], Action.APPROVE, None, actor, review_id=row.id)
