"""Reads of forms and form sets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank
from app.assembly.models import FormSetRow
from app.assembly.shown import shown_hash, shown_questions
from app.assembly.types import DrawnForm, Form, FormSet, ShownForm
from app.itembank import ItemContent
from app.itembank.richtext import Image, images_of


class FormChanged(Exception):
    """What would be shown is not what was assembled: an integrity fault, never shown to a candidate as if it were fine."""


# Plain columns: scoring reads a whole room's forms at once, and the ORM would look at each of their 500 numbers again.
FORMS = text(
    """
    SELECT id, sitting_id, form_no, plan_form_no, item_version_ids, option_orders, renderer_version, shown_sha256 FROM forms
    WHERE sitting_id = :sitting_id AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(:ids)) ORDER BY form_no
    """
)


async def list_forms(session: AsyncSession, sitting_id: UUID, form_ids: Collection[UUID] | None = None) -> list[Form]:
    """The forms of a sitting, or some of them, by number."""
    ids = None if form_ids is None else list(form_ids)
    return [_form(row) for row in await session.execute(FORMS, {"sitting_id": sitting_id, "ids": ids})]


async def read_forms(session: AsyncSession, sitting_id: UUID) -> Iterator[ShownForm]:
    """Every form of a sitting as shown, one after the other: a large sitting does not fit in memory.

    Raises FormChanged on reaching a form that is not what was assembled.
    """
    forms = await list_forms(session, sitting_id)
    contents = await itembank.read_contents(session, {version for form in forms for version in form.version_ids})
    named = {version: _images_of(content) for version, content in contents.items()}
    images = await itembank.read_images(session, set().union(*named.values()))
    return (_shown(form, contents, named, images) for form in forms)


def _images_of(content: ItemContent) -> set[str]:
    return set(images_of(content.stimulus + content.stem + "".join(content.options)))


def _shown(
    form: Form, contents: Mapping[UUID, ItemContent], named: Mapping[UUID, set[str]], images: Mapping[str, Image]
) -> ShownForm:
    questions = shown_questions(DrawnForm(form.form_no, form.version_ids, form.orders), contents)
    if shown_hash(questions) != form.shown_sha256:
        raise FormChanged(f"form {form.id}")
    wanted = sorted(set().union(*(named[version] for version in form.version_ids)))
    return ShownForm(form, questions, {name: images[name].png for name in wanted})


async def find_form_set(session: AsyncSession, sitting_id: UUID, *, with_seed: bool = False) -> FormSet | None:
    row = await session.get(FormSetRow, sitting_id)
    if row is None:
        return None
    seed = row.seed.hex() if with_seed else None
    return FormSet(
        row.sitting_id, row.n_forms, row.algorithm, row.seed_sha256, row.bank_hash, row.created_at, seed, row.plan_id
    )


def _form(row: Any) -> Form:
    return Form(
        id=row.id,
        sitting_id=row.sitting_id,
        form_no=row.form_no,
        version_ids=tuple(row.item_version_ids),
        orders=tuple(map(tuple, row.option_orders)),
        renderer_version=row.renderer_version,
        shown_sha256=row.shown_sha256,
        plan_form_no=row.plan_form_no,
    )
