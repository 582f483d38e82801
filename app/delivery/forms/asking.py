"""Ask for a plan of forms, take it back, accept its certificate."""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, schemes
from app.assembly import PlanSettings
from app.core import jobs
from app.core.access import Actor
from app.delivery.forms.errors import BadSettings, NoCandidates
from app.delivery.models import RosterEntry
from app.delivery.sittings import require_draft
from app.delivery.types import Sitting
from app.schemes import SchemeVersion

PLAN_JOB: Final = "assembly.plan"


async def ask(
    session: AsyncSession,
    sitting_id: UUID,
    *,
    settings: PlanSettings | None = None,
    seed: bytes | None = None,
    actor: Actor | None = None,
) -> UUID:
    """Ask the worker for forms for everybody on the roster, of the size that is proposed unless `settings` say otherwise."""
    plan_id = await begin(session, sitting_id, settings=settings, seed=seed, actor=actor)
    await jobs.enqueue(session, PLAN_JOB, {"plan_id": str(plan_id)})
    return plan_id


async def begin(
    session: AsyncSession,
    sitting_id: UUID,
    *,
    settings: PlanSettings | None = None,
    seed: bytes | None = None,
    actor: Actor | None = None,
) -> UUID:
    """As `ask`, for who makes the forms themselves. Raises FormsExist, NoCandidates, NoBlueprint, NoStandard, OptionsDiffer,
    BadSettings, PlanLives."""
    sitting = await require_draft(session, sitting_id)
    if await assembly.find_form_set(session, sitting_id):
        raise assembly.FormsExist
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    candidates = await count_candidates(session, sitting_id)
    if candidates == 0:
        raise NoCandidates
    approved = await assembly.require_blueprint(session, scheme)
    standard = await assembly.require_standard(session, scheme)
    await assembly.require_option_count(session, scheme)
    if settings is None:
        settings = await _proposed(session, scheme, candidates)
    _require_sound(settings, candidates, approved.blueprint.items)
    return await assembly.ask_plan(
        session,
        sitting_id,
        blueprint_id=approved.id,
        standard_id=standard.id,
        settings=settings,
        seed=seed,
        actor=actor,
    )


async def propose(session: AsyncSession, sitting: Sitting) -> PlanSettings | None:
    """How many forms, how alike: for the roster as it is now. None before blueprint and standard are approved."""
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    candidates = await count_candidates(session, sitting.id)
    ready = await assembly.find_blueprint(session, scheme) and await assembly.find_standard(session, scheme)
    return await _proposed(session, scheme, candidates) if ready and candidates else None


async def withdraw(
    session: AsyncSession, sitting_id: UUID, plan_id: UUID, *, reason: str, actor: Actor | None = None
) -> None:
    await require_draft(session, sitting_id)
    await assembly.withdraw_plan(session, sitting_id, plan_id, reason=reason, actor=actor)


async def accept(session: AsyncSession, sitting_id: UUID, plan_id: UUID, *, actor: Actor) -> None:
    await require_draft(session, sitting_id)
    await assembly.accept_plan(session, sitting_id, plan_id, actor=actor)


async def count_candidates(session: AsyncSession, sitting_id: UUID) -> int:
    counted = select(func.count()).select_from(RosterEntry).where(RosterEntry.sitting_id == sitting_id)
    return (await session.execute(counted)).scalar_one()


async def _proposed(session: AsyncSession, scheme: SchemeVersion, candidates: int) -> PlanSettings:
    approved = await assembly.require_blueprint(session, scheme)
    standard = await assembly.require_standard(session, scheme)
    pool = await assembly.read_pool(session, scheme, standard)
    return await asyncio.to_thread(assembly.propose_settings, pool, approved.blueprint, candidates)


def _require_sound(settings: PlanSettings, candidates: int, items: int) -> None:
    sound = (
        1 <= settings.forms <= candidates
        and 0 < settings.exposure_cap <= 1
        and 0 <= settings.overlap_least <= settings.overlap_cap <= items
    )
    if not sound:
        raise BadSettings
