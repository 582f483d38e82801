"""Angoff panels over HTTP: for whoever leads them, and for their judges."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity, itembank, schemes
from app.core import journal
from app.core.access import Actor, Permission, permissions_of
from app.core.db import StaffSession
from app.core.errors import NotFound
from app.core.web import StrictRoute
from app.identity import require
from app.itembank.richtext import tree
from app.review.angoff import queries, rules, service
from app.review.angoff.schemas import (
    DoneBody,
    MoveBody,
    PanelBody,
    RatingsBody,
    choice_row,
    panel_row,
    panel_view,
)
from app.schemes import SchemeVersion

router = APIRouter(prefix="/api/staff", route_class=StrictRoute, tags=["review"])

Rater = Annotated[Actor, Depends(require(Permission.ANGOFF_RATE))]
Leader = Annotated[Actor, Depends(require(Permission.ANGOFF_RUN))]
SchemeCode = Annotated[str, Query(min_length=1, max_length=40)]


@router.get("/angoff-panels", operation_id="angoffPanels")
async def list_panels(actor: Rater, session: StaffSession) -> dict[str, Any]:
    panels = await queries.list_visible(session, actor.person_id, leads=_leads(actor))
    return {"panels": [panel_row(one, actor.person_id) for one in panels]}


@router.get("/angoff-choices", operation_id="angoffChoices")
async def list_choices(_: Leader, session: StaffSession, scheme: SchemeCode) -> dict[str, Any]:
    """What a panel may be made of."""
    found = await _newest(session, scheme)
    judges = await identity.list_with_permission(session, Permission.ANGOFF_RATE)
    return {
        "most_items": rules.MOST_ITEMS,
        "wise_judges": rules.WISE_JUDGES,
        "items": [choice_row(one) for one in await queries.list_items(session, found.code)],
        "judges": [{"person_id": str(person_id), "name": name} for person_id, name in judges.items()],
    }


@router.post("/angoff-panels", operation_id="openAngoffPanel", status_code=201)
async def open_panel(body: PanelBody, actor: Leader, session: StaffSession) -> dict[str, str]:
    scheme = await _newest(session, body.scheme)
    panel_id = await service.open_panel(session, scheme, body.title, body.items, body.chosen(), actor=actor)
    return {"id": str(panel_id)}


@router.get("/angoff-panels/{panel_id}", operation_id="angoffPanel")
async def read_panel(panel_id: UUID, actor: Rater, session: StaffSession) -> dict[str, Any]:
    """Own ratings always; the group's spread of a round from when it is frozen."""
    leads = _leads(actor)
    panel = await queries.get_visible(session, panel_id, actor.person_id, leads=leads)
    scheme = await schemes.get_scheme_version(session, panel.scheme_version_id)
    own = {
        no: (await queries.ratings_of(session, panel_id, no, actor.person_id)).get(actor.person_id, {})
        for no in rules.ROUNDS.values()
    }
    current = rules.open_round(panel.state)
    rated = await queries.ratings_of(session, panel_id, current) if current else {}
    items = await queries.items_of(session, panel)
    counts = {person_id: len(percents) for person_id, percents in rated.items()}
    return panel_view(panel, scheme, items, own, counts, person_id=actor.person_id, leads=leads)


@router.get("/angoff-panels/{panel_id}/items/{version_id}", operation_id="angoffItem")
async def read_item(panel_id: UUID, version_id: UUID, actor: Rater, session: StaffSession) -> dict[str, Any]:
    """An item of the panel as candidates see it, without its key; each reading is written down."""
    panel = await queries.get_visible(session, panel_id, actor.person_id, leads=_leads(actor))
    if version_id not in panel.items:
        raise NotFound
    scheme = await schemes.get_scheme_version(session, panel.scheme_version_id)
    content = (await itembank.read_contents(session, [version_id]))[version_id]
    facts = {"panel": str(panel_id)}
    await journal.record(session, "angoff.item_read", "item_version", version_id, actor=actor, facts=facts)
    return {
        "shown": {
            "stem": tree(content.stem),
            "options": [tree(one) for one in content.options],
            "stimulus": tree(content.stimulus),
        },
        "lang": scheme.exam.lang if scheme.exam else "id",
    }


@router.put("/angoff-panels/{panel_id}/ratings", operation_id="rateAngoff", status_code=204)
async def rate(panel_id: UUID, body: RatingsBody, actor: Rater, session: StaffSession) -> None:
    await service.rate(session, panel_id, body.percents, actor=actor)


@router.post("/angoff-panels/{panel_id}/done", operation_id="finishAngoffRound", status_code=204)
async def finish_round(panel_id: UUID, body: DoneBody, actor: Rater, session: StaffSession) -> None:
    await service.finish_round(session, panel_id, body.read(), actor=actor)


@router.post("/angoff-panels/{panel_id}/moves", operation_id="moveAngoffPanel", status_code=204)
async def move(panel_id: UUID, body: MoveBody, actor: Leader, session: StaffSession) -> None:
    await service.move(session, panel_id, body.to, actor=actor)


def _leads(actor: Actor) -> bool:
    return Permission.ANGOFF_RUN in permissions_of(actor.roles)


async def _newest(session: AsyncSession, code: str) -> SchemeVersion:
    found = await schemes.find_newest(session, code)
    if found is None:
        raise NotFound
    return found
