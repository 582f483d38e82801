"""Bulk actions and active pools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app import identity
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import StaffSession
from app.core.web import StrictRoute
from app.identity import require
from app.itembank import pools
from app.itembank.bulk import Outcome, Row, move_many
from app.itembank.desk_routes import Index, Reader, scheme_of
from app.itembank.desk_schemas import ActivationBody, BulkBody, PoolBody, SchemeCode
from app.itembank.pool_size import propose
from app.itembank.pools import Activation, Pool

router = APIRouter(prefix="/api/staff/bank", route_class=StrictRoute, tags=["bank"])

Committee = Annotated[Actor, Depends(require(Permission.ITEM_ACTIVATE))]


@router.post("/bulk", operation_id="moveItems")
async def move_items(body: BulkBody, actor: Reader, session: StaffSession) -> dict[str, Any]:
    """All or nothing: where a row is refused, no other says "done"."""
    rows = await move_many(session, body.version_ids, body.action, body.reason, actor=actor, dry_run=body.dry_run)
    return {"rows": _rows(rows)}


@router.get("/pools", operation_id="bankPools")
async def list_pools(scheme: SchemeCode, _: Committee, session: StaffSession) -> dict[str, Any]:
    found = await pools.list_pools(session, scheme)
    return {"pools": await _pools(session, found)}


@router.get("/pools/proposal", operation_id="proposePool")
async def propose_pool(
    scheme: SchemeCode,
    candidates: Annotated[int, Query(ge=0, le=1_000_000)],
    _: Committee,
    session: StaffSession,
    index: Index,
) -> dict[str, Any]:
    """How many items that many candidates can carry, and which to begin with."""
    version = await scheme_of(session, scheme)
    shelf = await index.read(session, version.code)
    proposal = propose(shelf.items, version.items_per_kuk, candidates)
    return {
        "size": proposal.size,
        "answers_per_item": round(proposal.answers_per_item, 1),
        "kuks": [asdict(share) for share in proposal.shares],
        "version_ids": [str(version_id) for version_id in proposal.version_ids],
    }


@router.post("/pools", operation_id="writePool", status_code=201)
async def write_pool(body: PoolBody, actor: Committee, session: StaffSession) -> dict[str, str]:
    pool_id = await pools.make_pool(
        session,
        await scheme_of(session, body.scheme),
        period=(body.period_from, body.period_to),
        candidates=body.candidates,
        version_ids=body.version_ids,
        actor=actor,
    )
    return {"id": str(pool_id)}


@router.get("/pools/{pool_id}", operation_id="bankPool")
async def read_pool(pool_id: UUID, _: Committee, session: StaffSession) -> dict[str, Any]:
    pool, items = await pools.get_pool(session, pool_id)
    (shown,) = await _pools(session, [pool])
    return shown | {"items": [asdict(item) | {"version_id": str(item.version_id)} for item in items]}


@router.post("/pools/{pool_id}/activate", operation_id="activatePool")
async def activate_pool(pool_id: UUID, body: ActivationBody, actor: Committee, session: StaffSession) -> dict[str, Any]:
    plan: Activation = await pools.activate_pool(session, pool_id, body.reason, actor=actor, dry_run=body.dry_run)
    return {
        "refused": any(row.outcome is Outcome.REFUSED for row in plan.rows),
        "activating": _rows(plan.rows),
        "resting": _rows(plan.resting),
    }


def _rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [asdict(row) | {"version_id": str(row.version_id)} for row in rows]


async def _pools(session: StaffSession, found: Sequence[Pool]) -> list[dict[str, Any]]:
    people = {person for pool in found for person in (pool.made_by, pool.activated_by) if person}
    names = await identity.names_of(session, people)
    return [
        {
            "id": str(pool.id),
            "scheme": pool.scheme_code,
            "period_from": pool.period_from.isoformat(),
            "period_to": pool.period_to.isoformat(),
            "candidates": pool.candidates,
            "size": pool.size,
            "state": pool.state,
            "made_by": names[pool.made_by],
            "made_at": rfc3339(pool.made_at),
            "activated_by": names[pool.activated_by] if pool.activated_by else None,
            "activated_at": rfc3339(pool.activated_at) if pool.activated_at else None,
        }
        for pool in found
    ]
