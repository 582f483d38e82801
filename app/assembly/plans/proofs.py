"""For `sahih verify`: accepted plans and what was issued from them, counted and computed again from what is stored."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.assembly.certificate.content import certificate_sha256
from app.assembly.certificate.tally import enemies_together, limit_counts, tally
from app.assembly.errors import CannotPlan
from app.assembly.foundations.blueprint_rows import get_blueprint
from app.assembly.foundations.standard_rows import get_standard
from app.assembly.models import FormPlanRow, FormSetRow
from app.assembly.planning.exposure import budget_of
from app.assembly.planning.forms import ALGORITHM, plan_forms
from app.assembly.plans.arrange import ARRANGEMENT, arrange
from app.assembly.plans.queries import PlanState, Snapshot, StoredPlan, get_plan, read_certificate, read_snapshot
from app.assembly.plans.snapshots import pool_sha256
from app.assembly.queries import list_forms
from app.assembly.types import Blueprint, FormPlan, Target
from app.psychometrics.programme import SOLVER


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted plan with all that it was made from."""

    plan: StoredPlan
    snapshot: Snapshot
    blueprint: Blueprint
    target: Target


async def blueprint_broken(session: AsyncSession) -> list[str]:
    """Forms that do not hold what the blueprint asks, hold an item twice, or enemies."""
    found = []
    for one in await _accepted(session):
        found += [f"{one.plan.id} form {form_no}: {fault}" for form_no, fault in _broken(one)]
    return found


def _broken(one: Accepted) -> Iterator[tuple[int, str]]:
    known = {item.code for item in one.snapshot.pool}
    strangers = [(form.form_no, code) for form in one.snapshot.forms for code in form.codes if code not in known]
    for form_no, code in strangers:
        yield form_no, f"{code} is not in the pool"
    if strangers:
        return
    table = tally(FormPlan(one.snapshot.forms, "", ""), one.snapshot.pool)
    for form in table.forms:
        if len(form.codes) != one.blueprint.items or len(set(form.codes)) != len(form.codes):
            yield form.form_no, f"{len(set(form.codes))} items, {one.blueprint.items} were promised"
    for limit in one.blueprint.limits:
        for form, count in zip(table.forms, limit_counts(table, limit), strict=True):
            if not limit.least <= count <= limit.most:
                yield form.form_no, f"{limit.dimension} {limit.value}: {count}, not {limit.least} to {limit.most}"
    for form_no, item, enemy in enemies_together(table):
        yield form_no, f"{item} stands beside its enemy {enemy}"


async def overexposed(session: AsyncSession) -> list[str]:
    """Items in more forms than the cap of the plan allows."""
    found = []
    for one in await _accepted(session):
        most = budget_of(one.plan.settings, len(one.snapshot.general))
        held = Counter(code for form in one.snapshot.general for code in set(form.codes))
        found += [
            f"{one.plan.id}: {code} stands in {count} forms, {most} at most"
            for code, count in sorted(held.items())
            if count > most
        ]
    return found


async def unrepeatable(session: AsyncSession) -> list[str]:
    """Plans that seed, snapshot, algorithm and solver make otherwise, and candidates' forms that the plan does not make."""
    found = []
    for one in await _accepted(session):
        faults = [*await _hashes(session, one), *_repeated(one), *await _issued(session, one)]
        found += [f"{one.plan.id}: {fault}" for fault in faults]
    return found


async def not_repeated(session: AsyncSession) -> list[str]:
    """Plans of another solver or algorithm than the installed one: their forms were not computed again."""
    return [
        f"{one.plan.id}: {one.plan.algorithm}, {one.plan.solver}; terpasang / installed: {ALGORITHM}, {SOLVER}"
        for one in await _accepted(session)
        if not _is_ours(one.plan)
    ]


def _is_ours(plan: StoredPlan) -> bool:
    return (plan.algorithm, plan.solver) == (ALGORITHM, SOLVER)


async def _hashes(session: AsyncSession, one: Accepted) -> list[str]:
    certificate = await read_certificate(session, one.plan.id)
    stored = {
        "the pool": (pool_sha256(one.snapshot.pool), one.snapshot.bank_sha256),
        "the certificate": (certificate_sha256(certificate or {}), one.plan.certificate_sha256),
        "the seed": (hashlib.sha256(one.snapshot.seed).hexdigest(), one.plan.seed_sha256),
    }
    return [f"{what} has another hash" for what, (now, then) in stored.items() if now != then]


def _repeated(one: Accepted) -> list[str]:
    if not _is_ours(one.plan):
        return []
    try:
        again = plan_forms(
            one.snapshot.pool,
            one.blueprint,
            one.target,
            one.plan.settings,
            one.snapshot.seed,
            avoiding=one.snapshot.earlier,
        )
    except (CannotPlan, ValueError) as error:
        return [f"cannot be computed again: {error}"]
    now = {form.form_no: (form.codes, form.reserved_for) for form in again.forms}
    then = {form.form_no: (form.codes, form.reserved_for) for form in one.snapshot.forms}
    return [f"form {no} is computed otherwise" for no in sorted(now | then) if now.get(no) != then.get(no)]


async def _issued(session: AsyncSession, one: Accepted) -> list[str]:
    issued = await session.get(FormSetRow, one.plan.sitting_id)
    if issued is None or not issued.algorithm.endswith(ARRANGEMENT):
        return []
    items_of = {form.form_no: one.snapshot.items_of(form) for form in one.snapshot.forms}
    found = []
    for form in await list_forms(session, one.plan.sitting_id):
        items = items_of.get(form.plan_form_no or 0, [])
        made = arrange(items, len(form.orders[0]), one.snapshot.seed, form.form_no)
        if (made.version_ids, made.orders) != (form.version_ids, form.orders):
            found.append(
                f"candidates' form {form.form_no} is not form {form.plan_form_no} of the plan as the seed arranges it"
            )
    return found


async def _accepted(session: AsyncSession) -> list[Accepted]:
    plan_ids = await session.scalars(select(FormPlanRow.id).where(FormPlanRow.state == PlanState.ACCEPTED))
    return [await _read(session, plan_id) for plan_id in plan_ids.all()]


async def _read(session: AsyncSession, plan_id: UUID) -> Accepted:
    plan = await get_plan(session, plan_id)
    blueprint = (await get_blueprint(session, plan.blueprint_id)).blueprint
    target = (await get_standard(session, plan.standard_id)).target
    return Accepted(plan, await read_snapshot(session, plan_id), blueprint, target)
