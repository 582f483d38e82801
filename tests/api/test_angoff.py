"""An Angoff panel over HTTP: who sees what, and when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.databases import TestDatabase
from tests.factories import World, client_of, make_settings, make_world, running_app

SAID = {"minimum": 65, "pass_percent": 70, "min_cut": 55, "max_cut": 75, "min_fail": 10, "max_fail": 50}


@dataclass
class Judging:
    """A panel of an author and a reviewer, led by a member of the committee who does not judge."""

    world: World
    clients: dict[str, httpx.AsyncClient]
    panel: str
    items: list[str]

    async def seen(self, role: str) -> dict[str, Any]:
        answer = await self.clients[role].get(self.panel)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def rate(self, role: str, percent: int) -> None:
        percents = dict.fromkeys(self.items, percent)
        answer = await self.clients[role].put(f"{self.panel}/ratings", json={"percents": percents})
        assert answer.status_code == 204, answer.text

    async def done(self, role: str, **body: Any) -> None:
        answer = await self.clients[role].post(f"{self.panel}/done", json=body)
        assert answer.status_code == 204, answer.text

    async def move(self, to: str) -> None:
        answer = await self.clients["committee"].post(f"{self.panel}/moves", json={"to": to})
        assert answer.status_code == 204, answer.text


@pytest.fixture
async def judging(database: TestDatabase) -> AsyncIterator[Judging]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, candidates=0, prepared=False, with_passwords=True)
        clients = {}
        for role in ("committee", "author", "reviewer", "office"):
            clients[role] = await stack.enter_async_context(client_of(app))
            await world.log_in(clients[role], role)
        choices = (await clients["committee"].get("/api/staff/angoff-choices?scheme=MMu")).json()
        items = [one["version_id"] for one in choices["items"][:3]]
        assert {one["person_id"] for one in choices["judges"]} >= {str(world.staff["author"])}
        judges = [{"person_id": str(world.staff[role]), "expertise": "mutu"} for role in ("author", "reviewer")]
        body = {"scheme": "MMu", "title": "Panel 2026", "items": items, "judges": judges}
        opened = await clients["committee"].post("/api/staff/angoff-panels", json=body)
        assert opened.status_code == 201, opened.text
        yield Judging(world, clients, f"/api/staff/angoff-panels/{opened.json()['id']}", items)


async def test_nobody_sees_what_another_judge_said_before_the_round_is_frozen(judging: Judging) -> None:
    await judging.rate("author", 37)
    await judging.done("author")
    for role in ("reviewer", "committee"):
        seen = await judging.seen(role)
        assert seen["results"] == {}
        for one in seen["items"]:
            assert set(one) == {"version_id", "code", "kuk", "own", "group", "observed"}, "nothing else could tell"
            assert set(one["own"].values()) == {None}
            assert one["group"] is None and one["observed"] is None
    progress = {one["name"]: one["rated"] for one in (await judging.seen("committee"))["judges"]}
    assert sorted(progress.values()) == [0, 3]


async def test_after_the_feedback_each_judge_sees_the_spread_and_only_their_own_severity(judging: Judging) -> None:
    for role, percent in (("author", 40), ("reviewer", 80)):
        await judging.rate(role, percent)
        await judging.done(role)
    await judging.move("feedback")
    seen = await judging.seen("author")
    assert (seen["items"][0]["group"]["least"], seen["items"][0]["group"]["most"]) == (40, 80)
    assert seen["items"][0]["own"]["1"] == 40
    assert seen["items"][0]["observed"]["reason_id"] == "belum ada peserta yang mengerjakannya"
    assert [one["figures"][1]["text_id"] for one in seen["results"]["1"]["judges"]] == ["−20,0"]
    assert len((await judging.seen("committee"))["results"]["1"]["judges"]) == 2


async def test_a_closed_panel_is_compared_with_the_pass_mark_and_changes_nothing_else(judging: Judging) -> None:
    for to, extra in (("feedback", {}), ("closed", {"compromise": SAID})):
        for role, percent in (("author", 60), ("reviewer", 64)):
            await judging.rate(role, percent)
            await judging.done(role, **extra)
        await judging.move(to)
        if to == "feedback":
            await judging.move("round-2")
    seen = await judging.seen("committee")
    assert seen["state"] == "closed"
    assert "68 ditetapkan skema (9.3.2)" in seen["results"]["2"]["comparison"]["text_id"]
    refused = await judging.clients["author"].put(f"{judging.panel}/ratings", json={"percents": {judging.items[0]: 1}})
    assert (refused.status_code, refused.json()["code"]) == (409, "angoff-state")


async def test_a_judge_reads_the_items_of_the_panel_without_their_keys(judging: Judging) -> None:
    answer = await judging.clients["author"].get(f"{judging.panel}/items/{judging.items[0]}")
    assert answer.status_code == 200
    assert set(answer.json()["shown"]) == {"stem", "options", "stimulus"}
    other = await judging.clients["author"].get(f"{judging.panel}/items/{judging.world.sitting_id}")
    assert other.status_code == 404


async def test_who_neither_judges_nor_leads_sees_no_panel(judging: Judging) -> None:
    assert (await judging.clients["office"].get(judging.panel)).status_code == 403
    listed = (await judging.clients["author"].get("/api/staff/angoff-panels")).json()["panels"]
    assert [one["waits_for_me"] for one in listed] == [True]


@pytest.mark.parametrize("percent", [-1, 101, 50.5, "60"])
async def test_a_rating_is_a_whole_number_of_0_to_100(judging: Judging, percent: object) -> None:
    body = {"percents": {judging.items[0]: percent}}
    assert (await judging.clients["author"].put(f"{judging.panel}/ratings", json=body)).status_code == 422
