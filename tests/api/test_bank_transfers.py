"""Imports and exports over HTTP, as their pages use them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from app.core.access import Role
from app.worker import run_jobs
from tests.databases import TestDatabase
from tests.domain.itembank.importing import csv_of, row, second_member
from tests.factories import PASSWORD, World, client_of, make_settings, make_world, running_app

BANK = "/api/staff/bank"
BYTES = {"Content-Type": "application/octet-stream"}


@pytest.fixture
async def served(database: TestDatabase) -> AsyncIterator[tuple[FastAPI, World]]:
    async with running_app(make_settings(database)) as app:
        yield app, await make_world(app.state.database, prepared=False, with_passwords=True)


@pytest.fixture
async def committee(served: tuple[FastAPI, World]) -> AsyncIterator[httpx.AsyncClient]:
    app, world = served
    async with client_of(app) as client:
        await world.log_in(client, Role.COMMITTEE)
        yield client


async def send(client: httpx.AsyncClient, content: bytes, **asked: str) -> httpx.Response:
    return await client.post(
        f"{BANK}/imports", params={"scheme": "MMu", "name": "soal.csv"} | asked, content=content, headers=BYTES
    )


async def test_a_file_is_looked_at_and_then_taken(served: tuple[FastAPI, World], committee: httpx.AsyncClient) -> None:
    _, world = served
    answer = await send(committee, csv_of(row("MMU-1.1-40"), row(stem="Apa itu mutu?", Kunci="")), format="csv")
    assert answer.status_code == 202
    place = f"{BANK}/imports/{answer.json()['id']}"
    assert (await committee.get(place)).json()["state"] == "reading"
    await run_jobs(world.database)
    shown = (await committee.get(place)).json()
    assert (shown["state"], shown["counts"]["new"], shown["counts"]["refused"]) == ("ready", 1, 1)
    assert [one["line"] for one in (await committee.get(f"{place}?outcome=refused")).json()["rows"]] == [3]
    agreed = {"reason": "kumpulan soal asesor", "revision": shown["revision"]}
    refused = await committee.post(f"{place}/apply", json=agreed)
    assert (refused.status_code, refused.json()["code"], refused.json()["lines"]) == (409, "rows-refused", [3])
    assert (await committee.post(f"{place}/apply", json=agreed | {"skip": [3]})).status_code == 202
    await run_jobs(world.database)
    assert (await committee.get(place)).json()["state"] == "applied"
    card = (await committee.get(f"{BANK}/items/MMU-1.1-40")).json()
    assert [one["state"] for one in card["versions"]] == ["draft"]
    assert [one["id"] for one in (await committee.get(f"{BANK}/imports")).json()["imports"]] == [answer.json()["id"]]
    assert (await committee.post(f"{place}/discard", json={})).status_code == 204
    assert (await committee.get(place)).status_code == 404


async def test_what_is_no_file_of_ours_is_refused_at_the_door(committee: httpx.AsyncClient) -> None:
    assert (await send(committee, b"")).json()["code"] == "unfit-file"
    assert (await send(committee, b"Soal", kuk="9.9")).json()["code"] == "unfit-file"
    assert (await send(committee, b"Soal", format="word")).status_code == 422
    assert (await send(committee, b"x" * (10 * 1024 * 1024 + 1))).status_code == 413
    assert (await send(committee, b"SAHIH-BANK\n{}\n")).json()["code"] == "passphrase-needed"
    as_json = await committee.post(f"{BANK}/imports?scheme=MMu&name=x.csv", json={})
    assert (as_json.status_code, as_json.json()["code"]) == (415, "file-only")


async def test_templates_come_and_go_back_in(served: tuple[FastAPI, World], committee: httpx.AsyncClient) -> None:
    _, world = served
    for wanted in ("csv", "docx", "xlsx"):
        template = await committee.get(f"{BANK}/imports/templates/{wanted}")
        assert template.headers["content-disposition"].endswith(f'.{wanted}"')
        read = await send(committee, template.content, name=f"templat.{wanted}")
        await run_jobs(world.database)
        shown = (await committee.get(f"{BANK}/imports/{read.json()['id']}")).json()
        assert shown["state"] == "ready", shown["faults"]
    assert (await committee.get(f"{BANK}/imports/templates/gift")).status_code == 422


async def test_two_people_let_a_bank_out(served: tuple[FastAPI, World], committee: httpx.AsyncClient) -> None:
    app, world = served
    asked = {"scheme": "MMu", "format": "xlsx", "kuks": ["1.1"], "reason": "arsip tahunan"}
    place = f"{BANK}/exports/{(await committee.post(f'{BANK}/exports', json=asked)).json()['id']}"
    yes = {"approve": True, "reason": "sesuai prosedur"}
    assert (await committee.post(f"{place}/decision", json=yes)).json()["code"] == "own-export"
    assert (await committee.post(f"{place}/file", json={})).json()["code"] == "export-not-approved"
    async with client_of(app) as other:
        await second_member(world.database, "ratna")
        await other.post("/api/staff/login", json={"username": "ratna", "password": PASSWORD})
        assert (await other.post(f"{place}/decision", json=yes)).status_code == 204
        assert (await other.post(f"{place}/file", json={})).json()["code"] == "not-your-export"
    file = await committee.post(f"{place}/file", json={})
    assert file.content.startswith(b"PK")
    (listed,) = (await committee.get(f"{BANK}/exports")).json()["exports"]
    assert (listed["items"], listed["files"], listed["state"], listed["mine"]) == (6, 1, "approved", True)
