"""Reads: the active bank without text, texts by version, and (for grading and review) keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.itembank.models import Item, ItemKey, ItemVersion
from app.itembank.sealing import open_
from app.itembank.service import ACTIVE
from app.itembank.types import LETTERS, BankItem, ItemContent, KeyedItem


async def list_active(session: AsyncSession, scheme_code: str) -> list[BankItem]:
    """Every active item of a scheme, ordered by code: the order is part of what makes a form reproducible."""
    rows = await session.execute(
        select(ItemVersion, Item)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.scheme_code == scheme_code, ItemVersion.state == ACTIVE)
        .order_by(Item.code)
    )
    return [
        BankItem(version.id, item.code, version.kuk, version.n_options, version.content_hash, tuple(item.enemies))
        for version, item in rows
    ]


async def read_contents(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, ItemContent]:
    rows = await session.execute(select(ItemVersion.id, ItemVersion.sealed).where(ItemVersion.id.in_(set(version_ids))))
    return {row.id: open_(row.sealed) for row in rows}


async def read_keys(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, KeyedItem]:
    """Keys of item versions. Only `grading` and `review` have business here; the candidates' log-in cannot run it."""
    rows = await session.execute(
        select(ItemVersion, Item, ItemKey)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(ItemKey, ItemKey.item_version_id == ItemVersion.id)
        .where(ItemVersion.id.in_(set(version_ids)))
    )
    return {
        version.id: KeyedItem(
            version.id, item.code, version.kuk, version.n_options, key.key, key.expected_p, key.cognitive_level
        )
        for version, item, key in rows
    }


async def get_item(session: AsyncSession, code: str, version_ids: Iterable[UUID] | None = None) -> dict[str, Any]:
    """An item, whole, as the committee reads it: its newest version, or the newest one among `version_ids`."""
    query = (
        select(ItemVersion, Item, ItemKey)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(ItemKey, ItemKey.item_version_id == ItemVersion.id)
        .where(Item.code == code)
        .order_by(ItemVersion.version_no.desc())
        .limit(1)
    )
    if version_ids is not None:
        query = query.where(ItemVersion.id.in_(set(version_ids)))
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    version, item, key = row
    content = open_(version.sealed)
    return {
        "code": item.code,
        "version_no": version.version_no,
        "state": version.state,
        "kuk": version.kuk,
        "lang": version.lang,
        "stem": content.stem,
        "options": list(content.options),
        "key": LETTERS[key.key],
        "rationale": key.rationale,
        "source": key.source,
        "cognitive_level": key.cognitive_level,
        "expected_p": key.expected_p,
    }
