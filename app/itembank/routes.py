"""The life of an item over HTTP: write, review, move, read with its key, compare, talk."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends

from app.core.access import Actor, Permission
from app.core.db import StaffSession
from app.core.web import StrictRoute
from app.identity import require
from app.itembank import lifecycle
from app.itembank.schemas import Comment, Edit, ItemCode, Move, NewItem, NewVersion, Review

router = APIRouter(prefix="/api/staff/bank", route_class=StrictRoute, tags=["bank"])

Reader = Annotated[Actor, Depends(require(Permission.ITEM_READ))]
Writer = Annotated[Actor, Depends(require(Permission.ITEM_WRITE))]
Reviewer = Annotated[Actor, Depends(require(Permission.ITEM_REVIEW))]


@router.post("/items", operation_id="createItem", status_code=201)
async def create_item(body: NewItem, actor: Writer, session: StaffSession) -> dict[str, str]:
    code, version_id = await lifecycle.create_item(session, body.scheme, await body.read(session), actor=actor)
    return {"code": code, "version_id": str(version_id)}


@router.get("/items/{code}", operation_id="itemCard")
async def read_card(code: ItemCode, actor: Reader, session: StaffSession) -> dict[str, Any]:
    return await lifecycle.read_card(session, code, actor)


@router.post("/items/{code}/versions", operation_id="addItemVersion", status_code=201)
async def add_version(code: ItemCode, body: NewVersion, actor: Writer, session: StaffSession) -> dict[str, str]:
    """A revision; or an editorial correction, for which the rules of the life cycle ask one more permission."""
    version_id = await lifecycle.add_version(
        session, code, body.kind, await body.read(session), body.reason, actor=actor
    )
    return {"version_id": str(version_id)}


@router.get("/versions/{version_id}", operation_id="itemVersion")
async def read_version(version_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    return await lifecycle.read_version(session, version_id, actor=actor)


@router.put("/versions/{version_id}", operation_id="editItemVersion")
async def edit_version(version_id: UUID, body: Edit, actor: Writer, session: StaffSession) -> dict[str, Any]:
    """A draft that reviewers have read goes on as the next version, whose id is the answer."""
    edited = await lifecycle.edit_version(
        session, version_id, await body.read(session), body.reason, actor=actor, step=body.step
    )
    return {"version_id": str(edited), "step": await lifecycle.last_step(session, edited)}


@router.post("/versions/{version_id}/moves", operation_id="moveItemVersion", status_code=204)
async def move_version(version_id: UUID, body: Move, actor: Writer, session: StaffSession) -> None:
    """What the committee alone decides asks one more permission in the rules of the life cycle."""
    await lifecycle.move(session, version_id, body.action, body.reason, actor=actor)


@router.post("/versions/{version_id}/reviews", operation_id="reviewItemVersion", status_code=204)
async def review_version(version_id: UUID, body: Review, actor: Reviewer, session: StaffSession) -> None:
    await lifecycle.review(session, version_id, body.verdict, body.reason, body.card.read(), actor=actor)


@router.get("/versions/{version_id}/difference/{other_id}", operation_id="itemDifference")
async def read_difference(version_id: UUID, other_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    """What `other_id` says otherwise than `version_id`."""
    found = await lifecycle.compare_versions(session, version_id, other_id, actor=actor)
    fields = [
        {"field": field, "segments": [asdict(segment) for segment in segments]} for field, segments in found.items()
    ]
    return {"fields": fields}


@router.get("/versions/{version_id}/comments", operation_id="itemComments")
async def read_comments(version_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    return {"comments": await lifecycle.list_version_comments(session, version_id, actor)}


@router.post("/versions/{version_id}/comments", operation_id="commentItemVersion", status_code=201)
async def add_comment(version_id: UUID, body: Comment, actor: Reader, session: StaffSession) -> dict[str, Any]:
    await lifecycle.comment(session, version_id, body.text, actor=actor)
    return {"comments": await lifecycle.list_version_comments(session, version_id, actor)}
