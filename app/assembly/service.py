"""Assemble the forms of a sitting, once, before it opens; reveal the seed after the release."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank
from app.assembly.draw import ALGORITHM, RENDERER_VERSION, bank_hash, draw_form, shown_hash, shown_questions
from app.assembly.errors import FormsExist, OptionsDiffer
from app.assembly.models import FormRow, FormSetRow
from app.assembly.randomness import new_seed
from app.core import journal
from app.core.access import Actor
from app.itembank import BankItem
from app.schemes import SchemeVersion


async def assemble_forms(
    session: AsyncSession,
    sitting_id: UUID,
    scheme: SchemeVersion,
    n_forms: int,
    *,
    actor: Actor | None = None,
    seed: bytes | None = None,
) -> list[UUID]:
    """Draw `n_forms` forms and store them; returns their ids in form order. A given seed repeats an earlier drawing."""
    if await session.get(FormSetRow, sitting_id):
        raise FormsExist
    seed = new_seed() if seed is None else seed
    bank = await itembank.list_active(session, scheme.code)
    _require_option_count(bank, scheme)
    contents = await itembank.read_contents(session, (item.version_id for item in bank))
    forms = [draw_form(bank, scheme.items_per_kuk, seed, form_no) for form_no in range(1, n_forms + 1)]
    rows = [
        FormRow(
            sitting_id=sitting_id,
            id=uuid4(),
            form_no=form.form_no,
            item_version_ids=list(form.version_ids),
            option_orders=[list(order) for order in form.orders],
            renderer_version=RENDERER_VERSION,
            shown_sha256=shown_hash(shown_questions(form, contents)),
        )
        for form in forms
    ]
    form_set = FormSetRow(
        sitting_id=sitting_id,
        seed=seed,
        seed_sha256=hashlib.sha256(seed).hexdigest(),
        algorithm=ALGORITHM,
        bank_hash=bank_hash(bank),
        n_forms=n_forms,
    )
    session.add_all([form_set, *rows])
    await session.flush()
    drawn = Counter(version_id for form in forms for version_id in form.version_ids)
    await itembank.record_exposure(session, sitting_id, drawn)
    facts = {"forms": n_forms, "algorithm": ALGORITHM, "seed_sha256": form_set.seed_sha256, "bank": form_set.bank_hash}
    await journal.record(
        session, "forms.assembled", "sitting", sitting_id, actor=actor, sitting_id=sitting_id, facts=facts
    )
    return [row.id for row in rows]


def _require_option_count(bank: Sequence[BankItem], scheme: SchemeVersion) -> None:
    """A scheme may have changed its number of options after the bank was loaded."""
    if scheme.exam is None:
        return
    for item in bank:
        if item.n_options != scheme.exam.options:
            raise OptionsDiffer(
                f"{item.code}: {item.n_options} opsi, skema meminta {scheme.exam.options}"
                f" / {item.n_options} options, the scheme asks for {scheme.exam.options}"
            )
