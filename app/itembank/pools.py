"""Active pools: the committee puts part of a bank into use for a period, and the rest of it rests.

A pool is written first and activated later, once; the pool before it is over then. Its size follows from the candidates that are
expected (`pool_size`), and the committee has the last word on each item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.itembank.bulk import STATES, Outcome, Row, judgement
from app.itembank.coverage import USABLE
from app.itembank.desk_errors import PoolActivated, PoolLacksItems, UnfitForPool
from app.itembank.lifecycle import Action, judge_moves, move_all
from app.itembank.models import ActivePool, ActivePoolItem, Item, ItemVersion
from app.itembank.revisions import touch
from app.itembank.types import State
from app.schemes import SchemeVersion


class PoolState(StrEnum):
    WRITTEN = "written"
    ACTIVE = "active"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Pool:
    id: UUID
    scheme_code: str
    period_from: date
    period_to: date
    candidates: int
    size: int
    state: PoolState
    made_by: UUID
    made_at: datetime
    activated_by: UUID | None
    activated_at: datetime | None


@dataclass(frozen=True, slots=True)
class PoolItem:
    version_id: UUID
    code: str
    version_no: int
    kuk: str
    state: State


@dataclass(frozen=True, slots=True)
class Activation:
    """`rows` name every version that changes, or that stands in the way; `resting` those that leave use."""

    rows: tuple[Row, ...]
    resting: tuple[Row, ...]


async def make_pool(
    session: AsyncSession,
    scheme: SchemeVersion,
    *,
    period: tuple[date, date],
    candidates: int,
    version_ids: Collection[UUID],
    actor: Actor,
) -> UUID:
    """Write a pool down; nothing in the bank changes. Raises UnfitForPool, PoolLacksItems."""
    found = await _items(session, scheme.code, version_ids)
    versions = Counter(item.code for item in found)
    unfit = sorted({item.code for item in found if item.state not in USABLE or versions[item.code] > 1})
    if unfit or len(found) < len(set(version_ids)):
        raise UnfitForPool(codes=unfit)
    _require_forms(found, scheme.items_per_kuk)
    pool = ActivePool(
        id=uuid4(),
        scheme_code=scheme.code,
        period_from=period[0],
        period_to=period[1],
        candidates=candidates,
        size=len(found),
        state=PoolState.WRITTEN,
        made_by=actor.person_id,
    )
    session.add(pool)
    await session.flush()
    session.add_all(ActivePoolItem(pool_id=pool.id, item_version_id=item.version_id) for item in found)
    await session.flush()
    facts = {"scheme": scheme.code, "candidates": candidates, "size": len(found)}
    await journal.record(session, "pool.written", "pool", pool.id, actor=actor, facts=facts)
    return pool.id


def _require_forms(items: Sequence[PoolItem], items_per_kuk: Mapping[str, int]) -> None:
    """A pool that cannot make one form would stop the next sitting."""
    held = Counter(item.kuk for item in items)
    lacking = sorted(kuk for kuk, wanted in items_per_kuk.items() if held[kuk] < wanted)
    if lacking:
        raise PoolLacksItems(kuks=lacking)


async def list_pools(session: AsyncSession, scheme_code: str) -> list[Pool]:
    """The newest period first."""
    rows = await session.scalars(
        select(ActivePool)
        .where(ActivePool.scheme_code == scheme_code)
        .order_by(ActivePool.period_from.desc(), ActivePool.made_at.desc())
    )
    return [_pool(row) for row in rows]


async def get_pool(session: AsyncSession, pool_id: UUID) -> tuple[Pool, list[PoolItem]]:
    """Raises NotFound."""
    row = await session.get(ActivePool, pool_id)
    if row is None:
        raise NotFound
    chosen = await session.scalars(select(ActivePoolItem.item_version_id).where(ActivePoolItem.pool_id == pool_id))
    return _pool(row), await _items(session, row.scheme_code, chosen.all())


async def activate_pool(
    session: AsyncSession, pool_id: UUID, reason: str, *, actor: Actor, dry_run: bool
) -> Activation:
    """Take the pool's versions into use, and let every other rest. Where one of them cannot be used any more nothing changes."""
    scheme_code = await session.scalar(select(ActivePool.scheme_code).where(ActivePool.id == pool_id))
    if scheme_code is None:
        raise NotFound
    await touch(session, scheme_code)
    pool, chosen = await get_pool(session, pool_id)
    if pool.state is not PoolState.WRITTEN:
        raise PoolActivated
    plan = await _plan(session, pool.scheme_code, chosen, actor)
    if dry_run or any(row.outcome is Outcome.REFUSED for row in plan.rows):
        return plan
    for rows, action in ((plan.rows, Action.ACTIVATE), (plan.resting, Action.REST)):
        if rows:
            await move_all(session, pool.scheme_code, [row.version_id for row in rows], action, reason, actor=actor)
    await _write_activation(session, pool, actor)
    facts = {"scheme": pool.scheme_code, "activated": len(plan.rows), "resting": len(plan.resting)}
    await journal.record(session, "pool.activated", "pool", pool_id, actor=actor, reason=reason, facts=facts)
    return Activation(_done(plan.rows), _done(plan.resting))


async def _plan(session: AsyncSession, scheme_code: str, chosen: Sequence[PoolItem], actor: Actor) -> Activation:
    rows = []
    approved = [item.version_id for item in chosen if item.state is State.APPROVED]
    judged = await judge_moves(session, approved, Action.ACTIVATE, actor=actor)
    for item in chosen:
        if item.state not in USABLE:
            state_id, state_en = STATES[item.state]
            text_id = f"versi {item.version_no} sekarang {state_id}; tulis pool baru tanpa versi ini"
            text_en = f"version {item.version_no} is {state_en} now; write a new pool without it"
            rows.append(Row(item.version_id, item.code, Outcome.REFUSED, text_id, text_en))
        elif item.state is State.APPROVED:
            rows.append(judgement(item.version_id, judged.get(item.version_id)))
    codes = {item.code for item in chosen}
    in_use = await session.execute(
        select(ItemVersion.id, Item.code)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code, ItemVersion.state == State.ACTIVE, Item.code.not_in(codes))
        .order_by(Item.code)
    )
    return Activation(tuple(rows), tuple(Row(row.id, row.code, Outcome.WOULD) for row in in_use))


async def _write_activation(session: AsyncSession, pool: Pool, actor: Actor) -> None:
    await session.execute(
        update(ActivePool)
        .where(ActivePool.scheme_code == pool.scheme_code, ActivePool.state == PoolState.ACTIVE)
        .values(state=PoolState.OVER)
    )
    await session.execute(
        update(ActivePool)
        .where(ActivePool.id == pool.id)
        .values(state=PoolState.ACTIVE, activated_by=actor.person_id, activated_at=func.clock_timestamp())
    )


def _done(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(Row(row.version_id, row.code, Outcome.DONE) for row in rows)


async def _items(session: AsyncSession, scheme_code: str, version_ids: Collection[UUID]) -> list[PoolItem]:
    rows = await session.execute(
        select(ItemVersion.id, Item.code, ItemVersion.version_no, ItemVersion.kuk, ItemVersion.state)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersion.id.in_(set(version_ids)), Item.scheme_code == scheme_code)
        .order_by(Item.code)
    )
    return [PoolItem(row.id, row.code, row.version_no, row.kuk, State(row.state)) for row in rows]


def _pool(row: ActivePool) -> Pool:
    return Pool(
        row.id,
        row.scheme_code,
        row.period_from,
        row.period_to,
        row.candidates,
        row.size,
        PoolState(row.state),
        row.made_by,
        row.made_at,
        row.activated_by,
        row.activated_at,
    )
