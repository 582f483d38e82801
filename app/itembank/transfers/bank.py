"""A bank as an import compares with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import schemes
from app.core.access import Actor
from app.core.errors import NotFound
from app.itembank.keys import read_answers
from app.itembank.lifecycle import rules
from app.itembank.lifecycle.standing import read_standings
from app.itembank.lifecycle.types import Standing
from app.itembank.models import Item, ItemImage, ItemVersion
from app.itembank.queries import read_contents
from app.itembank.transfers.types import Held, Target


async def read_target(
    session: AsyncSession, scheme_code: str, *, kuk: str | None, brought: Collection[str], actor: Actor
) -> Target:
    """What this person may see of a bank, and the codes of the rest. `brought`: the pictures that come with the file."""
    scheme = await schemes.find_newest(session, scheme_code)
    if scheme is None:
        raise NotFound
    items = {row.id: row for row in await session.scalars(select(Item).where(Item.scheme_code == scheme_code))}
    standings = await read_standings(session, items.keys())
    visible = [
        one
        for one in standings.values()
        if (one.is_base or one.state in rules.OPEN) and rules.may_see(one, actor.person_id, actor.permissions)
    ]
    held = await _read_held(session, visible, items)
    codes = await session.scalars(select(Item.code))
    pictures = {*brought, *await session.scalars(select(ItemImage.hash))}
    return Target(scheme, actor.person_id, held, frozenset(codes) - held.keys(), frozenset(pictures), kuk)


async def _read_held(session: AsyncSession, standings: Iterable[Standing], items: dict[UUID, Item]) -> dict[str, Held]:
    newest = {one.item_id: one for one in sorted(standings, key=lambda one: one.version_no)}
    ids = [one.version_id for one in newest.values()]
    columns = select(
        ItemVersion.id, ItemVersion.kuk, ItemVersion.lang, ItemVersion.content_hash, ItemVersion.fixed_order
    )
    versions = {row.id: row for row in await session.execute(columns.where(ItemVersion.id.in_(ids)))}
    contents, answers = await read_contents(session, ids), await read_answers(session, ids)
    held = {}
    for item_id, standing in newest.items():
        item, version = items[item_id], versions[standing.version_id]
        held[item.code] = Held(
            standing,
            version.kuk,
            version.lang,
            contents[version.id],
            version.content_hash,
            answers[version.id],
            tuple(item.enemies),
            item.stimulus_code,
            version.fixed_order,
        )
    return held
