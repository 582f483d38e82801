"""Safe Exam Browser on the pages of staff: ask for it in a sitting, see whose checks failed, set one aside."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import StringConstraints

from app import delivery, identity
from app.core.access import Actor, Permission
from app.core.clock import rfc3339
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.delivery import seb
from app.identity import require

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["seb"])

Reader = Annotated[Actor, Depends(require(Permission.SITTING_READ))]
Configurer = Annotated[Actor, Depends(require(Permission.SEB_CONFIGURE))]
Watcher = Annotated[Actor, Depends(require(Permission.BOARD_READ))]
Overrider = Annotated[Actor, Depends(require(Permission.SEB_OVERRIDE))]


class Empty(Payload):
    """A command without arguments: `{}`."""


class RequireIn(Payload):
    """Without a password or certificate those of before stay; an empty certificate removes it."""

    quit_password: Annotated[str, StringConstraints(max_length=100)] | None = None
    allowed_versions: Annotated[str, StringConstraints(max_length=500)] = ""
    certificate: Annotated[str, StringConstraints(max_length=20_000)] | None = None


class OverrideIn(Payload):
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


@router.get("/seb", operation_id="seb")
async def read(request: Request, sitting_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    chosen = await seb.find_requirement(session, sitting_id)
    public_url = identity.settings_of(request).public_url
    return {
        "required": bool(chosen and chosen.required),
        "may_change": sitting.state is not delivery.SittingState.CLOSED,
        "file": f"{public_url}/api/public/seb/{sitting.code}.seb",
        "chosen": await _chosen_out(session, chosen) if chosen else None,
    }


async def _chosen_out(session: StaffSession, chosen: seb.Requirement) -> dict[str, Any]:
    names = await identity.names_of(session, [chosen.changed_by])
    return {
        "allowed_versions": list(chosen.allowed_versions),
        "has_certificate": chosen.has_certificate,
        "config_key": chosen.config_key,
        "changed_by": names[chosen.changed_by],
        "changed_at": rfc3339(chosen.changed_at),
    }


@router.post("/seb", operation_id="requireSeb", status_code=204)
async def require_it(
    request: Request, sitting_id: UUID, body: RequireIn, actor: Configurer, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    public_url = identity.settings_of(request).public_url
    await seb.require(session, sitting_id, public_url, **body.model_dump(), actor=actor)


@router.post("/seb/drop", operation_id="dropSeb", status_code=204)
async def drop(sitting_id: UUID, _: Empty, actor: Configurer, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await seb.drop(session, sitting_id, actor=actor)


@router.get("/seb/failures", operation_id="sebFailures")
async def failures(sitting_id: UUID, actor: Watcher, session: StaffSession) -> list[dict[str, Any]]:
    """Candidates whose checks failed: shown, never judged."""
    await delivery.get_sitting(session, sitting_id, actor)
    found = await seb.list_failures(session, sitting_id, actor)
    names = await identity.names_of(session, {one.override.actor_id for one in found if one.override})
    return [_failure_out(one, names) for one in found]


def _failure_out(one: seb.Failure, names: dict[UUID, str]) -> dict[str, Any]:
    override = one.override
    return {
        "attempt_id": str(one.attempt_id),
        "number": one.number,
        "name": one.name,
        "first": {"at": rfc3339(one.first_at), "kind": one.first_kind, "path": one.first_path},
        "last": {"at": rfc3339(one.last_at), "kind": one.last_kind},
        "changes": one.changes,
        "override": override
        and {"reason": override.reason, "by": names[override.actor_id], "at": rfc3339(override.at)},
    }


@router.post("/attempts/{attempt_id}/seb-override", operation_id="overrideSeb", status_code=204)
async def override_failure(
    sitting_id: UUID, attempt_id: UUID, body: OverrideIn, actor: Overrider, session: StaffSession
) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await seb.override(session, sitting_id, attempt_id, reason=body.reason, actor=actor)
