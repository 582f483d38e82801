"""Reads: the active bank without text, texts by version, and (for grading and review) keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.itembank.keys import read_answers, read_levels
from app.itembank.models import Item, ItemExposure, ItemVersion
from app.itembank.richtext import images_of, tree
from app.itembank.sealing import open_
from app.itembank.types import LETTERS, BankItem, ItemContent, KeyedItem, State


async def list_active(session: AsyncSession, scheme_code: str) -> list[BankItem]:
    """Every active item of a scheme, ordered by code: the order is part of what makes a form reproducible."""
    found = await session.execute(
        select(ItemVersion, Item)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code, ItemVersion.state == State.ACTIVE)
        .order_by(Item.code)
    )
    rows = found.all()
    levels = await read_levels(session, [version.id for version, _ in rows])
    return [
        BankItem(
            version.id,
            item.code,
            version.kuk,
            version.n_options,
            version.content_hash,
            tuple(item.enemies),
            item.stimulus_code,
            levels[version.id][0],
            _has_picture(open_(session, version.sealed, version.id)),
            version.fixed_order,
        )
        for version, item in rows
    ]


def _has_picture(content: ItemContent) -> bool:
    return any(images_of(text) for text in (content.stimulus, content.stem, *content.options))


async def codes_of(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The items that these versions are of."""
    query = select(ItemVersion.id, Item.code).join(Item, Item.id == ItemVersion.item_id)
    rows = await session.execute(query.where(ItemVersion.id.in_(set(version_ids))))
    return {row.id: row.code for row in rows}


async def list_inactive(session: AsyncSession, version_ids: Iterable[UUID]) -> list[str]:
    """The codes of those of these versions that are no longer in use."""
    query = select(Item.code).join(ItemVersion, Item.id == ItemVersion.item_id).order_by(Item.code)
    return list(
        await session.scalars(query.where(ItemVersion.id.in_(set(version_ids)), ItemVersion.state != State.ACTIVE))
    )


async def find_other_options(session: AsyncSession, scheme_code: str, options: int) -> tuple[str, int] | None:
    """An active item that has another number of options than this, and how many it has."""
    query = select(Item.code, ItemVersion.n_options).join(ItemVersion, Item.id == ItemVersion.item_id)
    row = (
        await session.execute(
            query.where(
                Item.scheme_code == scheme_code, ItemVersion.state == State.ACTIVE, ItemVersion.n_options != options
            )
            .order_by(Item.code)
            .limit(1)
        )
    ).one_or_none()
    return (row.code, row.n_options) if row else None


async def list_sittings_with(session: AsyncSession, version_ids: Iterable[UUID]) -> list[UUID]:
    """The sittings whose forms hold any of these versions."""
    query = select(ItemExposure.sitting_id).where(ItemExposure.item_version_id.in_(set(version_ids))).distinct()
    return list(await session.scalars(query))


async def read_contents(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, ItemContent]:
    rows = await session.execute(select(ItemVersion.id, ItemVersion.sealed).where(ItemVersion.id.in_(set(version_ids))))
    return {row.id: open_(session, row.sealed, row.id) for row in rows}


async def read_keys(
    session: AsyncSession,
    version_ids: Iterable[UUID],
    *,
    why: str,
    actor: Actor | None = None,
    sitting_id: UUID | None = None,
) -> dict[UUID, KeyedItem]:
    """Keys of item versions, for `grading`, `review` and the editor alone: each request leaves an entry in the journal."""
    keyed = await peek_keys(session, version_ids)
    codes = sorted({item.code for item in keyed.values()}) if sitting_id is None else ()
    await record_reading(session, len(keyed), why=why, actor=actor, sitting_id=sitting_id, codes=codes)
    return keyed


async def record_reading(
    session: AsyncSession,
    count: int,
    *,
    why: str,
    actor: Actor | None = None,
    sitting_id: UUID | None = None,
    codes: Sequence[str] = (),
) -> None:
    """Who read how many keys, and why: those of a sitting, or of these items."""
    subject, subject_id = ("sitting", str(sitting_id)) if sitting_id else ("bank", "keys")
    if len(codes) == 1:
        subject, subject_id = "item", codes[0]
    facts: dict[str, Any] = {"keys": count} | ({"codes": list(codes)} if codes else {})
    await journal.record(
        session, "bank.keys-read", subject, subject_id, actor=actor, sitting_id=sitting_id, reason=why, facts=facts
    )


async def peek_keys(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, KeyedItem]:
    """Without an entry in the journal: the caller makes one (`record_reading`), or shows no key to anybody (`sahih verify`)."""
    answers = await read_answers(session, version_ids)
    rows = await session.execute(
        select(ItemVersion, Item).join(Item, Item.id == ItemVersion.item_id).where(ItemVersion.id.in_(answers))
    )
    return {
        version.id: KeyedItem(
            version.id,
            item.code,
            version.kuk,
            version.n_options,
            answers[version.id].key,
            answers[version.id].expected_p,
            answers[version.id].cognitive_level,
        )
        for version, item in rows
    }


async def get_item(session: AsyncSession, code: str, version_ids: Iterable[UUID]) -> dict[str, Any]:
    """An item, whole, as the committee reads it: the newest of these versions."""
    query = (
        select(ItemVersion, Item)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.code == code, ItemVersion.id.in_(set(version_ids)))
        .order_by(ItemVersion.version_no.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    version, item = row
    answer = (await read_answers(session, [version.id]))[version.id]
    content = open_(session, version.sealed, version.id)
    return {
        "code": item.code,
        "version_no": version.version_no,
        "state": version.state,
        "kuk": version.kuk,
        "lang": version.lang,
        "stimulus": tree(content.stimulus),
        "stem": tree(content.stem),
        "options": [tree(option) for option in content.options],
        "key": LETTERS[answer.key],
        "rationale": answer.rationale,
        "source": answer.source,
        "cognitive_level": answer.cognitive_level,
        "expected_p": answer.expected_p,
    }
