"""The data of a sitting, copied out of the database before any statistic is computed."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, grading, itembank, schemes
from app.core.access import Actor
from app.delivery import Sitting
from app.grading import Right
from app.itembank import KeyedItem
from app.psychometrics import OMITTED, Responses
from app.schemes import SchemeVersion


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Responses of all submitted attempts, options in *stored* order, right by the keys and the corrections in force, with what
    explains them.

    `shown_at` maps an attempt and a position to the item shown there, for candidates' remarks. `impossible` counts by item
    the answers that no option stands for; the responses hold them as omitted.
    """

    sitting: Sitting
    scheme: SchemeVersion
    responses: Responses
    items: tuple[KeyedItem, ...]
    shown_at: dict[tuple[UUID, int], str]
    impossible: Counter[str]
    sha256: str


async def take_snapshot(session: AsyncSession, sitting: Sitting) -> Snapshot:
    """It holds keys: whoever asked for it is written down by the caller (`record_reading`)."""
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    attempts = {attempt.id: attempt for attempt in await delivery.list_attempts(session, sitting.id)}
    answers = await delivery.submitted_answers(session, sitting.id)
    forms = {form.id: form for form in await assembly.list_forms(session, sitting.id)}
    used = [forms[attempts[attempt_id].form_id] for attempt_id in answers]
    keyed = await itembank.peek_keys(session, {version for form in used for version in form.version_ids})
    corrected = await grading.corrections_in_force(session, keyed)
    keyed = {version: _as_corrected(item, corrected.get(version)) for version, item in keyed.items()}
    items = tuple(sorted(keyed.values(), key=lambda item: (item.kuk, item.code)))
    place = {item.version_id: index for index, item in enumerate(items)}
    rows: list[tuple[int, int, int, int]] = []
    shown_at: dict[tuple[UUID, int], str] = {}
    impossible: Counter[str] = Counter()
    persons = sorted(answers)
    for person, attempt_id in enumerate(persons):
        form = forms[attempts[attempt_id].form_id]
        for position, (version_id, order) in enumerate(zip(form.version_ids, form.orders, strict=True), start=1):
            shown = answers[attempt_id].get(position)
            possible = grading.has_option(order, shown)
            option = order[shown] if shown is not None and possible else OMITTED
            right = corrected.get(version_id)
            earned = option == keyed[version_id].key if right is None else option in right.options
            rows.append((person, place[version_id], option, int(earned)))
            shown_at[attempt_id, position] = keyed[version_id].code
            impossible[keyed[version_id].code] += not possible
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4)
    unit_of = scheme.unit_of
    responses = Responses.from_arrays(
        columns[:, 0],
        columns[:, 1],
        columns[:, 2],
        columns[:, 3],
        persons=persons,
        items=[item.code for item in items],
        strata=[unit_of[item.kuk].code for item in items],
        n_options=[item.n_options for item in items],
        key=[item.key for item in items],
    )
    digest = hashlib.sha256(columns.tobytes() + "\n".join(item.code for item in items).encode()).hexdigest()
    return Snapshot(sitting, scheme, responses, items, shown_at, impossible, digest)


def _as_corrected(item: KeyedItem, right: Right | None) -> KeyedItem:
    """By the key that a correction put in the place of its own; a void item goes on saying what its key says."""
    if right is None or item.key in right.options:
        return item
    return replace(item, key=min(right.options))


async def record_reading(session: AsyncSession, snapshot: Snapshot, why: str, *, actor: Actor | None = None) -> None:
    """Apart from taking it, since a snapshot may be taken at a standby, where nothing is written."""
    await itembank.record_reading(session, len(snapshot.items), why=why, actor=actor, sitting_id=snapshot.sitting.id)
