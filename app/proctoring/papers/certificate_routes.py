"""The certificate of a plan of forms over HTTP, as data and as a paper. The seed is not in it: it opens with the results."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, identity, schemes
from app.assembly import Certificate, PlanState, StoredPlan
from app.core.access import Actor, Permission
from app.core.clock import read_clock, rfc3339
from app.core.db import StaffSession, database_of
from app.core.errors import NotFound
from app.core.web import StrictRoute
from app.identity import require, settings_of
from app.proctoring.papers import service
from app.proctoring.papers.form_certificate import Decision, Lang, form_certificate
from app.proctoring.papers.routes import as_file
from app.proctoring.papers.types import Draft, Kind

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}/forms/{plan_id}", route_class=StrictRoute, tags=["papers"])

Reader = Annotated[Actor, Depends(require(Permission.FORMS_READ))]


@router.get("/certificate", operation_id="formCertificate")
async def form_certificate_of(sitting_id: UUID, plan_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    await delivery.get_sitting(session, sitting_id, actor)
    plan, certificate = await _certified(session, sitting_id, plan_id)
    decision = await _decision(session, plan)
    accepted = None
    if decision and decision.accepted:
        accepted = {"by": {"id": str(plan.decided_by), "name": decision.by}, "at": rfc3339(decision.at)}
    return certificate | {"sha256": plan.certificate_sha256, "accepted": accepted, "digits": assembly.DIGITS}


@router.get("/certificate.pdf", operation_id="formCertificatePdf", response_class=Response)
async def form_certificate_pdf(
    request: Request, sitting_id: UUID, plan_id: UUID, actor: Reader, lang: Lang = "id"
) -> Response:
    sessions = database_of(request).staff
    async with sessions() as session:
        paper = await _draft(session, sitting_id, plan_id, actor, lang)
    return as_file(await service.make(sessions, paper, actor=actor, public_url=settings_of(request).public_url))


async def _draft(session: AsyncSession, sitting_id: UUID, plan_id: UUID, actor: Actor, lang: Lang) -> Draft:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    plan, certificate = await _certified(session, sitting_id, plan_id)
    content = form_certificate(
        sitting,
        await schemes.get_scheme_version(session, sitting.scheme_version_id),
        certificate,
        plan.certificate_sha256 or "",
        decision=await _decision(session, plan),
        lang=lang,
    )
    return service.draft(sitting, Kind.FORMS, content, await read_clock(session))


async def _certified(session: AsyncSession, sitting_id: UUID, plan_id: UUID) -> tuple[StoredPlan, Certificate]:
    """NotFound for a plan of another sitting, and for one that has no certificate yet."""
    plan = await assembly.get_plan(session, plan_id, sitting_id)
    certificate = await assembly.read_certificate(session, plan_id)
    if certificate is None:
        raise NotFound
    return plan, certificate


async def _decision(session: AsyncSession, plan: StoredPlan) -> Decision | None:
    if plan.decided_at is None:
        return None
    names = await identity.names_of(session, [plan.decided_by] if plan.decided_by else [])
    by = names[plan.decided_by] if plan.decided_by else "operator server"
    return Decision(plan.state is PlanState.ACCEPTED, by, plan.decided_at, plan.decision_reason or "")
