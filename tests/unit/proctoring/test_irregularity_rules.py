"""Who may decide a case, when a candidate counts as heard, and until when they may appeal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from app.core.dates import long_date, wall_clock
from app.proctoring.irregularities import Bar, Involved, State, appeal_until, bar, may_move, must_hear

OPENER, REPORTER, PROCTOR, HEAD, CANDIDATE, NEIGHBOUR, OUTSIDER = (uuid4() for _ in range(7))
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
TICK = timedelta(microseconds=1)
S = State


def involved(**changes: UUID | None) -> Involved:
    values = {"opener": OPENER, "reporter": REPORTER} | changes
    return Involved(**values, staff=frozenset({PROCTOR, HEAD}), candidates=frozenset({CANDIDATE, NEIGHBOUR}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("person", "barred"),
    [
        (OUTSIDER, None),
        (OPENER, Bar.OPENER),
        (REPORTER, Bar.REPORTER),
        (PROCTOR, Bar.IN_ROOM),
        (HEAD, Bar.IN_ROOM),
        (CANDIDATE, Bar.CANDIDATE),  # I-28: nobody acts on their own case
        (NEIGHBOUR, Bar.CANDIDATE),  # who sat the same exam was in the room, too
    ],
    ids=["outsider", "opener", "reporter", "proctor", "head", "candidate", "neighbour"],
)
def test_only_somebody_who_was_not_involved_decides(person: UUID, barred: Bar | None) -> None:
    assert bar(person, involved()) is barred


def test_a_case_without_an_incident_has_no_reporter() -> None:
    assert bar(REPORTER, involved(reporter=None)) is None
    assert bar(PROCTOR, involved(opener=PROCTOR)) is Bar.OPENER, "the nearest tie is named"


MOVES = {
    (S.OPENED, S.STATEMENT_ASKED),
    (S.OPENED, S.RELEASED),
    (S.STATEMENT_ASKED, S.STATEMENT_GIVEN),
    (S.STATEMENT_ASKED, S.VOID),
    (S.STATEMENT_ASKED, S.RELEASED),
    (S.STATEMENT_GIVEN, S.STATEMENT_GIVEN),
    (S.STATEMENT_GIVEN, S.VOID),
    (S.STATEMENT_GIVEN, S.RELEASED),
}


@pytest.mark.parametrize(("old", "new"), list(product(State, State)))
def test_no_other_move_exists(old: State, new: State) -> None:
    assert may_move(old, new) is ((old, new) in MOVES)


@pytest.mark.parametrize(
    ("state", "until", "awaited"),
    [
        (S.STATEMENT_ASKED, NOW + TICK, True),
        (S.STATEMENT_ASKED, NOW, False),
        (S.STATEMENT_ASKED, NOW - TICK, False),
        (S.STATEMENT_GIVEN, NOW + TICK, False),  # heard: nobody has to wait for the rest of the time
        (S.OPENED, None, False),
    ],
)
def test_a_statement_is_awaited_until_its_time_is_over(state: State, until: datetime | None, awaited: bool) -> None:
    assert must_hear(state, until, NOW) is awaited


@pytest.mark.parametrize(
    ("decided", "zone", "ends"),
    [
        ("2026-11-21T08:00+00:00", "Asia/Jakarta", "2026-11-22T16:59:59+00:00"),
        ("2026-11-21T16:59+00:00", "Asia/Jakarta", "2026-11-22T16:59:59+00:00"),  # 23.59 WIB, still the 21st
        ("2026-11-21T17:00+00:00", "Asia/Jakarta", "2026-11-23T16:59:59+00:00"),  # 00.00 WIB of the 22nd
        ("2026-11-21T14:59+00:00", "Asia/Jayapura", "2026-11-22T14:59:59+00:00"),
        ("2026-11-21T15:00+00:00", "Asia/Jayapura", "2026-11-23T14:59:59+00:00"),
        ("2026-12-31T08:00+00:00", "Asia/Makassar", "2027-01-01T15:59:59+00:00"),
    ],
)
def test_an_appeal_may_come_until_the_end_of_the_next_day_there(decided: str, zone: str, ends: str) -> None:
    assert appeal_until(datetime.fromisoformat(decided), zone) == datetime.fromisoformat(ends)


@pytest.mark.parametrize(
    ("zone", "lang", "date", "clock"),
    [
        ("Asia/Jakarta", "id", "Sabtu, 5 Desember 2026", "pukul 06.30 WIB"),
        ("Asia/Makassar", "id", "Sabtu, 5 Desember 2026", "pukul 07.30 WITA"),
        ("Asia/Jayapura", "en", "Saturday 5 December 2026", "08:30 WIT"),
    ],
)
def test_papers_name_day_and_zone(zone: str, lang: str, date: str, clock: str) -> None:
    local = datetime(2026, 12, 4, 23, 30, tzinfo=UTC).astimezone(ZoneInfo(zone))
    assert (long_date(local, lang), wall_clock(local, lang)) == (date, clock)
