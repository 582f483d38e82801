"""Pure decisions about findings: their moves, and who may do what, with the reason where not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from app.review.findings.types import Action, ActionKind, Bar, Finding, Grade, State

S = State
OFFICE: Final = ZoneInfo("Asia/Jakarta")  # days of a finding are those of the body's office

# What is not proven to work goes back to be acted on; so does what gets a further action. Nothing leaves `closed`, unless the review
# that proved it is computed anew: the same thing found again is another finding, which names this one.
MOVES: Final[Mapping[State, frozenset[State]]] = {
    S.OPEN: frozenset({S.ACTING, S.WITHDRAWN}),
    S.ACTING: frozenset({S.VERIFYING, S.WITHDRAWN}),
    S.VERIFYING: frozenset({S.ACTING, S.CLOSED}),
    S.CLOSED: frozenset({S.VERIFYING}),
    S.WITHDRAWN: frozenset(),
}
STANDING: Final = frozenset({S.OPEN, S.ACTING, S.VERIFYING})

# What these do is a fact as soon as it is done; whether anything else works shows in the figures of a later period only.
AT_ONCE: Final = frozenset({ActionKind.REKEYED, ActionKind.VOIDED, ActionKind.ITEM_RETIRED})


def may_move(old: State, new: State) -> bool:
    return new in MOVES[old]


def local_day(at: datetime) -> date:
    return at.astimezone(OFFICE).date()


def bar_to_change(finding: Finding) -> Bar | None:
    """Naming its cause, asking for an action."""
    return None if finding.mark.state in STANDING else Bar.STATE


def bar_to_report(person: UUID, action: Action, state: State, *, for_others: bool) -> Bar | None:
    """`for_others`: a member of the committee may say it for whoever cannot."""
    if person != action.owner_id and not for_others:
        return Bar.NOT_OWNER
    if action.done_at is not None:
        return Bar.DONE_BEFORE
    return None if state in STANDING else Bar.STATE


def bar_to_verify(person: UUID, finding: Finding) -> Bar | None:
    """Nobody judges their own correction, nor one that they reported as done. A suggestion needs no cause: nothing failed."""
    if finding.mark.state is not S.VERIFYING:
        return Bar.STATE
    if finding.mark.grade is not Grade.SUGGESTION and not finding.root_cause:
        return Bar.CAUSE
    return Bar.OWNER if person in finding.doers else None


def bar_to_withdraw(person: UUID, finding: Finding) -> Bar | None:
    """For what was raised by mistake. Once something was done about it, it ends by verification alone."""
    if any(action.done_at for action in finding.actions):
        return Bar.DONE
    if not may_move(finding.mark.state, S.WITHDRAWN):
        return Bar.STATE
    if person == finding.raised_by_id:
        return Bar.RAISER
    return Bar.OWNER if person in finding.owners else None


def bar_of_review(finding: Finding, period_from: date, *, computed: bool) -> Bar | None:
    """Whether the figures of a review can show that the actions worked: its period began when all of them were done."""
    done = finding.last_done_at
    if done is None or period_from <= local_day(done):
        return Bar.NOT_LATER
    return None if computed else Bar.NOT_COMPUTED


def bar_at_once(finding: Finding) -> Bar | None:
    return None if all(action.kind in AT_ONCE for action in finding.actions) else Bar.NOT_AT_ONCE
