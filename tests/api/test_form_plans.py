"""Forms of a sitting, from the asking to sealed papers, as the office and the committee do it on their pages."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import assembly, delivery
from app.assembly import PlanSettings
from app.core import jobs
from app.core.db import Database
from app.delivery.forms import making
from app.worker import work_once
from tests.databases import TestDatabase, alter
from tests.factories import World, client_of, make_settings, make_world, running_app
from tests.forms import plan_forms

FEW = {"settings": {"forms": 3, "exposure_cap": 1.0, "overlap_cap": 100}}


@dataclass
class Desk:
    """A sitting of seven, still a draft, with blueprint and standard approved."""

    app: FastAPI
    world: World
    office: httpx.AsyncClient
    committee: httpx.AsyncClient

    @property
    def database(self) -> Database:
        database: Database = self.app.state.database
        return database

    @property
    def place(self) -> str:
        return f"/api/staff/sittings/{self.world.sitting_id}"

    async def ask(self, body: dict[str, Any] = FEW) -> str:
        asked = await self.office.post(f"{self.place}/forms", json=body)
        assert asked.status_code == 202, asked.text
        return str(asked.json()["id"])

    async def plans(self) -> dict[str, Any]:
        read = await self.office.get(f"{self.place}/forms")
        assert read.status_code == 200, read.text
        answer: dict[str, Any] = read.json()
        return answer

    async def accept(self, plan_id: str) -> httpx.Response:
        return await self.committee.post(f"{self.place}/forms/{plan_id}/accept", json={})

    async def withdraw(self, plan_id: str) -> httpx.Response:
        return await self.office.post(f"{self.place}/forms/{plan_id}/withdraw", json={"reason": "peserta bertambah"})

    async def prepare(self) -> httpx.Response:
        return await self.office.post(f"{self.place}/prepare", json={})

    async def journal(self, action: str) -> list[Any]:
        async with self.database.staff() as session:
            rows = await session.execute(
                text("SELECT actor_id, reason, facts FROM journal WHERE action = :action ORDER BY id"),
                {"action": action},
            )
            return list(rows)


@pytest.fixture
async def desk(database: TestDatabase) -> AsyncIterator[Desk]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, candidates=7, prepared=False, with_passwords=True)
        async with app.state.database.staff() as session, session.begin():
            await assembly.approve_defaults(session, world.scheme)
        clients = []
        for role in ("office", "committee"):
            client = await stack.enter_async_context(client_of(app))
            await world.log_in(client, role)
            clients.append(client)
        yield Desk(app, world, *clients)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.clause("9.3.1", "nobody starts an exam whose forms no accepted certificate shows to be comparable")
async def test_from_the_asking_to_sealed_papers(desk: Desk) -> None:
    before = await desk.plans()
    assert (before["plans"], before["candidates"], before["prepared"]) == ([], 7, False)
    assert before["ready"] == {"blueprint": True, "standard": True}
    assert set(before["proposal"]) == {"forms", "exposure_cap", "overlap_cap", "overlap_least"}
    assert code_of(await desk.prepare()) == (409, "no-form-certificate")
    plan_id = await desk.ask()
    assert (await desk.plans())["plans"][0]["state"] == "asked"
    assert code_of(await desk.accept(plan_id)) == (409, "forms-not-proposed")

    await work_once(desk.database)
    (plan,) = (await desk.plans())["plans"]
    assert (plan["state"], plan["n_forms"], plan["done"], plan["total"], plan["faults"]) == ("proposed", 3, 3, 3, [])
    assert plan["asked_by"]["name"] == "Petugas office"
    assert "seed" not in plan
    assert code_of(await desk.prepare()) == (409, "no-form-certificate"), "proposed is not accepted"
    assert (await desk.office.post(f"{desk.place}/forms/{plan_id}/accept", json={})).status_code == 403
    assert (await desk.accept(plan_id)).status_code == 204
    assert (await desk.accept(plan_id)).status_code == 204, "an answer that was lost is asked for again"
    (accepted,) = await desk.journal("forms.accepted")
    assert accepted.actor_id == desk.world.staff["committee"]
    assert accepted.facts["certificate_sha256"] == plan["certificate_sha256"]

    assert (await desk.prepare()).json() == {"candidates": 7}
    assert code_of(await desk.prepare()) == (409, "forms-exist")
    assert (await desk.plans())["prepared"]
    async with desk.database.staff() as session, session.begin():
        snapshot = await assembly.read_snapshot(
            session, (await assembly.list_plans(session, desk.world.sitting_id))[0].id
        )
        forms = await assembly.list_forms(session, desk.world.sitting_id)
        sealed = await session.scalar(text("SELECT count(*) FROM papers"))
        await delivery.open_sitting(session, desk.world.sitting_id)
    assert sealed == 7
    given = [form.plan_form_no for form in forms]
    assert sorted(Counter(given).values()) == [2, 2, 3]
    assert all(one != other for one, other in pairwise(given)), "they sit in order of their numbers"
    version_of = {item.code: item.version_id for item in snapshot.pool}
    for form in forms:
        planned = snapshot.forms[(form.plan_form_no or 0) - 1]
        assert set(form.version_ids) == {version_of[code] for code in planned.codes}


async def test_whoever_sits_side_by_side_has_another_form(desk: Desk, database: TestDatabase) -> None:
    """Seats 8 to 14, as a room counts them and not as letters sort; numbers go another way round."""
    await alter(database, "UPDATE roster SET seat = (substr(number, 8)::int * 3 % 7 + 8)::text")
    plan_id = await desk.ask({"settings": FEW["settings"] | {"forms": 2}})
    await work_once(desk.database)
    await desk.accept(plan_id)
    await desk.prepare()
    async with desk.database.staff() as session:
        rows = await session.execute(
            text(
                "SELECT f.plan_form_no FROM roster r JOIN attempts a ON a.roster_id = r.id JOIN forms f ON f.id = a.form_id "
                "ORDER BY r.seat::int"
            )
        )
        given = [row.plan_form_no for row in rows]
    assert given in ([1, 2] * 3 + [1], [2, 1] * 3 + [2])


async def test_what_must_be_there_before_forms_are_planned(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, candidates=0, prepared=False, with_passwords=True)
        await world.log_in(office, "office")
        place = f"/api/staff/sittings/{world.sitting_id}/forms"
        assert code_of(await office.post(place, json={})) == (409, "no-candidates")
        seen = (await office.get(place)).json()
        assert (seen["ready"], seen["proposal"]) == ({"blueprint": False, "standard": False}, None)
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        await world.log_in(office, "office")
        await alter(database, "UPDATE sittings SET state = 'open'")
        assert code_of(await office.post(place, json={})) == (409, "sitting-not-draft")


async def test_without_an_approved_blueprint_nothing_is_planned(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, prepared=False, with_passwords=True)
        await world.log_in(office, "office")
        refused = await office.post(f"/api/staff/sittings/{world.sitting_id}/forms", json={})
        assert code_of(refused) == (409, "no-blueprint")
        assert "kisi-kisi belum disahkan" in refused.json()["detail"]


@pytest.mark.parametrize(
    "wrong",
    [{"forms": 8}, {"overlap_cap": 5, "overlap_least": 6}, {"overlap_cap": 101}],
    ids=["more forms than candidates", "least above the cap", "more than a form holds"],
)
async def test_settings_that_cannot_be(desk: Desk, wrong: dict[str, Any]) -> None:
    refused = await desk.office.post(f"{desk.place}/forms", json={"settings": FEW["settings"] | wrong})
    assert code_of(refused) == (422, "bad-form-settings")
    assert (await desk.plans())["plans"] == []


async def test_one_plan_at_a_time_and_a_withdrawn_one_stays_on_record(desk: Desk) -> None:
    first = await desk.ask()
    assert code_of(await desk.office.post(f"{desk.place}/forms", json=FEW)) == (409, "forms-planned")
    assert (await desk.withdraw(first)).status_code == 204
    await work_once(desk.database)
    assert code_of(await desk.withdraw(first)) == (409, "forms-not-withdrawable")
    second = await desk.ask()
    await work_once(desk.database)
    await desk.accept(second)
    assert (await desk.withdraw(second)).status_code == 204, "until candidates have forms it can be taken back"
    assert code_of(await desk.prepare()) == (409, "no-form-certificate")
    third = await desk.ask()
    await work_once(desk.database)
    await desk.accept(third)
    await desk.prepare()
    assert code_of(await desk.withdraw(third)) == (409, "forms-not-withdrawable")
    plans = (await desk.plans())["plans"]
    assert [(plan["id"], plan["state"]) for plan in plans] == [
        (third, "accepted"), (second, "withdrawn"), (first, "withdrawn"),
    ]  # fmt: skip
    assert [plan["decision_reason"] for plan in plans] == [None, "peserta bertambah", "peserta bertambah"]
    assert [(entry.actor_id, entry.reason) for entry in await desk.journal("forms.withdrawn")] == [
        (desk.world.staff["office"], "peserta bertambah")
    ] * 2


async def test_a_bank_that_is_too_small_is_named(desk: Desk, database: TestDatabase) -> None:
    await alter(
        database,
        "UPDATE item_versions SET state = 'suspended' WHERE kuk = '4.2' AND id IN (SELECT v.id FROM item_versions v "
        "JOIN items i ON i.id = v.item_id WHERE i.code IN ('MMU-4.2-01', 'MMU-4.2-02'))",
    )
    await desk.ask()
    await work_once(desk.database)
    (plan,) = (await desk.plans())["plans"]
    assert plan["state"] == "failed"
    assert [fault["rule"] for fault in plan["faults"]] == ["kuk:4.2"]
    assert plan["faults"][0]["by"] == 1
    await desk.ask()


async def test_a_certificate_that_is_not_acceptable_is_not_accepted(desk: Desk, database: TestDatabase) -> None:
    plan_id = await desk.ask()
    await work_once(desk.database)
    await alter(
        database,
        "ALTER TABLE form_plans DISABLE TRIGGER ALL;"
        "UPDATE form_plans SET certificate = jsonb_set(certificate, '{acceptable}', 'false');"
        "ALTER TABLE form_plans ENABLE TRIGGER ALL",
    )
    assert code_of(await desk.accept(plan_id)) == (409, "forms-not-acceptable")


async def test_an_item_that_was_suspended_since_is_shown_to_nobody(desk: Desk, database: TestDatabase) -> None:
    plan_id = await desk.ask()
    await work_once(desk.database)
    await desk.accept(plan_id)
    async with desk.database.staff() as session:
        snapshot = await assembly.read_snapshot(
            session, (await assembly.list_plans(session, desk.world.sitting_id))[0].id
        )
    used = snapshot.forms[0].codes[17]
    await alter(
        database,
        "UPDATE item_versions SET state = 'suspended' WHERE item_id = (SELECT id FROM items WHERE code = $1)",
        used,
    )
    refused = await desk.prepare()
    assert code_of(refused) == (409, "forms-items-left")
    assert used in refused.json()["detail"]
    assert not (await desk.plans())["prepared"]


async def test_forms_that_were_drawn_without_a_certificate_are_not_opened(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, opened=False)
        await alter(database, "UPDATE form_sets SET plan_id = NULL")
        with pytest.raises(delivery.FormsWithoutCertificate):
            async with app.state.database.staff() as session, session.begin():
                await delivery.open_sitting(session, world.sitting_id)


async def test_a_plan_that_is_withdrawn_while_it_is_made_is_dropped(desk: Desk) -> None:
    async with desk.database.staff() as session, session.begin():
        plan_id = await plan_forms_begun(desk, session)
        order = await delivery.forms.read_order(session, plan_id)
    told: list[int] = []

    async def tell(done: int, _total: int) -> bool:
        told.append(done)
        return False

    with pytest.raises(making.Unwanted):
        await making.compute(order, tell)
    assert told == [1]
    assert (await desk.withdraw(str(plan_id))).status_code == 204
    async with desk.database.staff() as session, session.begin():
        assert not await delivery.forms.keep(session, plan_id, order, assembly.make(order))
    assert (await desk.plans())["plans"][0]["state"] == "withdrawn"


async def plan_forms_begun(desk: Desk, session: Any) -> Any:
    settings = PlanSettings(forms=3, exposure_cap=1.0, overlap_cap=100)
    return await delivery.forms.begin(session, desk.world.sitting_id, settings=settings)


async def test_a_program_that_breaks_leaves_a_plan_that_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "COMMAND", ("/bin/false",))
    await desk.ask()
    await work_once(desk.database)
    (plan,) = (await desk.plans())["plans"]
    assert (plan["state"], [fault["rule"] for fault in plan["faults"]]) == ("failed", ["program"])


async def test_nobody_else_takes_a_job_that_lasts_longer_than_its_lease(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LEASE_SECONDS", 2.0)
    async with desk.database.staff() as session, session.begin():
        await jobs.enqueue(session, "long", {})
    runs, looked = 0, asyncio.Event()

    async def work(_: Database, __: dict[str, Any]) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            await looked.wait()

    async def another_worker() -> None:
        await asyncio.sleep(3)
        assert await jobs.run_due(desk.database, {"long": work}) == 0
        looked.set()

    await asyncio.gather(jobs.run_due(desk.database, {"long": work}), another_worker())
    assert runs == 1


async def test_the_seed_is_shown_after_the_release(desk: Desk, database: TestDatabase) -> None:
    plan_id = await desk.ask()
    await work_once(desk.database)
    await desk.accept(plan_id)
    await desk.prepare()
    assert "seed" not in (await desk.plans())["plans"][0]
    await alter(database, "UPDATE sittings SET results_released_at = now()")
    assert len(bytes.fromhex((await desk.plans())["plans"][0]["seed"])) == 32


async def test_a_plan_of_another_sitting_is_not_there(desk: Desk) -> None:
    async with desk.database.staff() as session, session.begin():
        plan_id = await plan_forms(session, desk.world.sitting_id, desk.world.scheme)
    elsewhere = f"/api/staff/sittings/{plan_id}/forms/{plan_id}/accept"
    assert (await desk.committee.post(elsewhere, json={})).status_code == 404


async def test_a_plan_whose_job_is_tried_no_more_says_so_and_another_one_can_be_asked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_TRIES", 1)
    monkeypatch.setattr(making, "COMMAND", ("/nowhere/python",))  # as where no process can be started
    await desk.ask()
    await work_once(desk.database)
    (plan,) = (await desk.plans())["plans"]
    assert (plan["state"], [fault["rule"] for fault in plan["faults"]]) == ("failed", ["program"])
    await desk.ask()


async def test_no_plan_is_made_where_forms_were_drawn_before_there_were_plans(
    database: TestDatabase,
) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, opened=False, with_passwords=True)
        await world.log_in(office, "office")
        await alter(database, "UPDATE form_sets SET plan_id = NULL; DELETE FROM planned_forms; DELETE FROM form_plans")
        place = f"/api/staff/sittings/{world.sitting_id}/forms"
        assert code_of(await office.post(place, json={})) == (409, "forms-exist")
        seen = (await office.get(place)).json()
        assert (seen["proposal"], seen["prepared"]) == (None, True)


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (
            "INSERT INTO planned_forms SELECT plan_id, form_no + 100, item_version_ids, reserved_for FROM planned_forms",
            "a certified plan of forms does not change",
        ),
        ("UPDATE form_plans SET certificate = NULL", "a certified plan of forms does not change"),
        ("UPDATE form_plans SET state = 'accepted'", "came to nothing"),
    ],
    ids=["a form more", "no certificate", "back from the withdrawn"],
)
async def test_the_database_itself_keeps_what_was_certified(desk: Desk, change: str, refused: str) -> None:
    async with desk.database.staff() as session, session.begin():
        plan_id = await plan_forms(session, desk.world.sitting_id, desk.world.scheme)
    assert (await desk.withdraw(str(plan_id))).status_code == 204
    with pytest.raises(DBAPIError, match=refused):
        async with desk.database.staff() as session, session.begin():
            await session.execute(text(change))
