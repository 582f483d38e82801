"""Findings over HTTP: the loop at a glance, one story, the table, and what waits for whoever owns an action."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from openpyxl import load_workbook

from app.core.clock import read_clock
from app.core.db import Database
from tests.databases import TestDatabase
from tests.factories import World, client_of, make_settings, make_world, running_app
from tests.findings import make_review, mis_key_lead

WORDS = {
    "grade": "major",
    "statement": "=Kunci soal MMU-1.1-01 keliru.",
    "evidence": "Peserta terbaik memilih jawaban lain.",
}


@dataclass
class Office:
    database: Database
    world: World
    review: UUID
    today: date
    committee: httpx.AsyncClient
    office: httpx.AsyncClient
    auditor: httpx.AsyncClient
    author: httpx.AsyncClient

    async def raised(self) -> dict[str, Any]:
        body = WORDS | {"review_id": str(self.review), "lead_id": mis_key_lead().id}
        answer = await self.committee.post("/api/staff/findings", json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def asked(self, finding: str) -> httpx.Response:
        body = {
            "kind": "item-revised",
            "description": "Perbaiki kunci soal ini.",
            "owner_id": str(self.world.staff["office"]),
            "due_on": (self.today + timedelta(days=7)).isoformat(),
        }
        return await self.committee.post(f"/api/staff/findings/{finding}/actions", json=body)


@pytest.fixture
async def desk(database: TestDatabase) -> AsyncIterator[Office]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        opened = app.state.database
        world = await make_world(opened, candidates=0, prepared=False, with_passwords=True)
        clients = {}
        for role in ("committee", "office", "auditor", "author"):
            clients[role] = await stack.enter_async_context(client_of(app))
            await world.log_in(clients[role], role)
        async with opened.staff() as session, session.begin():
            today = (await read_clock(session) + timedelta(hours=7)).date()
            period = (today - timedelta(days=200), today - timedelta(days=20))
            review = await make_review(session, world, period, leads=[mis_key_lead()])
        yield Office(opened, world, review, today, **clients)


async def test_a_finding_is_listed_marked_and_counted(desk: Office) -> None:
    raised = await desk.raised()
    of_review = (await desk.auditor.get(f"/api/staff/reviews/{desk.review}/findings")).json()
    assert [one["id"] for one in of_review["own"]] == [raised["id"]]
    assert of_review["by_lead"] == {mis_key_lead().id: raised}
    everything = (await desk.auditor.get("/api/staff/findings?scheme=MMu")).json()
    assert (everything["loop"]["open"], everything["loop"]["grades"]["major"]["standing"]) == (1, 1)
    assert everything["findings"][0]["subject"]["label"] == "MMU-1.1-01"
    assert (await desk.auditor.get("/api/staff/findings?scheme=XX")).json()["findings"] == []
    story = (await desk.auditor.get(f"/api/staff/findings/{raised['id']}")).json()
    assert story["lead"]["rule"] == "mis-key"


async def test_the_same_lead_again_leads_to_the_finding_that_stands(desk: Office) -> None:
    raised = await desk.raised()
    body = WORDS | {"review_id": str(desk.review), "lead_id": mis_key_lead().id}
    again = await desk.committee.post("/api/staff/findings", json=body)
    assert (again.status_code, again.json()["code"], again.json()["finding"]) == (409, "finding-stands", raised)


@pytest.mark.parametrize(
    "about",
    [
        {"lead_id": "x:exam:"},
        {"scheme": "MMu"},
        {"scheme": "MMu", "lead_id": "x:exam:"},
        {"subject": {"kind": "exam", "ref": "", "label": "ujian"}},
        {"scheme": "MMu", "subject": {"kind": "exam", "ref": "", "label": "ujian"}, "lead_id": "x:exam:"},
    ],
)
async def test_a_finding_is_raised_in_one_place_about_one_thing(desk: Office, about: dict[str, Any]) -> None:
    assert (await desk.committee.post("/api/staff/findings", json=WORDS | about)).status_code == 422


async def test_who_owns_an_action_finds_and_reports_it_without_seeing_the_findings(desk: Office) -> None:
    raised = await desk.raised()
    assert (await desk.asked(raised["id"])).status_code == 201
    assert (await desk.office.get("/api/staff/findings")).status_code == 403
    (mine,) = (await desk.office.get("/api/staff/my-actions")).json()["actions"]
    assert (mine["finding"]["no"], mine["done_at"]) == (1, None)
    assert (await desk.author.get("/api/staff/my-actions")).json() == {"actions": []}
    path = f"/api/staff/finding-actions/{mine['id']}/done"
    refused = await desk.author.post(path, json={"note": "Sudah diperbaiki."})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-your-action")
    assert (await desk.office.post(path, json={"note": "Sudah diperbaiki."})).status_code == 204
    story = (await desk.committee.get(f"/api/staff/findings/{raised['id']}")).json()
    assert (story["state"], story["bars"]["verify"], story["later_reviews"]) == ("verifying", "cause-needed", [])


async def test_a_later_review_says_whether_the_lead_came_back(desk: Office) -> None:
    raised = await desk.raised()
    action = (await desk.asked(raised["id"])).json()["id"]
    done = {"note": "Sudah diperbaiki."}
    await desk.office.post(f"/api/staff/finding-actions/{action}/done", json=done)
    async with desk.database.staff() as session, session.begin():
        for begins, leads in ((1, [mis_key_lead()]), (181, [])):
            period = (desk.today + timedelta(days=begins), desk.today + timedelta(days=begins + 179))
            await make_review(session, desk.world, period, leads=leads)
    story = (await desk.committee.get(f"/api/staff/findings/{raised['id']}")).json()
    assert [one["again"] for one in story["later_reviews"]] == [False, True], "the newest first"


async def test_the_table_says_the_same_in_both_kinds_of_file(desk: Office) -> None:
    raised = await desk.raised()
    await desk.asked(raised["id"])
    csv = (await desk.auditor.get("/api/staff/findings/table.csv")).content.decode("utf-8-sig")
    header, row = csv.splitlines()
    assert header.split(";")[:4] == ["skema", "nomor", "tingkat", "keadaan"]
    assert row.split(";")[:4] == ["MMu", "1", "temuan mayor", "ditindaklanjuti"]
    assert "'=Kunci soal" in row, "a spreadsheet runs no text as a formula"
    book = load_workbook(io.BytesIO((await desk.auditor.get("/api/staff/findings/table.xlsx")).content))
    cells = [[cell.value for cell in line] for line in book["Temuan"].iter_rows()]
    assert (cells[0], cells[1][5], book["Temuan"]["F2"].data_type) == (header.split(";"), WORDS["statement"], "s")
