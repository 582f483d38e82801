"""Signals: recorded once, strictly, up to a limit; read by the candidate and, over a threshold, by the board."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app import delivery, proctoring
from app.delivery.signals.kinds import KINDS
from app.delivery.signals.record import MOST_KEPT
from tests.databases import TestDatabase, alter
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app

PAGE = "ab" * 8
AT = "2026-11-21T03:00:00.000Z"


@asynccontextmanager
async def writing(database: TestDatabase) -> AsyncIterator[tuple[FastAPI, World, Candidate]]:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1, with_passwords=True)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        yield app, world, candidate


def signal(seq: int, kind: str = "focus-lost", **more: Any) -> dict[str, Any]:
    return {"seq": seq, "kind": kind, "at": AT, **more}


async def report(candidate: Candidate, *signals: dict[str, Any], page: str = PAGE) -> httpx.Response:
    return await candidate.post("signals", {"page": page, "signals": list(signals)})


async def counts(candidate: Candidate) -> dict[str, tuple[int, float]]:
    """Of what the page noticed."""
    told = (await candidate.read("signals")).json()["counts"]
    return {one["kind"]: (one["times"], one["seconds"]) for one in told if KINDS[one["kind"]].from_page}


async def attention(app: FastAPI, world: World) -> list[str]:
    """The kinds that the board shows as worth a look, of the only candidate."""
    return [one["kind"] for one in (await row_of(app, world))["signals"]]


async def row_of(app: FastAPI, world: World) -> Mapping[str, Any]:
    async with app.state.database.staff() as session:
        sitting = await delivery.get_sitting(session, world.sitting_id)
        (row,) = (await proctoring.read_board(session, sitting)).candidates.values()
    return row


async def test_what_is_sent_twice_is_recorded_once_and_the_candidate_can_read_it(database: TestDatabase) -> None:
    async with writing(database) as (_, _, candidate):
        batch = [signal(1), signal(2, "focus-back", seconds=12.5), signal(3)]
        for _ in range(2):
            assert (await report(candidate, *batch)).status_code == 204
        await report(candidate, signal(3), signal(4, "focus-back", seconds=2.5))
        assert await counts(candidate) == {"focus-lost": (2, 0), "focus-back": (2, 15)}
        told = (await candidate.read("signals")).json()["signals"]
        mine = [one for one in told if one["client_at"]]
        assert [one["kind"] for one in mine] == ["focus-lost", "focus-back", "focus-lost", "focus-back"]
        assert {one["client_at"] for one in mine} == {AT}
        assert all(one["at"] > AT for one in mine), "the server's own time beside the page's"
        await report(candidate, signal(1), page="cd" * 8)
        assert (await counts(candidate))["focus-lost"] == (3, 0), "another load of the page counts anew"


@pytest.mark.parametrize(
    "body",
    [
        {"page": PAGE, "signals": [signal(1, "answer")]},
        {"page": PAGE, "signals": [signal(1, "address")]},
        {"page": PAGE, "signals": [signal(1, "login")]},
        {"page": PAGE, "signals": [signal(0)]},
        {"page": PAGE, "signals": [signal(1, seconds=-1)]},
        {"page": PAGE, "signals": [signal(1, seconds=1e9)]},
        {"page": PAGE, "signals": [signal(1, text="what was copied")]},
        {"page": PAGE, "signals": [signal(1) | {"at": "2026-11-21T03:00:00"}]},
        {"page": PAGE, "signals": [signal(seq) for seq in range(1, 52)]},
        {"page": "x", "signals": []},
    ],
)
async def test_what_is_no_signal_of_a_page_is_refused(database: TestDatabase, body: dict[str, Any]) -> None:
    async with writing(database) as (_, _, candidate):
        assert (await candidate.post("signals", body)).status_code == 422
        assert await counts(candidate) == {}


async def test_past_the_limit_there_is_only_the_count(database: TestDatabase) -> None:
    async with writing(database) as (_, _, candidate):
        for first in range(1, MOST_KEPT + 51, 50):
            await report(candidate, *(signal(seq) for seq in range(first, first + 50)))
        await report(candidate, signal(MOST_KEPT + 51, "print"))
        kept = (await candidate.read("signals")).json()["signals"]
        assert len([one for one in kept if one["client_at"]]) == MOST_KEPT
        assert await counts(candidate) == {"focus-lost": (MOST_KEPT + 50, 0), "print": (1, 0)}


async def test_nothing_is_recorded_before_the_start(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.log_in()
        refused = await report(candidate, signal(1))
        assert (refused.status_code, refused.json()["code"]) == (409, "not-running")


@pytest.mark.parametrize(
    ("sent", "worth_a_look"),
    [
        ([signal(1), signal(2)], []),
        ([signal(1), signal(2), signal(3)], ["focus-lost"]),
        ([signal(1, "focus-back", seconds=59.9)], []),
        ([signal(1, "focus-back", seconds=30), signal(2, "focus-back", seconds=30)], ["focus-back"]),
        ([signal(1, "print")], ["print"]),
    ],
)
async def test_the_board_is_told_from_the_threshold_on(
    database: TestDatabase, sent: Sequence[dict[str, Any]], worth_a_look: list[str]
) -> None:
    async with writing(database) as (app, world, candidate):
        await report(candidate, *sent)
        assert await attention(app, world) == worth_a_look


async def test_the_board_says_how_often_and_how_long_and_a_sitting_sets_from_when_on(database: TestDatabase) -> None:
    async with writing(database) as (app, world, candidate), client_of(app) as office:
        left = [signal(seq) for seq in range(1, 5)]
        back = [signal(seq, "focus-back", seconds=18.1) for seq in range(5, 9)]
        await report(candidate, *left, *back, signal(9, "copy"))
        assert (await row_of(app, world))["signals"] == [
            {"kind": "copy", "times": 1, "seconds": 0},
            {"kind": "focus-back", "times": 4, "seconds": 72},
            {"kind": "focus-lost", "times": 4, "seconds": 0},
        ]
        await world.log_in(office, "office")
        place = f"/api/staff/sittings/{world.sitting_id}/board/thresholds"
        values = {"silent_seconds": 45, "unsaved_minutes": 5, "late_minutes": 10, "low_percent": 50, "low_minutes": 20}
        for limits in ({"copy": 0, "focus-lost": 5}, {"focus-back": 73}):  # what is not named stays
            assert (await office.post(place, json=values | {"signals": limits})).status_code == 204
        assert await attention(app, world) == []
        await report(candidate, signal(10))
        assert await attention(app, world) == ["focus-lost"]
        for wrong in ({"answer": 1}, {"copy": -1}, {"copy": 1.5}):
            assert (await office.post(place, json=values | {"signals": wrong})).status_code == 422


async def test_another_address_and_another_log_in_are_noticed_by_the_server(database: TestDatabase) -> None:
    async with writing(database) as (app, world, candidate):
        for _ in range(2):
            await report(candidate)
        assert await attention(app, world) == []
        async with client_of(app, address="10.0.0.9") as elsewhere:
            second = Candidate(elsewhere, candidate.card)
            await second.log_in()
            assert (await second.claim()).status_code == 409, "the device is held; what was tried is known"
        assert await attention(app, world) == ["address", "login"]
        told = (await candidate.read("signals")).json()["signals"]
        assert [one["note"] for one in told if one["kind"] == "address"] == ["127.0.0.1", "10.0.0.9"]


@pytest.mark.parametrize(
    ("fast", "slow", "noticed"),
    [(6, 14, True), (5, 15, False), (6, 13, False), (20, 0, True)],
)
async def test_fast_answering_is_seen_in_the_times_of_the_answers(
    database: TestDatabase, fast: int, slow: int, *, noticed: bool
) -> None:
    """At least 20 gaps, and 30 % of them under 5 seconds."""
    async with writing(database) as (app, world, candidate):
        await candidate.save(dict.fromkeys(range(1, fast + slow + 2), 1))
        await alter(
            database,
            "UPDATE answers SET saved_at = now() - interval '1 hour' "
            "+ CASE WHEN position <= $1 THEN position * interval '4.9 s' ELSE position * interval '20 s' END",
            fast + 1,
        )
        for _ in range(2):
            await delivery.signals.note_fast_answers(app.state.database)
        assert await attention(app, world) == (["fast-answers"] if noticed else [])


async def test_answers_that_come_together_after_an_outage_are_not_fast(database: TestDatabase) -> None:
    async with writing(database) as (app, world, candidate):
        await candidate.save(dict.fromkeys(range(1, 61), 1))
        await delivery.signals.note_fast_answers(app.state.database)
        assert await attention(app, world) == []


async def test_calls_and_unread_messages_ask_for_a_look_too(database: TestDatabase) -> None:
    async with writing(database) as (app, world, candidate):
        await candidate.post("help", {"need": "health"})
        row = await row_of(app, world)
        assert ([call["need"] for call in row["help"]], row["unread"], row["signals"]) == (["health"], 0, [])
