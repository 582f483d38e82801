"""What happens to a finding after it was raised: its cause, what is to be done, that it was done, whether it worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core import journal
from app.core.access import Actor, Permission
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.review.findings import rules
from app.review.findings.errors import DueInPast, OwnerUnknown, require
from app.review.findings.facts import are_facts
from app.review.findings.models import CorrectiveActionRow, FindingRow, VerificationRow
from app.review.findings.queries import get_finding
from app.review.findings.types import ActionKind, Bar, Finding, State
from app.review.reviews.brief import ReviewBrief, get_brief


@dataclass(frozen=True, slots=True)
class Asked:
    """A corrective action that somebody is to do until a day."""

    kind: ActionKind
    description: str
    owner_id: UUID
    due_on: date
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it worked: by the figures of a later review, or at once for a reason; one of them."""

    effective: bool
    evidence: str
    review_id: UUID | None = None
    at_once: str | None = None


async def name_cause(session: AsyncSession, finding_id: UUID, cause: str, *, actor: Actor) -> None:
    row, finding = await hold(session, finding_id)
    require(rules.bar_to_change(finding))
    row.root_cause = cause
    await session.flush()
    await record(session, "finding.cause_named", row, actor)


async def ask_action(session: AsyncSession, finding_id: UUID, asked: Asked, *, actor: Actor) -> UUID:
    row, finding = await hold(session, finding_id)
    require(rules.bar_to_change(finding))
    await _require_day(session, asked.due_on)
    if asked.owner_id not in await identity.list_with_permission(session, Permission.ACTION_REPORT):
        raise OwnerUnknown
    action = CorrectiveActionRow(
        finding_id=finding_id,
        kind=asked.kind,
        description=asked.description,
        owner_id=asked.owner_id,
        due_on=asked.due_on,
        reference=asked.reference,
        asked_by=actor.person_id,
    )
    session.add(action)
    await session.flush()
    facts = {"action": str(action.id), "kind": asked.kind, "owner": str(asked.owner_id), "due_on": str(asked.due_on)}
    await record(session, "finding.action_asked", row, actor, facts=facts)
    if row.state != State.ACTING:
        await move(session, row, State.ACTING, actor)
    return action.id


async def postpone_action(session: AsyncSession, action_id: UUID, due_on: date, reason: str, *, actor: Actor) -> None:
    action, row, finding = await _hold_action(session, action_id)
    require(rules.bar_to_change(finding))
    if action.done_at is not None:
        require(Bar.DONE_BEFORE)
    await _require_day(session, due_on)
    facts = {"action": str(action_id), "from": str(action.due_on), "to": str(due_on)}
    action.due_on = due_on
    await session.flush()
    await record(session, "finding.action_postponed", row, actor, facts=facts, reason=reason)


async def report_done(session: AsyncSession, action_id: UUID, note: str, *, actor: Actor) -> None:
    """By its owner, or by the committee for whoever cannot. When the last one is done, the finding waits for verification."""
    action, row, finding = await _hold_action(session, action_id)
    listed = next(one for one in finding.actions if one.id == action_id)
    for_others = actor.may(Permission.FINDING_WRITE)
    require(rules.bar_to_report(actor.person_id, listed, finding.mark.state, for_others=for_others))
    action.done_by, action.done_note = actor.person_id, note
    action.done_at = await read_clock(session)
    await session.flush()
    await record(session, "finding.action_done", row, actor, facts={"action": str(action_id)})
    if all(one.done_at or one.id == action_id for one in finding.actions):
        await move(session, row, State.VERIFYING, actor)


async def verify(session: AsyncSession, finding_id: UUID, verdict: Verdict, *, actor: Actor) -> None:
    """Say whether the actions worked: then the finding is closed, or it is to be acted on again."""
    # The review first, as whoever reopens it takes them: what its figures prove is seen by them, or not said.
    review = await get_brief(session, verdict.review_id, held=True) if verdict.review_id else None
    row, finding = await hold(session, finding_id)
    require(rules.bar_to_verify(actor.person_id, finding))
    if review is None:
        require(rules.bar_at_once(finding))
        if verdict.effective and not await are_facts(session, finding, actor=actor):
            require(Bar.NOT_A_FACT)
    else:
        _require_later(finding, review)
    proof = VerificationRow(
        finding_id=finding_id,
        review_id=verdict.review_id,
        effective=verdict.effective,
        evidence=verdict.evidence,
        at_once=verdict.at_once if verdict.review_id is None else None,
        verified_by=actor.person_id,
    )
    session.add(proof)
    await session.flush()
    facts = {"effective": verdict.effective, "review": str(verdict.review_id) if verdict.review_id else None}
    await record(session, "finding.verified", row, actor, facts=facts)
    if verdict.effective:
        await _end(session, row, State.CLOSED, None, actor)
    else:
        await move(session, row, State.ACTING, actor)


async def withdraw(session: AsyncSession, finding_id: UUID, reason: str, *, actor: Actor) -> None:
    """It was raised by mistake; it stays on record."""
    row, finding = await hold(session, finding_id)
    require(rules.bar_to_withdraw(actor.person_id, finding))
    await _end(session, row, State.WITHDRAWN, reason, actor)


async def hold(session: AsyncSession, finding_id: UUID) -> tuple[FindingRow, Finding]:
    """The finding for this transaction. Raises NotFound."""
    row = await session.get(FindingRow, finding_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row, await get_finding(session, finding_id)


async def _hold_action(session: AsyncSession, action_id: UUID) -> tuple[CorrectiveActionRow, FindingRow, Finding]:
    """The finding is taken first, as everybody else takes it. Raises NotFound."""
    action = await session.get(CorrectiveActionRow, action_id)
    if action is None:
        raise NotFound
    row, finding = await hold(session, action.finding_id)
    return action, row, finding


async def _require_day(session: AsyncSession, day: date) -> None:
    if day < rules.local_day(await read_clock(session)):
        raise DueInPast


def _require_later(finding: Finding, review: ReviewBrief) -> None:
    if review.scheme_code != finding.mark.scheme_code:
        raise NotFound
    require(rules.bar_of_review(finding, review.period_from, computed=review.computed))


async def _end(session: AsyncSession, row: FindingRow, state: State, note: str | None, actor: Actor) -> None:
    row.closed_by, row.closing_note = actor.person_id, note
    row.closed_at = await read_clock(session)
    await move(session, row, state, actor, reason=note)


async def move(
    session: AsyncSession, row: FindingRow, state: State, actor: Actor, *, reason: str | None = None
) -> None:
    """The one way to a new state."""
    if not rules.may_move(State(row.state), state):
        require(Bar.STATE)
    facts = {"from": row.state}
    row.state = state
    await session.flush()
    await record(session, f"finding.{state}", row, actor, facts=facts, reason=reason)


async def record(
    session: AsyncSession,
    action: str,
    row: FindingRow,
    actor: Actor,
    *,
    facts: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Names the finding; what people wrote of its substance stays with it, since more people read the journal."""
    facts = {"scheme": row.scheme_code, "no": row.finding_no} | (facts or {})
    await journal.record(session, action, "finding", row.id, actor=actor, reason=reason, facts=facts)
