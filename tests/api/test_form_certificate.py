"""The certificate of a sitting's forms, on screen and as a paper: what it says, to whom, and what it keeps back."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pypdf
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import assembly, delivery
from app.assembly import Certificate
from app.core.clock import read_clock
from tests.databases import TestDatabase
from tests.factories import World, client_of, make_settings, make_world, running_app
from tests.forms import plan_forms


def place_of(world: World, plan_id: object = None) -> str:
    return f"/api/staff/sittings/{world.sitting_id}/forms/{plan_id or world.plan_id}/certificate"


async def read(client: httpx.AsyncClient, world: World) -> dict[str, Any]:
    answer = await client.get(place_of(world))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def words_of(pdf: httpx.Response) -> str:
    """Every run of blanks as one."""
    assert pdf.status_code == 200, pdf.text
    assert pdf.headers["content-type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(pdf.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


async def proposed(app: FastAPI, world: World) -> World:
    """With a plan that nobody has accepted."""
    async with app.state.database.staff() as session, session.begin():
        world.plan_id = await plan_forms(session, world.sitting_id, world.scheme, forms=2)
    return world


@pytest.mark.clause("9.2.4", "a form certificate shows comparability before the sitting opens")
async def test_the_committee_reads_what_it_accepts_and_the_auditor_what_was_accepted(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await proposed(app, await make_world(app.state.database, with_passwords=True, prepared=False))
        await world.log_in(client, "committee")
        before = await read(client, world)
        assert before["acceptable"]
        assert before["accepted"] is None
        assert len(before["forms"]) == 2
        assert all(abs(form["expected"] - before["target"]) <= before["tolerance"] for form in before["forms"])

        accepted = await client.post(place_of(world).replace("certificate", "accept"), json={})
        assert accepted.status_code == 204, accepted.text
        await world.log_in(client, "auditor")
        after = await read(client, world)
        assert after.pop("accepted")["by"] == {"id": str(world.staff["committee"]), "name": "Petugas committee"}
        del before["accepted"]
        assert after == before


async def test_its_hash_can_be_computed_from_what_is_shown(database: TestDatabase) -> None:
    """The database hands back the very figures that were hashed."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(client, "office")
        content: Certificate = await read(client, world)
        sha256 = content.pop("sha256")
        del content["accepted"], content["digits"]
        assert assembly.certificate_sha256(content) == sha256


async def test_the_paper_names_what_the_screen_shows(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(client, "auditor")
        content = await read(client, world)
        indonesian = words_of(await client.get(place_of(world) + ".pdf"))
        assert "Setara menurut data yang ada (tingkat bukti: perkiraan ahli)" in indonesian
        assert "Diterima komite skema oleh Petugas committee" in indonesian
        assert content["sha256"] in indonesian.replace(" ", "")
        first, digits = content["forms"][0], content["digits"]
        for printed in (
            f"1 {first['expected']:.{digits['points']}f} ",
            f" {first['information']:.{digits['information']}f} ",
        ):
            assert printed.replace(".", ",") in indonesian, "the page is told the digits of the paper"

        english = words_of(await client.get(place_of(world) + ".pdf", params={"lang": "en"}))
        assert "Accepted for the scheme committee by Petugas committee" in english
        assert (await client.get(place_of(world) + ".pdf", params={"lang": "jv"})).status_code == 422


async def test_a_print_can_be_checked_and_is_no_proctors(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(client, "committee")
        words_of(await client.get(place_of(world) + ".pdf"))
        async with app.state.database.staff() as session:
            code = await session.scalar(text("SELECT code FROM printed_papers WHERE kind = 'forms'"))
        assert "Sertifikat Paket Soal" in (await client.get(f"/periksa/{code}")).text
        await world.log_in(client, "proctor")
        listed = await client.get(f"/api/staff/sittings/{world.sitting_id}/papers")
        assert listed.json()["prints"] == []


async def test_it_names_neither_the_seed_nor_an_item(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        async with app.state.database.staff() as session:
            plan = text("SELECT encode(seed, 'hex') FROM form_plans WHERE id = :id")
            seed = (await session.execute(plan, {"id": world.plan_id})).scalar_one()
        await world.log_in(client, "committee")
        shown = (await client.get(place_of(world))).text
        paper = words_of(await client.get(place_of(world) + ".pdf")).replace(" ", "")
        for told in (shown, paper):
            assert seed not in told
            assert "MMU-1.1" not in told


@pytest.mark.parametrize("suffix", ["", ".pdf"])
async def test_a_plan_is_read_with_its_own_sitting_only(database: TestDatabase, suffix: str) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        async with app.state.database.staff() as session, session.begin():
            now = await read_clock(session)
            other = await delivery.create_sitting(
                session,
                world.scheme,
                code="UJI-2",
                title="Sesi lain",
                zone="Asia/Jakarta",
                opens_at=now,
                closes_at=now + timedelta(hours=4),
            )
        await world.log_in(client, "committee")
        own = place_of(world)
        assert (await client.get(own + suffix)).status_code == 200
        assert (await client.get(own.replace(str(world.sitting_id), str(other)) + suffix)).status_code == 404
        assert (await client.get(own.replace(str(world.sitting_id), str(uuid4())) + suffix)).status_code == 404
        assert (await client.get(place_of(world, uuid4()) + suffix)).status_code == 404


async def test_a_plan_that_is_still_computed_has_no_certificate(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True, prepared=False)
        async with app.state.database.staff() as session, session.begin():
            await assembly.approve_defaults(session, world.scheme)
            wanted = assembly.PlanSettings(2, 1.0, 100)
            plan_id = await delivery.forms.begin(session, world.sitting_id, settings=wanted)
        await world.log_in(client, "committee")
        assert (await client.get(place_of(world, plan_id))).status_code == 404
        assert (await client.get(place_of(world, plan_id) + ".pdf")).status_code == 404


async def test_forms_that_were_taken_back_say_so_on_paper(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await proposed(app, await make_world(app.state.database, with_passwords=True, prepared=False))
        await world.log_in(client, "committee")
        back = await client.post(
            place_of(world).replace("certificate", "withdraw"), json={"reason": "peserta bertambah"}
        )
        assert back.status_code == 204, back.text
        assert (await read(client, world))["accepted"] is None
        said = words_of(await client.get(place_of(world) + ".pdf"))
        assert "TIDAK BERLAKU: ditarik oleh Petugas committee" in said
        assert "Alasan: peserta bertambah" in said
