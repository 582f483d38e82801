"""Safe Exam Browser through HTTP: the office asks for it, the file is everybody's, and each exam request is looked at."""

from __future__ import annotations

import asyncio
import gzip
import plistlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import delivery
from app.delivery import seb
from app.delivery.seb.rules import AROUND_THE_EXAM
from tests.api.test_authorisation import BODIES, expected, routes
from tests.api.test_socket import line_of
from tests.databases import TestDatabase, alter
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app
from tests.rescuing import Staff, attempt_of, code

QUIT = {"quit_password": "pulang-2026"}


@dataclass
class Room:
    app: FastAPI
    world: World
    stack: AsyncExitStack
    office: Staff
    proctor: Staff

    async def require(self, **choices: Any) -> httpx.Response:
        return await self.office.client.post(f"{self.office.path}/seb", json=choices)

    async def drop(self) -> httpx.Response:
        return await self.office.client.post(f"{self.office.path}/seb/drop", json={})

    async def read(self) -> dict[str, Any]:
        return (await self.office.client.get(f"{self.office.path}/seb")).json()

    async def file(self) -> httpx.Response:
        async with client_of(self.app) as anybody:
            return await anybody.get("/api/public/seb/UJI-1.seb")

    async def candidate(self, number: int = 0) -> Visitor:
        visitor = Visitor(await self.stack.enter_async_context(client_of(self.app)), self.world.cards[number])
        await visitor.log_in()
        return visitor

    async def failures(self) -> list[dict[str, Any]]:
        """Once everything is noted that was seen so far."""
        while self.app.state.seb.waiting:
            await asyncio.sleep(0.02)
        return (await self.proctor.client.get(f"{self.proctor.path}/seb/failures")).json()

    async def kinds(self) -> list[str]:
        """Every row, oldest first."""
        await self.failures()
        async with self.app.state.database.staff() as session:
            return list(await session.scalars(text("SELECT kind FROM seb_signals ORDER BY id")))


class Visitor(Candidate):
    """A candidate whose browser may be Safe Exam Browser."""

    mark: str = ""

    async def log_in(self) -> httpx.Response:
        answer = await super().log_in()
        self.mark = answer.json()["seb"] or ""
        return answer

    async def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, key: str = "", mark: str | None = None
    ) -> httpx.Response:
        """Through Safe Exam Browser where there is a key, with the session's own mark or another."""
        url = f"{self.client.base_url}/api/exam/{path}?seb={self.mark if mark is None else mark}".replace(
            "//api", "/api"
        )
        headers = {"X-SafeExamBrowser-ConfigKeyHash": seb.request_hash(url, key)} if key else {}
        return await self.client.request(method, url, json=body, headers=headers)

    async def claim_with(self, key: str) -> httpx.Response:
        answer = await self.ask("POST", "claim", {"device_secret": self.device, "take_over": False}, key=key)
        self.epoch = answer.json()["epoch"]
        return answer


@pytest.fixture
async def room(database: TestDatabase) -> AsyncIterator[Room]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, with_passwords=True)
        await alter(database, "UPDATE roster SET agreed_at = clock_timestamp(), agreed_version = '1'")
        staff = []
        for role in ("office", "proctor"):
            client = await stack.enter_async_context(client_of(app))
            await world.log_in(client, role)
            staff.append(Staff(client, world))
        yield Room(app, world, stack, *staff)


async def required(room: Room) -> str:
    assert (await room.require(**QUIT)).status_code == 204
    key: str = (await room.read())["chosen"]["config_key"]
    return key


async def test_the_file_has_the_key_that_the_server_expects(room: Room) -> None:
    assert (await room.file()).status_code == 404, "nobody asked for it yet"
    key = await required(room)
    file = await room.file()
    assert (file.status_code, file.headers["content-type"]) == (200, "application/seb")
    assert file.headers["content-disposition"] == 'attachment; filename="UJI-1.seb"'
    settings = plistlib.loads(gzip.decompress(gzip.decompress(file.content)[4:]))
    assert seb.config_key(settings) == key
    assert settings["startURL"] == "http://127.0.0.1:8000/"
    assert (await room.read())["file"] == "http://127.0.0.1:8000/api/public/seb/UJI-1.seb"
    assert (await room.drop()).status_code == 204
    assert (await room.file()).status_code == 404
    assert (await room.read())["required"] is False


async def test_files_that_are_out_stay_right_until_a_choice_changes(room: Room) -> None:
    first = await required(room)
    await room.drop()
    assert (await room.require()).status_code == 204, "the password of before stays"
    assert (await room.read())["chosen"]["config_key"] == first
    assert (await room.require(allowed_versions="Win.3.7.min")).status_code == 204
    changed = await room.read()
    assert changed["chosen"]["config_key"] != first
    assert changed["chosen"]["allowed_versions"] == ["Win.3.7.min"]
    assert changed["chosen"]["changed_by"] == "Petugas office"


@pytest.mark.parametrize(
    ("choices", "refusal"),
    [
        ({}, "seb-quit-password"),
        ({"quit_password": "pendek1"}, "seb-quit-password"),
        (QUIT | {"allowed_versions": "3.7"}, "seb-version"),
        (QUIT | {"certificate": "-----BEGIN PRIVATE KEY-----"}, "seb-certificate"),
        (QUIT | {"settings": {}}, "malformed"),
    ],
)
async def test_what_the_office_may_not_choose(room: Room, choices: dict[str, Any], refusal: str) -> None:
    assert code(await room.require(**choices)) == (422, refusal)
    assert (await room.read())["chosen"] is None


async def test_a_sitting_with_rooms_is_its_head_proctors_and_each_room_its_proctors(room: Room) -> None:
    """Who watches another room sees no failure of this one, sets none aside, and changes nothing for the whole sitting."""
    visitor = await room.candidate()
    assert (await room.proctor.client.post(f"{room.proctor.path}/seb", json=QUIT)).status_code == 204, "no rooms yet"
    await visitor.log_in()
    await visitor.ask("POST", "claim", BODIES["examClaim"])
    assert len(await room.failures()) == 1
    attempt_id = await attempt_of(room.app.state.database, visitor)
    async with room.app.state.database.staff() as session, session.begin():
        here = await delivery.create_room(session, room.world.sitting_id, "Ruang 1")
        entry = await session.scalar(text("SELECT id FROM roster ORDER BY number LIMIT 1"))
        await delivery.seat_candidate(session, room.world.sitting_id, entry, room_id=here, seat="01")
    assert await room.failures() == []
    for path, body in ((f"attempts/{attempt_id}/seb-override", {"reason": "x"}), ("seb", QUIT), ("seb/drop", {})):
        assert (await room.proctor.client.post(f"{room.proctor.path}/{path}", json=body)).status_code == 404, path
    assert (await room.drop()).status_code == 204, "the office"


async def test_a_closed_sitting_changes_no_more(room: Room) -> None:
    await required(room)
    async with room.app.state.database.staff() as session, session.begin():
        await delivery.close_sitting(session, room.world.sitting_id)
    assert code(await room.require(**QUIT)) == (409, "seb-sitting-closed")
    assert code(await room.drop()) == (409, "seb-sitting-closed")
    assert (await room.read())["may_change"] is False


async def test_a_candidate_is_told_the_mark_of_this_session_only_where_it_counts(room: Room) -> None:
    assert (await room.candidate()).mark == ""
    await required(room)
    first, second = await room.candidate(), await room.candidate()
    assert len(first.mark) == 16
    assert first.mark != second.mark, "each log-in has its own"
    assert (await first.client.get("/api/exam/me")).json()["seb"] == first.mark


async def test_nothing_is_noted_where_nobody_asks_for_it(room: Room) -> None:
    visitor = await room.candidate()
    assert (await visitor.claim_with("")).status_code == 200
    assert await room.kinds() == []


EXAM = sorted({route for route, _ in expected() if route.startswith("exam")})


@pytest.mark.parametrize("operation", EXAM)
async def test_a_hash_of_another_address_session_or_file_shows_on_each_route(room: Room, operation: str) -> None:
    key = await required(room)
    (route,) = (route for route in routes(room.app) if route.operation_id == operation)
    method, path = next(iter(route.methods - {"HEAD"})), route.path.removeprefix("/api/exam/")
    body = BODIES.get(operation, {}) if method == "POST" else None
    visitor, other = await room.candidate(0), await room.candidate(1)
    elsewhere = f"http://127.0.0.1:8000/api/exam/elsewhere?seb={visitor.mark}"
    replayed = {"X-SafeExamBrowser-ConfigKeyHash": seb.request_hash(elsewhere, key)}
    statuses = {
        (
            await visitor.client.request(method, f"{route.path}?seb={visitor.mark}", json=body, headers=replayed)
        ).status_code,
        (await (await room.candidate(0)).ask(method, path, body, key=key, mark=other.mark)).status_code,
        (await (await room.candidate(0)).ask(method, path, body, key="0" * 64)).status_code,
        (await (await room.candidate(0)).ask(method, path, body, key=key)).status_code,
        (await (await room.candidate(0)).ask(method, path, body)).status_code,
    }
    shown = ["wrong", "other-session", "wrong", "right", "missing"]
    assert await room.kinds() == shown[: 4 if route.path in AROUND_THE_EXAM else 5]
    plain = await (await room.candidate(1)).ask(method, path, body, key=key)
    assert statuses == {plain.status_code}, "nobody is refused for it"


async def test_the_page_may_say_it_where_the_program_adds_no_header(room: Room) -> None:
    key = await required(room)
    visitor = await room.candidate()
    sent = {"Sahih-Seb": seb.request_hash(f"http://127.0.0.1:8000/?seb={visitor.mark}", key)}
    url = f"/api/exam/claim?seb={visitor.mark}"
    body = {"device_secret": visitor.device, "take_over": False}
    assert (await visitor.client.post(url, json=body, headers=sent)).status_code == 200
    assert await room.kinds() == []
    assert (await (await room.candidate(1)).client.post(url, json=body, headers=sent)).status_code == 200
    assert await room.kinds() == ["other-session"]


async def test_what_comes_over_the_socket_is_looked_at_like_any_request(room: Room) -> None:
    key = await required(room)
    visitor = await room.candidate()
    told = seb.request_hash(f"http://127.0.0.1:8000/?seb={visitor.mark}", key)
    async with line_of(room.app, visitor.client, query=f"seb={visitor.mark}&page={told}") as line:
        await line.send("heartbeat", BODIES["examHeartbeat"])
    assert await room.kinds() == []
    async with line_of(room.app, visitor.client) as line:
        await line.send("heartbeat", BODIES["examHeartbeat"])
    assert await room.kinds() == ["missing"]
    other = await room.candidate(1)
    async with line_of(room.app, other.client, query=f"seb={visitor.mark}&page={told}") as line:
        await line.send("heartbeat", BODIES["examHeartbeat"])
    assert await room.kinds() == ["missing", "other-session"]


async def test_only_changes_are_noted(room: Room) -> None:
    key = await required(room)
    visitor = await room.candidate()
    for sent in ("", "", "0" * 64, "0" * 64, "", key, key, ""):
        await visitor.ask("POST", "comment", BODIES["examComment"], key=sent)
    assert await room.kinds() == ["missing", "wrong", "missing", "right", "missing"]


async def test_a_proctor_sets_a_failure_aside_with_a_reason(room: Room) -> None:
    await required(room)
    visitor = await room.candidate()
    attempt_id = await attempt_of(room.app.state.database, visitor)
    path = f"{room.proctor.path}/attempts/{attempt_id}/seb-override"
    reason = {"reason": "komputer cadangan tanpa SEB"}
    assert code(await room.proctor.client.post(path, json=reason)) == (409, "seb-no-failure")
    await visitor.claim_with("")
    (failure,) = await room.failures()
    assert (failure["number"], failure["last"]["kind"], failure["override"]) == (visitor.card.number, "missing", None)
    assert failure["first"]["path"] == "/api/exam/claim"
    assert code(await room.proctor.client.post(path, json={"reason": " "})) == (422, "malformed")
    assert (await room.proctor.client.post(path, json=reason)).status_code == 204
    (failure,) = await room.failures()
    assert (failure["override"]["reason"], failure["override"]["by"]) == (reason["reason"], "Petugas proctor")
    async with room.app.state.database.staff() as session:
        entries = await session.execute(
            text("SELECT action, reason FROM journal WHERE action LIKE 'seb.%' ORDER BY id")
        )
        assert [tuple(row) for row in entries] == [("seb.required", None), ("seb.overridden", reason["reason"])]


async def test_the_candidates_log_in_cannot_change_what_is_asked_nor_what_was_seen(database: TestDatabase) -> None:
    rights = """
        SELECT table_name, privilege_type FROM information_schema.role_table_grants
        WHERE grantee = 'sahih_exam' AND table_name IN ('sitting_seb', 'seb_signals', 'seb_overrides')
        UNION SELECT table_name, privilege_type FROM information_schema.role_column_grants
        WHERE grantee = 'sahih_exam' AND table_name IN ('sitting_seb', 'seb_signals', 'seb_overrides')
    """
    async with running_app(make_settings(database)) as app, app.state.database.exam() as session:
        found = {tuple(row) for row in await session.execute(text(rights))}
    assert found == {("sitting_seb", "SELECT"), ("seb_signals", "SELECT"), ("seb_signals", "INSERT")}


async def test_a_whole_exam_without_it_counts_like_any_other(room: Room) -> None:
    await required(room)
    visitor = await room.candidate()
    assert (await visitor.enter()).status_code == 200
    assert (await visitor.save({1: 2})).status_code == 200
    assert (await visitor.submit()).status_code == 200
