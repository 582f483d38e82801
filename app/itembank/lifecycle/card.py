"""An item's card: its versions with what was said of them, how they performed, where they were used, and what may be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core.access import Actor
from app.core.clock import maybe_rfc3339, rfc3339
from app.itembank.known import known_figures
from app.itembank.lifecycle import rules
from app.itembank.lifecycle.standing import list_visible
from app.itembank.lifecycle.types import Standing
from app.itembank.lifecycle.words import REVIEWS, open_words
from app.itembank.models import Item, ItemExposure, ItemMove, ItemReview, ItemStatistics, ItemVersion


@dataclass(frozen=True, slots=True)
class _Record:
    """What happened to the versions of an item. `said`: the words of its reviews; `names`: of everybody in it."""

    reviews: Sequence[ItemReview]
    moves: Sequence[ItemMove]
    exposures: Sequence[ItemExposure]
    said: dict[int, str]
    names: dict[UUID, str]


async def read_card(session: AsyncSession, code: str, actor: Actor) -> dict[str, Any]:
    """What this person may see of an item: neither text nor key. Raises NotFound."""
    standings = await list_visible(session, code, actor)
    ids = [standing.version_id for standing in standings]
    item = await session.get_one(Item, standings[0].item_id)
    columns = select(
        ItemVersion.id, ItemVersion.kuk, ItemVersion.lang, ItemVersion.created_at, ItemVersion.submitted_at
    )
    rows = {row.id: row for row in await session.execute(columns.where(ItemVersion.id.in_(ids)))}
    record = await _read_record(session, standings)
    newest = rows[ids[-1]]
    return {
        "code": code,
        "kuk": newest.kuk,
        "lang": newest.lang,
        "stimulus_code": item.stimulus_code,
        "enemies": list(item.enemies),
        "versions": [_version(standing, rows[standing.version_id], record, actor) for standing in standings],
        "statistics": await _statistics(session, ids),
        "exposure": _exposure(record.exposures),
        "history": [_step(move, record) for move in record.moves],
    }


async def _read_record(session: AsyncSession, standings: Sequence[Standing]) -> _Record:
    ids = [standing.version_id for standing in standings]
    reviews = await session.scalars(
        select(ItemReview).where(ItemReview.item_version_id.in_(ids)).order_by(ItemReview.id)
    )
    moves = await session.scalars(select(ItemMove).where(ItemMove.item_version_id.in_(ids)).order_by(ItemMove.id))
    exposures = await session.scalars(select(ItemExposure).where(ItemExposure.item_version_id.in_(ids)))
    found = _Record(reviews.all(), moves.all(), exposures.all(), {}, {})
    people = {standing.author for standing in standings} | {row.person_id for row in found.reviews}
    people |= {row.person_id for row in found.moves}
    found.names.update(await identity.names_of(session, (one for one in people if one)))
    found.said.update(
        {row.id: open_words(session, row.sealed_reason, REVIEWS, row.item_version_id) for row in found.reviews}
    )
    return found


def _version(standing: Standing, row: Any, record: _Record, actor: Actor) -> dict[str, Any]:
    version_id, author = standing.version_id, standing.author
    return {
        "id": str(version_id),
        "version_no": standing.version_no,
        "state": standing.state,
        "kind": standing.kind,
        "lineage_id": str(standing.lineage_id),
        "author": {"id": str(author), "name": record.names[author]} if author else None,
        "created_at": rfc3339(row.created_at),
        "submitted_at": maybe_rfc3339(row.submitted_at),
        "seen": any(one.item_version_id == version_id for one in record.exposures),
        "reviews": [_review(one, record) for one in record.reviews if one.item_version_id == version_id],
        "approvals": len(standing.approvers),
        "approvals_needed": rules.approvals_needed(standing.kind),
        "may": rules.list_allowed(standing, actor.person_id, actor.permissions),
    }


def _review(row: ItemReview, record: _Record) -> dict[str, Any]:
    return {
        "person": record.names[row.person_id],
        "verdict": row.verdict,
        "reason": record.said[row.id],
        "card": row.card,
        "at": rfc3339(row.at),
    }


def _step(move: ItemMove, record: _Record) -> dict[str, Any]:
    return {
        "version_id": str(move.item_version_id),
        "at": rfc3339(move.at),
        "person": record.names[move.person_id] if move.person_id else None,
        "action": move.action,
        "reason": record.said[move.review_id] if move.review_id else move.reason,
        "from": move.from_state,
        "to": move.to_state,
    }


def _exposure(rows: Sequence[ItemExposure]) -> dict[str, Any]:
    return {
        "forms": sum(row.forms for row in rows),
        "sittings": len({row.sitting_id for row in rows}),
        "last_at": maybe_rfc3339(max((row.at for row in rows), default=None)),
    }


async def _statistics(session: AsyncSession, version_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The newest first."""
    query = select(ItemStatistics).where(ItemStatistics.item_version_id.in_(version_ids))
    rows = await session.scalars(query.order_by(ItemStatistics.recorded_at.desc()))
    return [
        {
            "version_id": str(row.item_version_id),
            "recorded_at": rfc3339(row.recorded_at),
            "source": row.source,
            **known_figures(row.n, row.statistics.get("p"), row.statistics.get("d")),
        }
        for row in rows
    ]
