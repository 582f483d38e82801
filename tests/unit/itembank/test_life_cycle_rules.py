"""Which moves there are, and who may make them: by role, by authorship and by what happened before."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from uuid import UUID, uuid4

import pytest

from app.core.access import PERMISSIONS, Role
from app.itembank.lifecycle import Action, Bar, Standing, Verdict, list_allowed, may_see
from app.itembank.lifecycle.difference import Segment, differences
from app.itembank.lifecycle.rules import TRANSITIONS, approvals_needed, bar, bar_of_review
from app.itembank.types import Kind, State

A, S = Action, State
AUTHOR, BEFORE, REVIEWER, COMMITTEE, STRANGER = (uuid4() for _ in range(5))
ROLES = {
    AUTHOR: Role.AUTHOR,
    BEFORE: Role.COMMITTEE,
    REVIEWER: Role.REVIEWER,
    COMMITTEE: Role.COMMITTEE,
    STRANGER: Role.AUTHOR,
}
NAMES = {AUTHOR: "author", BEFORE: "before", REVIEWER: "reviewer", COMMITTEE: "committee", STRANGER: "stranger"}


def standing(state: State, **changes: object) -> Standing:
    """A second version: its author is AUTHOR, and BEFORE wrote the first one, which was never in use."""
    version_id = uuid4()
    whole = Standing(
        version_id=version_id,
        item_id=uuid4(),
        code="MMU-1.1-01",
        scheme_code="MMu",
        version_no=2,
        state=state,
        kind=Kind.NEW,
        lineage_id=version_id,
        submitted=state is not S.DRAFT,
        author=AUTHOR,
        authors=frozenset({AUTHOR, BEFORE}),
        item_authors=frozenset({AUTHOR, BEFORE}),
        approvers=frozenset(),
        found_wrong=False,
        is_base=state not in (S.DRAFT, S.IN_REVIEW),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def allowed(version: Standing, person: UUID) -> set[str]:
    return {str(action) for action in list_allowed(version, person, PERMISSIONS[ROLES[person]])}


COMMITTEE_MAY = {
    S.DRAFT: {"withdraw"},
    S.IN_REVIEW: {"review"},
    S.APPROVED: {"activate", "retire", "revise", "correct"},
    S.ACTIVE: {"rest", "suspend", "retire", "revise", "correct"},
    S.SUSPENDED: {"rest", "resume", "retire", "revise", "correct"},
    S.RETIRED: {"revise"},
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("person", [AUTHOR, BEFORE, REVIEWER, COMMITTEE], ids=lambda person: NAMES[person])
def test_who_may_do_what_in_which_state(state: State, person: UUID) -> None:
    wanted = {
        AUTHOR: {S.DRAFT: {"edit", "submit", "withdraw"}, S.IN_REVIEW: set()},
        REVIEWER: {S.IN_REVIEW: {"review"}},
        COMMITTEE: COMMITTEE_MAY,
        BEFORE: COMMITTEE_MAY | {S.IN_REVIEW: set()},  # wrote what became this one
    }[person].get(state)
    if wanted is None:
        wanted = {"revise"} if person == AUTHOR else set()
    assert allowed(standing(state), person) == wanted


MOVES = {
    ("submit", S.DRAFT, S.IN_REVIEW),
    ("withdraw", S.DRAFT, S.RETIRED),
    ("send_back", S.IN_REVIEW, S.DRAFT),
    ("approve", S.IN_REVIEW, S.APPROVED),
    ("activate", S.APPROVED, S.ACTIVE),
    ("rest", S.ACTIVE, S.APPROVED),
    ("rest", S.SUSPENDED, S.APPROVED),
    ("suspend", S.ACTIVE, S.SUSPENDED),
    ("resume", S.SUSPENDED, S.ACTIVE),
    ("recheck", S.APPROVED, S.IN_REVIEW),
    ("recheck", S.SUSPENDED, S.IN_REVIEW),
    ("retire", S.APPROVED, S.RETIRED),
    ("retire", S.ACTIVE, S.RETIRED),
    ("retire", S.SUSPENDED, S.RETIRED),
    ("supersede", S.DRAFT, S.RETIRED),
    ("supersede", S.APPROVED, S.RETIRED),
    ("supersede", S.ACTIVE, S.RETIRED),
    ("supersede", S.SUSPENDED, S.RETIRED),
}


def test_there_are_these_moves_and_no_others() -> None:
    assert {
        (str(action), source, target) for action, (sources, target) in TRANSITIONS.items() for source in sources
    } == MOVES


@pytest.mark.clause("9.3.5", "an item whose key was found wrong comes back only after two persons approved it anew")
@pytest.mark.parametrize(
    ("state", "sound", "wrong"),
    [
        (S.APPROVED, {"activate", "retire", "revise", "correct"}, {"recheck", "retire", "revise"}),
        (S.SUSPENDED, {"rest", "resume", "retire", "revise", "correct"}, {"rest", "recheck", "retire", "revise"}),
    ],
)
def test_what_was_found_wrong_is_reviewed_again_or_revised(state: State, sound: set[str], wrong: set[str]) -> None:
    once, both = frozenset({REVIEWER}), frozenset({REVIEWER, STRANGER})
    for kind in Kind:
        assert allowed(standing(state, kind=kind, found_wrong=True), COMMITTEE) == wrong
        assert allowed(standing(state, kind=kind, found_wrong=True, approvers=once), COMMITTEE) == wrong
        assert allowed(standing(state, kind=kind, found_wrong=True, approvers=both), COMMITTEE) == sound
    not_newest = standing(state, found_wrong=True, is_base=False)
    assert "recheck" not in allowed(not_newest, COMMITTEE)


def test_nobody_reviews_what_they_wrote_whatever_roles_they_hold() -> None:
    every = frozenset().union(*PERMISSIONS.values())
    version = standing(S.IN_REVIEW)
    for person, verdict in product((AUTHOR, BEFORE), Verdict):
        assert bar_of_review(verdict, version, person, every) is Bar.OWN_WORK
    assert bar_of_review(Verdict.APPROVE, version, REVIEWER, every) is None


def test_nobody_approves_twice_but_may_think_again() -> None:
    version = standing(S.IN_REVIEW, approvers=frozenset({REVIEWER}))
    mine = PERMISSIONS[Role.REVIEWER]
    assert bar_of_review(Verdict.APPROVE, version, REVIEWER, mine) is Bar.APPROVED_ALREADY
    assert bar_of_review(Verdict.SEND_BACK, version, REVIEWER, mine) is None
    assert bar_of_review(Verdict.APPROVE, version, COMMITTEE, PERMISSIONS[Role.COMMITTEE]) is None


def test_two_approve_and_one_where_somebody_corrected() -> None:
    assert [approvals_needed(kind) for kind in (Kind.NEW, Kind.REVISION, Kind.EDITORIAL)] == [2, 2, 1]
    assert approvals_needed(Kind.EDITORIAL, found_wrong=True) == 2


def test_one_version_is_written_at_a_time() -> None:
    version = standing(S.ACTIVE, is_base=False)
    for action in (A.REVISE, A.CORRECT):
        assert bar(action, version, COMMITTEE, PERMISSIONS[Role.COMMITTEE]) is Bar.UNDER_WAY


@pytest.mark.parametrize(
    ("person", "submitted", "sees"),
    [
        (AUTHOR, False, True),
        (BEFORE, False, True),
        (COMMITTEE, False, True),
        (REVIEWER, False, False),
        (REVIEWER, True, True),
        (STRANGER, True, False),
    ],
    ids=lambda value: NAMES.get(value, str(value)),
)
def test_authors_see_their_own_and_reviewers_what_was_submitted(person: UUID, submitted: bool, sees: bool) -> None:
    version = standing(S.DRAFT, submitted=submitted)
    assert may_see(version, person, PERMISSIONS[ROLES[person]]) is sees


def test_versions_are_compared_word_by_word_as_read() -> None:
    old = {"stem": "Siapa <strong>wajib</strong> hadir?", "key": "A"}
    new = {"stem": "Siapa boleh hadir?", "key": "A", "options.4": "baru"}
    assert differences(old, new) == {
        "stem": [
            Segment("same", "Siapa "),
            Segment("gone", "wajib"),
            Segment("new", "boleh"),
            Segment("same", " hadir?"),
        ],
        "key": [Segment("same", "A")],
        "options.4": [Segment("new", "baru")],
    }


def test_a_change_of_form_alone_is_a_difference_too() -> None:
    found = differences({"stem": "Siapa <strong>wajib</strong>?"}, {"stem": "Siapa wajib?"})["stem"]
    assert [one.text for one in found if one.op == "gone"] == ["<strong>", "</strong>"]
