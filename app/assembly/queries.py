"""Reads of forms and form sets."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank
from app.assembly.draw import shown_hash, shown_questions
from app.assembly.models import FormRow, FormSetRow
from app.assembly.types import DrawnForm, Form, FormSet


class FormChanged(Exception):
    """What would be shown is not what was assembled: an integrity fault, never shown to a candidate as if it were fine."""


async def get_form(session: AsyncSession, sitting_id: UUID, form_id: UUID) -> Form:
    return _form(await session.get_one(FormRow, (sitting_id, form_id)))


async def list_forms(session: AsyncSession, sitting_id: UUID) -> list[Form]:
    rows = await session.scalars(select(FormRow).where(FormRow.sitting_id == sitting_id).order_by(FormRow.form_no))
    return [_form(row) for row in rows]


async def read_questions(session: AsyncSession, form: Form) -> list[tuple[str, list[str]]]:
    """Stem and options as shown, verified against the hash taken when the form was assembled."""
    contents = await itembank.read_contents(session, form.version_ids)
    questions = shown_questions(DrawnForm(form.form_no, form.version_ids, form.orders), contents)
    if shown_hash(questions) != form.shown_sha256:
        raise FormChanged(f"form {form.id}")
    return questions


async def find_form_set(session: AsyncSession, sitting_id: UUID, *, with_seed: bool = False) -> FormSet | None:
    row = await session.get(FormSetRow, sitting_id)
    if row is None:
        return None
    seed = row.seed.hex() if with_seed else None
    return FormSet(row.sitting_id, row.n_forms, row.algorithm, row.seed_sha256, row.bank_hash, row.created_at, seed)


def _form(row: FormRow) -> Form:
    return Form(
        id=row.id,
        sitting_id=row.sitting_id,
        form_no=row.form_no,
        version_ids=tuple(row.item_version_ids),
        orders=tuple(tuple(order) for order in row.option_orders),
        renderer_version=row.renderer_version,
        shown_sha256=row.shown_sha256,
    )
