"""Where versions stand, read from the versions of their items, their history and their reviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.core.errors import NotFound
from app.itembank.lifecycle import rules
from app.itembank.lifecycle.types import FOUND_WRONG, Standing, Verdict
from app.itembank.models import Item, ItemMove, ItemReview, ItemVersion
from app.itembank.revisions import touch
from app.itembank.types import Kind, State

VERSIONS = (
    select(
        ItemVersion.id,
        ItemVersion.item_id,
        ItemVersion.version_no,
        ItemVersion.state,
        ItemVersion.kind,
        ItemVersion.lineage_id,
        ItemVersion.author_id,
        ItemVersion.submitted_at,
        Item.code,
        Item.scheme_code,
    )
    .join(Item, Item.id == ItemVersion.item_id)
    .order_by(ItemVersion.item_id, ItemVersion.version_no)
)


async def get_visible(session: AsyncSession, version_id: UUID, actor: Actor) -> Standing:
    """A version, for this person to see. Raises NotFound."""
    item_id = await session.scalar(select(ItemVersion.item_id).where(ItemVersion.id == version_id))
    found = (await read_standings(session, [item_id] if item_id else [])).get(version_id)
    return require_visible(found, actor)


async def list_visible(session: AsyncSession, code: str, actor: Actor) -> list[Standing]:
    """The versions of an item that this person may see, the oldest first. Raises NotFound where there is none."""
    item_id = await session.scalar(select(Item.id).where(Item.code == code))
    standings = (await read_standings(session, [item_id] if item_id else [])).values()
    visible = [one for one in standings if rules.may_see(one, actor.person_id, actor.permissions)]
    if not visible:
        raise NotFound
    return visible


async def take_version(session: AsyncSession, version_id: UUID, actor: Actor) -> Standing:
    """A version to be changed: until the end of the transaction nobody else changes its bank. Raises NotFound."""
    scheme_code = await session.scalar(
        select(Item.scheme_code).join(ItemVersion, ItemVersion.item_id == Item.id).where(ItemVersion.id == version_id)
    )
    if scheme_code is None:
        raise NotFound
    await touch(session, scheme_code)
    return await get_visible(session, version_id, actor)


async def last_step(session: AsyncSession, version_id: UUID) -> int:
    """The number of the last thing that was done to a version: another number, another text or state."""
    return await session.scalar(select(func.max(ItemMove.id)).where(ItemMove.item_version_id == version_id)) or 0


def in_use(versions: Sequence[Standing]) -> Standing:
    """The newest of these that was approved and not retired, else the newest."""
    return ([version for version in versions if version.state in rules.LIVE] or versions)[-1]


def require_visible(found: Standing | None, actor: Actor) -> Standing:
    if found is None or not rules.may_see(found, actor.person_id, actor.permissions):
        raise NotFound
    return found


async def read_standings(session: AsyncSession, item_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Every version of these items."""
    rows = (await session.execute(VERSIONS.where(ItemVersion.item_id.in_(item_ids)))).all()
    ids = [row.id for row in rows]
    used = set(
        await session.scalars(
            select(ItemMove.item_version_id).where(ItemMove.item_version_id.in_(ids), ItemMove.to_state == State.ACTIVE)
        )
    )
    said = await _read_said(session, ids)
    versions: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        versions[row.item_id].append(row)
    return {
        standing.version_id: standing for siblings in versions.values() for standing in _standings(siblings, used, said)
    }


@dataclass(frozen=True, slots=True)
class _Said:
    """What reviews say of a version: who approved it since it was sent back or found wrong last."""

    approvers: frozenset[UUID] = frozenset()
    found_wrong: bool = False

    def then(self, person_id: UUID, verdict: str) -> _Said:
        if verdict == Verdict.APPROVE:
            return _Said(self.approvers | {person_id}, self.found_wrong)
        return _Said(found_wrong=self.found_wrong or verdict == FOUND_WRONG)


async def _read_said(session: AsyncSession, version_ids: Sequence[UUID]) -> dict[UUID, _Said]:
    rows = await session.execute(
        select(ItemReview.item_version_id, ItemReview.person_id, ItemReview.verdict)
        .where(ItemReview.item_version_id.in_(version_ids))
        .order_by(ItemReview.id)
    )
    found: dict[UUID, _Said] = defaultdict(_Said)
    for version_id, person_id, verdict in rows:
        found[version_id] = found[version_id].then(person_id, verdict)
    return found


def _standings(siblings: Sequence[Any], used: Collection[UUID], said: Mapping[UUID, _Said]) -> Iterable[Standing]:
    """The versions of one item, in their order."""
    item_authors = frozenset(row.author_id for row in siblings if row.author_id)
    base = _base(siblings)
    authors: frozenset[UUID] = frozenset()
    for row in siblings:
        authors |= {row.author_id} - {None}
        yield Standing(
            version_id=row.id,
            item_id=row.item_id,
            code=row.code,
            scheme_code=row.scheme_code,
            version_no=row.version_no,
            state=State(row.state),
            kind=Kind(row.kind),
            lineage_id=row.lineage_id,
            submitted=row.submitted_at is not None,
            author=row.author_id,
            authors=authors,
            item_authors=item_authors,
            approvers=said[row.id].approvers,
            found_wrong=said[row.id].found_wrong,
            is_base=row.id == base,
        )
        if row.id in used:
            authors = frozenset()


def _base(siblings: Sequence[Any]) -> UUID | None:
    """The newest version that was approved and not retired, else the newest; none while another is written or reviewed."""
    if any(State(row.state) in rules.OPEN for row in siblings):
        return None
    live = [row for row in siblings if State(row.state) in rules.LIVE]
    newest: UUID = (live or siblings)[-1].id
    return newest
