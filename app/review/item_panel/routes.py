"""Decisions on items, the table of items as a file, and the views of it that somebody keeps."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from pydantic import StringConstraints, field_validator

from app.core import journal
from app.core.access import Actor, Permission
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.identity import require
from app.review.item_panel import views
from app.review.item_panel.decisions import decide_item, list_decisions
from app.review.item_panel.table import items_csv, items_xlsx
from app.review.item_panel.types import Decision
from app.review.reviews.parts import read_part
from app.review.reviews.queries import get_review

router = APIRouter(prefix="/api/staff", route_class=StrictRoute, tags=["review"])

Reader = Annotated[Actor, Depends(require(Permission.REVIEW_READ))]
Writer = Annotated[Actor, Depends(require(Permission.REVIEW_WRITE))]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_QUERY = 2000


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


class DecisionBody(Payload):
    """The note is the reason that stands in the item's history: a sentence."""

    decision: Decision
    note: Annotated[str, StringConstraints(min_length=10, max_length=2000)]


class ViewBody(Payload):
    """`query` is the page's own: how the table is sorted and filtered."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    query: dict[str, Any]

    @field_validator("query")
    @classmethod
    def short(cls, query: dict[str, Any]) -> dict[str, Any]:
        if len(json.dumps(query)) > LONGEST_QUERY:
            raise ValueError("a shorter query")
        return query


@router.get("/reviews/{review_id}/item-decisions", operation_id="itemDecisions")
async def read_decisions(review_id: UUID, _: Reader, session: StaffSession) -> dict[str, Any]:
    """The newest first, and where the review stands: items are decided on while it is under discussion."""
    state = (await get_review(session, review_id)).state
    return {"state": state, "decisions": await list_decisions(session, review_id)}


@router.put("/reviews/{review_id}/item-decisions/{lineage_id}", operation_id="decideItem", status_code=204)
async def put_decision(
    review_id: UUID, lineage_id: UUID, body: DecisionBody, actor: Writer, session: StaffSession
) -> None:
    await decide_item(session, review_id, lineage_id, body.decision, body.note, actor=actor)


@router.get("/reviews/{review_id}/items.{format}", operation_id="reviewItemsFile")
async def items_file(
    review_id: UUID, kind: Annotated[FileKind, Path(alias="format")], actor: Reader, session: StaffSession
) -> Response:
    part = await read_part(session, review_id, "items")
    newest = {one["item"]: one for one in reversed(await list_decisions(session, review_id))}
    await journal.record(session, "review.read", "review", review_id, actor=actor, facts={"part": f"items.{kind}"})
    headers = {"Content-Disposition": f'attachment; filename="kajian-soal.{kind}"'}
    if kind is FileKind.XLSX:
        return Response(await asyncio.to_thread(items_xlsx, part, newest), media_type=XLSX, headers=headers)
    return Response(items_csv(part, newest), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/review-views", operation_id="reviewViews")
async def read_views(actor: Reader, session: StaffSession) -> dict[str, Any]:
    return {"views": await views.list_views(session, actor)}


@router.put("/review-views", operation_id="keepReviewView", status_code=204)
async def put_view(body: ViewBody, actor: Reader, session: StaffSession) -> None:
    await views.keep_view(session, body.name, body.query, actor=actor)


@router.post("/review-views/{view_id}/remove", operation_id="removeReviewView", status_code=204)
async def remove_view(view_id: UUID, actor: Reader, session: StaffSession) -> None:
    await views.remove_view(session, view_id, actor=actor)
