"""Load bank files: unchanged items stay, changed ones get a new version, missing ones retire; versions never change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.datafile import DataFileError, Fault
from app.itembank.images import store_images
from app.itembank.keys import read_answers, write_answer
from app.itembank.models import Item, ItemStatistics, ItemVersion
from app.itembank.richtext import Image
from app.itembank.sealing import content_hash, seal
from app.itembank.types import DraftItem, LoadReport

ACTIVE, RETIRED = "active", "retired"


@dataclass(frozen=True, slots=True)
class _Known:
    item: Item
    version: ItemVersion
    fingerprint: str


async def load_items(
    session: AsyncSession,
    scheme_code: str,
    drafts: Sequence[DraftItem],
    images: Mapping[str, Image] | None = None,
    *,
    actor: Actor | None = None,
) -> LoadReport:
    """Make the active bank of a scheme what the files say.

    What is shown or scored differently is a new version; other enemies are not. An item that the files no longer hold is
    retired: no new form gets it, while forms that were drawn keep their version. It comes back with the file.
    """
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"bank:{scheme_code}"}
    )
    await _refuse_codes_of_others(session, scheme_code, drafts)
    await store_images(session, (images or {}).values())
    known = await _newest(session, scheme_code)
    counts = Counter([await _put(session, scheme_code, draft, known.get(draft.code)) for draft in drafts])
    retired = await _retire_missing(session, known, {draft.code for draft in drafts})
    report = LoadReport(counts["added"], counts["changed"], counts["unchanged"], retired)
    if report.added or report.changed or retired:
        facts = {
            "added": report.added,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "retired": list(retired),
        }
        await journal.record(session, "bank.loaded", "scheme", scheme_code, actor=actor, facts=facts)
    return report


async def _refuse_codes_of_others(session: AsyncSession, scheme_code: str, drafts: Sequence[DraftItem]) -> None:
    rows = await session.execute(
        select(Item.code, Item.scheme_code).where(
            Item.code.in_({draft.code for draft in drafts}), Item.scheme_code != scheme_code
        )
    )
    owner = {row.code: row.scheme_code for row in rows}
    faults = [
        Fault(
            draft.file,
            draft.line,
            draft.code,
            f"kode ini dipakai skema {owner[draft.code]}",
            f"this code belongs to the scheme {owner[draft.code]}",
        )
        for draft in drafts
        if draft.code in owner
    ]
    if faults:
        raise DataFileError(faults)


async def _put(session: AsyncSession, scheme_code: str, draft: DraftItem, known: _Known | None) -> str:
    """Bring one item to what its draft says; returns what that was."""
    if known is None:
        await _add(session, scheme_code, draft)
        return "added"
    same_version = known.fingerprint == _fingerprint(draft)
    same_company = (set(known.item.enemies), known.item.stimulus_code) == (set(draft.enemies), draft.stimulus)
    was_active = known.version.state == ACTIVE
    if not same_company:
        known.item.enemies = list(draft.enemies)
        known.item.stimulus_code = draft.stimulus
    if same_version:
        known.version.state = ACTIVE
    else:
        known.version.state = RETIRED
        await _write_version(session, draft, known.item.id, known.version.version_no + 1)
    await session.flush()
    if not was_active:
        return "added"
    return "unchanged" if same_version and same_company else "changed"


async def _retire_missing(session: AsyncSession, known: Mapping[str, _Known], kept: set[str]) -> tuple[str, ...]:
    missing = sorted(code for code, was in known.items() if code not in kept and was.version.state == ACTIVE)
    for code in missing:
        known[code].version.state = RETIRED
    await session.flush()
    return tuple(missing)


async def record_statistics(
    session: AsyncSession, item_version_id: UUID, *, source: str, n: int, statistics: dict[str, Any]
) -> None:
    """What a review found out about an item version; assembly reads it here."""
    session.add(ItemStatistics(item_version_id=item_version_id, source=source, n=n, statistics=statistics))
    await session.flush()


async def _newest(session: AsyncSession, scheme_code: str) -> dict[str, _Known]:
    """Code → the newest version of each item, active or retired."""
    rows = await session.execute(
        select(Item, ItemVersion)
        .join(ItemVersion, ItemVersion.item_id == Item.id)
        .where(Item.scheme_code == scheme_code)
        .order_by(Item.code, ItemVersion.version_no)
    )
    newest = {item.code: (item, version) for item, version in rows}
    answers = await read_answers(session, (version.id for _, version in newest.values()))
    return {
        code: _Known(item, version, _digest(version.content_hash, version.kuk, version.lang, answers[version.id]))
        for code, (item, version) in newest.items()
    }


def _fingerprint(draft: DraftItem) -> str:
    return _digest(content_hash(draft.content), draft.kuk, draft.lang, draft.answer)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


async def _add(session: AsyncSession, scheme_code: str, draft: DraftItem) -> None:
    item = Item(
        id=uuid4(), code=draft.code, scheme_code=scheme_code, enemies=list(draft.enemies), stimulus_code=draft.stimulus
    )
    session.add(item)
    await session.flush()
    await _write_version(session, draft, item.id, 1)


async def _write_version(session: AsyncSession, draft: DraftItem, item_id: UUID, version_no: int) -> None:
    version_id = uuid4()
    version = ItemVersion(
        id=version_id,
        item_id=item_id,
        version_no=version_no,
        kuk=draft.kuk,
        lang=draft.lang,
        n_options=len(draft.content.options),
        sealed=seal(session, draft.content, version_id),
        content_hash=content_hash(draft.content),
        state=ACTIVE,
    )
    session.add(version)
    await session.flush()
    await write_answer(session, version.id, draft.answer)
