"""Pure decisions of an item's life: its moves, who may make them, what they need. By persons and by history, never by roles alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from app.core.access import Permission
from app.core.words import both
from app.itembank.lifecycle.types import Action, Bar, Readable, Standing, Verdict
from app.itembank.types import Kind, State

A, S, P = Action, State, Permission

LIVE: Final = frozenset({S.APPROVED, S.ACTIVE, S.SUSPENDED})  # approved once, and not retired
OPEN: Final = frozenset({S.DRAFT, S.IN_REVIEW})

# From which states, to which. Nothing leaves `retired`: a new version is written instead.
TRANSITIONS: Final[Mapping[Action, tuple[frozenset[State], State]]] = {
    A.SUBMIT: (frozenset({S.DRAFT}), S.IN_REVIEW),
    A.WITHDRAW: (frozenset({S.DRAFT}), S.RETIRED),
    A.SEND_BACK: (frozenset({S.IN_REVIEW}), S.DRAFT),
    A.APPROVE: (frozenset({S.IN_REVIEW}), S.APPROVED),
    A.ACTIVATE: (frozenset({S.APPROVED}), S.ACTIVE),
    A.REST: (frozenset({S.ACTIVE, S.SUSPENDED}), S.APPROVED),
    A.SUSPEND: (frozenset({S.ACTIVE}), S.SUSPENDED),
    A.RESUME: (frozenset({S.SUSPENDED}), S.ACTIVE),
    A.RETIRE: (LIVE, S.RETIRED),
    A.RECHECK: (frozenset({S.APPROVED, S.SUSPENDED}), S.IN_REVIEW),
    A.SUPERSEDE: (LIVE | {S.DRAFT}, S.RETIRED),
}
# What is done to a version without moving it.
WORK: Final[Mapping[Action, frozenset[State]]] = {
    A.EDIT: frozenset({S.DRAFT}),
    A.REVIEW: frozenset({S.IN_REVIEW}),
    A.REVISE: LIVE | {S.RETIRED},
    A.CORRECT: LIVE,
}
SOURCES: Final = {**WORK, **{action: sources for action, (sources, _) in TRANSITIONS.items()}}

# What a person asks for by name; the others follow from a review or from another version.
ASKED: Final = (
    A.EDIT, A.SUBMIT, A.WITHDRAW, A.REVIEW, A.ACTIVATE, A.REST, A.SUSPEND, A.RESUME, A.RECHECK, A.RETIRE, A.REVISE,
    A.CORRECT,
)  # fmt: skip
MOVES: Final = frozenset({A.SUBMIT, A.WITHDRAW, A.ACTIVATE, A.REST, A.SUSPEND, A.RESUME, A.RECHECK, A.RETIRE})

NEEDED: Final[Mapping[Action, Permission]] = {
    A.EDIT: P.ITEM_WRITE,
    A.SUBMIT: P.ITEM_WRITE,
    A.WITHDRAW: P.ITEM_WRITE,
    A.REVIEW: P.ITEM_REVIEW,
    A.ACTIVATE: P.ITEM_ACTIVATE,
    A.REST: P.ITEM_ACTIVATE,
    A.SUSPEND: P.ITEM_ACTIVATE,
    A.RESUME: P.ITEM_ACTIVATE,
    A.RECHECK: P.ITEM_ACTIVATE,
    A.RETIRE: P.ITEM_ACTIVATE,
    A.REVISE: P.ITEM_WRITE,
    A.CORRECT: P.ITEM_CORRECT,
}

LEAST_REASON: Final = 10  # signs: "salah" tells nobody what to do
REASON_NEEDED: Final = frozenset({A.SEND_BACK, A.SUSPEND, A.RECHECK, A.RETIRE})
USUAL_REASONS: Final[Mapping[Action, str]] = {
    A.WRITE: both("ditulis", "written"),
    A.EDIT: both("ditulis ulang", "written again"),
    A.SUBMIT: both("siap ditelaah", "ready for review"),
    A.WITHDRAW: both("tidak dilanjutkan", "not continued"),
    A.APPROVE: both("disetujui", "approved"),
    A.ACTIVATE: both("dipakai", "taken into use"),
    A.REST: both("diistirahatkan", "rests"),
    A.RESUME: both("dipakai lagi", "in use again"),
    A.SUPERSEDE: both("diganti versi lain", "replaced by another version"),
    A.LOAD: both("dimuat dari berkas", "loaded from files"),
}


def approvals_needed(kind: Kind, *, found_wrong: bool = False) -> int:
    """Different persons, none of them an author. An editorial correction is itself the word of one, as long as the key is sound."""
    return 1 if kind is Kind.EDITORIAL and not found_wrong else 2


def in_doubt(version: Standing) -> bool:
    """A correction found its key wrong, and not enough people have said since that it may be used as it is."""
    return version.found_wrong and len(version.approvers) < approvals_needed(version.kind, found_wrong=True)


def bar(action: Action, version: Standing, person: UUID, permissions: frozenset[Permission]) -> Bar | None:
    """Why this person may not do this to this version now; None if they may. What they may never do is said first."""
    if NEEDED[action] not in permissions:
        return Bar.ROLE
    if action in (A.REVISE, A.CORRECT, A.RECHECK) and not version.is_base:
        return Bar.UNDER_WAY
    if version.state not in SOURCES[action] or (action is A.RECHECK and not in_doubt(version)):
        return Bar.STATE
    if action in (A.ACTIVATE, A.RESUME, A.CORRECT) and in_doubt(version):
        return Bar.FOUND_WRONG
    if action is A.REVIEW and person in version.authors:
        return Bar.OWN_WORK
    goes_on = action in (A.EDIT, A.SUBMIT) or (action is A.WITHDRAW and P.ITEM_ACTIVATE not in permissions)
    return Bar.NOT_AUTHOR if goes_on and person != version.author else None


def bar_of_review(verdict: Verdict, version: Standing, person: UUID, permissions: frozenset[Permission]) -> Bar | None:
    """Who approved may still send back, and does not count twice."""
    barred = bar(A.REVIEW, version, person, permissions)
    if barred is None and verdict is Verdict.APPROVE and person in version.approvers:
        return Bar.APPROVED_ALREADY
    return barred


def list_allowed(version: Standing, person: UUID, permissions: frozenset[Permission]) -> list[Action]:
    return [action for action in ASKED if bar(action, version, person, permissions) is None]


def may_see(version: Readable, person: UUID, permissions: frozenset[Permission]) -> bool:
    """The committee sees a whole bank, reviewers what was submitted, authors the items that they wrote."""
    if P.ITEM_ACTIVATE in permissions or person in version.item_authors:
        return True
    return P.ITEM_REVIEW in permissions and version.submitted
