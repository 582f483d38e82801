"""The index of each scheme's bank: opened texts, ready for searching, in the memory of this process and nowhere else.

A search asks the bank's revision, and how much is known of its use. Where either rose, rows are read again and only texts that
changed are opened. Ten minutes without a question, and the texts are forgotten.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from app.itembank.hints import Stem, folded
from app.itembank.keys import read_levels
from app.itembank.models import Item, ItemExposure, ItemMove, ItemStatistics, ItemVersion
from app.itembank.revisions import get_revision
from app.itembank.richtext import images_of, plain
from app.itembank.sealing import open_
from app.itembank.search import FoundItem, FoundVersion, Words
from app.itembank.types import ItemContent

IDLE_SECONDS: Final = 600.0
READ_AT_ONCE: Final = 500  # texts fetched by one statement
# After so many whoever else waits for this process has a turn: candidates may be among them.
OPENED_AT_ONCE: Final = 20
BUILT_AT_ONCE: Final = 500
LONGEST_EXCERPT: Final = 160

# By which version an item is shown: what is in use before what rests, that before what is on its way, and last what is over.
FIRST_SHOWN: Final = {"active": 0, "suspended": 0, "approved": 1, "in_review": 2, "draft": 2, "retired": 3}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A scheme's bank as it was at one stamp. `words`: version → hash of its text, and the words."""

    stamp: tuple[int, int, int]
    items: Sequence[FoundItem]
    words: Mapping[UUID, tuple[str, Words]]

    @property
    def revision(self) -> int:
        return self.stamp[0]


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
            shelf = self._shelves.get(scheme_code)
            if shelf is None or shelf.stamp != stamp:
                shelf = await _read_shelf(session, scheme_code, stamp, shelf.words if shelf else {})
                self._shelves[scheme_code] = shelf
            self._forget_later(scheme_code)
            return shelf

    def _forget_later(self, scheme_code: str) -> None:
        if waiting := self._forgetting.pop(scheme_code, None):
            waiting.cancel()
        loop = asyncio.get_running_loop()
        self._forgetting[scheme_code] = loop.call_later(self._idle_seconds, self._shelves.pop, scheme_code, None)


async def _stamp(session: AsyncSession, scheme_code: str) -> tuple[int, int, int]:
    """What changes when a shelf is out of date. The tables of use only grow, and whoever writes them does not hold up the bank."""
    used = (select(func.count()).select_from(table).scalar_subquery() for table in (ItemExposure, ItemStatistics))
    exposures, statistics = (await session.execute(select(*used))).one()
    return await get_revision(session, scheme_code), exposures, statistics


async def _read_shelf(
    session: AsyncSession, scheme_code: str, stamp: tuple[int, int, int], known: Mapping[UUID, tuple[str, Words]]
) -> Shelf:
    rows = await _version_rows(session, scheme_code)
    kept = [_kept(list(group)) for _, group in groupby(rows, key=lambda row: row.code)]
    read = _Read(
        levels=await read_levels(session, scheme_code),
        changed=await _last_changes(session, scheme_code),
        figures=await _figures(session, scheme_code),
        sittings=await _sittings(session, scheme_code),
        words=await _words(session, [row for shown, draft, _ in kept for row in (shown, draft) if row], known),
    )
    items = []
    for count, (shown, draft, authors) in enumerate(kept):
        items.append(read.item(shown, draft, authors))
        if count % BUILT_AT_ONCE == 0:
            await asyncio.sleep(0)
    return Shelf(stamp, items, read.words)


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known beside the rows of versions: by version, `figures` by lineage and `sittings` by item."""

    levels: Mapping[UUID, tuple[str, float]]
    changed: Mapping[UUID, datetime]
    figures: Mapping[UUID, dict[str, Any]]
    sittings: Mapping[UUID, int]
    words: Mapping[UUID, tuple[str, Words]]

    def item(self, shown: Any, draft: Any | None, authors: frozenset[UUID]) -> FoundItem:
        return FoundItem(
            code=shown.code,
            stimulus_code=shown.stimulus_code,
            enemies=tuple(shown.enemies),
            shown=self._version(shown, authors),
            draft=self._version(draft, authors) if draft else None,
            **self.figures.get(shown.lineage_id, {}),
            sittings=self.sittings.get(shown.item_id, 0),
        )

    def _version(self, row: Any, authors: frozenset[UUID]) -> FoundVersion:
        level, expected_p = self.levels[row.id]
        return FoundVersion(
            id=row.id,
            version_no=row.version_no,
            state=row.state,
            kuk=row.kuk,
            author_id=row.author_id,
            item_authors=authors,
            submitted=row.submitted_at is not None,
            cognitive_level=level,
            expected_p=expected_p,
            changed_at=self.changed.get(row.id, row.created_at),
            words=self.words[row.id][1],
        )


def _kept(versions: Sequence[Any]) -> tuple[Any, Any | None, frozenset[UUID]]:
    """Of an item's versions in order: the one it is shown by, a newer one on its way, and whoever wrote any of them."""
    shown = min(versions, key=lambda row: (FIRST_SHOWN[row.state], -row.version_no))
    newest = versions[-1]
    draft = newest if newest.version_no > shown.version_no and newest.state != "retired" else None
    return shown, draft, frozenset(row.author_id for row in versions if row.author_id)


async def _version_rows(session: AsyncSession, scheme_code: str) -> Sequence[Any]:
    found = await session.execute(
        select(
            Item.code,
            Item.stimulus_code,
            Item.enemies,
            ItemVersion.item_id,
            ItemVersion.id,
            ItemVersion.version_no,
            ItemVersion.state,
            ItemVersion.kuk,
            ItemVersion.lineage_id,
            ItemVersion.author_id,
            ItemVersion.content_hash,
            ItemVersion.created_at,
            ItemVersion.submitted_at,
        )
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .where(Item.scheme_code == scheme_code)
        .order_by(Item.code, ItemVersion.version_no)
    )
    return found.all()


async def _last_changes(session: AsyncSession, scheme_code: str) -> dict[UUID, datetime]:
    rows = await session.execute(
        select(ItemMove.item_version_id, func.max(ItemMove.at))
        .join(ItemVersion, ItemVersion.id == ItemMove.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code)
        .group_by(ItemMove.item_version_id)
    )
    return {row[0]: row[1] for row in rows}


async def _figures(session: AsyncSession, scheme_code: str) -> dict[UUID, dict[str, Any]]:
    """Lineage → what was last found out about it."""
    rows = await session.execute(
        select(
            ItemVersion.lineage_id,
            ItemStatistics.n,
            ItemStatistics.statistics["p"].as_float().label("p"),
            ItemStatistics.statistics["d"].as_float().label("d"),
        )
        .join(ItemVersion, ItemVersion.id == ItemStatistics.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code)
        .ext(distinct_on(ItemVersion.lineage_id))
        .order_by(ItemVersion.lineage_id, ItemStatistics.recorded_at.desc())
    )
    return {row.lineage_id: {"n": row.n, "p": row.p, "d": row.d} for row in rows}


async def _sittings(session: AsyncSession, scheme_code: str) -> dict[UUID, int]:
    """Item → how many sittings' forms held any version of it."""
    rows = await session.execute(
        select(ItemVersion.item_id, func.count(ItemExposure.sitting_id.distinct()))
        .join(ItemVersion, ItemVersion.id == ItemExposure.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code)
        .group_by(ItemVersion.item_id)
    )
    return {row[0]: row[1] for row in rows}


async def _words(
    session: AsyncSession, rows: Iterable[Any], known: Mapping[UUID, tuple[str, Words]]
) -> dict[UUID, tuple[str, Words]]:
    """What these versions say; opened is only what is not known by the same hash."""
    hashes = {row.id: row.content_hash for row in rows}
    words = {
        version: known[version] for version in hashes.keys() & known.keys() if known[version][0] == hashes[version]
    }
    wanted = [version for version in hashes if version not in words]
    for first in range(0, len(wanted), READ_AT_ONCE):
        some = literal(wanted[first : first + READ_AT_ONCE], ARRAY(Uuid))
        sealed = await session.execute(
            select(ItemVersion.id, ItemVersion.content_hash, ItemVersion.sealed).where(ItemVersion.id == any_(some))
        )
        for count, row in enumerate(sealed.all()):
            words[row.id] = (row.content_hash, words_of(open_(session, row.sealed, row.id)))
            if count % OPENED_AT_ONCE == 0:
                await asyncio.sleep(0)
    return words


def words_of(content: ItemContent) -> Words:
    texts = (content.stimulus, content.stem, *content.options)
    stem = " ".join(plain(content.stem).split())
    excerpt = stem if len(stem) <= LONGEST_EXCERPT else stem[: LONGEST_EXCERPT - 1].rstrip() + "…"
    return Words(
        Stem(content.stem),
        folded("\n".join(plain(part) for part in texts)),
        excerpt,
        any(images_of(part) for part in texts),
    )
