"""Write what an import planned: new items in batches, changed ones by the verbs that people use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.itembank.keys import write_answers
from app.itembank.lifecycle.moves import JOURNAL, note, said
from app.itembank.lifecycle.types import Action, Written
from app.itembank.lifecycle.write import add_version, edit_version
from app.itembank.models import Item, ItemVersion
from app.itembank.sealing import content_hash, seal
from app.itembank.transfers.types import Outcome, Planned
from app.itembank.types import Kind, State

BATCH: Final = 200

Tell = Callable[[int], Awaitable[None]]


async def write_planned(
    session: AsyncSession,
    scheme_code: str,
    rows: Sequence[Planned],
    *,
    reason: str | None,
    actor: Actor,
    tell: Tell,
) -> None:
    """Every row as a draft of this person; new ones first, since others may name them as enemies."""
    new = [one for one in rows if one.outcome is Outcome.NEW]
    done = 0
    for start in range(0, len(new), BATCH):
        batch = new[start : start + BATCH]
        await _write_new(session, scheme_code, batch, said(Action.WRITE, reason), actor)
        done += len(batch)
        await tell(done)
    for one in rows:
        if one.outcome is Outcome.CHANGED:
            await _revise(session, one, reason, actor)
            done += 1
            if done % BATCH == 0:
                await tell(done)


async def _write_new(
    session: AsyncSession, scheme_code: str, rows: Sequence[Planned], reason: str, actor: Actor
) -> None:
    """What `create_item` does for one, for many: thousands of items come in at once."""
    items, versions, answers = [], [], {}
    for one in rows:
        assert one.written
        assert one.code
        item = _item(one.code, scheme_code, one.written)
        version = _version(session, item.id, one.written, actor.person_id)
        items.append(item)
        versions.append(version)
        answers[version.id] = one.written.answer
    for made in (items, versions):
        session.add_all(made)
        await session.flush()
    await write_answers(session, answers)
    await note(session, ((version.id, None, State.DRAFT) for version in versions), Action.WRITE, reason, actor)
    facts = {"version_no": 1, "kind": Kind.NEW, "from": None, "to": State.DRAFT}
    for item in items:
        await journal.record(session, JOURNAL[Action.WRITE], "item", item.code, actor=actor, reason=reason, facts=facts)


def _item(code: str, scheme_code: str, written: Written) -> Item:
    return Item(
        id=uuid4(),
        code=code,
        scheme_code=scheme_code,
        enemies=list(written.enemies),
        stimulus_code=written.stimulus_code,
    )


def _version(session: AsyncSession, item_id: UUID, written: Written, author_id: UUID) -> ItemVersion:
    version_id = uuid4()
    return ItemVersion(
        id=version_id,
        item_id=item_id,
        version_no=1,
        kuk=written.kuk,
        lang=written.lang,
        n_options=len(written.content.options),
        fixed_order=written.fixed_order,
        sealed=seal(session, written.content, version_id),
        content_hash=content_hash(written.content),
        state=State.DRAFT,
        kind=Kind.NEW,
        lineage_id=version_id,
        author_id=author_id,
    )


async def _revise(session: AsyncSession, one: Planned, reason: str | None, actor: Actor) -> None:
    assert one.written
    assert one.held
    standing = one.held.standing
    if standing.state is State.DRAFT:
        await edit_version(session, standing.version_id, one.written, reason, actor=actor)
    else:
        await add_version(session, standing.code, Kind.REVISION, one.written, reason, actor=actor)
