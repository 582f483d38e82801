"""Corrections over HTTP: from the item to what-if, proposal, second yes, letters; and what auditors and candidates see of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app import delivery, grading, identity
from app.core.access import Role
from app.core.db import Database
from app.itembank import LETTERS
from app.proctoring import irregularities
from app.review.method.types import ReviewMethod
from app.review.method.versions import approve_default_method
from tests import rescoring
from tests.databases import TestDatabase
from tests.factories import PASSWORD, Candidate, World, client_of, hash_of_password, make_settings, running_app
from tests.rescoring import NEAR_THE_MARK, OTHER, Item, Sheet, release, sat

REASON = "dua ahli menunjukkan pilihan lain yang benar"


async def log_in_second(database: Database, client: httpx.AsyncClient) -> None:
    async with database.staff() as session, session.begin():
        person = await identity.add_staff(session, name="Komite Dua", username="komite2", roles=[Role.COMMITTEE])
        await identity.undertakings.sign_all_needed(session, person, frozenset({Role.COMMITTEE}))
        await session.execute(
            text("UPDATE staff_accounts SET password_hash = :hash WHERE person_id = :person"),
            {"hash": await hash_of_password(), "person": person},
        )
    answer = await client.post("/api/staff/login", json={"username": "komite2", "password": PASSWORD})
    assert answer.status_code == 200, answer.text


def rekey(item: Item) -> dict[str, Any]:
    return {"item_code": item.code, "kind": "rekey", "option": LETTERS[item.option(OTHER)]}


async def ask(client: httpx.AsyncClient, path: str, body: dict[str, Any] | None = None) -> Any:
    url = f"/api/staff/corrections{path}"
    answer = await (client.get(url) if body is None else client.post(url, json=body))
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


@pytest.mark.clause(
    "9.3.5", "a wrong key is corrected by two persons, who see first what it changes, and whoever is concerned is told"
)
async def test_from_what_if_to_letters(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as one, client_of(app) as two:
        opened = app.state.database
        world, item = await sat(app, [*NEAR_THE_MARK, *[Sheet(50 + n, n % 3) for n in range(16)]])
        await release(opened, world)
        await world.log_in(one, "committee")
        await log_in_second(opened, two)
        shown = await ask(one, f"/items/{item.code}")
        assert [version["sittings"] for version in shown["versions"]] == [1]
        assert shown["item"]["key"] == LETTERS[item.key]
        asked = await ask(one, "/what-if", rekey(item))
        assert asked["expected"]["sittings"][0]["code"] == "UJI-1"
        assert (asked["expected"]["to_pass"], asked["expected"]["lowered"]) == (1, 0)
        assert [row["number"] for row in asked["candidates"]] == ["MMU-26-0001"]
        assert "name" not in asked["candidates"][0]
        assert asked["item"]["now"]["right"]["text_id"] == "35,0 %", "7 of 20"
        assert asked["item"]["after"]["right"]["text_id"] == "30,0 %", "6 of 20: what the key proposed makes of it"
        assert asked["item"]["now"]["item_rest"]["value"] is not None
        assert sum(option["chosen"]["n"] for option in asked["item"]["options"]) == 20
        correction_id = (await ask(one, "", {**rekey(item), "reason": REASON, "sha256": asked["sha256"]}))["id"]
        looked = await ask(two, f"/{correction_id}/look")
        assert (looked["option"], looked["outdated"], looked["said_yes"]) == (LETTERS[item.option(OTHER)], False, False)
        assert (await ask(one, f"/{correction_id}/look"))["said_yes"]
        own = await one.post(f"/api/staff/corrections/{correction_id}/approve", json={"note": "setuju sekali lagi"})
        assert own.json()["code"] == "correction-approved-before"
        assert await ask(two, f"/{correction_id}/approve", {"note": "sudah ditelaah"}) == {"applied": True}
        told = (await ask(one, f"/{correction_id}/letters"))["candidates"]
        assert {row["name"] for row in told if row["recommendation_after"] == "Lulus"} == {"Peserta 1"}
        csv = await one.get(f"/api/staff/corrections/{correction_id}/letters.csv")
        assert "MMU-26-0001;Peserta 1;ya;67;68;Belum Lulus;Lulus" in csv.text
        pdf = await one.get(f"/api/staff/corrections/{correction_id}/letters/{world.sitting_id}.pdf")
        assert (pdf.status_code, pdf.headers["content-type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
        found = await ask(one, f"/{correction_id}")
        assert [row["by"] for row in found["approvals"]] == ["Petugas committee", "Komite Dua"]


async def test_a_withheld_result_is_counted_anew_and_told_by_no_letter(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as one:
        opened = app.state.database
        world, item = await sat(app, [Sheet(67, OTHER), Sheet(60, OTHER)])
        await release(opened, world)
        async with opened.staff() as session, session.begin():
            attempts = {
                candidate.number: attempt_id
                for attempt_id, candidate in (
                    await delivery.list_candidates(
                        session, world.sitting_id, await grading.list_readable(session, world.sitting_id)
                    )
                ).items()
            }
            await irregularities.open_case(
                session,
                world.sitting_id,
                attempts["MMU-26-0001"],
                reason=irregularities.Reason.NOTES,
                account="membawa catatan",
                incident_id=None,
                actor=rescoring.member(world),
            )
        correction_id = await rescoring.correct(opened, world, item, "rekey", OTHER)
        assert await rescoring.latest(opened, world.sitting_id) == [68, 61]
        await world.log_in(one, "committee")
        told = (await ask(one, f"/{correction_id}/letters"))["candidates"]
        assert [(row["number"], row["letter"]) for row in told] == [("MMU-26-0002", True), ("MMU-26-0001", False)]


async def test_an_auditor_follows_it_without_any_key(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as auditor:
        world, item = await sat(app)
        correction_id = await rescoring.correct(app.state.database, world, item, "rekey", OTHER)
        await world.log_in(auditor, "auditor")
        (listed,) = (await ask(auditor, ""))["corrections"]
        assert (listed["state"], listed["item_code"]) == ("applied", item.code)
        whole = listed | await ask(auditor, f"/{correction_id}")
        assert "option" not in whole
        assert (await auditor.get(f"/api/staff/corrections/{correction_id}/look")).status_code == 403


async def test_the_candidate_is_told_that_the_result_was_counted_anew(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        opened = app.state.database
        world, item = await sat(app)
        await rescoring.correct(opened, world, item, "double", OTHER)
        await release(opened, world)
        await log_in(client, world)
        first = (await client.get("/api/exam/result")).json()
        assert (first["score"], first["recounted_at"]) == (68, None), (
            "before the release nobody had seen another result"
        )
        await rescoring.correct(opened, world, item, "void", None)
        again = (await client.get("/api/exam/result")).json()
        assert again["score"] == 68
        assert again["recounted_at"] > again["released_at"]


async def log_in(client: httpx.AsyncClient, world: World) -> None:
    assert (await Candidate(client, world.cards[0]).log_in()).status_code == 200


async def test_what_if_goes_by_the_method_that_the_committee_approved(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as one:
        opened = app.state.database
        world, item = await sat(app, [*NEAR_THE_MARK, *[Sheet(50 + n, n % 3) for n in range(16)]])
        async with opened.staff() as session, session.begin():
            strict = ReviewMethod(least_n_key=40)
            await approve_default_method(session, "MMu", valid_from=date(2026, 1, 1), method=strict)
        await release(opened, world)
        await world.log_in(one, "committee")
        asked = await ask(one, "/what-if", rekey(item))
        assert asked["item"]["now"]["item_rest"]["reason_id"] == "belum cukup data (n = 20, perlu 40)"
