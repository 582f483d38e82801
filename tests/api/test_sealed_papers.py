"""A paper lies ready, sealed, before the start; nobody opens it but the device that started its attempt, and never after the end."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from cryptography.exceptions import InvalidTag

from app import delivery
from app.delivery import papers
from app.delivery.devices import device_of
from app.delivery.start import Asked, Started, start_many
from app.worker import work_once
from tests.databases import TestDatabase, alter
from tests.factories import Candidate, client_of, make_settings, make_world, running_app, violations


async def attempt_of(candidate: Candidate) -> dict[str, Any]:
    attempt: dict[str, Any] = (await candidate.client.get("/api/exam/me")).json()["attempt"]
    return attempt


def opens(key: bytes, sealed: bytes, attempt_id: str) -> bool:
    try:
        papers.unseal(sealed, key, UUID(attempt_id))
    except InvalidTag:
        return False
    return True


async def test_the_file_is_fetched_before_the_start_and_kept_by_any_cache(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.log_in()
        path = (await attempt_of(candidate))["paper"]
        assert re.fullmatch(r"/papers/[0-9a-f]{32}", path), "128 bits that nobody guesses"
        async with client_of(app) as anybody:
            file = await anybody.get(path)
            for nobody in ("0" * 32, "%00", "..%2Fassets", "x" * 5_000, ""):
                assert (await anybody.get("/papers/" + nobody)).status_code == 404
            assert (await anybody.head(path)).status_code == 200, "a cache may ask first"
            refused = await anybody.post(path, json={})
            assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
        assert file.status_code == 200
        assert "immutable" in file.headers["cache-control"]
        assert "set-cookie" not in file.headers
        assert len(file.content) < 20_000
        assert b"questions" not in file.content


async def test_a_candidate_with_all_that_the_server_ever_said_opens_no_other_paper(database: TestDatabase) -> None:
    """Every run of 32 bytes of any reply to A is tried on B's file, and of it the hexadecimal ones."""
    heard: list[bytes] = []

    async def note(response: httpx.Response) -> None:
        heard.append(await response.aread() + str(response.headers).encode())

    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        world = await make_world(app.state.database)
        one.event_hooks["response"].append(note)
        here, there = (Candidate(client, card) for client, card in zip((one, two), world.cards, strict=False))
        await here.enter()
        await here.save({1: 1})
        await here.paper()
        own = await attempt_of(here)
        own_file = (await two.get(own["paper"])).content
        await here.submit()
        await there.log_in()
        other = await attempt_of(there)
        sealed = (await one.get(other["paper"])).content
    keys = set()
    for said in heard[:-1]:
        keys |= {said[at : at + papers.KEY_BYTES] for at in range(len(said) - papers.KEY_BYTES + 1)}
        keys |= {bytes.fromhex(found.decode()) for found in re.findall(rb"(?=([0-9a-f]{64}))", said)}
    assert len(keys) > 5_000
    assert any(opens(key, own_file, own["id"]) for key in keys), "the same search finds the key to A's own paper"
    assert not any(opens(key, sealed, other["id"]) for key in keys)


async def test_the_key_comes_with_the_start_and_again_to_the_device_that_holds_the_attempt(
    database: TestDatabase,
) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.log_in()
        await candidate.post("agree", {"statement_version": "2"})
        await candidate.claim()
        assert (await candidate.read("attempt")).json()["paper_key"] is None, "not before the start"
        started = (await candidate.start()).json()
        again = (await candidate.start()).json()
        assert (started["last_seq"], again["last_seq"]) == (0, 0)
        assert started["paper_key"] == again["paper_key"] == (await candidate.read("attempt")).json()["paper_key"]
        assert len((await candidate.paper())["questions"]) == 100
        candidate.seq = 6
        await candidate.save({1: 1})
        assert (await candidate.start()).json()["last_seq"] == 7, "so the page knows that there are answers to fetch"


async def test_file_and_key_are_gone_after_the_end(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as other:
        world = await make_world(app.state.database)
        here, absent = (Candidate(one, card) for one, card in zip((client, other), world.cards, strict=False))
        await absent.log_in()
        waiting = (await attempt_of(absent))["paper"]
        await here.enter()
        path = (await attempt_of(here))["paper"]
        await here.submit()
        assert (await attempt_of(here))["paper"] is None
        assert (await here.read("attempt")).json()["paper_key"] is None
        await work_once(app.state.database)
        assert (await client.get(path)).status_code == 404
        assert (await other.get(waiting)).status_code == 200, "who has not started yet may still do so"
        async with app.state.database.staff() as session, session.begin():
            await delivery.close_sitting(session, world.sitting_id)
        await work_once(app.state.database)
        assert (await other.get(waiting)).status_code == 404


async def test_a_paper_stays_while_its_start_is_on_its_way(database: TestDatabase) -> None:
    """The sitting is closed, and the worker looks, between the start and its commit."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1)
        candidate = Candidate(client, world.cards[0])
        await candidate.log_in()
        await candidate.post("agree", {"statement_version": "2"})
        attempt = await attempt_of(candidate)
        owner = await asyncpg.connect(database.superuser_url)
        starting = owner.transaction()
        await starting.start()
        asked = Asked(UUID(attempt["id"]), device_of(candidate.device, "127.0.0.1", ""), "")
        (started,) = await start_many(owner, world.sitting_id, [asked], wait=True)
        assert isinstance(started, Started)
        async with app.state.database.staff() as session, session.begin():
            await delivery.close_sitting(session, world.sitting_id)
        await work_once(app.state.database)
        await starting.commit()
        await owner.close()
        assert len((await candidate.paper())["questions"]) == 100


@pytest.mark.invariant("I-11")
async def test_a_running_attempt_without_a_paper_is_found(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        await Candidate(client, (await make_world(app.state.database)).cards[0]).enter()
        await alter(database, "DELETE FROM papers")
        assert any("has none" in found for found in await violations(app.state.database, but=("I-45",)))


async def test_each_paper_has_a_key_of_its_own_and_shows_what_was_assembled(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        world = await make_world(app.state.database)
        candidates = [Candidate(client, card) for client, card in zip((one, two), world.cards, strict=False)]
        keys = [(await candidate.enter()).json()["paper_key"] for candidate in candidates]
        assert len(set(keys)) == 2
        assert await violations(app.state.database, but=("I-45",)) == []
        shown = [await candidate.paper() for candidate in candidates]
        for first, second in itertools.pairwise(shown):
            assert first["questions"] != second["questions"]


@pytest.mark.invariant("I-11")
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE papers SET sealed = set_byte(sealed, 99, get_byte(sealed, 99) # 1)",
        "UPDATE papers SET key = decode(repeat('07', 32), 'hex')",
        "UPDATE forms SET shown_sha256 = repeat('a', 64)",
    ],
)
async def test_a_paper_that_is_not_what_was_assembled_is_found(database: TestDatabase, damage: str) -> None:
    async with running_app(make_settings(database)) as app:
        await make_world(app.state.database)
        assert await violations(app.state.database, but=("I-45",)) == []
        await alter(database, damage)
        assert any("I-11" in found for found in await violations(app.state.database, but=("I-45",)))


def test_the_golden_file_opens_here_as_it_does_in_the_page() -> None:
    golden = json.loads((Path(__file__).parents[1] / "golden/paper/sealed.json").read_text(encoding="utf-8"))
    sealed, key = bytes.fromhex(golden["sealed"]), bytes.fromhex(golden["key"])
    assert papers.unseal(sealed, key, UUID(golden["paper"]["attempt_id"])) == golden["paper"]
