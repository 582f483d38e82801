"""What was computed for a review over HTTP, part by part, and what each figure means."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path

from app.core import journal
from app.core.access import Actor, Permission
from app.core.db import StaffSession
from app.core.web import StrictRoute
from app.identity import require
from app.review.reviews.parts import read_part
from app.review.shown import list_definitions

router = APIRouter(prefix="/api/staff", route_class=StrictRoute, tags=["review"])

DefinitionReader = Annotated[Actor, Depends(require(Permission.DEFINITION_READ))]
Reader = Annotated[Actor, Depends(require(Permission.REVIEW_READ))]
PartName = Annotated[str, Path(pattern=r"^[a-z][a-z:0-9_-]{0,80}$")]


@router.get("/review-definitions", operation_id="reviewDefinitions")
async def definitions(_: DefinitionReader) -> dict[str, Any]:
    """Explanations alone: judges of a panel and owners of actions see figures, too."""
    return {one.id: one.as_json() for one in list_definitions()}


@router.get("/reviews/{review_id}/parts/{part}", operation_id="reviewPart")
async def review_part(review_id: UUID, part: PartName, actor: Reader, session: StaffSession) -> Any:
    """It may hold keys, so each reading is written down."""
    content = await read_part(session, review_id, part)
    await journal.record(session, "review.read", "review", review_id, actor=actor, facts={"part": part})
    return content
