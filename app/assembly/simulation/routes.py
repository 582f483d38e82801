"""The simulator for whoever plans sittings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from app.assembly.simulation import outlook
from app.assembly.simulation.simulate import Demand, Wish
from app.core.access import Actor, Permission
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.identity import require

router = APIRouter(prefix="/api/staff/forms", route_class=StrictRoute, tags=["forms"])

Planner = Annotated[Actor, Depends(require(Permission.FORMS_PLAN))]


class SimulationIn(Payload):
    scheme: Annotated[str, Field(min_length=1, max_length=40)]
    candidates_per_year: Annotated[int, Field(ge=1, le=1_000_000)]
    sittings_per_year: Annotated[int, Field(ge=1, le=1000)]
    forms: Annotated[int, Field(ge=1, le=1000)] | None = None
    exposure_cap: Annotated[float, Field(gt=0, le=1)] | None = None
    pool_size: Annotated[int, Field(ge=1, le=100_000)] | None = None


@router.post("/simulate", operation_id="simulateForms")
async def simulate_forms(body: SimulationIn, _: Planner, session: StaffSession) -> dict[str, Any]:
    """Nothing is written: how large an active pool these candidates can carry, and how comparable its forms would be."""
    question = outlook.Question(
        body.scheme,
        Demand(body.candidates_per_year, body.sittings_per_year),
        Wish(body.forms, body.exposure_cap, body.pool_size),
    )
    situation = await outlook.read_situation(session, question)
    return outlook.answer_json(await outlook.answer(situation, question), question)
