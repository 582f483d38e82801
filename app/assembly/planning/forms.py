"""Forms that are comparable at the pass mark, one after the other, each an integer programme.

`matched-1`: a linear programme finds how often each item should stand in the plan (`exposure`); then each form is chosen by
a random objective that makes up for what earlier forms used too much or too little, under the blueprint, the enemies, the
budget of each item, the overlap with every earlier form and the expected score of a candidate at the cut. The score one
logit above and below the cut and the information at the cut follow those of the rates, so that forms spread alike.
Where a form cannot be made, the plan begins anew and looks ahead: beside each form a *shadow* of all that are still to come
keeps the rules on average (van der Linden 2005, Linear Models for Optimal Test Design, ch. 6).

Searches end after a number of nodes and a plan after so many iterations of the simplex method, never by the clock: the same
inputs and seed make the same plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from types import MappingProxyType
from uuid import UUID

from app.assembly.errors import CannotPlan
from app.assembly.planning.constraints import Constraints, checked
from app.assembly.planning.diagnosis import reasons
from app.assembly.planning.exposure import exposure_rates
from app.assembly.planning.feasibility import shortfalls_of
from app.assembly.planning.reserve import add_reserved, histories_to_spare, sharing_a_form
from app.assembly.planning.sequence import MOST_WORK, Sequential, Stuck, Work
from app.assembly.randomness import Stream
from app.assembly.types import Blueprint, FormPlan, PlannedForm, PlanSettings, PoolItem, Target
from app.psychometrics.programme import SOLVER

ALGORITHM = "matched-1"
_LOOKING_AHEAD = (False, True, True)  # attempt by attempt
Report = Callable[[int, int], None]
_NOBODY: Mapping[UUID, frozenset[str]] = MappingProxyType({})


def plan_forms(
    items: Sequence[PoolItem],
    blueprint: Blueprint,
    target: Target,
    settings: PlanSettings,
    seed: bytes,
    *,
    avoiding: Mapping[UUID, frozenset[str]] = _NOBODY,
    progress: Report | None = None,
) -> FormPlan:
    """K forms that keep all rules, then reserved ones for people whom no general form spares.

    items: the pool, in any order.  seed: 32 bytes.  avoiding: the codes each person saw before.
    progress: called with (forms made, forms in all) after each.
    A reserved form shares as few items as possible with what its people saw. Where the caps leave no room for one more form,
    the general form with the least such overlap names them in `reserved_for` instead.
    Raises CannotPlan with each rule that stands against it; ValueError for malformed arguments.
    """
    pool = checked(items, blueprint)
    _require_sound(target, settings)
    lacking = shortfalls_of(pool, blueprint)
    if lacking:
        raise CannotPlan(lacking)
    report = progress or (lambda _done, _total: None)
    making = _general_forms(Constraints(pool, blueprint, target), settings, seed, report)
    people = _with_reserved(making, avoiding, report)
    forms = tuple(
        PlannedForm(
            form_no=no,
            codes=tuple(pool[place].code for place in form.places),
            reserved_for=tuple(sorted(people.get(no, ()))),
            gap=form.gap,
            nodes=form.nodes,
        )
        for no, form in enumerate(making.forms, 1)
    )
    return FormPlan(forms, ALGORITHM, SOLVER)


def _general_forms(constraints: Constraints, settings: PlanSettings, seed: bytes, report: Report) -> Sequential:
    rates = exposure_rates(constraints, settings)
    first_stuck: Sequential | None = None
    work = Work(MOST_WORK)
    for attempt, looking_ahead in enumerate(_LOOKING_AHEAD):
        stream = Stream(seed, f"{ALGORITHM}/forms/{attempt}")
        making = Sequential(constraints, settings, rates, stream, work, looking_ahead=looking_ahead)
        try:
            for done in range(1, settings.forms + 1):
                making.add_form()
                report(done, settings.forms)
        except Stuck:
            first_stuck = first_stuck or making
            if not making.forms or work.over:
                break  # nothing was used up that looking ahead could save, or looking on would take too long
        else:
            return making
    assert first_stuck is not None
    raise CannotPlan(reasons(first_stuck, given_up=work.over))


def _with_reserved(
    making: Sequential, avoiding: Mapping[UUID, frozenset[str]], report: Report
) -> dict[int, tuple[UUID, ...]]:
    """Adds the reserved forms; who gets which form, by its number."""
    people: dict[int, tuple[UUID, ...]] = {}
    together = sharing_a_form(making.constraints, histories_to_spare(making, avoiding))
    for histories in together:
        for form_no, those in add_reserved(making, histories):
            people[form_no] = (*people.get(form_no, ()), *those)
        report(len(making.forms), max(len(making.forms), making.settings.forms + len(together)))
    return people


def _require_sound(target: Target, settings: PlanSettings) -> None:
    if not (isfinite(target.theta) and isfinite(target.score)):
        raise ValueError(f"target: theta and score must be finite, got {target.theta} and {target.score}")
    if not target.tolerance > 0.0:
        raise ValueError(f"target: the tolerance must be above 0, got {target.tolerance}")
    if settings.forms < 1:
        raise ValueError(f"settings: at least one form is needed, got {settings.forms}")
    if not 0.0 < settings.exposure_cap <= 1.0:
        raise ValueError(f"settings: 0 < exposure_cap <= 1 is needed, got {settings.exposure_cap}")
    if not 0 <= settings.overlap_least <= settings.overlap_cap:
        raise ValueError(
            "settings: 0 <= overlap_least <= overlap_cap is needed, "
            f"got {settings.overlap_least} and {settings.overlap_cap}"
        )
