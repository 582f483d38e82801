"""Every route with every role, cell by cell, against a reviewed table; a refusal changes nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from app import identity, itembank, proctoring
from app.core import access
from app.core.access import Permission, Role
from app.core.config import Settings
from app.delivery import HOT_ROUTES, HotRoute
from app.itembank import richtext
from app.main import create_app
from tests.databases import TestDatabase
from tests.factories import (
    BANK_KEYS,
    PASSWORD,
    PUBLIC_URL,
    SECRET,
    Candidate,
    World,
    client_of,
    make_photo,
    make_settings,
    make_world,
    running_app,
)
from tests.streams import first_messages

TABLE = Path(__file__).with_name("authz.csv")
ACTORS = (
    "anonymous",
    "candidate",
    "proctor",
    "proctor_elsewhere",
    "invigilator",
    "committee",
    "office",
    "auditor",
    "admin",
    "author",
    "reviewer",
)
PUBLIC = {
    "healthz",
    "readyz",
    "context",
    "paper",
    "practice",
    "sebFile",
    "checkPrint",
    "examLogin",
    "staffLogin",
    "firstPassword",
}
STREAMS = {"boardStream"}  # whoever may read one would wait for its end for ever
PICTURES = {"addIncidentPhoto", "addItemImage"}  # takes bytes
FILES = {"beginImport"}
PIXEL = b"\x89PNG\r\n\x1a\n"
SETTINGS = Settings(
    public_url=PUBLIC_URL, allow_http=True, secrets=SECRET, bank_keys=BANK_KEYS
)  # enough to walk the routes


def routes(app: FastAPI) -> Iterator[APIRoute | HotRoute]:
    for route in app.routes:
        yield from _api_routes(route)
    yield from HOT_ROUTES.values()


def _api_routes(route: Any) -> Iterator[APIRoute]:
    if isinstance(route, APIRoute):
        if route.include_in_schema:
            yield route
        return
    inner = getattr(route, "original_router", None) or getattr(route, "router", None)
    for child in getattr(inner, "routes", ()):
        yield from _api_routes(child)


def expected() -> dict[tuple[str, str], str]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["route"], actor): row[actor] for row in csv.DictReader(file) for actor in ACTORS}


SOMEBODY = "00000000-0000-4000-8000-000000000000"
ITEM: dict[str, Any] = {
    "kuk": "1.1",
    "lang": "id",
    "content": {"stem": "Siapa?", "options": ["satu", "dua", "tiga", "empat"]},
    "key": 0,
    "rationale": "x",
    "source": "x",
    "cognitive_level": "apply",
    "expected_p": 0.6,
}
BODIES: dict[str, dict[str, Any]] = {
    "createItem": ITEM | {"scheme": "MMu"},
    "rateAngoff": {"percents": {"11111111-1111-4111-8111-111111111111": 50}},
    "moveAngoffPanel": {"to": "feedback"},
    "addItemVersion": ITEM | {"kind": "editorial"},
    "editItemVersion": ITEM,
    "moveItemVersion": {"action": "suspend", "reason": "dua opsi sama-sama benar"},
    "reviewItemVersion": {
        "verdict": "approve",
        "card": {"material": "good", "construction": "good", "language": "good"},
    },
    "commentItemVersion": {"text": "x"},
    "applyImport": {"reason": "soal asesor", "revision": 1},
    "askForExport": {"scheme": "MMu", "format": "xlsx", "reason": "arsip tahunan"},
    "decideExport": {"approve": True, "reason": "arsip tahunan"},
    "examAgree": {"statement_version": "2"},
    "examClaim": {"device_secret": "ab" * 16},
    "examLobby": {"nonce": "n" * 12},
    "examStart": {"device_secret": "ab" * 16, "nonce": "n" * 12},
    "examAnswers": {
        "epoch": 1,
        "device_secret": "ab" * 16,
        "nonce": "n" * 12,
        "changes": [{"seq": 1, "position": 1, "option": 1}],
    },
    "examHeartbeat": {"epoch": 1, "device_secret": "ab" * 16, "nonce": "n" * 12},
    "examSubmit": {"epoch": 1, "device_secret": "ab" * 16, "nonce": "n" * 12},
    "examComment": {"position": 1, "text": "catatan", "nonce": "n" * 12},
    "examHelp": {"need": "network"},
    "examReportSignals": {"page": "ab" * 8, "signals": []},
    "sendMessage": {"text": "sepuluh menit lagi"},
    "releaseDevice": {"requested_at": "2026-01-01T00:00:00Z"},
    "addPhoto": {"image": "AAAA"},
    "assignProctor": {"person_id": str(uuid4()), "head": False, "rooms": []},
    "changeRoom": {"name": "Lab 9", "places": None},
    "createRoom": {"name": "Lab 8", "places": 10},
    "fillSeats": {"everybody": False, "apply": True},
    "moveCandidate": {"room_id": None, "seat": "77"},
    "previewRoster": {"file": "bmFtYQpBZGkK"},
    "importRoster": {"file": "bmFtYQpBZGkK", "sha256": "0" * 64, "plan": "0" * 64},
    "examReadiness": {"clock_offset_ms": 1, "round_trip_ms": 9, "saves": True, "persisted": None, "quota_mb": None},
    "checkIn": {"document": "ktp", "matched": True},
    "decidePhoto": {"approve": True, "reason": "cocok"},
    "markAbsent": {"attempt_ids": [str(uuid4())], "absent": True},
    "moveItems": {"version_ids": [SOMEBODY], "action": "rest", "dry_run": True},
    "writePool": {
        "scheme": "MMu",
        "period_from": "2027-01-01",
        "period_to": "2027-06-30",
        "candidates": 60,
        "version_ids": [SOMEBODY],
    },
    "activatePool": {"dry_run": True},
    "checkBlueprint": {"scheme": "MMu", "content": {"items": 100, "limits": []}},
    "writeBlueprint": {"scheme": "MMu", "content": {"items": 100, "limits": []}, "basis": "rapat komite 3 Maret"},
    "writeStandard": {"scheme": "MMu", "basis": "rapat komite 3 Maret"},
    "planReview": {
        "scheme": "MMu",
        "title": "Kajian semester satu",
        "period_from": "2026-01-01",
        "period_to": "2026-06-30",
    },
    "withdrawReview": {"reason": "periode keliru"},
    "reopenReview": {"reason": "sesi susulan masuk"},
    "keepReviewMeeting": {"revision": 0},
    "decideReview": {"revision": 0},
    "writeReviewMethod": {"scheme": "MMu", "values": {}, "basis": "rapat komite 3 Maret", "valid_from": "2026-01-01"},
    "previewItem": {"content": {"stem": "Apa?", "options": ["a", "b"]}},
    "openIncident": {"category": "technical", "note": "listrik padam"},
    "closeIncident": {"note": "selesai"},
    "linkIncident": {"attempt_ids": [], "grant_ids": []},
    "setLateness": {"minutes": 15},
    "setThresholds": {
        "silent_seconds": 45,
        "unsaved_minutes": 10,
        "late_minutes": 15,
        "low_percent": 60,
        "low_minutes": 30,
    },
    "handOverRoom": {"taker_id": SOMEBODY, "note": "ganti giliran"},
    "clearKeyCheck": {"note": "diperiksa"},
    "lookAtItem": {"item": "MMU-1.1-01", "outcome": "sound", "note": "kunci sudah dicocokkan"},
    "raiseFinding": {
        "scheme": "MMu",
        "subject": {"kind": "exam", "ref": "", "label": "ujian"},
        "grade": "minor",
        "statement": "waktu tidak cukup bagi banyak peserta",
        "evidence": "satu dari lima peserta tidak sampai akhir",
    },
    "nameCause": {"text": "petunjuk waktu tidak jelas"},
    "askAction": {
        "kind": "proctoring",
        "description": "menjelaskan waktu sebelum mulai",
        "owner_id": SOMEBODY,
        "due_on": "2099-01-31",
    },
    "postponeAction": {"due_on": "2099-02-28", "reason": "menunggu jadwal pelatihan"},
    "reportAction": {"note": "sudah dijelaskan pada semua sesi"},
    "verifyFinding": {"effective": True, "evidence": "semua peserta sampai akhir", "review_id": SOMEBODY},
    "withdrawFinding": {"reason": "salah baca tabelnya"},
    "noteRescue": {"words": "panjat direktur tugu opera replika musim"},
    "uploadRescue": {"file": "{}"},
    "pauseCandidates": {"attempt_ids": [SOMEBODY], "reason": "listrik padam"},
    "resumeCandidates": {"attempt_ids": [SOMEBODY], "in_seconds": 0},
    "freezeRoom": {"reason": "listrik padam"},
    "thawRoom": {"in_seconds": 0, "note": "listrik menyala"},
    "grantTime": {"attempt_ids": [SOMEBODY], "seconds": 60, "reason": "listrik padam"},
    "decideTime": {"approve": True, "reason": "benar"},
    "closeAttempt": {"number": "MMU-26-0001", "reason": "sakit"},
    "openIrregularity": {"attempt_id": str(uuid4()), "reason": "notes", "account": "x"},
    "decideIrregularity": {"void": True, "grounds": "x"},
    "examStatement": {"words": "x"},
    "addUndertakingText": {"after": 9, "texts": {"id": "x", "en": "x"}, "life_days": 365},
    "addInvitationTemplate": {"after": 9, "texts": {"id": "x", "en": "x"}},
    "previewInvitationTemplate": {"id": "x", "en": "x"},
    "signUndertaking": {"version": 1},
    "withdrawUndertaking": {"reason": "x"},
    "printCards": {"attempt_id": SOMEBODY},  # nobody's: new PINs would log the candidate out
    "decideRescue": {"approve": True, "reason": "jaringan putus"},
    "whatIfCorrection": {"item_code": "MMU-1.1-01", "kind": "void"},
    "proposeCorrection": {
        "item_code": "MMU-1.1-01",
        "kind": "void",
        "reason": "dua opsi sama-sama benar",
        "sha256": "0" * 64,
    },
    "approveCorrection": {"note": "setuju sesudah menelaah"},
    "withdrawCorrection": {"note": "ternyata kunci benar"},
    "withdrawForms": {"reason": "peserta bertambah"},
    "requireSeb": {"quit_password": "pulang-2026"},
    "overrideSeb": {"reason": "komputer cadangan"},
    "decideItem": {"decision": "accepted", "note": "soal tetap baik"},
    "keepReviewView": {"name": "bertanda", "query": {}},
    "simulateForms": {"scheme": "MMu", "candidates_per_year": 60, "sittings_per_year": 4},
}


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    known = {route.operation_id for route in routes(create_app(SETTINGS))}
    assert len(known) > 25
    assert known - PUBLIC == {route for route, _ in expected()}


def permissions_named(route: APIRoute | HotRoute) -> list[Permission]:
    if isinstance(route, HotRoute):
        return [route.permission] if route.permission else []
    guards = [getattr(dependency.call, "permission", None) for dependency in route.dependant.dependencies]
    return [guard for guard in guards if guard is not None]


def test_every_private_route_names_exactly_one_permission() -> None:
    for route in routes(create_app(SETTINGS)):
        assert len(permissions_named(route)) == (0 if route.operation_id in PUBLIC else 1), route.operation_id


class Ledger:
    """What every table holds, read again only where something was written since: each transaction that writes takes a number."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._read_at = 0
        self._digest = ""

    async def digest(self) -> str:
        next_write = int(await self._connection.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text"))
        if next_write != self._read_at:
            self._read_at, self._digest = next_write, await self._read()
        return self._digest

    async def _read(self) -> str:
        """Left out is what the server tells of itself whether or not anybody asks, and signs of life, which it notes a moment
        after the request."""
        tables = await self._connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename NOT IN ('process_figures', 'contacts', 'watchers') ORDER BY 1"
        )
        parts = []
        for (table,) in tables:
            parts.append(
                await self._connection.fetchval(
                    f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
                )
            )
        return "".join(parts)


async def log_in_all(app: FastAPI, world: World, stack: AsyncExitStack) -> dict[str, httpx.AsyncClient]:
    clients = {}
    for actor in ACTORS:
        client = await stack.enter_async_context(client_of(app))
        if actor == "candidate":
            assert (await Candidate(client, world.cards[0]).log_in()).status_code == 200
        elif actor != "anonymous":
            body = {"username": actor, "password": PASSWORD}
            assert (await client.post("/api/staff/login", json=body)).status_code == 200, actor
        clients[actor] = client
    return clients


async def wrote(database: TestDatabase, author: UUID, code: str) -> UUID:
    connection = await asyncpg.connect(database.superuser_url)
    of_item = (
        "UPDATE item_versions SET author_id = $1 WHERE item_id = (SELECT id FROM items WHERE code = $2) RETURNING id"
    )
    version: UUID = await connection.fetchval(of_item, author, code)
    await connection.close()
    return version


async def make_actors(app: FastAPI, database: TestDatabase) -> tuple[World, dict[str, UUID | str]]:
    # With this seed MMU-1.1-01 is on a form; whoever has the role of an author wrote it.
    world = await make_world(app.state.database, with_passwords=True, seed=bytes(32))
    version = await wrote(database, world.staff["author"], "MMU-1.1-01")
    async with app.state.database.staff() as session, session.begin():
        elsewhere = await identity.add_staff(
            session, name="Pengawas lain", username="proctor_elsewhere", roles=[Role.PROCTOR]
        )
        await identity.undertakings.sign_all_needed(session, elsewhere, frozenset({Role.PROCTOR}))
        await identity.set_password(session, elsewhere, PASSWORD)
        proctor = access.Actor(world.staff["proctor"], uuid4(), "P", frozenset({Role.PROCTOR}))
        incident = await proctoring.open_incident(
            session,
            world.sitting_id,
            category=proctoring.Category.TECHNICAL,
            note="x",
            attempt_id=None,
            actor=proctor,
        )
        picture = richtext.read_image(make_photo())
        await itembank.store_images(session, [picture])
    named = {
        "incident_id": incident,
        "name": picture.hash,
        "code": "MMU-1.1-01",
        "version_id": version,
        "other_id": version,
        "import_id": uuid4(),
        "export_id": uuid4(),
        "format": "csv",
        "archive": "zip",
        "pool_id": uuid4(),
        "blueprint_id": uuid4(),
        "standard_id": uuid4(),
        "attempt_id": uuid4(),
        "rescue_id": uuid4(),
        "freeze_id": uuid4(),
        "request_id": uuid4(),
        "kind": "confidentiality",
        "paper": "minutes",
        "case_id": uuid4(),
        "message_id": uuid4(),
        "call_id": uuid4(),
        "roster_id": uuid4(),
        "photo_id": uuid4(),
        "room_id": uuid4(),
        "plan_id": world.plan_id or "",
        "review_id": uuid4(),
        "part": "exam",
        "method_id": uuid4(),
        "finding_id": uuid4(),
        "action_id": uuid4(),
        "correction_id": uuid4(),
        "panel_id": uuid4(),
        "view_id": uuid4(),
        "lineage_id": uuid4(),
    }
    return world, {"sitting_id": world.sitting_id, **named}


async def ask(app: FastAPI, client: httpx.AsyncClient, route: APIRoute | HotRoute, names: dict[str, UUID | str]) -> int:
    path = re.sub(r"\{(\w+)\}", lambda found: str(names[found.group(1)]), route.path)
    method = next(iter(route.methods - {"HEAD"}))
    if method == "GET":
        if route.operation_id in STREAMS:
            head, _ = await first_messages(app, path, client)
            return int(head["status"])
        return (await client.get(path)).status_code
    if route.operation_id in PICTURES:
        sent = await client.post(path, content=PIXEL, headers={"Content-Type": "image/png"})
        return sent.status_code
    if route.operation_id in FILES:
        headers = {"Content-Type": "application/octet-stream"}
        return (await client.post(f"{path}?scheme=MMu&name=soal.csv", content=b"Soal", headers=headers)).status_code
    return (await client.request(method, path, json=BODIES.get(str(route.operation_id), {}))).status_code


def verdict(status: int) -> str:
    return {401: "401", 403: "403", 404: "404"}.get(status, "may" if status < 500 else "broken")


async def walk(database: TestDatabase) -> list[str]:
    """Ask every cell; the complaints."""
    wanted, complaints = expected(), []
    connection = await asyncpg.connect(database.superuser_url)
    ledger = Ledger(connection)
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world, names = await make_actors(app, database)
        clients = await log_in_all(app, world, stack)
        cells = [(route, actor) for route in routes(app) if route.operation_id not in PUBLIC for actor in ACTORS]
        # What works and takes from an actor what the other cells need comes last.
        cells.sort(
            key=lambda cell: (
                wanted[str(cell[0].operation_id), cell[1]] == "may"
                and (NARROWING | ENDING).get(str(cell[0].operation_id), 0)
            )
        )
        for route, actor in cells:
            name = str(route.operation_id)
            refused = wanted[name, actor] != "may"
            before = await ledger.digest() if refused else ""
            found = verdict(await ask(app, clients[actor], route, names))
            if found != wanted[name, actor]:
                complaints.append(f"{name} × {actor}: {found}, the table says {wanted[name, actor]}")
            elif refused and await ledger.digest() != before:
                complaints.append(f"{name} × {actor}: refused, and changed the database")
    await connection.close()
    return complaints


# They guard no route: behind the permission that does, whoever may see all sittings sees one that is not theirs, and an item's
# life asks who corrects it and who takes it into use.
ASKED_INSIDE = {
    Permission.SITTING_READ_ALL: Permission.SITTING_READ,
    Permission.ITEM_CORRECT: Permission.ITEM_WRITE,
    Permission.ITEM_ACTIVATE: Permission.ITEM_WRITE,
}

# An allowed one would make every later refusal look like a noticed flip. In this order.
NARROWING = {"createRoom": 1}  # a proctor without a room of their own has the sitting only where there are no rooms
ENDING = {"withdrawUndertaking": 2, "examLogout": 3, "staffLogout": 3}


@pytest.mark.timeout(300)
async def test_every_cell_answers_as_the_table_says(database: TestDatabase) -> None:
    found = await walk(database)
    print(found)
    assert found == []


@pytest.mark.timeout(300)
async def test_flipping_any_rule_fails_a_cell(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each permission is taken from each role that holds it and given to each that does not; the cells are asked again."""
    wanted, unnoticed = expected(), []
    async with running_app(make_settings(database)) as app, AsyncExitStack() as stack:
        world, names = await make_actors(app, database)
        clients = await log_in_all(app, world, stack)
        guarded = [route for route in routes(app) if route.operation_id not in PUBLIC | ENDING.keys()]
        for permission in Permission:
            needed = ASKED_INSIDE.get(permission, permission)
            cells = [route for route in guarded if permissions_named(route) == [needed]]
            for role in Role:
                if needed is not permission and needed not in access.PERMISSIONS[role]:
                    continue  # who may not even ask gains nothing
                if role is not Role.CANDIDATE and all(isinstance(route, HotRoute) for route in cells):
                    continue  # a hot path opens to candidates' cookies alone, whatever staff may do
                elsewhere = permission is Permission.SITTING_READ_ALL and role is Role.PROCTOR
                actor = "proctor_elsewhere" if elsewhere else role.value
                with monkeypatch.context() as patch:
                    patch.setitem(access.PERMISSIONS, role, access.PERMISSIONS[role] ^ {permission})
                    found = {
                        route.operation_id: verdict(await ask(app, clients[actor], route, names)) for route in cells
                    }
                if all(wanted[str(name), actor] == answer for name, answer in found.items()):
                    unnoticed.append(f"{permission} x {role}")
    assert unnoticed == []
