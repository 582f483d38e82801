"""Give everybody a form of the accepted plan, and seal their papers. Everything a candidate will see is fixed from here on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, schemes
from app.assembly import Chair, PlannedForm, PlanState, Snapshot, StoredPlan
from app.core.access import Actor
from app.delivery import papers
from app.delivery.forms.errors import CertificateMissing, NoCandidates
from app.delivery.forms.history import read_earlier
from app.delivery.models import AttemptRow, RosterEntry, SittingRow, TimeGrant
from app.delivery.seating import natural
from app.delivery.sittings import require_draft
from app.delivery.types import AttemptState


async def prepare(session: AsyncSession, sitting_id: UUID, *, actor: Actor | None = None) -> int:
    """Assign, arrange and seal; returns how many candidates got a form.

    Raises CertificateMissing before the committee has accepted a plan, and ItemsLeft where one of its items is in use no more.
    """
    sitting = await require_draft(session, sitting_id)
    plan = await _require_accepted(session, sitting_id)
    snapshot = await assembly.read_snapshot(session, plan.id)
    await assembly.require_still_active(session, snapshot)
    roster = await _roster(session, sitting_id)
    if not roster:
        raise NoCandidates
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    earlier = await read_earlier(session, sitting_id)
    given = assembly.assign(_chairs(roster, snapshot, earlier), snapshot.seed)
    form_ids = await assembly.issue_forms(
        session,
        plan,
        snapshot,
        [given[entry.id] for entry in roster],
        scheme,
        facts=_seen_again(roster, given, snapshot, earlier),
        actor=actor,
    )
    await _make_attempts(session, sitting, roster, form_ids, n_items=len(snapshot.forms[0].codes))
    await papers.seal_missing(session, sitting_id)
    return len(roster)


async def _require_accepted(session: AsyncSession, sitting_id: UUID) -> StoredPlan:
    if await assembly.find_form_set(session, sitting_id):
        raise assembly.FormsExist
    plan = await assembly.find_live(session, sitting_id)
    if plan is None or plan.state is not PlanState.ACCEPTED:
        raise CertificateMissing
    return plan


async def _roster(session: AsyncSession, sitting_id: UUID) -> Sequence[RosterEntry]:
    here = select(RosterEntry).where(RosterEntry.sitting_id == sitting_id)
    return (await session.scalars(here.order_by(RosterEntry.number))).all()


def _chairs(roster: Sequence[RosterEntry], snapshot: Snapshot, earlier: Mapping[UUID, frozenset[str]]) -> list[Chair]:
    """In order of room and seat, each with the forms that this candidate may get."""
    spared = spared_forms(snapshot.general, earlier)
    general = frozenset(form.form_no for form in snapshot.general)
    reserved = {person: frozenset({form.form_no}) for form in snapshot.forms for person in form.reserved_for}
    seated = sorted(roster, key=lambda entry: (str(entry.room_id or ""), natural(entry.seat or ""), entry.number))
    return [
        Chair(
            entry.id,
            str(entry.room_id or ""),
            reserved.get(entry.person_id) or spared.get(entry.person_id, general),
        )
        for entry in seated
    ]


def spared_forms(forms: Sequence[PlannedForm], earlier: Mapping[UUID, frozenset[str]]) -> dict[UUID, frozenset[int]]:
    """For who saw items before: of these forms those in which the fewest of them stand."""
    spared = {}
    for person, seen in earlier.items():
        again = {form.form_no: len(seen.intersection(form.codes)) for form in forms}
        least = min(again.values())
        spared[person] = frozenset(form_no for form_no, count in again.items() if count == least)
    return spared


def _seen_again(
    roster: Sequence[RosterEntry],
    given: Mapping[UUID, int],
    snapshot: Snapshot,
    earlier: Mapping[UUID, frozenset[str]],
) -> dict[str, Any]:
    """For the journal: who gets how many items that they saw before."""
    codes_of = {form.form_no: frozenset(form.codes) for form in snapshot.forms}
    again = {
        str(entry.id): len(codes_of[given[entry.id]] & earlier[entry.person_id])
        for entry in roster
        if entry.person_id in earlier
    }
    return {"seen_before": again} if again else {}


async def _make_attempts(
    session: AsyncSession,
    sitting: SittingRow,
    roster: Sequence[RosterEntry],
    form_ids: Sequence[UUID],
    *,
    n_items: int,
) -> None:
    attempts = [
        AttemptRow(
            sitting_id=sitting.id,
            id=uuid4(),
            roster_id=entry.id,
            form_id=form_id,
            state=AttemptState.ASSIGNED,
            n_items=n_items,
        )
        for entry, form_id in zip(roster, form_ids, strict=True)
    ]
    session.add_all(attempts)
    await session.flush()
    session.add_all(_transmission(attempt, sitting.transmission_seconds) for attempt in attempts)
    await session.flush()


def _transmission(attempt: AttemptRow, seconds: int) -> TimeGrant:
    return TimeGrant(
        id=uuid4(),
        sitting_id=attempt.sitting_id,
        attempt_id=attempt.id,
        kind="transmission",
        seconds=seconds,
        reason="time for answers that are on the way when the shown clock ends",
    )
