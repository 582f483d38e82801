"""Plans of forms: asked → proposed | failed; proposed → accepted; whatever is live can be withdrawn until it is issued."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.assembly.certificate.content import certificate_sha256
from app.assembly.errors import NotProposed, NotWithdrawable, PlanLives, Unacceptable
from app.assembly.models import FormPlanRow, FormSetRow, PlannedFormRow
from app.assembly.plans.queries import LIVE, PlanState, find_live
from app.assembly.plans.snapshots import Earlier, earlier_out, pool_out, pool_sha256, settings_out, shortfall_out
from app.assembly.randomness import new_seed
from app.assembly.types import FormPlan, PlanSettings, PoolItem, Shortfall
from app.core import journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.errors import NotFound

S = PlanState


async def ask_plan(
    session: AsyncSession,
    sitting_id: UUID,
    *,
    blueprint_id: UUID,
    standard_id: UUID,
    settings: PlanSettings,
    seed: bytes | None = None,
    actor: Actor | None = None,
) -> UUID:
    """Ask for a plan; it is made elsewhere. The caller holds the sitting. Raises PlanLives while there is one."""
    if await find_live(session, sitting_id):
        raise PlanLives
    seed = new_seed() if seed is None else seed
    row = FormPlanRow(
        id=uuid4(),
        sitting_id=sitting_id,
        state=S.ASKED,
        blueprint_id=blueprint_id,
        standard_id=standard_id,
        settings=settings_out(settings),
        seed=seed,
        seed_sha256=hashlib.sha256(seed).hexdigest(),
        asked_by=actor.person_id if actor else None,
    )
    session.add(row)
    await session.flush()
    facts = {"settings": row.settings, "seed_sha256": row.seed_sha256}
    await _record(session, "forms.asked", row, actor, facts=facts)
    return row.id


async def note_progress(session: AsyncSession, plan_id: UUID, done: int, total: int) -> bool:
    """How far it has come; False where nobody wants the plan any more."""
    this = update(FormPlanRow).where(FormPlanRow.id == plan_id, FormPlanRow.state == S.ASKED)
    told = await session.execute(this.values(done=done, total=total).returning(FormPlanRow.id))
    return told.one_or_none() is not None


async def propose_plan(
    session: AsyncSession,
    plan_id: UUID,
    made: FormPlan,
    *,
    pool: Sequence[PoolItem],
    earlier: Earlier,
    certificate: Mapping[str, Any],
) -> bool:
    """Lay a computed plan before the committee, with all that is needed to repeat it. False where it is not waited for any more."""
    row = await _hold(session, plan_id)
    if row.state != S.ASKED:
        return False
    version_of = {item.code: item.version_id for item in pool}
    session.add_all(
        PlannedFormRow(
            plan_id=plan_id,
            form_no=form.form_no,
            item_version_ids=[version_of[code] for code in form.codes],
            reserved_for=list(form.reserved_for),
        )
        for form in made.forms
    )
    await session.flush()  # first the forms: the database takes none for a plan that has its certificate
    row.state = S.PROPOSED
    row.pool, row.earlier = pool_out(pool), earlier_out(earlier)
    row.bank_hash = pool_sha256(pool)
    row.algorithm, row.solver = made.algorithm, made.solver
    row.certificate, row.certificate_sha256 = dict(certificate), certificate_sha256(dict(certificate))
    row.done = row.total = len(made.forms)
    await session.flush()
    facts = {"forms": len(made.forms), "certificate_sha256": row.certificate_sha256, "bank": row.bank_hash}
    await _record(session, "forms.proposed", row, None, facts=facts)
    return True


async def fail_plan(session: AsyncSession, plan_id: UUID, faults: Sequence[Shortfall]) -> None:
    """There are no such forms, and why."""
    row = await _hold(session, plan_id)
    if row.state != S.ASKED:
        return
    row.state = S.FAILED
    row.faults = [shortfall_out(fault) for fault in faults]
    await session.flush()
    await _record(session, "forms.failed", row, None, facts={"rules": [fault.rule for fault in faults]})


async def accept_plan(session: AsyncSession, sitting_id: UUID, plan_id: UUID, *, actor: Actor) -> None:
    """A member of the committee takes the certificate as it is. A second time changes nothing."""
    row = await _hold(session, plan_id, sitting_id)
    if row.state == S.ACCEPTED:
        return
    if row.state != S.PROPOSED:
        raise NotProposed
    if not (row.certificate or {}).get("acceptable"):
        raise Unacceptable
    await _decide(session, row, S.ACCEPTED, None, actor)


async def withdraw_plan(
    session: AsyncSession, sitting_id: UUID, plan_id: UUID, *, reason: str, actor: Actor | None
) -> None:
    """It stays on record; another can be asked for. Not once candidates' forms were made from it."""
    row = await _hold(session, plan_id, sitting_id)
    issued = await session.get(FormSetRow, sitting_id)
    if issued or row.state not in LIVE:
        raise NotWithdrawable
    await _decide(session, row, S.WITHDRAWN, reason, actor)


async def _hold(session: AsyncSession, plan_id: UUID, sitting_id: UUID | None = None) -> FormPlanRow:
    row = await session.get(FormPlanRow, plan_id, with_for_update=True, populate_existing=True)
    if row is None or sitting_id not in (None, row.sitting_id):
        raise NotFound
    return row


async def _decide(
    session: AsyncSession, row: FormPlanRow, state: PlanState, reason: str | None, actor: Actor | None
) -> None:
    facts = {"from": row.state, "certificate_sha256": row.certificate_sha256}
    row.state = state
    row.decided_by = actor.person_id if actor else None
    row.decided_at = await read_clock(session)
    row.decision_reason = reason
    await session.flush()
    await _record(session, f"forms.{state}", row, actor, facts=facts, reason=reason)


async def _record(
    session: AsyncSession,
    action: str,
    row: FormPlanRow,
    actor: Actor | None,
    *,
    facts: dict[str, Any],
    reason: str | None = None,
) -> None:
    await journal.record(
        session, action, "form_plan", row.id, actor=actor, sitting_id=row.sitting_id, reason=reason, facts=facts
    )
