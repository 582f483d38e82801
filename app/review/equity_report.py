"""The equity report of a released sitting, from its plan of forms and the scores that were released. It opens no key."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any, Final
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, grading, schemes
from app.delivery import Sitting
from app.grading import NotReleased
from app.review.equity import Cut, SatForm, equity
from app.review.equity_figures import planned_figures
from app.review.errors import NotPlanned
from app.review.exam_panel.means import mean_of
from app.review.shown import counted, figure

NOBODY: Final = ("belum ada nilai yang memberinya", "no scores that give it yet")


async def read_equity(session: AsyncSession, sitting: Sitting) -> dict[str, Any]:
    """Raises NotReleased, and NotPlanned for forms that were drawn before there were plans."""
    if sitting.results_released_at is None:
        raise NotReleased
    form_set = await assembly.find_form_set(session, sitting.id)
    if form_set is None or form_set.plan_id is None:
        raise NotPlanned
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    plan = await assembly.get_plan(session, form_set.plan_id)
    standard = await assembly.get_standard(session, plan.standard_id)
    assert scheme.exam is not None, "a sitting has an exam"
    forms = await _sat_forms(session, sitting.id, plan.id)
    return await asyncio.to_thread(_shown, forms, Cut(scheme.exam.pass_mark, standard.target.theta))


def _shown(forms: list[SatForm], cut: Cut) -> dict[str, Any]:
    found = equity(forms, cut)
    return {
        "forms": [_row(form, row) for form, row in zip(forms, found["forms"], strict=True)],
        "method": found["method"],
        "flips": counted("equity_flips", found["flips"]),
        "n": counted("equity_n", found["n"]),
    }


def _row(form: SatForm, row: dict[str, Any]) -> dict[str, Any]:
    n = len(form.all_scores)
    return {
        "form_no": form.form_no,
        "n": counted("equity_n", n),
        "repeaters": counted("equity_repeaters", len(form.repeaters)),
        "expected": figure("equity_expected", row["expected_mean"], n=n, reason=NOBODY),
        "observed": figure("equity_observed", mean_of(np.array(form.all_scores, dtype=np.float64))),
        **planned_figures(row, n),
    }


async def _sat_forms(session: AsyncSession, sitting_id: UUID, plan_id: UUID) -> list[SatForm]:
    """By number of the form in the plan."""
    snapshot = await assembly.read_snapshot(session, plan_id)
    plan_form_no = {form.id: form.plan_form_no for form in await assembly.list_forms(session, sitting_id)}
    person_of = await delivery.people_of(session, sitting_id)
    scores = await grading.list_scores(session, sitting_id)
    chance: dict[int | None, list[int]] = defaultdict(list)
    repeated: dict[int | None, list[int]] = defaultdict(list)
    for attempt in await delivery.list_attempts(session, sitting_id):
        if attempt.id in scores:
            given = repeated if person_of[attempt.id] in snapshot.earlier else chance
            given[plan_form_no[attempt.form_id]].append(scores[attempt.id])
    return [
        SatForm(
            form.form_no,
            tuple(snapshot.items_of(form)),
            tuple(chance[form.form_no]),
            tuple(repeated[form.form_no]),
        )
        for form in snapshot.forms
    ]
