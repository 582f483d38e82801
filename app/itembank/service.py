"""Load bank files: unchanged items stay, changed ones get a new version, versions never change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.itembank.models import Item, ItemKey, ItemStatistics, ItemVersion
from app.itembank.sealing import content_hash, seal
from app.itembank.types import DraftItem, LoadReport

ACTIVE, RETIRED = "active", "retired"


async def load_items(
    session: AsyncSession, scheme_code: str, drafts: Sequence[DraftItem], *, actor: Actor | None = None
) -> LoadReport:
    """Write drafts as active item versions. Text, key, options: a change of any of them is a new version."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"bank:{scheme_code}"}
    )
    known = await _current(session, scheme_code)
    added = changed = 0
    for draft in drafts:
        current = known.get(draft.code)
        if current is None:
            await _add(session, scheme_code, draft)
            added += 1
        elif current[1] != _fingerprint(draft):
            await _revise(session, draft, current[0])
            changed += 1
    report = LoadReport(added, changed, len(drafts) - added - changed)
    if added or changed:
        facts = {"added": added, "changed": changed, "unchanged": report.unchanged}
        await journal.record(session, "bank.loaded", "scheme", scheme_code, actor=actor, facts=facts)
    return report


async def record_statistics(
    session: AsyncSession, item_version_id: UUID, *, source: str, n: int, statistics: dict[str, Any]
) -> None:
    """What a review found out about an item version; assembly reads it here."""
    session.add(ItemStatistics(item_version_id=item_version_id, source=source, n=n, statistics=statistics))
    await session.flush()


async def _current(session: AsyncSession, scheme_code: str) -> dict[str, tuple[ItemVersion, str]]:
    rows = await session.execute(
        select(Item.code, ItemVersion, ItemKey)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .join(ItemKey, ItemKey.item_version_id == ItemVersion.id)
        .where(Item.scheme_code == scheme_code, ItemVersion.state == ACTIVE)
    )
    return {
        code: (
            version,
            _digest(version.content_hash, key.key, key.rationale, key.source, key.cognitive_level, key.expected_p),
        )
        for code, version, key in rows
    }


def _fingerprint(draft: DraftItem) -> str:
    return _digest(
        content_hash(draft.content), draft.key, draft.rationale, draft.source, draft.cognitive_level, draft.expected_p
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


async def _add(session: AsyncSession, scheme_code: str, draft: DraftItem) -> None:
    item = Item(id=uuid4(), code=draft.code, scheme_code=scheme_code, kuk=draft.kuk, enemies=list(draft.enemies))
    session.add(item)
    await session.flush()
    await _write_version(session, draft, item.id, 1)


async def _revise(session: AsyncSession, draft: DraftItem, current: ItemVersion) -> None:
    await session.execute(update(ItemVersion).where(ItemVersion.id == current.id).values(state=RETIRED))
    await session.execute(update(Item).where(Item.id == current.item_id).values(enemies=list(draft.enemies)))
    await _write_version(session, draft, current.item_id, current.version_no + 1)


async def _write_version(session: AsyncSession, draft: DraftItem, item_id: UUID, version_no: int) -> None:
    version = ItemVersion(
        id=uuid4(),
        item_id=item_id,
        version_no=version_no,
        lang=draft.lang,
        n_options=len(draft.content.options),
        sealed=seal(draft.content),
        content_hash=content_hash(draft.content),
        state=ACTIVE,
    )
    session.add(version)
    await session.flush()
    session.add(
        ItemKey(
            item_version_id=version.id,
            key=draft.key,
            rationale=draft.rationale,
            source=draft.source,
            cognitive_level=draft.cognitive_level,
            expected_p=draft.expected_p,
        )
    )
    await session.flush()
