"""What an index keeps of each item: its versions as a search sees them, read from their rows, and what the bank knows of their use."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import Uuid

from app.itembank.hints import Stem, folded
from app.itembank.keys import read_levels
from app.itembank.models import Item, ItemExposure, ItemMove, ItemStatistics, ItemVersion
from app.itembank.richtext import images_of, plain
from app.itembank.sealing import open_
from app.itembank.search import FoundVersion, Words
from app.itembank.types import ItemContent

READ_AT_ONCE: Final = 500  # texts fetched by one statement
# After so many whoever else waits for this process has a turn: candidates may be among them.
OPENED_AT_ONCE: Final = 20
BUILT_AT_ONCE: Final = 500
LONGEST_EXCERPT: Final = 160

# By which version an item is shown: what is in use before what rests, that before what is on its way, and last what is over.
FIRST_SHOWN: Final = {"active": 0, "suspended": 0, "approved": 1, "in_review": 2, "draft": 2, "retired": 3}

# Version → the hash of its text, and the words.
Opened = Mapping[UUID, tuple[str, Words]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One item, without what belongs to no version of it. Its lineage is that of the version that is shown."""

    shown: FoundVersion
    draft: FoundVersion | None
    lineage_id: UUID
    opened: Opened


@dataclass(frozen=True, slots=True)
class Use:
    """What was last found out about each lineage, and in how many sittings' forms any version of each item stood."""

    figures: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    sittings: Mapping[UUID, int] = field(default_factory=dict)


async def read_entries(
    session: AsyncSession, item_ids: Collection[UUID], known: Mapping[UUID, Entry]
) -> dict[UUID, Entry]:
    """These items as they are now; opened is only what is not known by the same hash."""
    rows = await _version_rows(session, item_ids)
    kept = [_kept(list(group)) for _, group in groupby(rows, key=lambda row: row.item_id)]
    wanted = [row for shown, draft, _ in kept for row in (shown, draft) if row]
    version_ids = [row.id for row in wanted]
    opened = {
        version_id: one for item_id in item_ids if item_id in known for version_id, one in known[item_id].opened.items()
    }
    read = _Read(
        levels=await read_levels(session, version_ids),
        changed=await _last_changes(session, version_ids),
        opened=await _open(session, wanted, opened),
    )
    entries = {}
    for count, (shown, draft, authors) in enumerate(kept):
        entries[shown.item_id] = read.entry(shown, draft, authors)
        if count % BUILT_AT_ONCE == 0:
            await asyncio.sleep(0)
    return entries


async def read_use(session: AsyncSession, scheme_code: str) -> Use:
    return Use(await _figures(session, scheme_code), await _sittings(session, scheme_code))


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known of versions beside their rows."""

    levels: Mapping[UUID, tuple[str, float]]
    changed: Mapping[UUID, datetime]
    opened: Opened

    def entry(self, shown: Any, draft: Any | None, authors: frozenset[UUID]) -> Entry:
        versions = (shown, draft) if draft else (shown,)
        return Entry(
            self._version(shown, authors),
            self._version(draft, authors) if draft else None,
            shown.lineage_id,
            {row.id: self.opened[row.id] for row in versions},
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
            words=self.opened[row.id][1],
        )


def _kept(versions: Sequence[Any]) -> tuple[Any, Any | None, frozenset[UUID]]:
    """Of an item's versions in order: the one it is shown by, a newer one on its way, and whoever wrote any of them."""
    shown = min(versions, key=lambda row: (FIRST_SHOWN[row.state], -row.version_no))
    newest = versions[-1]
    draft = newest if newest.version_no > shown.version_no and newest.state != "retired" else None
    return shown, draft, frozenset(row.author_id for row in versions if row.author_id)


async def _version_rows(session: AsyncSession, item_ids: Collection[UUID]) -> Sequence[Any]:
    found = await session.execute(
        select(
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
        .where(_one_of(ItemVersion.item_id, item_ids))
        .order_by(ItemVersion.item_id, ItemVersion.version_no)
    )
    return found.all()


def _one_of(column: InstrumentedAttribute[UUID], ids: Collection[UUID]) -> ColumnElement[bool]:
    """In one parameter, however many there are."""
    return column == any_(literal(list(ids), ARRAY(Uuid)))


async def _last_changes(session: AsyncSession, version_ids: Collection[UUID]) -> dict[UUID, datetime]:
    rows = await session.execute(
        select(ItemMove.item_version_id, func.max(ItemMove.at))
        .where(_one_of(ItemMove.item_version_id, version_ids))
        .group_by(ItemMove.item_version_id)
    )
    return {row[0]: row[1] for row in rows}


async def _figures(session: AsyncSession, scheme_code: str) -> dict[UUID, dict[str, Any]]:
    rows = await session.execute(
        select(
            ItemVersion.lineage_id,
            ItemStatistics.n,
            ItemStatistics.statistics["p"].as_float().label("p"),
            ItemStatistics.statistics["d"].as_float().label("d"),
        )
        .join(ItemVersion, ItemVersion.id == ItemStatistics.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        # What judges think of an item (a panel's row) is no share of right answers.
        .where(Item.scheme_code == scheme_code, ItemStatistics.statistics["p"].as_float().is_not(None))
        .ext(distinct_on(ItemVersion.lineage_id))
        .order_by(ItemVersion.lineage_id, ItemStatistics.recorded_at.desc())
    )
    return {row.lineage_id: {"n": row.n, "p": row.p, "d": row.d} for row in rows}


async def _sittings(session: AsyncSession, scheme_code: str) -> dict[UUID, int]:
    rows = await session.execute(
        select(ItemVersion.item_id, func.count(ItemExposure.sitting_id.distinct()))
        .join(ItemVersion, ItemVersion.id == ItemExposure.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code)
        .group_by(ItemVersion.item_id)
    )
    return {row[0]: row[1] for row in rows}


async def _open(session: AsyncSession, rows: Iterable[Any], known: Opened) -> dict[UUID, tuple[str, Words]]:
    hashes = {row.id: row.content_hash for row in rows}
    opened = {
        version: known[version] for version in hashes.keys() & known.keys() if known[version][0] == hashes[version]
    }
    wanted = [version for version in hashes if version not in opened]
    for first in range(0, len(wanted), READ_AT_ONCE):
        some = wanted[first : first + READ_AT_ONCE]
        sealed = await session.execute(
            select(ItemVersion.id, ItemVersion.content_hash, ItemVersion.sealed).where(_one_of(ItemVersion.id, some))
        )
        for count, row in enumerate(sealed.all()):
            opened[row.id] = (row.content_hash, words_of(open_(session, row.sealed, row.id)))
            if count % OPENED_AT_ONCE == 0:
                await asyncio.sleep(0)
    return opened


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
