"""Write items: a new one, a draft that goes on, a new version of one that was approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.itembank.keys import read_answers, rewrite_answer, write_answer
from app.itembank.lifecycle import rules
from app.itembank.lifecycle.errors import CodeTaken, DraftChanged, NotEditorial, UnfitItem, refusal
from app.itembank.lifecycle.fitness import faults_of
from app.itembank.lifecycle.moves import JOURNAL, apply, note, said
from app.itembank.lifecycle.standing import last_step, list_visible, take_version
from app.itembank.lifecycle.types import Action, Standing, Written
from app.itembank.models import Item, ItemVersion
from app.itembank.revisions import touch
from app.itembank.sealing import content_hash, seal
from app.itembank.types import Kind, State

BEGUN_BY: Final = {Kind.REVISION: Action.REVISE, Kind.EDITORIAL: Action.CORRECT}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a version stands in its item. Without a lineage it begins one."""

    item_id: UUID
    code: str
    version_no: int
    kind: Kind
    lineage_id: UUID | None = None


async def create_item(
    session: AsyncSession, scheme_code: str, written: Written, *, actor: Actor, code: str | None = None
) -> tuple[str, UUID]:
    """A new item as its author's draft; answers its code, the next of its criterion where none is given, and the version."""
    await touch(session, scheme_code)
    await _require_fit(session, scheme_code, code, written)
    if code is None:
        code = await _next_code(session, scheme_code, written.kuk)
    elif await session.scalar(select(Item.id).where(Item.code == code)):
        raise CodeTaken(item=code)
    item = Item(id=uuid4(), code=code, scheme_code=scheme_code)
    session.add(item)
    await session.flush()
    await _set_company(session, item.id, written)
    return code, await _add(session, _Place(item.id, code, 1, Kind.NEW), written, None, actor)


async def edit_version(
    session: AsyncSession,
    version_id: UUID,
    written: Written,
    reason: str | None,
    *,
    actor: Actor,
    step: int | None = None,
) -> UUID:
    """Go on with a draft. What reviewers have read stays as it is: then this is the next version, and the answer is its id.

    With the `step` at which its author opened it, what was saved in another window since is not written over.
    """
    version = await take_version(session, version_id, actor)
    barred = rules.bar(Action.EDIT, version, actor.person_id, actor.permissions)
    if barred:
        raise refusal(barred, version.state)
    if step is not None and step != await last_step(session, version_id):
        raise DraftChanged
    await _require_fit(session, version.scheme_code, version.code, written)
    lineage = await _lineage(session, version.kind, version.lineage_id, written)
    await _set_company(session, version.item_id, written)
    if not version.submitted:
        await _rewrite(session, version, written, reason, actor)
        return version_id
    await apply(session, [version], Action.SUPERSEDE, said(Action.SUPERSEDE, None), actor)
    number = await _next_no(session, version.item_id)
    place = _Place(version.item_id, version.code, number, version.kind, lineage)
    return await _add(session, place, written, reason, actor)


async def add_version(
    session: AsyncSession, code: str, kind: Kind, written: Written, reason: str | None, *, actor: Actor
) -> UUID:
    """A new draft of an item that was approved before: a revision, or an editorial correction of the newest approved version."""
    versions = await list_visible(session, code, actor)
    await touch(session, versions[0].scheme_code)
    base = _base(await list_visible(session, code, actor))  # again, now that nobody else changes it
    barred = rules.bar(BEGUN_BY[kind], base, actor.person_id, actor.permissions)
    if barred:
        raise refusal(barred, base.state)
    await _require_fit(session, base.scheme_code, code, written)
    lineage = await _lineage(session, kind, base.lineage_id, written)
    await _set_company(session, base.item_id, written)
    place = _Place(base.item_id, code, await _next_no(session, base.item_id), kind, lineage)
    return await _add(session, place, written, reason, actor)


def _base(versions: Sequence[Standing]) -> Standing:
    return next((version for version in versions if version.is_base), versions[-1])


async def _require_fit(session: AsyncSession, scheme_code: str, code: str | None, written: Written) -> None:
    faults = await faults_of(session, scheme_code, code, written)
    if faults:
        raise UnfitItem(faults)


async def _lineage(session: AsyncSession, kind: Kind, lineage_id: UUID, written: Written) -> UUID | None:
    """The lineage that a correction keeps; None begins one. Every version of a lineage has the key of its first."""
    if kind is not Kind.EDITORIAL:
        return None
    first = await session.get_one(ItemVersion, lineage_id)
    key = (await read_answers(session, [lineage_id]))[lineage_id].key
    kept = {
        "key": (key, written.answer.key),
        "options": (first.n_options, len(written.content.options)),
        "kuk": (first.kuk, written.kuk),
        "lang": (first.lang, written.lang),
    }
    changed = [field for field, (was, is_now) in kept.items() if was != is_now]
    if changed:
        raise NotEditorial(fields=changed)
    return lineage_id


async def _set_company(session: AsyncSession, item_id: UUID, written: Written) -> None:
    """With whom an item stands, or must not stand, in a form: that belongs to the item and makes no version."""
    values = {"enemies": list(written.enemies), "stimulus_code": written.stimulus_code}
    await session.execute(update(Item).where(Item.id == item_id).values(values))


async def _rewrite(
    session: AsyncSession, version: Standing, written: Written, reason: str | None, actor: Actor
) -> None:
    values = _texts(session, version.version_id, written)
    await session.execute(update(ItemVersion).where(ItemVersion.id == version.version_id).values(values))
    await rewrite_answer(session, version.version_id, written.answer)
    place = _Place(version.item_id, version.code, version.version_no, version.kind)
    await _tell(session, version.version_id, place, Action.EDIT, reason, actor)


async def _add(session: AsyncSession, place: _Place, written: Written, reason: str | None, actor: Actor) -> UUID:
    version_id = uuid4()
    row = ItemVersion(
        id=version_id,
        item_id=place.item_id,
        version_no=place.version_no,
        state=State.DRAFT,
        kind=place.kind,
        lineage_id=place.lineage_id or version_id,
        author_id=actor.person_id,
        **_texts(session, version_id, written),
    )
    session.add(row)
    await session.flush()
    await write_answer(session, version_id, written.answer)
    await _tell(session, version_id, place, Action.WRITE, reason, actor)
    return version_id


def _texts(session: AsyncSession, version_id: UUID, written: Written) -> dict[str, Any]:
    """The columns of a version that hold what its author wrote of what is shown."""
    return {
        "kuk": written.kuk,
        "lang": written.lang,
        "n_options": len(written.content.options),
        "fixed_order": written.fixed_order,
        "sealed": seal(session, written.content, version_id),
        "content_hash": content_hash(written.content),
    }


async def _tell(
    session: AsyncSession, version_id: UUID, place: _Place, action: Action, reason: str | None, actor: Actor
) -> None:
    """Into the history and the journal."""
    why = said(action, reason)
    old = State.DRAFT if action is Action.EDIT else None
    await note(session, [(version_id, old, State.DRAFT)], action, why, actor)
    facts = {"version_no": place.version_no, "kind": place.kind, "from": old, "to": State.DRAFT}
    await journal.record(session, JOURNAL[action], "item", place.code, actor=actor, reason=why, facts=facts)


async def _next_no(session: AsyncSession, item_id: UUID) -> int:
    newest = await session.scalar(select(func.max(ItemVersion.version_no)).where(ItemVersion.item_id == item_id))
    return (newest or 0) + 1


async def _next_code(session: AsyncSession, scheme_code: str, kuk: str) -> str:
    """`MMU-1.1-21` after `MMU-1.1-20`."""
    prefix = f"{scheme_code.upper()}-{kuk}-"
    codes = await session.scalars(select(Item.code).where(Item.code.startswith(prefix, autoescape=True)))
    numbers = [int(rest) for code in codes if (rest := code.removeprefix(prefix)).isdecimal()]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"
