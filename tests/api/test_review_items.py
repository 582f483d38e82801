"""The committee's decisions on items over HTTP: carried through into the bank, with the reasons, and nothing half done."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from app import itembank
from app.core.db import Database
from app.review.item_panel.recording import record_figures
from tests.databases import TestDatabase
from tests.factories import client_of, make_settings, make_world, running_app
from tests.reviewed import SNAPSHOT, TITLE, make_review

NOTE = "dua opsi sama-sama benar menurut ahli"


@dataclass
class Desk:
    database: Database
    clients: dict[str, httpx.AsyncClient]
    review: UUID
    item: itembank.KnownItem
    other: itembank.KnownItem

    async def decide(self, decision: str, item: UUID | None = None, note: str = NOTE) -> httpx.Response:
        path = f"/api/staff/reviews/{self.review}/item-decisions/{item or self.item.lineage_id}"
        return await self.clients["committee"].put(path, json={"decision": decision, "note": note})

    async def get(self, path: str, role: str = "committee") -> Any:
        answer = await self.clients[role].get(f"/api/staff/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def state(self) -> str:
        async with self.database.staff() as session:
            return str(
                await session.scalar(
                    text("SELECT state FROM item_versions WHERE id = :id"), {"id": self.item.version_id}
                )
            )


@pytest.fixture
async def desk(database: TestDatabase) -> AsyncIterator[Desk]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        opened = app.state.database
        world = await make_world(opened, with_passwords=True)
        review, known = await make_review(opened, world)
        clients = {}
        for role in ("committee", "auditor"):
            clients[role] = await stack.enter_async_context(client_of(app))
            await world.log_in(clients[role], role)
        yield Desk(opened, clients, review, known[0], known[1])


def codes(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.clause("9.3.5", "what the committee decides of an item in a review is carried through in the bank")
async def test_a_decision_moves_the_item_and_the_newest_counts(desk: Desk) -> None:
    assert (await desk.decide("suspended")).status_code == 204
    assert await desk.state() == "suspended"
    assert (await desk.decide("suspended")).status_code == 204  # it stands there already
    assert (await desk.decide("accepted", note="ahli lain menyatakan kuncinya benar")).status_code == 204
    assert await desk.state() == "active"
    assert (await desk.decide("retired")).status_code == 204
    assert await desk.state() == "retired"
    assert codes(await desk.decide("accepted")) == (409, "item-decision-state")

    told = (await desk.get(f"reviews/{desk.review}/item-decisions", "auditor"))["decisions"]
    assert [one["decision"] for one in told] == ["retired", "accepted", "suspended", "suspended"]
    assert (told[0]["item"], told[0]["by"], told[0]["note"]) == (
        str(desk.item.lineage_id),
        "Petugas committee",
        NOTE,
    )
    history = (await desk.get(f"bank/items/{desk.item.code}"))["history"]
    assert (history[-1]["action"], history[-1]["reason"]) == ("retire", NOTE)


async def test_what_is_to_be_revised_is_told_to_those_who_write(desk: Desk) -> None:
    assert (await desk.decide("revise")).status_code == 204
    assert await desk.state() == "active"
    (said,) = (await desk.get(f"bank/versions/{desk.item.version_id}/comments"))["comments"]
    assert TITLE in said["text"]
    assert NOTE in said["text"]
    async with desk.database.staff() as session:
        told = (await session.execute(text("SELECT facts::text FROM journal WHERE action = 'item.decided'"))).scalars()
        assert all(NOTE not in facts for facts in told)


async def test_a_refused_decision_leaves_nothing_behind(desk: Desk) -> None:
    assert (await desk.decide("suspended", note="singkat")).status_code == 422
    assert (await desk.decide("suspended", item=uuid4())).status_code == 404
    async with desk.database.staff() as session, session.begin():
        await session.execute(text("UPDATE reviews SET state = 'decided'"))
    assert codes(await desk.decide("suspended")) == (409, "review-not-discussed")
    assert await desk.state() == "active"
    assert await desk.get(f"reviews/{desk.review}/item-decisions") == {"state": "decided", "decisions": []}


async def test_the_table_comes_as_a_workbook_and_as_csv(desk: Desk) -> None:
    await desk.decide("suspended")
    part = await desk.get(f"reviews/{desk.review}/parts/items")
    files = {
        kind: await desk.clients["auditor"].get(f"/api/staff/reviews/{desk.review}/items.{kind}")
        for kind in ("csv", "xlsx")
    }
    lines = files["csv"].text.splitlines()
    assert len(lines) == len(part["rows"]) + 1
    own = next(line for line in lines if line.startswith(desk.item.code))
    assert "kunci mungkin keliru" in own
    assert "ditangguhkan" in own
    sheet: Any = load_workbook(io.BytesIO(files["xlsx"].content)).active
    first = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
    row = next(one for one in part["rows"] if one["code"] == first["soal"])
    assert first["n"] == row["n"]
    assert first["p"] == pytest.approx(row["p"][0], abs=1e-14)  # a workbook keeps fifteen digits


async def test_views_are_kept_by_name_for_the_one_who_kept_them(desk: Desk) -> None:
    member = desk.clients["committee"]
    body = {"name": "bertanda, unit 1", "query": {"unit": "MM 1", "sign": "any"}}
    assert (await member.put("/api/staff/review-views", json=body)).status_code == 204
    changed = body | {"query": {"unit": "MM 2"}}
    assert (await member.put("/api/staff/review-views", json=changed)).status_code == 204
    (view,) = (await desk.get("review-views"))["views"]
    assert (view["name"], view["query"]) == ("bertanda, unit 1", {"unit": "MM 2"})
    assert (await desk.get("review-views", "auditor"))["views"] == []
    path = f"/api/staff/review-views/{view['id']}/remove"
    assert (await desk.clients["auditor"].post(path, json={})).status_code == 404
    assert (await member.post(path, json={})).status_code == 204
    assert (await desk.get("review-views"))["views"] == []


async def test_figures_of_the_review_reach_the_bank_once_and_assembly_counts_no_answer_twice(desk: Desk) -> None:
    async with desk.database.staff() as session, session.begin():
        await record_figures(session, desk.review)
        await record_figures(session, desk.review)
        known = {one.code: one for one in await itembank.list_statistics(session, "MMu")}
    card = await desk.get(f"reviews/{desk.review}/parts/item:{desk.item.lineage_id}")
    source = f"kajian {TITLE} · {SNAPSHOT[:12]}"
    (found,) = [one for one in known[desk.item.code].findings if one.source == source]
    assert (found.n, found.statistics["p"]) == (card["n"], card["figures"]["p"]["value"])
