"""What is known about the right answer of an item version: the one place that reads and writes `item_keys`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import any_, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Uuid

from app.itembank.models import ItemKey
from app.itembank.sealing import open_bytes, seal_bytes
from app.itembank.types import Answer


async def write_answer(session: AsyncSession, version_id: UUID, answer: Answer) -> None:
    await write_answers(session, {version_id: answer})


async def write_answers(session: AsyncSession, answers: Mapping[UUID, Answer]) -> None:
    session.add_all(
        ItemKey(
            item_version_id=version_id,
            sealed=seal_bytes(session, _plain(answer), _place(version_id)),
            cognitive_level=answer.cognitive_level,
            expected_p=answer.expected_p,
        )
        for version_id, answer in answers.items()
    )
    await session.flush()


def _plain(answer: Answer) -> bytes:
    members = {"key": answer.key, "rationale": answer.rationale, "source": answer.source}
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


async def rewrite_answer(session: AsyncSession, version_id: UUID, answer: Answer) -> None:
    """Of a draft that was never submitted; the key of any other version stays, and this fails."""
    await session.execute(text("SELECT forget_draft_key(:version_id)"), {"version_id": version_id})
    await write_answer(session, version_id, answer)


async def read_answers(session: AsyncSession, version_ids: Iterable[UUID]) -> dict[UUID, Answer]:
    """The candidates' log-in cannot run it."""
    rows = await session.scalars(select(ItemKey).where(ItemKey.item_version_id.in_(set(version_ids))))
    return {row.item_version_id: _answer(session, row) for row in rows}


async def read_levels(session: AsyncSession, version_ids: Collection[UUID]) -> dict[UUID, tuple[str, float]]:
    """Cognitive level and expected difficulty of versions: what a list shows, and tells no key."""
    some = literal(list(version_ids), ARRAY(Uuid))  # one parameter, however many there are
    rows = await session.execute(
        select(ItemKey.item_version_id, ItemKey.cognitive_level, ItemKey.expected_p).where(
            ItemKey.item_version_id == any_(some)
        )
    )
    return {row.item_version_id: (row.cognitive_level, row.expected_p) for row in rows}


def _answer(session: AsyncSession, row: ItemKey) -> Answer:
    members = json.loads(open_bytes(session, row.sealed, _place(row.item_version_id)))
    return Answer(members["key"], members["rationale"], members["source"], row.cognitive_level, row.expected_p)


def _place(version_id: UUID) -> str:
    return f"item_keys/{version_id}"
