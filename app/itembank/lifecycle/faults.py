"""What a correction of a key does to the versions of its item: none of them is taken for sound by what was said of it before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.itembank.keys import read_answers
from app.itembank.lifecycle.moves import apply
from app.itembank.lifecycle.standing import list_visible
from app.itembank.lifecycle.types import FOUND_WRONG, Action, Standing
from app.itembank.lifecycle.words import REVIEWS, seal_words
from app.itembank.models import ItemReview
from app.itembank.revisions import touch
from app.itembank.types import State


async def find_wrong(
    session: AsyncSession, code: str, version_ids: Collection[UUID], why: str, *, actor: Actor
) -> bool:
    """The key of these versions of an item was found wrong. Whoever has the same key may be used only after two persons approved
    it anew; what is in use with that lineage is suspended. Whether any was. The caller writes down that keys were read."""
    await touch(session, (await list_visible(session, code, actor))[0].scheme_code)
    concerned = await _concerned(session, await list_visible(session, code, actor), version_ids)
    sealed = {one.version_id: seal_words(session, why, REVIEWS, one.version_id) for one in concerned}
    session.add_all(
        ItemReview(
            item_version_id=one.version_id,
            person_id=actor.person_id,
            verdict=FOUND_WRONG,
            sealed_reason=sealed[one.version_id],
            card={},
        )
        for one in concerned
    )
    await session.flush()
    facts = {"versions": sorted(one.version_no for one in concerned)}
    await journal.record(session, "item.found_wrong", "item", code, actor=actor, reason=why, facts=facts)
    active = [one for one in concerned if one.state is State.ACTIVE]
    await apply(session, active, Action.SUSPEND, why, actor)
    return bool(active)


async def _concerned(
    session: AsyncSession, versions: Sequence[Standing], version_ids: Collection[UUID]
) -> list[Standing]:
    """All of the lineages at fault, retired or not; of others those that wait for use, or for a further approval, with the same key.
    Another lineage that is in use already may be the repair, which keeps its key where the options were mended."""
    keys = {
        version: answer.key
        for version, answer in (await read_answers(session, [one.version_id for one in versions])).items()
    }
    lineages = {one.lineage_id for one in versions if one.version_id in version_ids}
    wrong = {keys[one] for one in version_ids}
    return [
        one
        for one in versions
        if one.lineage_id in lineages
        or (keys[one.version_id] in wrong and one.state in (State.IN_REVIEW, State.APPROVED, State.SUSPENDED))
    ]
