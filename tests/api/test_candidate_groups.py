"""Groups of candidates: looked at first, kept with a day of consent alone, deleted when somebody asks."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.databases import TestDatabase, alter
from tests.factories import client_of, make_settings, make_world, running_app, violations

HEAD = "nomor peserta;atribut;nilai;tanggal persetujuan\n"


def sent(*rows: str, head: str = HEAD) -> dict[str, Any]:
    return {"file": base64.b64encode((head + "\n".join(rows)).encode()).decode()}


async def look(client: httpx.AsyncClient, *rows: str) -> dict[str, Any]:
    answer = await client.post("/api/staff/candidate-groups/preview", json=sent(*rows))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def keep(client: httpx.AsyncClient, *rows: str) -> httpx.Response:
    sha256 = (await look(client, *rows))["sha256"]
    return await client.post("/api/staff/candidate-groups/record", json=sent(*rows) | {"sha256": sha256})


async def test_groups_are_looked_at_kept_changed_and_withdrawn(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        opened = app.state.database
        world = await make_world(opened, candidates=2, with_passwords=True)
        await world.log_in(client, "office")
        first, second = (card.number for card in world.cards)
        rows = (f"{first};Jenis kelamin;Perempuan;2026-01-15", f"{second.lower()};jenis kelamin;laki-laki;15/01/2026")
        planned = await look(client, *rows)
        assert [row["action"] for row in planned["rows"]] == ["add", "add"]
        assert {row["consented_on"] for row in planned["rows"]} == {"2026-01-15"}, "the day comes first here"
        assert (await client.get("/api/staff/candidate-groups")).json() == [], "nothing is written yet"

        assert (await keep(client, *rows)).json() == {"add": 2, "change": 0, "same": 0, "skip": 0, "refuse": 0}
        assert (await keep(client, *rows)).json() == {"add": 0, "change": 0, "same": 2, "skip": 0, "refuse": 0}
        counts = (await client.get("/api/staff/candidate-groups")).json()
        assert counts == [
            {"attribute": "jenis kelamin", "value": "laki-laki", "people": 1},
            {"attribute": "jenis kelamin", "value": "perempuan", "people": 1},
        ]
        changed = await keep(client, f"{first};jenis kelamin;laki-laki;2026-02-01")
        assert changed.json()["change"] == 1

        gone = await client.post("/api/staff/candidate-groups/withdraw", json={"number": first})
        assert gone.json() == {"withdrawn": 1}
        unknown = await client.post("/api/staff/candidate-groups/withdraw", json={"number": "MMU-99-9999"})
        assert unknown.status_code == 404
        async with opened.staff() as session:
            facts = (
                await session.scalars(text("SELECT facts::text FROM journal WHERE subject IN ('groups', 'person')"))
            ).all()
        assert facts
        assert not any("laki" in one or "perempuan" in one for one in facts), "the journal says how many, never what"


@pytest.mark.invariant("I-52")
async def test_who_withdrew_is_left_out_of_every_older_file_until_they_agree_again(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        opened = app.state.database
        world = await make_world(opened, candidates=2, with_passwords=True)
        await world.log_in(client, "office")
        first, second = (card.number for card in world.cards)
        rows = (f"{first};asal;Jawa;2026-01-15", f"{second};asal;Bali;2026-01-15")
        assert (await client.post("/api/staff/candidate-groups/withdraw", json={"number": first})).json() == {
            "withdrawn": 0
        }, "also before there was a file"
        assert [row["action"] for row in (await look(client, *rows))["rows"]] == ["skip", "add"]
        assert (await keep(client, *rows)).json() == {"add": 1, "change": 0, "same": 0, "skip": 1, "refuse": 0}
        assert [one["value"] for one in (await client.get("/api/staff/candidate-groups")).json()] == ["bali"]
        async with opened.staff() as session, session.begin():
            await session.execute(text("UPDATE group_withdrawals SET withdrawn_at = '2026-03-01 12:00+07'"))
        for day, action in (("2026-03-01", "skip"), ("2026-03-02", "add")):
            (row,) = (await look(client, f"{first};asal;Jawa;{day}"))["rows"]
            assert row["action"] == action, "a consent of a later day is a new one"
        assert await violations(opened, but=("I-45",)) == []
    await alter(database, "UPDATE candidate_groups SET person_id = (SELECT person_id FROM group_withdrawals)")
    async with running_app(make_settings(database)) as app:
        assert any(one.startswith("I-52") for one in await violations(app.state.database, but=("I-45",)))


async def test_a_row_without_consent_or_of_nobody_refuses_the_file_and_says_why(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1, with_passwords=True)
        await world.log_in(client, "office")
        number = world.cards[0].number
        rows = (
            f"{number};jenis kelamin;perempuan;",
            f"{number};asal;Jawa;kemarin",
            f"{number};asal;Bali;2026-01-01",
            f"{number};usia;muda;2999-01-01",
            "MMU-99-9999;asal;Jawa;2026-01-01",
        )
        planned = (await look(client, *rows))["rows"]
        assert {row["action"] for row in planned} == {"refuse"}
        faults = {(row["line"], fault["field"]): fault["fault_id"] for row in planned for fault in row["faults"]}
        assert "isi nilai ini" in faults[2, "tanggal persetujuan"]
        assert "31/12/2026" in faults[3, "tanggal persetujuan"]
        assert "baris 3" in faults[4, "nomor peserta"]
        assert "belum tiba" in faults[5, "tanggal persetujuan"]
        assert "tidak dikenal" in faults[6, "nomor peserta"]
        answer = await keep(client, *rows, f"{number};agama;x;2026-01-01")
        assert (answer.status_code, answer.json()["code"]) == (409, "groups-refused")
        assert (await client.get("/api/staff/candidate-groups")).json() == []


async def test_a_file_that_is_no_such_table_and_another_file_are_refused(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, candidates=1, with_passwords=True)
        await world.log_in(client, "office")
        wrong = await client.post("/api/staff/candidate-groups/preview", json=sent("a;b", head="nama;nilai\n"))
        assert wrong.status_code == 422, wrong.text
        assert "nomor peserta" in wrong.json()["faults"][0]["fault_id"], "the missing columns are named"
        row = f"{world.cards[0].number};asal;Jawa;2026-01-01"
        other = sent(row) | {"sha256": "0" * 64}
        answer = await client.post("/api/staff/candidate-groups/record", json=other)
        assert (answer.status_code, answer.json()["code"]) == (409, "groups-changed")
