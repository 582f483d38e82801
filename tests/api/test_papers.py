"""Papers of a sitting over HTTP: what they say, who may print them, and what a print's code leads back to."""

from __future__ import annotations

import asyncio
import io
import re
import threading
from typing import Any
from uuid import uuid4

import httpx
import pypdf
from sqlalchemy import text

from app import delivery, grading, proctoring
from app.core.access import Actor, Role
from app.delivery import Admission
from app.delivery.admission import Document, Identity
from app.proctoring.incident_codes import Category, Code
from app.proctoring.papers import press
from tests.databases import TestDatabase
from tests.disclosure import FORBIDDEN
from tests.factories import Candidate, World, client_of, make_settings, make_world, running_app

KINDS = ("attendance", "seating", "minutes", "incidents")
CODE = re.compile(r"/periksa/\S+")  # its letters are luck, and might come out as a word


def text_of(pdf: bytes) -> str:
    """The words of a PDF, every run of blanks as one."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def proctor_of(world: World) -> Actor:
    return Actor(world.staff["proctor"], uuid4(), "Petugas proctor", frozenset({Role.PROCTOR}))


async def printed(client: httpx.AsyncClient, world: World, kind: str) -> str:
    answer = await client.get(f"/api/staff/sittings/{world.sitting_id}/papers/{kind}.pdf")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    return text_of(answer.content)


async def test_each_paper_names_the_body_the_sitting_and_its_candidates(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(client, "proctor")
        for kind in KINDS:
            said = await printed(client, world, kind)
            assert "Lembaga Sertifikasi Profesi Teknik Manajemen Industri" in said, kind
            assert "UJI-1" in said, kind
            assert "WIB" in said, kind
            if kind != "incidents":
                assert "MMU-26-0002" in said, kind


async def test_the_minutes_tell_what_happened_and_account_for_every_second(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as other:
        world = await make_world(app.state.database, with_passwords=True, admission=Admission.PROCTOR)
        proctor = proctor_of(world)
        async with app.state.database.staff() as session, session.begin():
            attempt, _ = await delivery.list_courses(session, world.sitting_id, proctor)
            assert attempt.attempt_id is not None
            door = (session, world.sitting_id, attempt.attempt_id)
            await delivery.check_in(*door, Identity(Document.KTP, matched=True), actor=proctor)
            await delivery.admit(*door, actor=proctor)
        assert (await Candidate(other, world.cards[0]).enter()).status_code == 200
        async with app.state.database.staff() as session, session.begin():
            where = (session, world.sitting_id, [attempt.attempt_id])
            await delivery.grant_time(*where, seconds=90, reason="papan tik diganti", actor=proctor)
            await proctoring.open_incident(
                session,
                world.sitting_id,
                category=proctoring.Category.TECHNICAL,
                note="papan tik rusak",
                attempt_id=attempt.attempt_id,
                actor=proctor,
            )
        await world.log_in(client, "proctor")
        said = await printed(client, world, "minutes")
    assert "tambah waktu papan tik diganti (oleh Petugas proctor" in said
    assert "121 menit 40 detik" in said
    assert "lama ujian 7.200 detik + tambahan tercatat 100 detik, selisih 0 detik" in said
    assert "Setiap detik tercatat" in said
    assert "papan tik rusak" in said
    assert "Tidak mulai ujian: Peserta 2" in said


async def test_a_wrong_sum_is_said_aloud(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as other:
        world = await make_world(app.state.database, with_passwords=True)
        assert (await Candidate(other, world.cards[0]).enter()).status_code == 200
        async with app.state.database.staff() as session, session.begin():
            await session.execute(
                text("UPDATE attempts SET closes_at = closes_at + interval '7 s' WHERE closes_at IS NOT NULL")
            )
        await world.log_in(client, "proctor")
        said = await printed(client, world, "minutes")
    assert "Ada batas waktu yang tidak sama dengan jumlahnya" in said
    assert "Setiap detik tercatat" not in said


async def test_no_paper_knows_an_answer_a_score_or_a_key(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as other:
        world = await make_world(app.state.database, with_passwords=True)
        candidate = Candidate(other, world.cards[0])
        assert (await candidate.enter()).status_code == 200
        await candidate.save({position: position % 4 for position in range(1, 101)})
        receipt = (await candidate.submit()).json()["receipt"]
        await grading.score_sitting(app.state.database, world.sitting_id)
        await world.log_in(client, "proctor")
        for kind in KINDS:
            said = await printed(client, world, kind)
            assert FORBIDDEN.findall(CODE.sub("", said)) == [], kind
            assert receipt["code"] not in said, kind


async def test_a_print_is_written_down_and_its_code_leads_back_to_it(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as anybody:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(client, "office")
        said = await printed(client, world, "attendance")
        async with app.state.database.staff() as session:
            ((code, kind, sha256),) = await session.execute(text("SELECT code, kind, sha256 FROM printed_papers"))
        assert kind == "attendance"
        shown = "-".join((code[:4], code[4:8], code[8:]))
        assert f"/periksa/{shown}" in said
        for typed in (code, shown, shown.lower().replace("0", "o").replace("1", "l")):
            page = await anybody.get(f"/periksa/{typed}")
            assert page.status_code == 200
            assert "Daftar Hadir Peserta" in page.text
            assert sha256[:12] in page.text
            assert "Peserta 1" not in page.text
            assert "Petugas" not in page.text
        unknown = await anybody.get("/periksa/AAAABBBBCCCC")
        assert unknown.status_code == 404
        assert "Kode tidak dikenal" in unknown.text


async def test_a_title_cannot_write_into_the_page_that_checks_a_print(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        async with app.state.database.staff() as session, session.begin():
            await session.execute(text("UPDATE sittings SET title = '<script>alert(1)</script>'"))
        await world.log_in(client, "proctor")
        await printed(client, world, "seating")
        async with app.state.database.staff() as session:
            code = await session.scalar(text("SELECT code FROM printed_papers"))
        page = await client.get(f"/periksa/{code}")
    assert "<script" not in page.text
    assert "style-src 'sha256-" in page.headers["content-security-policy"]


async def cards(client: httpx.AsyncClient, world: World, **body: str) -> httpx.Response:
    return await client.post(f"/api/staff/sittings/{world.sitting_id}/papers/cards", json=body)


def pin_on(pdf: bytes, number: str) -> str:
    """The PIN that stands below this number."""
    after = text_of(pdf).split(number, 1)[1].split("PIN", 1)[1].split()
    return "".join(after[:2])


async def test_new_cards_open_the_exam_and_old_ones_do_not(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as other:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(client, "office")
        answer = await cards(client, world)
        assert answer.status_code == 200, answer.text
        old = world.cards[1]
        assert (await Candidate(other, old).log_in()).status_code == 401
        pin = pin_on(answer.content, old.number)
        login = await other.post("/api/exam/login", json={"number": old.number, "pin": pin})
        assert login.status_code == 200, pin
        async with app.state.database.staff() as session:
            entry = await session.scalar(text("SELECT facts FROM journal WHERE action = 'cards.reissued'"))
            stored = await session.scalar(text("SELECT string_agg(t::text, '') FROM (SELECT * FROM journal) t"))
        assert entry["candidates"] == 2
        assert pin not in stored


async def test_once_somebody_has_started_cards_are_printed_one_by_one(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as other:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(client, "proctor")
        assert (await Candidate(other, world.cards[0]).enter()).status_code == 200
        refused = await cards(client, world)
        assert (refused.status_code, refused.json()["code"]) == (409, "cards-in-use")
        assert (await other.get("/api/exam/me")).status_code == 200
        board = (await client.get(f"/api/staff/sittings/{world.sitting_id}/board")).json()
        late = next(one for one in board["candidates"] if one["number"] == world.cards[1].number)
        one = await cards(client, world, attempt_id=late["attempt_id"])
        assert one.status_code == 200
        assert world.cards[0].number not in text_of(one.content)
        login = {"number": late["number"], "pin": pin_on(one.content, late["number"])}
        assert (await other.post("/api/exam/login", json=login)).status_code == 200
        assert f"Peserta 2 ({late['number']}); 1 peserta" in await printed(client, world, "minutes")


async def test_who_starts_while_cards_are_in_the_press_keeps_their_card(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as other:
        world = await make_world(app.state.database, with_passwords=True)
        await world.log_in(client, "office")
        held = threading.Event()
        press._PRESS.submit(held.wait)
        try:
            printing = asyncio.create_task(cards(client, world))
            while press._PRESS._work_queue.empty():
                await asyncio.sleep(0.01)
            assert (await Candidate(other, world.cards[0]).enter()).status_code == 200
        finally:
            held.set()
        refused = await printing
        assert (refused.status_code, refused.json().get("code")) == (409, "cards-in-use")
        assert (await other.get("/api/exam/me")).status_code == 200
        assert (await Candidate(other, world.cards[1]).log_in()).status_code == 200, "nobody's card was changed"


async def test_a_proctor_prints_their_room_and_no_other(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        head = Actor(world.staff["admin"], uuid4(), "A", frozenset({Role.ADMIN}))
        async with app.state.database.staff() as session, session.begin():
            rooms = [await delivery.create_room(session, world.sitting_id, name) for name in ("Lab A", "Lab B")]
            await delivery.assign_room(session, world.sitting_id, rooms[0], world.staff["proctor"])
            courses = await delivery.list_courses(session, world.sitting_id, head)
            for course, room in zip(courses, rooms, strict=True):
                await delivery.seat_candidate(session, world.sitting_id, course.roster_id, room_id=room, seat="01")
        path = f"/api/staff/sittings/{world.sitting_id}/papers/attendance.pdf"
        await world.log_in(client, "proctor")
        for query in ({}, {"room_id": str(rooms[0])}):
            said = text_of((await client.get(path, params=query)).content)
            assert "Lab A" in said
            assert "MMU-26-0001" in said
            assert "MMU-26-0002" not in said
        assert (await client.get(path, params={"room_id": str(rooms[1])})).status_code == 404
        assert "MMU-26-0002" not in await printed(client, world, "minutes")
        refused = await cards(client, world, room_id=str(rooms[1]))
        assert refused.status_code == 404
        await world.log_in(client, "office")
        whole = await printed(client, world, "attendance")
        assert whole.index("Lab A") < whole.index("MMU-26-0001") < whole.index("Lab B") < whole.index("MMU-26-0002")


async def test_a_paper_of_one_room_knows_no_incident_of_another(database: TestDatabase) -> None:
    """As the board: an incident is the room's, or of a candidate in it, first or further, or everybody's."""
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, with_passwords=True)
        head = Actor(world.staff["office"], uuid4(), "Kantor", frozenset({Role.OFFICE}))
        async with app.state.database.staff() as session, session.begin():
            mine, other = [await delivery.create_room(session, world.sitting_id, name) for name in ("Lab A", "Lab B")]
            await delivery.assign_room(session, world.sitting_id, mine, world.staff["proctor"])
            courses = await delivery.list_courses(session, world.sitting_id, head)
            for course, room in zip(courses, (mine, other), strict=True):
                await delivery.seat_candidate(session, world.sitting_id, course.roster_id, room_id=room, seat="01")
            ours, theirs = (course.attempt_id for course in courses)
            assert ours is not None
            assert theirs is not None
            noted: list[tuple[str, dict[str, Any]]] = [
                ("rahasia Lab B", {"attempt_id": None, "room_id": other}),
                ("hujan di Lab A", {"attempt_id": None, "room_id": mine}),
                ("sirene", {"attempt_id": None}),
                ("keduanya bercakap", {"attempt_id": theirs, "further": [ours], "code": Code.BEHAVIOUR}),
                ("hanya seberang", {"attempt_id": theirs}),
            ]
            for note, about in noted:
                category = Category.CANDIDATE if about.get("code") else Category.ENVIRONMENT
                await proctoring.open_incident(
                    session, world.sitting_id, category=category, note=note, actor=head, **about
                )
        await world.log_in(client, "proctor")
        for kind in ("minutes", "incidents"):
            said = await printed(client, world, kind)
            for note in ("hujan di Lab A", "sirene", "keduanya bercakap", "perilaku", "Peserta 1 (MMU-26-0001)"):
                assert note in said, kind
            for note in ("rahasia", "seberang", "MMU-26-0002"):
                assert note not in said, kind
        await world.log_in(client, "office")
        whole = await printed(client, world, "minutes")
        assert "Peserta 2 (MMU-26-0002); Peserta 1 (MMU-26-0001) keduanya bercakap" in whole
        assert "Ruang Lab B rahasia Lab B" in whole
