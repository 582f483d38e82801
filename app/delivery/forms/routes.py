"""The office and the committee plan, accept and give out the forms of a sitting."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, identity, schemes
from app.assembly import PlanSettings, StoredPlan
from app.core.access import Actor, Permission
from app.core.clock import maybe_rfc3339, rfc3339
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.delivery.forms import asking, preparing
from app.delivery.queries import get_sitting
from app.delivery.types import Sitting, SittingState
from app.identity import require

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["forms"])

Reader = Annotated[Actor, Depends(require(Permission.FORMS_READ))]
Planner = Annotated[Actor, Depends(require(Permission.FORMS_PLAN))]
Accepter = Annotated[Actor, Depends(require(Permission.FORMS_ACCEPT))]
Names = dict[UUID, str]


class Empty(Payload):
    """A command without arguments: `{}`."""


class SettingsIn(Payload):
    forms: Annotated[int, Field(ge=1, le=100_000)]
    exposure_cap: Annotated[float, Field(gt=0, le=1)]
    overlap_cap: Annotated[int, Field(ge=0, le=1_000)]
    overlap_least: Annotated[int, Field(ge=0, le=1_000)] = 0


class AskIn(Payload):
    settings: SettingsIn | None = None


class WithdrawIn(Payload):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


@router.get("/forms", operation_id="formPlans")
async def form_plans(sitting_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    sitting = await get_sitting(session, sitting_id, actor)
    plans = await assembly.list_plans(session, sitting_id)
    issued = await assembly.find_form_set(session, sitting_id, with_seed=sitting.results_released_at is not None)
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    live = await assembly.find_live(session, sitting_id)
    names = await identity.names_of(session, {who for plan in plans for who in (plan.asked_by, plan.decided_by) if who})
    seeds = {issued.plan_id: issued.seed} if issued and issued.seed else {}
    return {
        "plans": [_plan_out(plan, names) | _seed_out(plan, seeds) for plan in plans],
        "proposal": await _proposal(session, sitting, live, prepared=issued is not None),
        "candidates": await asking.count_candidates(session, sitting_id),
        "prepared": issued is not None,
        "ready": {
            "blueprint": await assembly.find_blueprint(session, scheme) is not None,
            "standard": await assembly.find_standard(session, scheme) is not None,
        },
    }


@router.post("/forms", operation_id="askForms", status_code=202)
async def ask_forms(sitting_id: UUID, body: AskIn, actor: Planner, session: StaffSession) -> dict[str, str]:
    await get_sitting(session, sitting_id, actor)
    settings = PlanSettings(**body.settings.model_dump()) if body.settings else None
    return {"id": str(await asking.ask(session, sitting_id, settings=settings, actor=actor))}


@router.post("/forms/{plan_id}/accept", operation_id="acceptForms", status_code=204)
async def accept_forms(sitting_id: UUID, plan_id: UUID, _: Empty, actor: Accepter, session: StaffSession) -> None:
    await get_sitting(session, sitting_id, actor)
    await asking.accept(session, sitting_id, plan_id, actor=actor)


@router.post("/forms/{plan_id}/withdraw", operation_id="withdrawForms", status_code=204)
async def withdraw_forms(
    sitting_id: UUID, plan_id: UUID, body: WithdrawIn, actor: Planner, session: StaffSession
) -> None:
    await get_sitting(session, sitting_id, actor)
    await asking.withdraw(session, sitting_id, plan_id, reason=body.reason, actor=actor)


@router.post("/prepare", operation_id="prepareSitting")
async def prepare_sitting(sitting_id: UUID, _: Empty, actor: Planner, session: StaffSession) -> dict[str, int]:
    await get_sitting(session, sitting_id, actor)
    return {"candidates": await preparing.prepare(session, sitting_id, actor=actor)}


async def _proposal(
    session: AsyncSession, sitting: Sitting, live: StoredPlan | None, *, prepared: bool
) -> dict[str, Any] | None:
    """While there is a plan, what it was asked with: the page asks every second how far it is."""
    if live:
        return assembly.settings_out(live.settings)
    open_to_plans = sitting.state is SittingState.DRAFT and not prepared
    settings = await asking.propose(session, sitting) if open_to_plans else None
    return assembly.settings_out(settings) if settings else None


def _plan_out(plan: StoredPlan, names: Names) -> dict[str, Any]:
    return {
        "id": str(plan.id),
        "state": plan.state,
        "settings": assembly.settings_out(plan.settings),
        "seed_sha256": plan.seed_sha256,
        "done": plan.done,
        "total": plan.total,
        "n_forms": plan.n_forms,
        "faults": list(plan.faults),
        "asked_by": _person(plan.asked_by, names),
        "asked_at": rfc3339(plan.asked_at),
        "decided_by": _person(plan.decided_by, names),
        "decided_at": maybe_rfc3339(plan.decided_at),
        "decision_reason": plan.decision_reason,
        "certificate_sha256": plan.certificate_sha256,
    }


def _seed_out(plan: StoredPlan, seeds: dict[UUID | None, str]) -> dict[str, str]:
    return {"seed": seeds[plan.id]} if plan.id in seeds else {}


def _person(person_id: UUID | None, names: Names) -> dict[str, str] | None:
    return {"id": str(person_id), "name": names[person_id]} if person_id else None
