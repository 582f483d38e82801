"""The committee's blueprint and reference standard over HTTP: checked against the bank, approved by another, seen by whoever plans."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from app import identity, itembank
from app.core.access import Role
from app.core.db import Database
from tests.databases import TestDatabase
from tests.factories import (
    PASSWORD,
    client_of,
    draft_items,
    make_scheme,
    make_settings,
    make_staff,
    running_app,
)

BASIS = "analisis praktik 2026, rapat komite 3 Maret"
FORMS = "/api/staff/forms"
ROLES = ("committee", "member", "office", "auditor", "proctor")


@dataclass
class Room:
    database: Database
    clients: dict[str, httpx.AsyncClient]

    async def get(self, path: str, role: str = "committee") -> dict[str, Any]:
        answer = await self.clients[role].get(FORMS + path, params={"scheme": "MMu"})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def post(self, path: str, role: str = "committee", **body: Any) -> httpx.Response:
        return await self.clients[role].post(FORMS + path, json=body)

    async def write(self, what: str, **body: Any) -> str:
        answer = await self.post(f"/{what}", scheme="MMu", basis=BASIS, **body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def approve(self, what: str, **body: Any) -> str:
        """Written by one member, approved by the other."""
        written = await self.write(what, **body)
        assert (await self.post(f"/{what}/{written}/approve", "member")).status_code == 204
        return written


@pytest.fixture
async def room(database: TestDatabase) -> AsyncIterator[Room]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        async with app.state.database.staff() as session, session.begin():
            await make_scheme(session)
            await itembank.load_items(session, "MMu", draft_items())
            people = await make_staff(session)
            people["member"] = await identity.add_staff(
                session, name="Anggota lain", username="member", roles=[Role.COMMITTEE]
            )
            await identity.undertakings.sign_all_needed(session, people["member"], frozenset({Role.COMMITTEE}))
            for role in ROLES:
                await identity.set_password(session, people[role], PASSWORD)
        clients = {}
        for role in ROLES:
            clients[role] = await stack.enter_async_context(client_of(app))
            body = {"username": role, "password": PASSWORD}
            assert (await clients[role].post("/api/staff/login", json=body)).status_code == 200
        yield Room(app.state.database, clients)


def changed(content: dict[str, Any], *limits: dict[str, Any], **of_kuk: int) -> dict[str, Any]:
    """With other numbers for these criteria (`k1_1=…`), and further limits."""
    numbers = {name.removeprefix("k").replace("_", "."): count for name, count in of_kuk.items()}
    kept = [
        limit | dict.fromkeys(("least", "most"), numbers.get(limit["value"], limit["least"]))
        for limit in content["limits"]
    ]
    return content | {"limits": [*kept, *limits]}


async def test_a_scheme_starts_with_a_proposal_that_nobody_has_approved(room: Room) -> None:
    found = await room.get("/blueprints", "office")
    assert found["blueprints"] == []
    assert (found["default"]["items"], len(found["default"]["limits"]), found["shortfalls"]) == (100, 20, [])
    standards = await room.get("/standards", "auditor")
    assert (standards["standards"], standards["draft"]) == ([], None)


@pytest.mark.clause("9.3.1", "the feasibility check says which cell of a blueprint lacks how many items")
async def test_the_check_names_the_cell_and_what_it_lacks(room: Room) -> None:
    default = (await room.get("/blueprints"))["default"]
    asked = changed(default, k1_1=8, k1_2=2)
    found = (await room.post("/blueprints/check", scheme="MMu", content=asked)).json()
    assert found["faults"] == []
    (shortfall,) = found["shortfalls"]
    assert (shortfall["rule"], shortfall["by"]) == ("kuk:1.1", 2)
    assert "kurang 2" in shortfall["text_id"]
    cells = {(cell["dimension"], cell["value"]): cell for cell in found["cells"]}
    assert cells["kuk", "1.1"] == {"dimension": "kuk", "value": "1.1", "least": 8, "most": 8, "available": 6}
    levels = {"dimension": "level", "value": "analyse", "least": 10, "most": 40}
    found = (await room.post("/blueprints/check", scheme="MMu", content=changed(default, levels))).json()
    assert [one["rule"] for one in found["shortfalls"]] == ["level:analyse"]


async def test_the_check_shows_faults_of_the_blueprint_itself_first(room: Room) -> None:
    default = (await room.get("/blueprints"))["default"]
    found = (await room.post("/blueprints/check", scheme="MMu", content=changed(default, k1_1=9))).json()
    assert [fault["field"] for fault in found["faults"]] == ["kuk"]
    assert "berjumlah 104 soal, harus 100" in found["faults"][0]["text_id"]
    assert found["shortfalls"] == []
    refused = await room.post("/blueprints", scheme="MMu", content=changed(default, k1_1=9), basis=BASIS)
    assert (refused.status_code, refused.json()["code"]) == (422, "unfit-blueprint")
    assert refused.json()["faults"] == found["faults"]


async def test_a_blueprint_is_written_by_one_and_approved_by_another(room: Room) -> None:
    default = (await room.get("/blueprints"))["default"]
    short = await room.post("/blueprints", scheme="MMu", content=default, basis="ya")
    assert (short.status_code, short.json()["code"]) == (422, "basis-needed")
    written = await room.write("blueprints", content=default)
    own = await room.post(f"/blueprints/{written}/approve")
    assert (own.status_code, own.json()["code"]) == (409, "approve-by-another")
    assert (await room.post(f"/blueprints/{written}/approve", "member")).status_code == 204
    again = await room.post(f"/blueprints/{written}/approve", "member")
    assert (again.status_code, again.json()["code"]) == (409, "decided-already")
    (shown,) = (await room.get("/blueprints", "office"))["blueprints"]
    assert (shown["id"], shown["state"], shown["version_no"], shown["basis"]) == (written, "approved", 1, BASIS)
    assert (shown["made_by"]["name"], shown["approved_by"]["name"]) == ("Petugas committee", "Anggota lain")
    assert shown["content"] == default


async def test_a_standard_is_frozen_once_it_is_approved_and_the_drift_of_the_bank_is_shown(room: Room) -> None:
    refused = await room.post("/standards", scheme="MMu", basis=BASIS)
    assert (refused.status_code, refused.json()["code"]) == (409, "no-blueprint")
    blueprint = await room.approve("blueprints", content=(await room.get("/blueprints"))["default"])
    draft = (await room.get("/standards"))["draft"]
    assert (draft["n_items"], draft["target"], draft["bank_expected"]) == (120, 68, 68)
    written = await room.approve("standards")
    (shown,) = (await room.get("/standards"))["standards"]
    assert (shown["id"], shown["state"], shown["blueprint_id"]) == (written, "approved", blueprint)
    assert shown["theta_cut"] == draft["theta_cut"]
    assert shown["sources"] == {"calibrated": 0, "empirical": 0, "judged": 120}
    again = await room.post("/standards", scheme="MMu", basis=BASIS)
    assert (again.status_code, again.json()["code"]) == (409, "standard-frozen")
    async with room.database.staff() as session, session.begin():
        await itembank.load_items(session, "MMu", [draft for draft in draft_items() if not draft.code.endswith("6")])
    assert (await room.get("/standards"))["draft"]["bank_expected"] == pytest.approx(68, abs=0.001)
    async with room.database.staff() as session, session.begin():
        await itembank.load_items(session, "MMu", draft_items()[:90])
    assert (await room.get("/standards"))["draft"] is None


async def test_an_unknown_scheme_is_not_there(room: Room) -> None:
    for path in ("/blueprints", "/standards"):
        assert (await room.clients["committee"].get(FORMS + path, params={"scheme": "XYZ"})).status_code == 404
