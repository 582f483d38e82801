"""Issue the forms of an accepted plan, once, before the sitting opens: each candidate gets one, arranged for them alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank
from app.assembly.errors import FormsExist, ItemsLeft, NoExam, OptionsDiffer
from app.assembly.models import FormRow, FormSetRow
from app.assembly.plans.arrange import ARRANGEMENT, arrange
from app.assembly.plans.queries import Snapshot, StoredPlan
from app.assembly.shown import RENDERER_VERSION, shown_hash, shown_questions
from app.assembly.types import DrawnForm
from app.core import journal
from app.core.access import Actor
from app.core.words import both
from app.itembank import ItemContent
from app.schemes import SchemeVersion

NAMED_AT_MOST = 10


async def issue_forms(
    session: AsyncSession,
    plan: StoredPlan,
    snapshot: Snapshot,
    given: Sequence[int],
    scheme: SchemeVersion,
    *,
    facts: Mapping[str, Any],
    actor: Actor | None = None,
) -> list[UUID]:
    """A form for each candidate, `given` being the number of the plan's form for each; returns their ids in that order."""
    if await session.get(FormSetRow, plan.sitting_id):
        raise FormsExist
    if scheme.exam is None:
        raise NoExam
    rows = await _arrange(session, plan, snapshot, given, scheme.exam.options)
    form_set = FormSetRow(
        sitting_id=plan.sitting_id,
        plan_id=plan.id,
        seed=snapshot.seed,
        seed_sha256=plan.seed_sha256,
        algorithm=f"{plan.algorithm} {ARRANGEMENT}",
        bank_hash=snapshot.bank_sha256,
        n_forms=len(rows),
    )
    session.add_all([form_set, *rows])
    await session.flush()
    exposed = Counter(version_id for row in rows for version_id in row.item_version_ids)
    await itembank.record_exposure(session, plan.sitting_id, exposed)
    await _tell(session, plan, form_set, facts, actor)
    return [row.id for row in rows]


async def _arrange(
    session: AsyncSession, plan: StoredPlan, snapshot: Snapshot, given: Sequence[int], n_options: int
) -> list[FormRow]:
    items_of = {form.form_no: snapshot.items_of(form) for form in snapshot.forms}
    contents = await itembank.read_contents(session, {item.version_id for items in items_of.values() for item in items})
    rows = []
    for form_no, no in enumerate(given, start=1):
        form = arrange(items_of[no], n_options, snapshot.seed, form_no)
        rows.append(_row(plan.sitting_id, form, no, contents))
        await asyncio.sleep(0)  # nobody who saves an answer meanwhile waits for all of them
    return rows


def _row(sitting_id: UUID, form: DrawnForm, plan_form_no: int, contents: dict[UUID, ItemContent]) -> FormRow:
    return FormRow(
        sitting_id=sitting_id,
        id=uuid4(),
        form_no=form.form_no,
        plan_form_no=plan_form_no,
        item_version_ids=list(form.version_ids),
        option_orders=[list(order) for order in form.orders],
        renderer_version=RENDERER_VERSION,
        shown_sha256=shown_hash(shown_questions(form, contents)),
    )


async def _tell(
    session: AsyncSession, plan: StoredPlan, form_set: FormSetRow, facts: Mapping[str, Any], actor: Actor | None
) -> None:
    said = {
        "forms": form_set.n_forms,
        "algorithm": form_set.algorithm,
        "seed_sha256": form_set.seed_sha256,
        "bank": form_set.bank_hash,
        "plan": str(plan.id),
        "certificate_sha256": plan.certificate_sha256,
        **facts,
    }
    await journal.record(
        session, "forms.assembled", "sitting", plan.sitting_id, actor=actor, sitting_id=plan.sitting_id, facts=said
    )


async def require_still_active(session: AsyncSession, snapshot: Snapshot) -> None:
    """What was suspended, retired or rewritten since the plan was made is shown to nobody. Raises ItemsLeft, which names it."""
    used = {code for form in snapshot.forms for code in form.codes}
    left = await itembank.list_inactive(session, (item.version_id for item in snapshot.pool if item.code in used))
    if left:
        named = ", ".join(left[:NAMED_AT_MOST]) + (f" +{len(left) - NAMED_AT_MOST}" if left[NAMED_AT_MOST:] else "")
        raise ItemsLeft(
            both(
                f"tidak aktif lagi seperti saat paket disusun: {named}; tarik usulan paket dan susun lagi",
                f"no longer active as they were when the forms were planned: {named}; withdraw the plan and plan again",
            )
        )


async def require_option_count(session: AsyncSession, scheme: SchemeVersion) -> None:
    """A scheme may have changed its number of options after the bank was loaded."""
    if scheme.exam is None:
        return
    other = await itembank.find_other_options(session, scheme.code, scheme.exam.options)
    if other:
        code, options = other
        raise OptionsDiffer(
            both(
                f"{code}: {options} opsi, skema meminta {scheme.exam.options}",
                f"{options} options, the scheme asks for {scheme.exam.options}",
            )
        )
