"""Reads of plans of forms: where one stands, its certificate, and all that it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.assembly.models import FormPlanRow, PlannedFormRow
from app.assembly.plans.snapshots import earlier_in, pool_in, settings_in
from app.assembly.types import PlannedForm, PlanSettings, PoolItem
from app.core.errors import NotFound


class PlanState(StrEnum):
    ASKED = "asked"
    PROPOSED = "proposed"
    FAILED = "failed"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


LIVE: Final = (PlanState.ASKED, PlanState.PROPOSED, PlanState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan without its seed, its pool, its forms and its certificate, which may be long."""

    id: UUID
    sitting_id: UUID
    state: PlanState
    blueprint_id: UUID
    standard_id: UUID
    settings: PlanSettings
    seed_sha256: str
    algorithm: str | None
    solver: str | None
    certificate_sha256: str | None
    faults: tuple[dict[str, Any], ...]
    done: int
    total: int
    n_forms: int
    asked_by: UUID | None
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a computed plan depends on beside the blueprint and the standard that it names, and the forms that it made."""

    seed: bytes
    pool: tuple[PoolItem, ...]
    earlier: dict[UUID, frozenset[str]]
    bank_sha256: str
    forms: tuple[PlannedForm, ...]
    general: tuple[PlannedForm, ...]  # those for everybody; the others were made for who saw items of all of these

    def items_of(self, form: PlannedForm) -> list[PoolItem]:
        """By code."""
        held = set(form.codes)
        return [item for item in self.pool if item.code in held]


def _plans() -> Select[Any]:
    plan = FormPlanRow
    forms = select(func.count()).where(PlannedFormRow.plan_id == plan.id).correlate(plan).scalar_subquery()
    return select(
        plan.id,
        plan.sitting_id,
        plan.state,
        plan.blueprint_id,
        plan.standard_id,
        plan.settings,
        plan.seed_sha256,
        plan.algorithm,
        plan.solver,
        plan.certificate_sha256,
        plan.faults,
        plan.done,
        plan.total,
        forms.label("n_forms"),
        plan.asked_by,
        plan.asked_at,
        plan.decided_by,
        plan.decided_at,
        plan.decision_reason,
    )


async def list_plans(session: AsyncSession, sitting_id: UUID) -> list[StoredPlan]:
    """All that were ever asked for, the newest first."""
    here = _plans().where(FormPlanRow.sitting_id == sitting_id).order_by(FormPlanRow.asked_at.desc())
    return [_stored(row) for row in await session.execute(here)]


async def get_plan(session: AsyncSession, plan_id: UUID, sitting_id: UUID | None = None) -> StoredPlan:
    row = (await session.execute(_plans().where(FormPlanRow.id == plan_id))).one_or_none()
    if row is None or sitting_id not in (None, row.sitting_id):
        raise NotFound
    return _stored(row)


async def find_live(session: AsyncSession, sitting_id: UUID) -> StoredPlan | None:
    """The one plan of a sitting that is asked for, proposed or accepted."""
    live = _plans().where(FormPlanRow.sitting_id == sitting_id, FormPlanRow.state.in_(LIVE))
    row = (await session.execute(live)).one_or_none()
    return _stored(row) if row else None


async def list_asked(session: AsyncSession) -> list[UUID]:
    """Plans that somebody waits for."""
    return list(await session.scalars(select(FormPlanRow.id).where(FormPlanRow.state == PlanState.ASKED)))


async def read_certificate(session: AsyncSession, plan_id: UUID) -> dict[str, Any] | None:
    return await session.scalar(select(FormPlanRow.certificate).where(FormPlanRow.id == plan_id))


async def read_seed(session: AsyncSession, plan_id: UUID) -> bytes:
    """For making and repeating a plan; nobody is shown it before the results are released."""
    return (await session.execute(select(FormPlanRow.seed).where(FormPlanRow.id == plan_id))).scalar_one()


async def read_snapshot(session: AsyncSession, plan_id: UUID) -> Snapshot:
    """What a computed plan was made from, and what was made."""
    plan = FormPlanRow
    kept = select(plan.seed, plan.pool, plan.earlier, plan.bank_hash, plan.settings).where(plan.id == plan_id)
    row = (await session.execute(kept)).one()
    pool = pool_in(row.pool or ())
    code_of = {item.version_id: item.code for item in pool}
    rows = await session.scalars(
        select(PlannedFormRow).where(PlannedFormRow.plan_id == plan_id).order_by(PlannedFormRow.form_no)
    )
    forms = tuple(
        PlannedForm(
            one.form_no,
            tuple(code_of.get(version, str(version)) for version in one.item_version_ids),
            tuple(one.reserved_for),
        )
        for one in rows
    )
    return Snapshot(
        seed=row.seed,
        pool=pool,
        earlier=earlier_in(row.earlier or {}),
        bank_sha256=row.bank_hash or "",
        forms=forms,
        general=forms[: settings_in(row.settings).forms],
    )


def _stored(row: Row[Any]) -> StoredPlan:
    values = row._asdict()
    state, settings, faults = PlanState(row.state), settings_in(row.settings), tuple(row.faults)
    return StoredPlan(**values | {"state": state, "settings": settings, "faults": faults})
