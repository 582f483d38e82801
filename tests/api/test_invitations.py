"""Invitations: what they say of day, zone, place and lateness, in both languages; never a PIN, never a formula."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from app import delivery
from app.proctoring.invitations import templates
from app.proctoring.invitations.queries import values_of
from tests.databases import TestDatabase
from tests.factories import World, client_of, make_settings, make_world, running_app

PLACE = {"place": "TUK Cendana", "address": "Jalan Melati 7, Manado", "map_url": "https://maps.example.org/x?q=1"}


@dataclass
class Office:
    world: World
    client: httpx.AsyncClient
    path: str

    async def texts(self, who: int = 0) -> dict[str, str]:
        answer = await self.client.get(f"{self.path}/invitations")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["invitations"][who]["texts"])


@pytest.fixture
async def office(database: TestDatabase) -> AsyncIterator[Office]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, with_passwords=True)
        superuser = await asyncpg.connect(database.superuser_url)
        await superuser.execute(
            "UPDATE sittings SET zone = 'Asia/Makassar', opens_at = '2026-12-05T00:30Z', closes_at = '2026-12-05T02:00Z'"
        )
        await superuser.close()
        client = await stack.enter_async_context(client_of(app))
        await world.log_in(client, "office")
        yield Office(world, client, f"/api/staff/sittings/{world.sitting_id}")


async def test_an_invitation_says_when_where_what_to_bring_and_how_late(office: Office) -> None:
    assert (await office.client.post(f"{office.path}/place", json=PLACE)).status_code == 204
    async with office.world.database.staff() as session, session.begin():
        room = await delivery.create_room(session, office.world.sitting_id, "Ruang Anggrek")
        entry = (await delivery.list_roster(session, office.world.sitting_id))[0]
        await delivery.seat_candidate(session, office.world.sitting_id, entry.id, room_id=room, seat="A3")
    texts = await office.texts()
    for line in (
        "Yth. Peserta 1,",
        "Hari, tanggal: Sabtu, 5 Desember 2026",
        "Mulai: pukul 08.30 WITA",
        "Paling lambat mulai: pukul 10.00 WITA",
        "Lama ujian: 120 menit",
        "Tempat: TUK Cendana",
        "Ruang: Ruang Anggrek",
        "Kursi: A3",
        "Alamat: Jalan Melati 7, Manado",
        f"Peta: {PLACE['map_url']}",
        f"Nomor peserta: {office.world.cards[0].number}",
        "Latihan dengan tampilan yang sama: http://127.0.0.1:8000/latihan",
    ):
        assert line in texts["id"].splitlines()
    for line in ("Date: Saturday 5 December 2026", "Start: 08:30 WITA", "Latest start: 10:00 WITA", "Seat: A3"):
        assert line in texts["en"].splitlines()


async def test_what_is_not_known_is_not_said(office: Office) -> None:
    said = (await office.texts())["id"]
    assert "Kursi: 01" in said
    assert not any(word in said for word in ("Tempat:", "Ruang:", "Alamat:", "Peta:", "None", "$"))


async def test_no_invitation_holds_a_pin_and_the_journal_says_who_took_them_all(office: Office) -> None:
    page = (await office.client.get(f"{office.path}/invitations")).text
    file = (await office.client.get(f"{office.path}/invitations.csv")).text
    assert not any(card.pin in page or card.pin in file for card in office.world.cards)
    async with office.world.database.staff() as session:
        entry = (await session.execute(text("SELECT * FROM journal WHERE action = 'invitations.taken'"))).one()
    assert (entry.actor_id, entry.facts) == (office.world.staff["office"], {"candidates": 2, "template": 1})


async def test_a_name_is_neither_a_formula_nor_a_template(office: Office, database: TestDatabase) -> None:
    superuser = await asyncpg.connect(database.superuser_url)
    await superuser.execute("UPDATE roster SET name = '=HYPERLINK(\"x\") $number $$pin'")
    await superuser.close()
    assert 'Yth. =HYPERLINK("x") $number $$pin,' in (await office.texts())["id"]
    answer = await office.client.get(f"{office.path}/invitations.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="UJI-1-undangan.csv"'
    rows = list(csv.reader(answer.text.removeprefix("\ufeff").splitlines(keepends=True), delimiter=";"))
    assert rows[0] == ["nomor_peserta", "nama", "undangan", "invitation"]
    assert rows[1][1] == '\'=HYPERLINK("x") $number $$pin'
    assert len(rows) == 1 + len(office.world.cards)


@pytest.mark.parametrize(
    "wrong",
    [
        {"map_url": "javascript:alert(1)"},
        {"map_url": "http://maps.example.org"},
        {"place": "a\nb"},
        {"address": "x" * 301},
    ],
)
async def test_a_place_is_one_line_and_a_link_is_https(office: Office, wrong: dict[str, str]) -> None:
    assert (await office.client.post(f"{office.path}/place", json=PLACE | wrong)).status_code == 422
    assert (await office.client.get(office.path)).json()["place"] is None


async def test_a_newer_template_counts_from_its_time_on(office: Office, database: TestDatabase) -> None:
    superuser = await asyncpg.connect(database.superuser_url)
    add = "INSERT INTO invitation_templates VALUES ($1, $2, clock_timestamp() + $3::text::interval)"
    await superuser.execute(add, 2, '{"id": "Halo $name"}', "-1 second")
    await superuser.execute(add, 3, '{"id": "Nanti $name"}', "1 hour")
    await superuser.close()
    answer = (await office.client.get(f"{office.path}/invitations")).json()
    assert (answer["template_version"], answer["invitations"][0]["texts"]) == (2, {"id": "Halo Peserta 1"})


TEXTS = {"id": "Halo $name, $date $time di $place.\nPeta: $map", "en": "Hello $name, $date $time at $place.\nMap: $map"}


async def test_the_office_writes_what_invitations_say(office: Office) -> None:
    path = "/api/staff/invitation-templates"
    seen = (await office.client.post(f"{path}/preview", json=TEXTS)).json()
    assert seen["id"].startswith("Halo Sari Dewi, Sabtu, 5 Desember 2026 pukul 08.00 WIB di TUK Cendana.")
    assert (await office.client.post(path, json={"after": 1, "texts": TEXTS})).json() == {"version": 2}
    await office.client.post(f"{office.path}/place", json=PLACE | {"map_url": ""})
    assert (await office.texts())["en"] == "Hello Peserta 1, Saturday 5 December 2026 08:30 WITA at TUK Cendana."
    assert [one["version"] for one in (await office.client.get(path)).json()] == [2, 1]
    late = await office.client.post(path, json={"after": 1, "texts": TEXTS})
    assert (late.status_code, late.json()["code"]) == (409, "text-changed")


async def test_a_template_that_asks_for_a_pin_is_refused_with_what_there_is(office: Office) -> None:
    path = "/api/staff/invitation-templates"
    texts = TEXTS | {"en": "Your PIN: $pin"}
    for place, body in ((f"{path}/preview", texts), (path, {"after": 1, "texts": texts})):
        refused = await office.client.post(place, json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "bad-placeholder")
        assert refused.json()["unknown"] == ["pin"]
        assert "name" in refused.json()["known"]
    assert len((await office.client.get(path)).json()) == 1


async def test_the_example_knows_what_is_known_of_a_real_candidate(office: Office) -> None:
    known = sorted({*templates.EVERYWHERE, *templates.EXAMPLE["id"]})
    async with office.world.database.staff() as session:
        sitting = await delivery.get_sitting(session, office.world.sitting_id)
        entry = (await delivery.list_roster(session, sitting.id))[0]
    assert sorted(values_of(sitting, entry, None, "", "id")) == known
