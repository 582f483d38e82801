"""What the committee reads about one sitting, over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app import itembank
from app.core.db import Database
from tests.databases import TestDatabase
from tests.factories import PASSWORD, client_of, draft_items, make_settings, make_world, running_app


async def load(database: Database, drafts: list[itembank.DraftItem]) -> None:
    async with database.staff() as session, session.begin():
        await itembank.load_items(session, "MMu", drafts)


async def log_in(client: Any, username: str) -> None:
    answer = await client.post("/api/staff/login", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 200


async def test_a_sitting_shows_the_version_of_an_item_that_its_forms_hold(database: TestDatabase) -> None:
    """Scores came from that version's key; the bank may have another by now, or have retired the item."""
    first, *others = draft_items()
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True, seed=bytes(32))
        await log_in(client, "committee")
        path = f"/api/staff/sittings/{world.sitting_id}/items/{first.code}"
        drawn = (await client.get(path)).json()
        assert (drawn["version_no"], drawn["key"]) == (1, "ABCD"[first.answer.key])
        await load(
            app.state.database, [replace(first, answer=replace(first.answer, key=(first.answer.key + 1) % 4)), *others]
        )
        assert (await client.get(path)).json() == drawn | {"state": "retired"}
        assert (await client.get(f"/api/staff/items/{first.code}")).json()["version_no"] == 2
        await load(app.state.database, others)
        assert (await client.get(path)).json()["key"] == drawn["key"]
        async with app.state.database.staff() as session:
            facts = await session.scalars(
                text("SELECT facts FROM journal WHERE action = 'item.read' AND sitting_id IS NOT NULL")
            )
            assert list(facts) == [{"version_no": 1}] * 3


async def test_an_item_that_no_form_holds_is_not_there(database: TestDatabase) -> None:
    added = [replace(item, code=f"NEW-{item.kuk}-01") for item in draft_items(per_kuk=1)]
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        await load(app.state.database, [*draft_items(), *added])
        await log_in(client, "committee")
        assert (await client.get(f"/api/staff/items/{added[0].code}")).status_code == 200
        gone = await client.get(f"/api/staff/sittings/{world.sitting_id}/items/{added[0].code}")
    assert (gone.status_code, gone.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("code", ["%00", "%F0%9F%98%80", "x" * 65])
async def test_a_code_that_no_item_can_have(database: TestDatabase, code: str) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        await log_in(client, "committee")
        for path in (f"/api/staff/items/{code}", f"/api/staff/sittings/{world.sitting_id}/items/{code}"):
            assert (await client.get(path)).status_code == 422
