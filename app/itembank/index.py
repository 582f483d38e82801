"""The index of each scheme's bank: opened texts, ready for searching, in the memory of this process and nowhere else.

A search asks the bank's revision, and how much is known of its use. Where the revision rose, the history of versions names the
items that changed, and only those are read again; of them only texts that changed are opened. With whom an item stands in a form
is no part of that history, and so it is read of every item. Ten minutes without a question, and the texts are forgotten.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.entries import BUILT_AT_ONCE, Entry, Use, read_entries, read_use
from app.itembank.models import Item, ItemExposure, ItemMove, ItemStatistics, ItemVersion
from app.itembank.revisions import get_revision
from app.itembank.search import FoundItem

IDLE_SECONDS: Final = 600.0


class Stamp(NamedTuple):
    """What changes when a shelf is out of date. The tables of use only grow, and whoever writes them does not hold up the bank."""

    revision: int
    exposures: int
    statistics: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """A scheme's bank as it was at one stamp: its items as searches see them, in the order of their codes, and what made them."""

    stamp: Stamp
    items: Sequence[FoundItem] = ()
    entries: Mapping[UUID, Entry] = field(default_factory=dict)
    use: Use = field(default_factory=Use)
    last_move: int = 0  # up to where the entries follow the history

    @property
    def revision(self) -> int:
        return self.stamp.revision


EMPTY: Final = Shelf(Stamp(0, 0, 0))


class BankIndex:
    """The shelves of a process, by scheme."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._shelves: dict[str, Shelf] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._forgetting: dict[str, asyncio.TimerHandle] = {}

    async def read(self, session: AsyncSession, scheme_code: str) -> Shelf:
        """The bank as this session sees it."""
        async with self._locks[scheme_code]:
            stamp = await _stamp(session, scheme_code)
            shelf = self._shelves.get(scheme_code, EMPTY)
            if shelf.stamp != stamp:
                shelf = await _follow(session, scheme_code, stamp, shelf)
                self._shelves[scheme_code] = shelf
            self._forget_later(scheme_code)
            return shelf

    def _forget_later(self, scheme_code: str) -> None:
        if waiting := self._forgetting.pop(scheme_code, None):
            waiting.cancel()
        loop = asyncio.get_running_loop()
        self._forgetting[scheme_code] = loop.call_later(self._idle_seconds, self._shelves.pop, scheme_code, None)


async def _stamp(session: AsyncSession, scheme_code: str) -> Stamp:
    used = (select(func.count()).select_from(table).scalar_subquery() for table in (ItemExposure, ItemStatistics))
    exposures, statistics = (await session.execute(select(*used))).one()
    return Stamp(await get_revision(session, scheme_code), exposures, statistics)


async def _follow(session: AsyncSession, scheme_code: str, stamp: Stamp, shelf: Shelf) -> Shelf:
    """The shelf after this one. What changes while it is read is read now or next time, and never passed over: the stamp is older
    than all that is read here, an item's row older than the history, the history older than the versions that it tells of."""
    if stamp.revision < shelf.revision:
        shelf = EMPTY  # the database was put back to an earlier day
    use = shelf.use if stamp[1:] == shelf.stamp[1:] else await read_use(session, scheme_code)
    items = await _item_rows(session, scheme_code)
    last_move, changed = await _changes_since(session, scheme_code, shelf.last_move)
    entries = {**shelf.entries, **await read_entries(session, changed, shelf.entries)}
    found = []
    for count, row in enumerate(items):
        found.append(_found(row, entries[row.id], use))
        if count % BUILT_AT_ONCE == 0:
            await asyncio.sleep(0)
    return Shelf(stamp, found, entries, use, last_move)


async def _changes_since(session: AsyncSession, scheme_code: str, last_move: int) -> tuple[int, Sequence[UUID]]:
    """Whose versions the history names after this move, and its last one. A bank is changed by one person at a time (`touch`), so
    that the moves of a scheme can be seen in the order of their numbers; those of all schemes cannot."""
    rows = await session.execute(
        select(ItemVersion.item_id, func.max(ItemMove.id))
        .join(ItemVersion, ItemVersion.id == ItemMove.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code, ItemMove.id > last_move)
        .group_by(ItemVersion.item_id)
    )
    moves = {row[0]: row[1] for row in rows}
    return max(moves.values(), default=last_move), list(moves)


async def _item_rows(session: AsyncSession, scheme_code: str) -> Sequence[Any]:
    rows = await session.execute(
        select(Item.id, Item.code, Item.stimulus_code, Item.enemies)
        .where(Item.scheme_code == scheme_code)
        .order_by(Item.code)
    )
    return rows.all()


def _found(row: Any, entry: Entry, use: Use) -> FoundItem:
    return FoundItem(
        code=row.code,
        stimulus_code=row.stimulus_code,
        enemies=tuple(row.enemies),
        shown=entry.shown,
        draft=entry.draft,
        **use.figures.get(entry.lineage_id, {}),
        sittings=use.sittings.get(row.id, 0),
    )
