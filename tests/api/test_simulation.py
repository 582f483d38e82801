"""The planner's simulator over HTTP and at the terminal."""

from __future__ import annotations

import pytest

from app import assembly
from tests.commands import installed, refused, sahih
from tests.databases import TestDatabase
from tests.factories import PASSWORD, client_of, draft_items, make_settings, make_world, open_database, running_app

QUESTION = {"scheme": "MMu", "candidates_per_year": 60, "sittings_per_year": 4}


@pytest.mark.clause(
    "9.3.1", "before a period the size of the pool, its exposure and its evidence are computed, with a recommendation"
)
async def test_the_office_learns_what_pool_its_candidates_can_carry(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        async with app.state.database.staff() as session, session.begin():
            await assembly.approve_defaults(session, world.scheme)
        await client.post("/api/staff/login", json={"username": "office", "password": PASSWORD})
        answers = [await client.post("/api/staff/forms/simulate", json=QUESTION) for _ in range(2)]
        asked = await client.post("/api/staff/forms/simulate", json=QUESTION | {"forms": 2, "pool_size": 100})
        unknown = await client.post("/api/staff/forms/simulate", json=QUESTION | {"scheme": "XXX"})
    assert [answer.status_code for answer in answers] == [200, 200]
    found = answers[0].json()
    assert found == answers[1].json(), "the same question, the same answer"
    assert [pool["size"] for pool in found["pools"]] == [100, 120], "the bank holds 120 items"
    assert found["pools"][0] | {"overlap_mean": 100, "n_per_item": 60, "exposure": 1} == found["pools"][0]
    assert found["recommended"]["size"] == 120
    assert found["recommended"]["text_id"].startswith("Pakai seluruh bank")
    near = found["comparability"]
    assert 67.5 <= near["expected_min"] <= near["expected_max"] <= 68.5
    assert near["evidence"] == "judged"
    assert (asked.json()["comparability"]["pool_size"], asked.json()["recommended"]["forms"]) == (100, 2)
    assert unknown.status_code == 404


async def test_a_bank_that_fills_no_form_says_so(database: TestDatabase) -> None:
    lacking = [draft for draft in draft_items() if draft.kuk != "2.2"]
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        await make_world(app.state.database, with_passwords=True, drafts=lacking, prepared=False)
        await client.post("/api/staff/login", json={"username": "office", "password": PASSWORD})
        answer = await client.post("/api/staff/forms/simulate", json=QUESTION)
    assert (answer.status_code, answer.json()["code"]) == (409, "bank-too-small")
    assert answer.json()["kuk"] == "2.2"


async def test_the_terminal_says_the_same_and_takes_a_bank_that_is_not_written_yet(database: TestDatabase) -> None:
    opened = open_database(database)
    await make_world(opened)
    await opened.close()
    environment = installed(database)
    command = ("forms", "simulate", "--candidates", "60", "--sittings", "4", "--bank")
    done = await sahih(environment, *command, "synthetic:400")
    assert done.code == 0, done.err
    assert "Aktifkan 160 soal" in done.out
    assert "Put 160 items into use" in done.out
    assert "62" in done.out, "items that two forms of such a pool share"
    assert "tingkat bukti: perkiraan ahli" in done.out
    assert "synthetic:2000" in await refused(environment, *command, "mmu")
    assert "XXX" in await refused(environment, "forms", "simulate", "--scheme", "XXX")
