"""Every byte that a candidate or a proctor receives before the release, from two servers whose keys differ in everything.

The recording calls every route of the exam and every route of the office as the proctor, wrong requests included. It must be
the same from both servers, byte for byte with its headers and the log; name no key; and hold no field that is not listed here.
"""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from app import delivery
from app.core.access import Actor, Role
from app.core.postgres import Cluster
from app.delivery.roster.workbook import read_workbook
from app.proctoring import irregularities
from app.proctoring.irregularities import Reason
from tests.databases import TestDatabase, drop_database
from tests.disclosure import ALLOWED, CANARY, FORBIDDEN, PAPER, REFUSALS, SEED, mask, paths, plant_twins
from tests.factories import PASSWORD, Candidate, World, client_of, make_settings, make_world, running_app
from tests.streams import first_messages

LEAKED = re.compile(CANARY)
UUID_SHAPE = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NOBODY = "00000000-0000-4000-8000-000000000000"


@dataclass
class Reply:
    who: str
    path: str
    status: int
    headers: list[tuple[str, str]]
    body: str


@dataclass
class Recording:
    replies: list[Reply] = field(default_factory=list)
    log: str = ""

    def masked(self) -> list[str]:
        return [mask(repr(reply)) for reply in self.replies] + [mask(self.log)]


@asynccontextmanager
async def recorded(app: FastAPI, recording: Recording, who: str) -> AsyncIterator[httpx.AsyncClient]:
    async def note(response: httpx.Response) -> None:
        path = re.sub(f"^(/api/exam/messages/){UUID_SHAPE}", r"\1{message_id}", response.request.url.path)
        body = legible(path, response.status_code, await response.aread())
        headers = response.headers.multi_items()
        if path.endswith(".xlsx"):
            headers = [(name, value) for name, value in headers if name != "content-length"]
        recording.replies.append(Reply(who, path, response.status_code, headers, body))

    async with client_of(app) as client:
        client.event_hooks["response"].append(note)
        yield client


def legible(path: str, status: int, body: bytes) -> str:
    if path.startswith("/papers/") and status == 200:
        return body.hex()
    # A workbook says when it was made, and is packed after that.
    return str(read_workbook(body, "", 1000)) if path.endswith(".xlsx") and status == 200 else body.decode()


async def record(app: FastAPI, world: World, caplog: pytest.LogCaptureFixture) -> Recording:
    recording = Recording()
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="sahih"), caplog.at_level(logging.INFO):
        async with (
            recorded(app, recording, "candidate") as one,
            recorded(app, recording, "candidate") as two,
            recorded(app, recording, "proctor") as desk,
        ):
            first, second = Candidate(one, world.cards[0]), Candidate(two, world.cards[0])
            first.device, second.device = "ab" * 16, "cd" * 16
            await desk.post("/api/staff/login", json={"username": "proctor", "password": PASSWORD})
            await before_the_start(first)
            await the_exam(first, recording)
            await at_another_device(second, desk, world)
            await watch(app, desk, world, recording)
            await the_end(second)
            await a_suspicion(second, app, world)
            await second.post("logout", {})
            await second.read("attempt")
            await watch(app, desk, world, recording)
    recording.log = caplog.text
    return recording


def fixed(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"nonce": "n" * 12}


async def before_the_start(candidate: Candidate) -> None:
    await candidate.post("login", {"number": candidate.card.number, "pin": "000000"})
    await candidate.log_in()
    await candidate.post("lobby", fixed({}))
    measured = {"clock_offset_ms": 1, "round_trip_ms": 9, "saves": True, "persisted": None, "quota_mb": None}
    await candidate.post("readiness", measured)
    for path in ("me", "attempt", "result"):
        await candidate.read(path)
    await candidate.claim()
    await candidate.post("agree", {"statement_version": "2"})
    await candidate.claim()
    start = fixed({"device_secret": candidate.device, "token": None})
    for _ in range(2):
        await candidate.post("start", start)


async def the_exam(candidate: Candidate, recording: Recording) -> None:
    opened = json.dumps(await candidate.paper())
    recording.replies.append(Reply("candidate", "the paper, opened", 200, [], opened))
    for position in range(1, 101):
        await candidate.post("answers", fixed(candidate.batch({position: position % 4})))
    for wrong in (
        {"position": 101, "option": 1}, {"position": 1, "option": 9}, {"position": 1, "option": "x"},
        {"position": 1, "option": 1, "key": 1},
    ):  # fmt: skip
        await candidate.post("answers", fixed(candidate.write()) | {"changes": [{"seq": 500, **wrong}]})
    again = {"seq": 100, "position": 100, "option": 3}
    await candidate.post("answers", fixed(candidate.write()) | {"changes": [again]})
    await candidate.post("heartbeat", fixed(candidate.write()))
    for position in (3, 999):
        await candidate.post("comment", fixed({"position": position, "text": "catatan"}))
    for path in ("me", "attempt", "result"):
        await candidate.read(path)
    lost = {"seq": 1, "kind": "focus-lost", "at": "2026-11-21T03:00:00.000Z"}
    for kind in ("focus-lost", "answer"):
        await candidate.post("signals", {"page": "ab" * 8, "signals": [lost | {"kind": kind}]})
    await candidate.read("signals")
    await candidate.post("help", {"need": "question"})
    told = (await candidate.read("messages")).json()["messages"]
    for word in ("shown", "read"):
        await candidate.post(f"messages/{told[0]['id']}/{word}", {})
    await candidate.post("help/cancel", {})
    await candidate.read("messages")


async def at_another_device(candidate: Candidate, desk: httpx.AsyncClient, world: World) -> None:
    await candidate.log_in()
    await candidate.claim()
    place = f"/api/staff/sittings/{world.sitting_id}"
    board = (await desk.get(f"{place}/board")).json()
    asking, request = next(
        (row["attempt_id"], row["device_request"]) for row in board["candidates"] if row["device_request"]
    )
    release = {"requested_at": request["requested_at"]}
    waiting = next(row["attempt_id"] for row in board["candidates"] if not row["device_request"])
    await desk.post(f"{place}/attempts/{asking}/release-device", json=release)
    await desk.post(f"{place}/attempts/{asking}/release-device", json=release)
    await desk.post(f"{place}/attempts/{waiting}/admit", json={})
    assert (await candidate.claim()).status_code == 200


async def watch(app: FastAPI, desk: httpx.AsyncClient, world: World, recording: Recording) -> None:
    """Everything that the office can be asked for, by the proctor; most of it is refused. Papers, each with a code of its own that
    no two servers share, are read in `test_papers.py`."""
    values = defaultdict(lambda: NOBODY, sitting_id=str(world.sitting_id), code="MMU-1.1-01")
    for path, verbs in app.openapi()["paths"].items():
        if path.startswith("/api/staff/") and "get" in verbs and not path.endswith(("/stream", ".pdf")):
            await desk.get(path.format_map(values))
    path = f"/api/staff/sittings/{world.sitting_id}/board/stream"
    recording.replies.append(await first_event(app, path, desk))


async def first_event(app: FastAPI, path: str, client: httpx.AsyncClient) -> Reply:
    head, event = await first_messages(app, path, client)
    shown = [(name.decode(), value.decode()) for name, value in head["headers"]]
    return Reply("proctor", path, head["status"], shown, event["body"].decode())


async def the_end(candidate: Candidate) -> None:
    await candidate.post("answers", fixed({**candidate.batch({7: 2}), "epoch": 1}))
    for _ in range(2):
        await candidate.post("submit", fixed(candidate.write()))
    await candidate.post("answers", fixed(candidate.batch({7: 2})))
    for path in ("me", "attempt", "result"):
        await candidate.read(path)


async def a_suspicion(candidate: Candidate, app: FastAPI, world: World) -> None:
    """The result is withheld, and the candidate is asked for a statement and gives one."""
    attempt = UUID((await candidate.read("me")).json()["attempt"]["id"])
    office = Actor(world.staff["office"], uuid4(), "Kantor", frozenset({Role.OFFICE}))
    async with app.state.database.staff() as session, session.begin():
        case = await irregularities.open_case(
            session, world.sitting_id, attempt, reason=Reason.NOTES, account="bon", incident_id=None, actor=office
        )
        await irregularities.ask_statement(session, world.sitting_id, case, days=3, actor=office)
    await candidate.post("irregularity/statement", {"words": "bon kantin"})
    for path in ("result", "irregularity", "irregularity/letter.pdf"):
        await candidate.read(path)


async def send_to_all(world: World) -> None:
    actor = Actor(world.staff["proctor"], UUID(int=0), "Pengawas", frozenset({Role.PROCTOR}))
    async with world.database.staff() as session, session.begin():
        await delivery.talk.send_message(session, world.sitting_id, None, "Sepuluh menit lagi.", actor=actor)


_RECORDINGS: list[tuple[Recording, Recording, set[str]]] = []


@pytest.fixture
async def recordings(
    cluster: Cluster, database: TestDatabase, caplog: pytest.LogCaptureFixture
) -> tuple[Recording, Recording, set[str]]:
    """Of both twins, and the routes of the exam; recorded once for all who look at them."""
    if not _RECORDINGS:
        _RECORDINGS.append(await record_twins(cluster, database, caplog))
    return _RECORDINGS[0]


async def record_twins(
    cluster: Cluster, database: TestDatabase, caplog: pytest.LogCaptureFixture
) -> tuple[Recording, Recording, set[str]]:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, seed=SEED, with_passwords=True)
        await send_to_all(world)
        routes = {path for path in app.openapi()["paths"] if path.startswith("/api/exam/")}
    twin = await plant_twins(cluster, database)
    async with running_app(make_settings(database)) as app:
        one = await record(app, world, caplog)
    async with running_app(make_settings(twin)) as app:
        other = await record(app, world, caplog)
    await drop_database(cluster, twin)
    return one, other, routes


@pytest.mark.clause("9.3.4", "candidates never receive a key")
@pytest.mark.invariant("I-02")
async def test_another_key_changes_no_byte_header_or_log_line(recordings: Any) -> None:
    one, other, _ = recordings
    assert len(one.masked()) == len(other.masked())
    for here, there in zip(one.masked(), other.masked(), strict=True):
        assert here == there


async def test_the_recording_reaches_every_route_of_the_exam(recordings: Any) -> None:
    one, _, routes = recordings
    reached = {(reply.path, reply.status) for reply in one.replies}
    assert {path for path, _ in reached} >= routes
    # A letter that there is has a code of its own, which no two servers share: it is read in `test_irregularities.py`.
    granted = routes - {"/api/exam/result", "/api/exam/irregularity/letter.pdf"}
    assert {path for path, status in reached if status < 300} >= granted
    assert {reply.status for reply in one.replies if reply.path.endswith("/result")} == {409}
    codes = {json.loads(reply.body)["code"] for reply in one.replies if reply.status in (409, 422) and reply.body}
    assert codes >= {
        "not-released", "seq-conflict", "stale-epoch", "device-locked", "attempt-closed",
        "no-such-position", "no-such-option", "malformed", "agree-first", "result-withheld",
    }  # fmt: skip
    assert any(reply.body.startswith("event: board") for reply in one.replies)


async def test_no_canary_and_no_word_of_the_key_leaves_the_server(recordings: Any) -> None:
    for recording in recordings[:2]:
        for reply in recording.replies:
            if reply.path == "/api/staff/undertakings":
                continue  # a fixed text that names what staff keep to themselves
            said = mask(
                f"{reply.headers} {reply.body}"
            )  # the letters of a cookie are luck, and might come out as a word
            if reply.path == "/api/exam/answers" and reply.status == 422:
                said = said.replace("unknown field `key`", "")  # the name of our own wrong member
            # The undertakings speak of keys and scores; they are the same words everywhere.
            found = (LEAKED if reply.path == "/api/staff/undertakings" else FORBIDDEN).search(said)
            assert found is None, (reply.who, reply.path, said[max(0, found.start() - 80) : found.end() + 20])
        assert CANARY not in recording.log
        assert "Pokok soal" not in recording.log


async def test_a_candidate_receives_only_fields_of_the_list(recordings: Any) -> None:
    one, _, routes = recordings
    assert set(ALLOWED) == routes, "a new route needs its list"
    listed = ALLOWED | {"the paper, opened": PAPER}
    for reply in one.replies:
        if reply.who == "candidate" and reply.body and not reply.path.startswith("/papers/"):
            allowed = listed[reply.path] if reply.status < 300 else REFUSALS
            assert paths(json.loads(reply.body)) <= allowed, reply.path
    assert any(reply.path == "the paper, opened" for reply in one.replies)
    assert not any(FORBIDDEN.search(path) for allowed in (*ALLOWED.values(), REFUSALS) for path in allowed)


async def test_the_proctor_sees_no_answer_either(recordings: Any) -> None:
    for reply in recordings[0].replies:
        if reply.who == "proctor" and "/board" in reply.path:
            body = reply.body.split("data: ", 1)[-1]
            assert not {"option", "options", "stem", "receipt", "hash"} & {
                path.split(".")[-1].removesuffix("[]") for path in paths(json.loads(body))
            }


@pytest.mark.parametrize(
    "table",
    [
        "bank_imports",
        "bank_exports",
        "item_keys",
        "item_versions",
        "item_moves",
        "item_reviews",
        "form_sets",
        "scores",
        "item_statistics",
        "key_checks",
        "releases",
        "staff_accounts",
        "journal",
        "rescues",
    ],
)
@pytest.mark.parametrize("columns", ["*", "count(*)", "1"])
async def test_the_exam_log_in_is_denied(database: TestDatabase, table: str, columns: str) -> None:
    connection = await asyncpg.connect(database.exam_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"permission denied for table {table}"):
        await connection.fetch(f"SELECT {columns} FROM {table}")
    await connection.close()


APPEND_ONLY = (
    "answer_events",
    "attempt_devices",
    "bank_export_files",
    "form_sets",
    "forms",
    "irregularities",
    "irregularity_steps",
    "item_exposures",
    "item_keys",
    "item_moves",
    "item_reviews",
    "item_statistics",
    "item_version_comments",
    "journal",
    "key_checks",
    "log_in_openings",
    "messages",
    "printed_papers",
    "rescue_decisions",
    "rescue_notes",
    "rescues",
    "scheme_versions",
    "scores",
    "seb_overrides",
    "seb_signals",
    "signals",
    "time_decisions",
    "time_grants",
    "time_requests",
    "undertaking_texts",
    "undertakings",
)


@pytest.mark.invariant("I-24")
async def test_nobody_can_change_what_is_append_only(database: TestDatabase) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    rows = await connection.fetch(
        "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee IN ('sahih_app', 'sahih_exam') AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE') "
        "AND table_name = ANY($1)",
        list(APPEND_ONLY),
    )
    await connection.close()
    assert rows == []
