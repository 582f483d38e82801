"""The checks before an exam, as a page: everything that could break the day, green or a sentence."""

from __future__ import annotations

import os
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from app import delivery
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import database_of
from app.core.preflight import Finding
from app.core.web import StrictRoute
from app.identity import require, settings_of
from app.monitoring.preflight import examine, read_facts

router = APIRouter(prefix="/api/staff", route_class=StrictRoute, tags=["operations"])

Checker = Annotated[Actor, Depends(require(Permission.PREFLIGHT_READ))]


@router.get("/sittings/{sitting_id}/preflight", operation_id="preflight")
async def preflight(request: Request, sitting_id: UUID, actor: Checker) -> dict[str, Any]:
    """No transaction stays open while clocks and certificates of other computers are asked."""
    settings = settings_of(request)
    values = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "SAHIH_EXAM_URL": settings.exam_url.get_secret_value(),
        "SAHIH_PUBLIC_URL": settings.public_url,
    }
    async with database_of(request).staff() as session, session.begin():
        sitting = await delivery.get_sitting(session, sitting_id, actor)
        facts = await read_facts(session, sitting.code)
    findings = await examine(facts, values)
    return {"server_time": rfc3339(facts.now), "findings": [_finding_out(one) for one in findings]}


def _finding_out(one: Finding) -> dict[str, str]:
    return {"level": one.level, "name": one.name, "says_id": one.says_id, "says_en": one.says_en}
