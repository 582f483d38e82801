"""Rosters come as files and are looked at before anything is written; people are moved about while the exam goes on."""

from __future__ import annotations

import asyncio
import base64
import io
from typing import Any

import asyncpg
import httpx
import pytest
from openpyxl import load_workbook

from app import delivery
from app.delivery.roster import read_table
from tests.api.test_admission import door
from tests.databases import TestDatabase
from tests.factories import client_of, make_settings, make_world, running_app
from tests.unit.delivery.test_roster_table import CELLS


def packed(text: str) -> dict[str, str]:
    return {"file": base64.b64encode(text.encode()).decode()}


async def look_and_import(office: httpx.AsyncClient, place: str, text: str) -> dict[str, Any]:
    seen = (await office.post(f"{place}/preview", json=packed(text))).json()
    body = packed(text) | {"sha256": seen["sha256"], "plan": seen["plan"]}
    answer = await office.post(f"{place}/import", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["counts"]


async def everything(database: TestDatabase) -> list[Any]:
    connection = await asyncpg.connect(database.superuser_url)
    found = [
        await connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2")
        for table in ("roster", "rooms", "people", "candidate_cards", "journal")
    ]
    await connection.close()
    return found


FILE = "nama;ruang;tempat\nCitra;Lab 1;1\nDewi;Lab 1;2\nPeserta 1;Lab 2;1\n"


async def test_a_file_is_looked_at_then_committed_and_a_second_time_changes_nothing(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, prepared=False, with_passwords=True)
        await world.log_in(office, "office")
        place = f"/api/staff/sittings/{world.sitting_id}/roster"
        before = await everything(database)
        seen = (await office.post(f"{place}/preview", json=packed(FILE))).json()
        assert await everything(database) == before, "a look writes nothing"
        assert [row["action"] for row in seen["rows"]] == ["add", "add", "change"]
        assert seen["new_rooms"] == ["Lab 1", "Lab 2"]
        assert seen["rows"][2]["changes"]["room"] == [None, "Lab 2"]

        body = packed(FILE) | {"sha256": seen["sha256"], "plan": seen["plan"]}
        other = body | packed(FILE + "Eko;;\n")
        assert (await office.post(f"{place}/import", json=other)).json()["code"] == "roster-changed"
        done = await office.post(f"{place}/import", json=body)
        assert done.json()["counts"] == {"add": 2, "change": 1, "same": 0, "refuse": 0}
        after = await everything(database)
        again = await office.post(f"{place}/import", json=body)
        assert again.json()["counts"] == {"add": 0, "change": 0, "same": 3, "refuse": 0}
        assert await everything(database) == after

        roster = (await office.get(place)).json()
        assert roster["takes_people"] is True
        numbers = {one["name"]: one["number"] for one in roster["candidates"]}
        assert numbers["Citra"].startswith("MMU-")
        assert numbers["Citra"] < numbers["Dewi"], "given out in the order of the file"


async def test_one_refused_row_keeps_the_whole_file_out(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, prepared=False, with_passwords=True)
        await world.log_in(office, "office")
        place = f"/api/staff/sittings/{world.sitting_id}/roster"
        text = "nomor;nama\nMMU-26-0900;Citra\n?;Dewi\n"
        before = await everything(database)
        seen = (await office.post(f"{place}/preview", json=packed(text))).json()
        (fault,) = seen["rows"][1]["faults"]
        assert (fault["line"], fault["field"]) == (3, "number")
        assert fault["fault_id"]
        assert fault["fault_en"]
        body = packed(text) | {"sha256": seen["sha256"], "plan": seen["plan"]}
        assert (await office.post(f"{place}/import", json=body)).json()["code"] == "roster-refused"
        assert await everything(database) == before


async def test_a_number_of_the_file_is_given_to_nobody_else(database: TestDatabase) -> None:
    """It may be the very one that comes next."""
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, prepared=False, with_passwords=True)
        await world.log_in(office, "office")
        place = f"/api/staff/sittings/{world.sitting_id}/roster"
        async with app.state.database.staff() as session:
            sitting = await delivery.get_sitting(session, world.sitting_id)
        year = delivery.number_prefix("MMu", sitting.opens_at, sitting.zone)
        counts = await look_and_import(office, place, f"nomor;nama\n;Citra\n{year}-00001;Dewi\n;Eko\n")
        assert counts["add"] == 3
        found = {one["name"]: one["number"] for one in (await office.get(place)).json()["candidates"]}
    assert [found[name] for name in ("Citra", "Dewi", "Eko")] == [f"{year}-00002", f"{year}-00001", f"{year}-00003"]


async def test_after_a_look_somebody_else_moved_people(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, prepared=False, with_passwords=True)
        await world.log_in(office, "office")
        place = f"/api/staff/sittings/{world.sitting_id}/roster"
        text = "nama;ruang;tempat\nCitra;;90\n"
        seen = (await office.post(f"{place}/preview", json=packed(text))).json()
        await look_and_import(office, place, "nama\nCitra\n")
        body = packed(text) | {"sha256": seen["sha256"], "plan": seen["plan"]}
        assert (await office.post(f"{place}/import", json=body)).json()["code"] == "roster-changed"


async def test_an_open_sitting_takes_places_and_no_people(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(office, "office")
        place = f"/api/staff/sittings/{world.sitting_id}/roster"
        rows = (await office.post(f"{place}/preview", json=packed(FILE))).json()["rows"]
        assert [row["action"] for row in rows] == ["refuse", "refuse", "change"]
        assert (await look_and_import(office, place, "nama;ruang\nPeserta 1;Aula\n"))["change"] == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_the_template_that_comes_back_changes_nothing(database: TestDatabase, form: str) -> None:
    async with door(database) as at:
        place = f"/api/staff/sittings/{at.world.sitting_id}/roster"
        for who, people in (("office", 2), ("proctor", 1)):
            answer = await at.clients[who].get(f"{place}/file.{form}")
            assert len(read_table(answer.content).rows) == people
        file = (await at.clients["office"].get(f"{place}/file.{form}")).content
        body = {"file": base64.b64encode(file).decode()}
        seen = (await at.clients["office"].post(f"{place}/preview", json=body)).json()
        assert seen["counts"] == {"add": 0, "change": 0, "same": 2, "refuse": 0}
        if form == "xlsx":
            sheet = load_workbook(io.BytesIO(file)).worksheets[0]
            assert sheet["D2"].number_format == "@", "Excel would make 1 of 01"


async def test_what_is_no_file_is_refused_with_words(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(office, "office")
        place = f"/api/staff/sittings/{world.sitting_id}/roster/preview"
        for body in ({"file": "%%%"}, packed("alamat\nSolo\n")):
            answer = await office.post(place, json=body)
            assert (answer.status_code, answer.json()["code"]) == (422, "roster-file")
        assert answer.json()["faults"][0]["fault_id"]
        assert (await office.post(place, json={"file": "A" * 1_600_000})).status_code == 413


async def test_a_workbook_that_is_a_bomb_is_refused_and_the_next_file_is_read(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(office, "office")
        place = f"/api/staff/sittings/{world.sitting_id}/roster"
        good = (await office.get(f"{place}/file.xlsx")).content
        bomb, fine = await asyncio.gather(
            *(office.post(f"{place}/preview", json={"file": base64.b64encode(one).decode()}) for one in (CELLS, good))
        )
        assert (bomb.status_code, bomb.json()["code"]) == (422, "roster-file")
        (fault,) = bomb.json()["faults"]
        assert "CSV" in fault["fault_id"]
        assert "CSV" in fault["fault_en"]
        assert fine.json()["counts"]["same"] == 2


async def test_a_candidate_moves_between_rooms_that_the_mover_watches(database: TestDatabase) -> None:
    async with door(database) as at:
        one = await at.first()
        there = (await at.arrivals("neighbour"))[0]
        seat = f"roster/{one['roster_id']}/seat"
        here = {"room_id": one["room_id"], "seat": "7"}
        assert (await at.post("neighbour", seat, here)).status_code == 404
        assert (await at.post("proctor", seat, here)).status_code == 204
        assert (await at.first())["seat"] == "07"
        away = {"room_id": there["room_id"], "seat": "9"}
        assert (await at.post("proctor", seat, away)).status_code == 404, "a room of another proctor"
        taken = await at.post("office", seat, away | {"seat": "1"})
        assert (taken.json()["code"], taken.json()["name"]) == ("seat-taken", there["name"])
        assert (await at.post("office", seat, away)).status_code == 204
        assert [row["name"] for row in await at.arrivals()] == []


async def test_head_proctors_and_the_office_arrange_rooms(database: TestDatabase) -> None:
    async with door(database) as at:
        room = {"name": "Lab 3", "places": 1}
        assert (await at.post("proctor", "rooms", room)).status_code == 404
        made = (await at.post("office", "rooms", room)).json()["id"]
        assert (await at.post("office", "rooms", room)).json()["code"] == "room-taken"
        duty = {"person_id": str(at.world.staff["proctor"]), "head": True, "rooms": [made]}
        assert (await at.post("office", "proctors", duty)).status_code == 204
        stranger = duty | {"person_id": str(at.world.staff["committee"])}
        assert (await at.post("office", "proctors", stranger)).json()["code"] == "not-a-proctor"
        listed = (await at.clients["proctor"].get(f"/api/staff/sittings/{at.world.sitting_id}/proctors")).json()
        mine = next(one for one in listed["proctors"] if one["person_id"] == duty["person_id"])
        assert (mine["head"], mine["rooms"]) == (True, [made])
        renamed = await at.post("proctor", f"rooms/{made}", {"name": "Lab 4", "places": 2})
        assert renamed.status_code == 204
        assert len(await at.arrivals()) == 2, "a head proctor sees every room"


async def test_everybody_is_seated_by_number_and_shown_before(database: TestDatabase) -> None:
    async with door(database) as at:
        for name, places in (("Aula 10", 5), ("Aula 2", 1)):
            await at.post("office", "rooms", {"name": name, "places": places})
        look = {"everybody": True, "apply": False}
        seen = (await at.post("office", "seats", look)).json()
        assert [(one["number"][-1], one["to"]["seat"]) for one in seen["moves"]] == [("1", "01"), ("2", "01")]
        assert seen["left_over"] == []
        assert (await at.first())["seat"] == "01"
        before = (await at.first())["room_id"]
        assert (await at.post("office", "seats", look | {"apply": True})).json() == seen
        rows = {
            row["number"]: row["room_id"]
            for row in (await at.clients["office"].get(f"/api/staff/sittings/{at.world.sitting_id}/roster")).json()[
                "candidates"
            ]
        }
        assert before not in rows.values()
        assert (await at.post("office", "seats", look | {"apply": True})).json()["moves"] == []


async def test_who_takes_the_exam_again_is_known_by_an_earlier_number(database: TestDatabase) -> None:
    """Forms are then made without the items that they saw."""
    async with running_app(make_settings(database)) as app, client_of(app) as office:
        world = await make_world(app.state.database, prepared=False, with_passwords=True)
        await world.log_in(office, "office")
        old = world.cards[0]
        connection = await asyncpg.connect(database.superuser_url)
        name = await connection.fetchval("SELECT name FROM people WHERE id = $1", old.person_id)
        await connection.execute(
            "INSERT INTO sittings SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'code', 'NEXT'))).* "
            "FROM sittings s"
        )
        sitting_id = await connection.fetchval("SELECT id FROM sittings WHERE code = 'NEXT'")
        place = f"/api/staff/sittings/{sitting_id}/roster"
        counts = await look_and_import(office, place, f"nama;nomor lama\n{name};{old.number.lower()}\nCitra;\n")
        assert counts["add"] == 2
        people = await connection.fetch(
            "SELECT person_id FROM roster WHERE sitting_id = $1 ORDER BY number", sitting_id
        )
        await connection.close()
    assert people[0]["person_id"] == old.person_id
    assert people[1]["person_id"] not in {card.person_id for card in world.cards}
