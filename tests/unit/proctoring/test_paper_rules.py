"""What the minutes tell, how clocks add up, whose card may be printed anew."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.core.errors import NotFound
from app.delivery import AttemptState
from app.proctoring.incident_codes import Category, Code
from app.proctoring.papers import rules, words
from app.proctoring.papers.errors import CardsInUse
from app.proctoring.papers.types import ClockAccount, GrantFacts, Kind
from tests.unit.proctoring.papers import DURATION, STARTED, TRANSMISSION, make_course, make_grant

State = AttemptState


def account(*grants: GrantFacts, added: int, **course: Any) -> ClockAccount:
    made = rules.account(make_course(added=added, **course), DURATION, (TRANSMISSION, *grants))
    assert made is not None
    return made


@pytest.mark.invariant("I-07")
@pytest.mark.parametrize(
    ("grants", "added", "difference"),
    [
        ((), 10, 0),
        ((("extra", 300),), 310, 0),
        ((("outage", 123), ("extra", 300)), 433, 0),
        ((("clock", -7),), 3, 0),
        ((("extra", 300),), 10, -300),  # written down and not given
        ((), 17, 7),  # given and not written down
    ],
)
def test_a_clock_is_the_sum_of_its_parts(grants: tuple[tuple[str, int], ...], added: int, difference: int) -> None:
    one = account(*(make_grant(*grant) for grant in grants), added=added)
    assert one.difference == timedelta(seconds=difference)
    assert one.closes_at == STARTED + timedelta(seconds=DURATION + added)


def test_who_never_started_has_no_clock() -> None:
    assert rules.account(make_course(state=State.ADMITTED), DURATION, (TRANSMISSION,)) is None


def test_a_clock_is_told_unless_it_is_the_sittings_own() -> None:
    assert rules.is_plain(account(added=10))
    assert not rules.is_plain(account(added=11)), "its sum is wrong"
    assert not rules.is_plain(account(make_grant("extra", 60), added=70))
    assert not rules.is_plain(account(added=10, state=State.PAUSED, paused_at=STARTED))


def test_an_outage_is_told_once_for_all_whom_it_stopped_alike() -> None:
    outage, other = make_grant("outage", 123), make_grant("outage", 124)
    clocks = [account(outage, added=133), account(other, added=134), account(outage, added=133)]
    assert rules.alike(clocks) == [[clocks[0], clocks[2]], [clocks[1]]]


@pytest.mark.parametrize(
    ("action", "facts", "told"),
    [
        ("device.held", {"epoch": 1}, False),  # every candidate has a first device
        ("device.held", {"epoch": 2}, True),
        ("attempt.started", {}, False),
        ("token.renewed", {}, True),
        ("time.granted", {"seconds": 60}, False),
        ("irregularity.opened", {}, False),  # judged later, by others, and not the room's to read
        ("irregularity.statement-given", {}, False),
        ("attempt.voided", {}, False),
        ("room.handed-over", {}, True),
        ("what.nobody-thought-of", {}, True),
    ],
)
def test_the_minutes_tell_what_no_other_section_says(action: str, facts: dict[str, Any], told: bool) -> None:
    assert rules.is_told(action, facts, make_course()) is told


def test_time_given_to_somebody_who_never_started_is_told_by_itself() -> None:
    assert rules.is_told("time.granted", {"seconds": 60}, make_course(state=State.ASSIGNED))


@pytest.mark.parametrize(
    ("states", "printed"),
    [
        ((State.ASSIGNED, State.ASSIGNED), 2),
        ((State.ASSIGNED, State.VOID), 1),
        ((State.ASSIGNED, State.ADMITTED), None),
        ((State.ASSIGNED, State.RUNNING), None),
        ((State.ASSIGNED, State.PAUSED), None),
        ((State.ASSIGNED, State.SUBMITTED), None),
    ],
)
def test_all_cards_are_printed_only_while_none_is_in_use(states: tuple[State, ...], printed: int | None) -> None:
    courses = [make_course(state=state) for state in states]
    if printed is None:
        with pytest.raises(CardsInUse):
            rules.cards_for(courses, None)
    else:
        assert len(rules.cards_for(courses, None)) == printed
    for course in courses:
        assert rules.cards_for(courses, course.attempt_id) == [course], "one may always be asked for"
    with pytest.raises(NotFound):
        rules.cards_for(courses, uuid4())


def test_every_entry_that_the_minutes_may_tell_has_a_word() -> None:
    """Of those whose action is written out where the journal is written."""
    app = Path(__file__).parents[3] / "app"
    calls = (node for path in app.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    actions = {
        call.args[1].value
        for call in calls
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "journal.record"
        and isinstance(call.args[1], ast.Constant)
        and any(keyword.arg == "sitting_id" for keyword in call.keywords)
    }
    assert "message.sent" in actions
    assert {action for action in actions if rules.is_told(str(action), {"epoch": 2}, None)} <= set(words.ACTIONS)


def test_every_code_has_a_word() -> None:
    assert set(words.CODES) == set(Code)
    assert set(words.TITLES) == set(words.FILES) == set(Kind)
    assert set(words.STATES) == set(State)
    assert set(words.CATEGORIES) == set(Category)
