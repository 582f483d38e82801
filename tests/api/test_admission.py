"""At the door: nobody starts unchecked where a proctor admits, and a photograph changes after that by two people only."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from app import delivery, identity
from app.core.access import Role
from app.delivery import Admission
from tests.databases import TestDatabase
from tests.factories import PASSWORD, Candidate, World, client_of, make_photo, make_settings, make_world, running_app

KTP = {"document": "ktp", "matched": True}
OTHER_FACE = {"document": "ktp", "matched": False, "note": "wajah berbeda dari foto"}


@dataclass
class Door:
    """A sitting with two rooms: `proctor` watches the first candidate's, `neighbour` the other one."""

    world: World
    clients: dict[str, httpx.AsyncClient]

    async def arrivals(self, who: str = "proctor") -> list[dict[str, Any]]:
        answer = await self.clients[who].get(f"/api/staff/sittings/{self.world.sitting_id}/arrivals")
        assert answer.status_code == 200, answer.text
        return answer.json()["candidates"]

    async def post(self, who: str, path: str, body: dict[str, Any]) -> httpx.Response:
        return await self.clients[who].post(f"/api/staff/sittings/{self.world.sitting_id}/{path}", json=body)

    async def first(self) -> dict[str, Any]:
        return next(one for one in await self.arrivals() if one["number"] == self.world.cards[0].number)


@asynccontextmanager
async def door(
    database: TestDatabase,
    *,
    admission: Admission = Admission.PROCTOR,
    opens_in: timedelta = timedelta(minutes=-5),
) -> AsyncIterator[Door]:
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world = await make_world(app.state.database, admission=admission, opens_in=opens_in, with_passwords=True)
        await two_rooms(world)
        clients = {"candidate": await stack.enter_async_context(client_of(app))}
        for username in ("proctor", "neighbour", "office", "office2"):
            clients[username] = await stack.enter_async_context(client_of(app))
            await world.log_in(clients[username], username)
        yield Door(world, clients)


async def two_rooms(world: World) -> None:
    async with world.database.staff() as session, session.begin():
        for username, role in (("neighbour", Role.PROCTOR), ("office2", Role.OFFICE)):
            person_id = await identity.add_staff(session, name=f"Petugas {username}", username=username, roles=[role])
            await identity.set_password(session, person_id, PASSWORD)
            await identity.undertakings.sign_all_needed(session, person_id, frozenset({role}))
            world.staff[username] = person_id
        await delivery.assign_staff(session, world.sitting_id, world.staff["neighbour"])
        roster = await delivery.list_roster(session, world.sitting_id)
        for name, proctor, entry in zip(("Lab 1", "Lab 2"), ("proctor", "neighbour"), roster, strict=True):
            room = await delivery.create_room(session, world.sitting_id, name)
            await delivery.assign_room(session, world.sitting_id, room, world.staff[proctor])
            await delivery.seat_candidate(session, world.sitting_id, entry.id, room_id=room, seat="01")


async def marks(door: Door, who: str = "proctor") -> tuple[bool | None, bool]:
    """Of the first candidate, as the board shows it: whether the identity matched, and whether they count as absent."""
    board = (await door.clients[who].get(f"/api/staff/sittings/{door.world.sitting_id}/board")).json()
    row = next(one for one in board["candidates"] if one["number"] == door.world.cards[0].number)
    return row["identity_matched"], row["absent_at"] is not None


def photo(shade: int) -> dict[str, str]:
    return {"image": base64.b64encode(make_photo(shade)).decode()}


async def test_nobody_starts_before_somebody_of_the_room_looked_at_them(database: TestDatabase) -> None:
    async with door(database) as at:
        attempt = (await at.first())["attempt_id"]
        candidate = Candidate(at.clients["candidate"], at.world.cards[0])
        assert (await candidate.enter()).json()["code"] == "not-admitted"
        for body in ({}, {"reason": "datang"}):
            refused = await at.post("proctor", f"attempts/{attempt}/admit", body)
            assert refused.json()["code"] == "identity-first"
        for path, body in ((f"attempts/{attempt}/admit", {"identity": KTP}), (f"attempts/{attempt}/check-in", KTP)):
            assert (await at.post("neighbour", path, body)).status_code == 404, "the proctor of another room"
        assert (await candidate.start()).json()["code"] == "not-admitted"
        assert (await at.post("proctor", f"attempts/{attempt}/admit", {"identity": KTP})).status_code == 204
        assert (await candidate.start()).status_code == 200
        assert (await at.first())["check_in"]["matched"] is True


async def test_who_is_somebody_else_stays_outside_and_it_stays_written_down(database: TestDatabase) -> None:
    async with door(database) as at:
        path = f"attempts/{(await at.first())['attempt_id']}"
        silent = OTHER_FACE | {"note": None}
        assert (await at.post("proctor", f"{path}/check-in", silent)).json()["code"] == "identity-needs-reason"
        refused = await at.post("proctor", f"{path}/admit", {"identity": OTHER_FACE})
        assert refused.json()["code"] == "identity-not-matched"
        assert (await at.first())["check_in"]["note"] == OTHER_FACE["note"]
        assert (await at.post("proctor", f"{path}/admit", {})).json()["code"] == "identity-first"
        assert (await at.post("proctor", f"{path}/check-in", KTP)).status_code == 204
        assert (await at.post("proctor", f"{path}/check-in", OTHER_FACE)).status_code == 204
        assert (await at.post("proctor", f"{path}/admit", {})).json()["code"] == "identity-first", "the newest counts"
        assert (await at.post("proctor", f"{path}/check-in", KTP)).status_code == 204
        assert (await at.post("proctor", f"{path}/admit", {})).status_code == 204


async def test_who_comes_late_is_let_in_for_a_reason(database: TestDatabase) -> None:
    async with door(database, opens_in=timedelta(minutes=-16)) as at:
        path = f"attempts/{(await at.first())['attempt_id']}/admit"
        assert (await at.post("proctor", path, {"identity": KTP})).json()["code"] == "late-reason"
        body = {"identity": KTP, "reason": "ban bocor"}
        assert (await at.post("proctor", path, body)).status_code == 204
        assert (await at.first())["late"] is True


async def test_the_office_says_how_late_is_late(database: TestDatabase) -> None:
    async with door(database, opens_in=timedelta(minutes=-16)) as at:
        path = f"attempts/{(await at.first())['attempt_id']}/admit"
        assert (await at.post("office", "lateness", {"minutes": 241})).status_code == 422
        assert (await at.post("proctor", "lateness", {"minutes": 30})).status_code == 403
        assert (await at.post("office", "lateness", {"minutes": 30})).status_code == 204
        sitting = (await at.clients["office"].get(f"/api/staff/sittings/{at.world.sitting_id}")).json()
        late = datetime.fromisoformat(sitting["late_after"]) - datetime.fromisoformat(sitting["opens_at"])
        assert late == timedelta(minutes=30)
        assert (await at.post("proctor", path, {"identity": KTP})).status_code == 204
        assert (await at.first())["late"] is False


async def test_absent_is_taken_back_by_a_press_or_by_coming(database: TestDatabase) -> None:
    async with door(database) as at:
        attempt = (await at.first())["attempt_id"]
        elsewhere = (await at.arrivals("neighbour"))[0]["attempt_id"]
        both = {"attempt_ids": [attempt, elsewhere], "absent": True}
        outcomes = (await at.post("proctor", "absences", both)).json()["outcomes"]
        assert outcomes == {attempt: "done", elsewhere: "not-found"}
        assert (await at.first())["absence"]["by"] == "Petugas proctor"
        await at.post("proctor", "absences", {"attempt_ids": [attempt], "absent": False})
        assert (await at.first())["absence"] is None
        await at.post("proctor", "absences", {"attempt_ids": [attempt], "absent": True})
        await at.post("proctor", f"attempts/{attempt}/admit", {"identity": KTP})
        assert (await at.first())["absence"] is None
        await Candidate(at.clients["candidate"], at.world.cards[0]).enter()
        gone = await at.post("proctor", "absences", {"attempt_ids": [attempt], "absent": True})
        assert gone.json()["outcomes"] == {attempt: "started"}


async def test_a_photograph_changes_after_the_admission_by_two_people_only(database: TestDatabase) -> None:
    async with door(database) as at:
        one = await at.first()
        place = f"roster/{one['roster_id']}/photo"
        for shade in (10, 20):
            answer = await at.post("office", place, photo(shade))
            assert (answer.status_code, answer.json()["waits"]) == (201, False)
        on_file = (await at.first())["photo_id"]
        assert (await at.post("proctor", place, photo(30))).status_code == 403
        await at.post("proctor", f"attempts/{one['attempt_id']}/admit", {"identity": KTP})

        proposed = (await at.post("office", place, photo(30))).json()
        assert proposed["waits"] is True
        assert (await at.post("office", place, photo(30))).json() == proposed, "a second press is no second photograph"
        seen = await at.first()
        assert (seen["photo_id"], seen["waiting_photo"]["id"]) == (on_file, proposed["id"])
        decision, yes = f"photos/{proposed['id']}/decision", {"approve": True, "reason": "foto lama buram"}
        assert (await at.post("office", decision, yes)).json()["code"] == "photo-second-person"
        assert (await at.post("neighbour", decision, yes)).status_code == 404, "the proctor of another room"
        assert (await at.post("office2", decision, yes)).status_code == 204
        assert (await at.post("office2", decision, yes)).json()["code"] == "photo-decided-before"
        seen = await at.first()
        assert (seen["photo_id"], seen["waiting_photo"]) == (proposed["id"], None)


async def test_a_photograph_is_shown_in_its_room_and_a_file_that_is_none_is_refused(database: TestDatabase) -> None:
    async with door(database) as at:
        one = await at.first()
        place = f"roster/{one['roster_id']}/photo"
        for image in ("AAAA", "not base64!", base64.b64encode(b"<svg/>").decode()):
            assert (await at.post("office", place, {"image": image})).json()["code"] == "bad-photo"
        noted = make_photo(40) + b"what a phone writes behind it"
        await at.post("office", place, {"image": base64.b64encode(noted).decode()})
        path = f"/api/staff/sittings/{at.world.sitting_id}/roster/{one['roster_id']}/photos/"
        path += (await at.first())["photo_id"]
        shown = await at.clients["proctor"].get(path)
        assert (shown.content, shown.headers["content-type"]) == (make_photo(40), "image/png")
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert shown.headers["cache-control"] == "no-store", "the next one at this computer may be anybody"
        assert (await at.clients["neighbour"].get(path)).status_code == 404
        large = {"image": "A" * 500_000}
        assert (await at.post("office", place, large)).status_code == 413


async def test_a_device_is_released_by_the_proctors_of_its_room(database: TestDatabase) -> None:
    async with door(database, admission=Admission.OPEN) as at:
        candidate = Candidate(at.clients["candidate"], at.world.cards[0])
        await candidate.enter()
        candidate.device = "ab" * 16
        assert (await candidate.claim()).status_code == 409
        board = (await at.clients["proctor"].get(f"/api/staff/sittings/{at.world.sitting_id}/board")).json()
        row = next(one for one in board["candidates"] if one["device_request"])
        path = f"attempts/{UUID(row['attempt_id'])}/release-device"
        body = {"requested_at": row["device_request"]["requested_at"]}
        assert (await at.post("neighbour", path, body)).status_code == 404
        assert (await at.post("proctor", path, body)).status_code == 204


async def test_a_waiting_room_reports_its_computer_to_the_proctors_of_the_room(database: TestDatabase) -> None:
    async with door(database) as at:
        candidate = Candidate(at.clients["candidate"], at.world.cards[0])
        await candidate.log_in()
        report = {"clock_offset_ms": -12, "round_trip_ms": 2000, "saves": True, "persisted": False, "quota_mb": 9000}
        for round_trip in (2000, 30):
            assert (await candidate.post("readiness", report | {"round_trip_ms": round_trip})).status_code == 204
            path = f"/api/staff/sittings/{at.world.sitting_id}/readiness"
            (seen,) = (await at.clients["proctor"].get(path)).json()["computers"]
            assert seen["faults"] == (["line-slow"] if round_trip > 1500 else [])
            assert (await at.clients["neighbour"].get(path)).json()["computers"] == []
        assert (await candidate.post("readiness", report | {"extra": 1})).status_code == 422


async def test_the_page_before_an_exam_says_what_is_missing_with_the_remedy(database: TestDatabase) -> None:
    async with door(database) as at:
        path = f"/api/staff/sittings/{at.world.sitting_id}/preflight"
        found = (await at.clients["office"].get(path)).json()["findings"]
        levels = {one["name"]: one["level"] for one in found if one["says_id"].startswith("UJI-1")}
        assert levels == {
            "forms": "OK", "comparable": "OK", "papers": "OK", "proctors": "OK", "rooms": "OK", "seats": "OK",
            "undertakings": "OK", "photos": "WARN",
        }  # fmt: skip
        async with at.world.database.staff() as session, session.begin():
            lonely = await delivery.create_room(session, at.world.sitting_id, "Lab 9")
            (entry, _) = await delivery.list_roster(session, at.world.sitting_id)
            await delivery.seat_candidate(session, at.world.sitting_id, entry.id, room_id=lonely, seat=None)
        found = (await at.clients["office"].get(path)).json()["findings"]
        wrong = {one["name"]: one["says_id"] for one in found if one["level"] != "OK" and "UJI-1" in one["says_id"]}
        assert "Lab 9" in wrong["rooms"]
        assert "1 peserta" in wrong["seats"]


async def test_the_board_shows_the_newest_check_and_who_is_absent_until_they_start(database: TestDatabase) -> None:
    async with door(database, admission=Admission.OPEN) as at:
        attempt_id = (await at.first())["attempt_id"]
        assert await marks(at) == (None, False)
        await at.post("proctor", "absences", {"attempt_ids": [attempt_id], "absent": True})
        for seen, matched in ((OTHER_FACE, False), (KTP, True)):
            await at.post("proctor", f"attempts/{attempt_id}/check-in", seen)
            assert await marks(at) == (matched, True)
        await at.post("proctor", "absences", {"attempt_ids": [attempt_id], "absent": False})
        assert await marks(at) == (True, False)
        await at.post("proctor", "absences", {"attempt_ids": [attempt_id], "absent": True})
        await Candidate(at.clients["candidate"], at.world.cards[0]).enter()
        assert await marks(at) == (True, False), "who started is there"
