"""The table of moves of a finding, and the loop at a glance."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.review.findings import rules
from app.review.findings.loop import loop_of
from app.review.findings.types import Action, ActionKind, Bar, Finding, Grade, Mark, State
from app.review.shown import Subject, SubjectKind

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
TODAY = date(2026, 6, 1)
SOMEBODY, OWNER, REPORTER = uuid4(), uuid4(), uuid4()


def an_action(done_at: datetime | None = None, *, due_on: date = TODAY, kind: ActionKind = ActionKind.OTHER) -> Action:
    return Action(uuid4(), kind, "x", OWNER, "Petugas", due_on, None, "K", AT, REPORTER, "R", done_at, None)


def a_finding(state: State = State.OPEN, *, actions: tuple[Action, ...] = (), **changes: Any) -> Finding:
    grade = changes.pop("grade", Grade.MINOR)
    members = {
        "mark": Mark(uuid4(), 1, "MMu", grade, state),
        "subject": Subject(SubjectKind.EXAM, "", "ujian"),
        "statement": "x",
        "evidence": "x",
        "root_cause": "sebab",
        "lead": None,
        "lead_id": None,
        "review": None,
        "sitting_id": None,
        "repeats": None,
        "raised_by_id": SOMEBODY,
        "raised_by": "K",
        "raised_at": AT,
        "closed_by": None,
        "closed_at": None,
        "closing_note": None,
        "actions": actions,
        "verifications": (),
    }
    return Finding(**(members | changes))


def test_what_may_follow_what() -> None:
    moves = {(old.value, new.value) for old in State for new in State if rules.may_move(old, new)}
    assert moves == {
        ("open", "acting"),
        ("open", "withdrawn"),
        ("acting", "verifying"),
        ("acting", "withdrawn"),
        ("verifying", "acting"),
        ("verifying", "closed"),
        ("closed", "verifying"),
    }


@pytest.mark.parametrize("state", State)
def test_a_finding_is_changed_only_while_it_stands(state: State) -> None:
    stands = state not in (State.CLOSED, State.WITHDRAWN)
    assert (rules.bar_to_change(a_finding(state)) is None) == stands


@pytest.mark.parametrize(
    ("person", "changes", "bar"),
    [
        (SOMEBODY, {}, None),
        (OWNER, {}, Bar.OWNER),
        (REPORTER, {}, Bar.OWNER),
        (SOMEBODY, {"root_cause": None}, Bar.CAUSE),
        (SOMEBODY, {"root_cause": None, "grade": Grade.SUGGESTION}, None),
    ],
)
def test_who_verifies(person: UUID, changes: dict[str, Any], bar: Bar | None) -> None:
    assert rules.bar_to_verify(person, a_finding(State.VERIFYING, actions=(an_action(AT),), **changes)) == bar


def test_a_later_period_begins_after_the_last_action_by_the_calendar_of_the_office() -> None:
    late_evening = datetime(2026, 6, 30, 17, 30, tzinfo=UTC)  # already the first of July in Jakarta
    finding = a_finding(State.VERIFYING, actions=(an_action(AT), an_action(late_evening)))
    assert rules.bar_of_review(finding, date(2026, 7, 1), computed=True) is Bar.NOT_LATER
    assert rules.bar_of_review(finding, date(2026, 7, 2), computed=True) is None
    assert rules.bar_of_review(finding, date(2026, 7, 2), computed=False) is Bar.NOT_COMPUTED


def test_at_once_is_only_what_is_a_fact_when_it_is_done() -> None:
    facts = tuple(an_action(AT, kind=kind) for kind in (ActionKind.REKEYED, ActionKind.VOIDED, ActionKind.ITEM_RETIRED))
    assert rules.bar_at_once(a_finding(actions=facts)) is None
    assert rules.bar_at_once(a_finding(actions=(*facts, an_action(AT)))) is Bar.NOT_AT_ONCE


def test_the_loop_at_a_glance() -> None:
    earlier = Mark(uuid4(), 1, "MMu", Grade.MINOR, State.CLOSED)
    closed = [a_finding(State.CLOSED, closed_at=AT + timedelta(days=days), grade=Grade.MAJOR) for days in (10, 25)]
    standing = [
        a_finding(),
        a_finding(State.ACTING, actions=(an_action(due_on=TODAY - timedelta(days=1)),), repeats=earlier),
        a_finding(State.ACTING, actions=(an_action(due_on=TODAY),), grade=Grade.SUGGESTION),
        a_finding(State.ACTING, actions=(an_action(AT, due_on=date(2026, 4, 1)),)),
    ]
    loop = loop_of([*closed, *standing, a_finding(State.WITHDRAWN)], TODAY)
    assert {name: loop[name] for name in ("open", "acting", "verifying", "closed", "withdrawn")} == {
        "open": 1,
        "acting": 3,
        "verifying": 0,
        "closed": 2,
        "withdrawn": 1,
    }
    assert (loop["overdue"], loop["repeated"]) == (1, 1)
    assert loop["grades"]["major"] == {"standing": 0, "closed": 2}
    assert loop["grades"]["suggestion"] == {"standing": 1, "closed": 0}
    assert (loop["days"]["text_id"], loop["days"]["n"]) == ("17,5", 2)


def test_without_closed_findings_there_are_no_days() -> None:
    days = loop_of([a_finding()], TODAY)["days"]
    assert (days["value"], days["reason_id"]) == (None, "belum ada temuan yang ditutup")
