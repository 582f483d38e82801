"""From a server that was just migrated to released results, with nothing but the commands and the pages' requests."""

from __future__ import annotations

import base64
import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg
import httpx

from app import assembly, schemes
from app.identity import IssuedCard
from app.worker import work_once
from tests.commands import Done, installed, sahih
from tests.databases import TestDatabase
from tests.factories import PASSWORD, PUBLIC_URL, Candidate, client_of, make_settings, running_app

ROLES = ("admin", "proctor", "committee", "office", "auditor")


def link_in(done: Done) -> tuple[str, str]:
    """The page and the token of the printed link."""
    assert done.code == 0, done.err
    found = re.search(rf"{re.escape(PUBLIC_URL)}(/\w+)#tautan=(\S+)", done.out)
    assert found, done.out
    return found.group(1), found.group(2)


async def first_password(client: httpx.AsyncClient, token: str) -> int:
    body = {"link_token": token, "password": PASSWORD}
    return (await client.post("/api/staff/first-password", json=body)).status_code


async def log_in(client: httpx.AsyncClient, role: str, username: str = "") -> None:
    answer = await client.post("/api/staff/login", json={"username": username or role, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    assert answer.json()["roles"] == [role]
    for one in (await client.get("/api/staff/undertakings")).json():
        signed = {"version": one["version"]}
        assert (await client.post(f"/api/staff/undertakings/{one['kind']}/sign", json=signed)).status_code == 204


async def decide_what_forms_are(writer: httpx.AsyncClient, approver: httpx.AsyncClient) -> None:
    """Two of the committee: the blueprint that the scheme proposes, then the standard that the bank gives."""
    place, basis = "/api/staff/forms", "analisis praktik 2026"
    content = (await writer.get(f"{place}/blueprints?scheme=MMu")).json()["default"]
    blueprint = await writer.post(f"{place}/blueprints", json={"scheme": "MMu", "content": content, "basis": basis})
    assert blueprint.status_code == 201, blueprint.text
    path = f"{place}/blueprints/{blueprint.json()['id']}/approve"
    assert (await writer.post(path, json={})).status_code == 409, "another person approves"
    assert (await approver.post(path, json={})).status_code == 204
    standard = await writer.post(f"{place}/standards", json={"scheme": "MMu", "basis": basis})
    assert standard.status_code == 201, standard.text
    approved = await approver.post(f"{place}/standards/{standard.json()['id']}/approve", json={})
    assert approved.status_code == 204, approved.text


async def accept_forms(committee: httpx.AsyncClient) -> None:
    [sitting] = (await committee.get("/api/staff/sittings")).json()
    place = f"/api/staff/sittings/{sitting['id']}/forms"
    [plan] = (await committee.get(place)).json()["plans"]
    accepted = await committee.post(f"{place}/{plan['id']}/accept", json={})
    assert accepted.status_code == 204, accepted.text


async def test_an_empty_server_comes_to_released_results(database: TestDatabase, tmp_path: Path) -> None:
    values = installed(database)
    roster, cards = tmp_path / "nama.txt", tmp_path / "kartu.csv"
    roster.write_text("Ayu Lestari\n", encoding="utf-8")
    opens = datetime.now(ZoneInfo("Asia/Jakarta")) - timedelta(minutes=2)

    async def command(*arguments: str) -> Done:
        done = await sahih(values, *arguments)
        assert done.code == 0, done.err
        return done

    async with (
        running_app(make_settings(database)) as app,
        client_of(app) as staff,
        client_of(app) as client,
        client_of(app) as committee,
    ):
        await command("migrate")
        await command("bank", "load")
        added = await command("user", "add", "--role", "committee", "--name", "Komite dua", "--username", "komite2")
        assert await first_password(staff, link_in(added)[1]) == 204
        for role in ROLES:
            added = await command("user", "add", "--role", role, "--name", f"Petugas {role}", "--username", role)
            page, token = link_in(added)
            assert page == ("/pengawas" if role == "proctor" else "/kantor")
            assert await first_password(staff, token) == 204
        made = ("sitting", "create", "TUK-1", "--roster", str(roster), "--cards", str(cards))
        await command(*made, "--opens", opens.strftime("%Y-%m-%d %H:%M"))
        assert "belum ada pengawas" in (await command("sitting", "staff", "TUK-1")).out
        for _ in range(2):
            assigned = await command("sitting", "staff", "TUK-1", "--proctor", "proctor")
            assert assigned.out == "TUK-1: proctor\n"
        assert "blueprint is not approved" in (await sahih(values, "forms", "plan", "TUK-1")).err
        await log_in(staff, "committee")
        await log_in(committee, "committee", "komite2")
        await decide_what_forms_are(staff, committee)
        assert "`sahih forms plan TUK-1`" in (await sahih(values, "sitting", "prepare", "TUK-1")).err
        planned = await command("forms", "plan", "TUK-1")
        assert "TUK-1: 1 paket/forms" in planned.out
        assert f"{PUBLIC_URL}/kantor" in planned.out
        assert "no certificate of forms is accepted" in (await sahih(values, "sitting", "prepare", "TUK-1")).err
        await accept_forms(committee)
        assert (await command("sitting", "prepare", "TUK-1")).out == "TUK-1: 1 formulir/forms\n"
        opened = await command("sitting", "open", "TUK-1", "--despite", "the tests' own cluster is not durable")

        await log_in(staff, "proctor")
        [sitting] = (await staff.get("/api/staff/sittings")).json()
        place = f"/api/staff/sittings/{sitting['id']}"
        token = (await staff.post(f"{place}/token", json={})).json()["value"]
        assert token not in opened.out, "a proctor can renew it"
        [row] = csv.DictReader(cards.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
        candidate = Candidate(client, IssuedCard(row["nomor_peserta"], row["pin"], person_id=None))  # type: ignore[arg-type]
        assert (await candidate.enter(token)).status_code == 200
        assert (await candidate.save({1: 0, 2: 1})).status_code == 200
        assert (await candidate.submit()).status_code == 200

        await command("sitting", "close", "TUK-1")
        await work_once(app.state.database)
        await log_in(staff, "committee")
        cleared = await staff.post(f"{place}/key-check/clear", json={"note": "diperiksa"})
        assert cleared.status_code == 204, cleared.text
        released = await staff.post(f"{place}/release", json={})
        assert released.status_code == 204, released.text
        result = await client.get("/api/exam/result")
        assert result.status_code == 200, result.text


async def test_an_empty_sitting_takes_its_candidates_from_a_file_before_its_forms_are_drawn(
    database: TestDatabase,
) -> None:
    values = installed(database)
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        await sahih(values, "bank", "load")
        added = await sahih(values, "user", "add", "--role", "office", "--name", "Kantor", "--username", "office")
        assert await first_password(office, link_in(added)[1]) == 204
        opens = (datetime.now(ZoneInfo("Asia/Jakarta")) + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
        alone = await sahih(values, "sitting", "create", "TUK-9", "--opens", opens, "--cards", "kartu.csv")
        assert "--roster and --cards go together" in alone.err
        assert (await sahih(values, "sitting", "create", "TUK-9", "--opens", opens)).code == 0
        assert "has no candidates yet" in (await sahih(values, "forms", "plan", "TUK-9")).err

        await log_in(office, "office")
        [sitting] = (await office.get("/api/staff/sittings")).json()
        place = f"/api/staff/sittings/{sitting['id']}/roster"
        file = {"file": base64.b64encode(b"nama;ruang;tempat\nAyu Lestari;Lab 1;1\nBudi;Lab 1;2\n").decode()}
        seen = (await office.post(f"{place}/preview", json=file)).json()
        taken = await office.post(f"{place}/import", json=file | {"sha256": seen["sha256"], "plan": seen["plan"]})
        assert taken.status_code == 200, taken.text

        async with app.state.database.staff() as session, session.begin():
            scheme = await schemes.find_newest(session, "MMu")
            assert scheme
            await assembly.approve_defaults(session, scheme)
        assert (await sahih(values, "forms", "plan", "TUK-9")).code == 0
        assert "withdraw it before" in (await sahih(values, "forms", "plan", "TUK-9")).err
        added = await sahih(values, "user", "add", "--role", "committee", "--name", "Komite", "--username", "committee")
        assert await first_password(office, link_in(added)[1]) == 204
        await log_in(office, "committee")
        await accept_forms(office)
        drawn = await sahih(values, "sitting", "prepare", "TUK-9")
        assert (drawn.code, drawn.out) == (0, "TUK-9: 2 formulir/forms\n"), drawn.err
        assert (await sahih(values, "sitting", "prepare", "TUK-9")).code != 0, "forms are given out once"


async def test_a_lost_link_is_replaced_and_the_journal_says_so(database: TestDatabase) -> None:
    values = installed(database)
    add = ("user", "add", "--role", "admin", "--name", "Sari Dewi", "--username", "sari")
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        _, lost = link_in(await sahih(values, *add))
        page, token = link_in(await sahih(values, "user", "add", "--again", "--username", "Sari"))
        assert page == "/kantor"
        assert await first_password(client, lost) == 409, "the older link stops working"
        assert await first_password(client, token) == 204
        assert await first_password(client, token) == 409
    connection = await asyncpg.connect(database.superuser_url)
    entries = await connection.fetch("SELECT reason FROM journal WHERE action = 'link.made' ORDER BY id")
    life = await connection.fetchval("SELECT max(expires_at) FROM one_time_links") - datetime.now(UTC)
    await connection.close()
    assert [entry["reason"] for entry in entries] == ["first administrator", "asked for again on the server"]
    assert timedelta(hours=23) < life <= timedelta(hours=24)
