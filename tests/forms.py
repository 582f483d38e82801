"""From a roster to sealed papers in one call, as the committee and the office go it: for tests that are about something else."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery
from app.assembly import Blueprint, FormPlan, Made, Order, PlanSettings, PoolItem, Target
from app.core.access import Actor, Role
from app.schemes import SchemeVersion

SEED = b"tests' own seed, always the same"
MOST_FORMS = 2


async def give_forms(
    session: AsyncSession,
    sitting_id: UUID,
    scheme: SchemeVersion,
    *,
    committee: UUID | None = None,
    forms: int | None = None,
    seed: bytes | None = None,
) -> UUID:
    """Blueprint and standard of the scheme's own, a plan of few forms, accepted, given out. Returns the plan's id."""
    plan_id = await plan_forms(session, sitting_id, scheme, forms=forms, seed=seed)
    await delivery.forms.accept(session, sitting_id, plan_id, actor=member(committee))
    await delivery.forms.prepare(session, sitting_id)
    return plan_id


async def plan_forms(
    session: AsyncSession,
    sitting_id: UUID,
    scheme: SchemeVersion,
    *,
    forms: int | None = None,
    seed: bytes | None = None,
    **settings: Any,
) -> UUID:
    """A plan that lies before the committee."""
    await assembly.approve_defaults(session, scheme)
    candidates = len(await delivery.list_roster(session, sitting_id))
    wanted = PlanSettings(forms or min(candidates, MOST_FORMS), **{"exposure_cap": 1.0, "overlap_cap": 100} | settings)
    plan_id = await delivery.forms.begin(session, sitting_id, settings=wanted, seed=seed or SEED)
    order = await delivery.forms.read_order(session, plan_id)
    assert await delivery.forms.keep(session, plan_id, order, made_once(order))
    return plan_id


def member(person_id: UUID | None) -> Actor:
    return Actor(person_id, uuid4(), "Komite", frozenset({Role.COMMITTEE}))  # type: ignore[arg-type]


def made_once(order: Order) -> Made:
    """As `assembly.make`; banks of other tests that differ in nothing but ids and texts need no second search."""
    if order.earlier:
        return assembly.make(order)
    alike = tuple(replace(item, version_id=UUID(int=0), content_hash="") for item in order.pool)
    plan = _searched(alike, order.blueprint, order.target, order.settings, order.seed)
    return Made(plan, assembly.certify_order(order, plan))


@lru_cache
def _searched(
    pool: tuple[PoolItem, ...], blueprint: Blueprint, target: Target, settings: PlanSettings, seed: bytes
) -> FormPlan:
    return assembly.plan_forms(pool, blueprint, target, settings, seed)
