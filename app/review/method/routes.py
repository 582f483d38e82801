"""The committee's review methods over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app import identity, schemes
from app.core.access import Actor, Permission
from app.core.db import StaffSession
from app.core.errors import NotFound
from app.core.web import StrictRoute
from app.identity import require
from app.review.method.content import method_content
from app.review.method.queries import list_methods
from app.review.method.schemas import MethodBody, SchemeCode, group_rows, method_rows
from app.review.method.types import ReviewMethod
from app.review.method.versions import approve_method, write_method

router = APIRouter(prefix="/api/staff/review-methods", route_class=StrictRoute, tags=["review"])

Reader = Annotated[Actor, Depends(require(Permission.REVIEW_READ))]
Writer = Annotated[Actor, Depends(require(Permission.METHOD_WRITE))]
Approver = Annotated[Actor, Depends(require(Permission.METHOD_APPROVE))]


@router.get("", operation_id="reviewMethods")
async def read_methods(scheme: Annotated[SchemeCode, Query()], _: Reader, session: StaffSession) -> dict[str, Any]:
    """The newest first; what each value means, and what is proposed."""
    rows = await list_methods(session, scheme)
    people = {one for row in rows for one in (row.made_by, row.approved_by) if one}
    proposed = method_content(ReviewMethod())
    proposed.pop("version")
    return {
        "groups": group_rows(),
        "proposed": proposed,
        "methods": method_rows(rows, await identity.names_of(session, people)),
    }


@router.post("", operation_id="writeReviewMethod", status_code=201)
async def add_method(body: MethodBody, actor: Writer, session: StaffSession) -> dict[str, str]:
    if await schemes.find_newest(session, body.scheme) is None:
        raise NotFound
    written = await write_method(
        session, body.scheme, body.values, basis=body.basis, valid_from=body.valid_from, actor=actor
    )
    return {"id": str(written)}


@router.post("/{method_id}/approve", operation_id="approveReviewMethod", status_code=204)
async def decide_method(method_id: UUID, actor: Approver, session: StaffSession) -> None:
    await approve_method(session, method_id, actor=actor)
