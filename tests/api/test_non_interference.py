"""Keys do not interfere: two databases that differ only in keys answer a recorded exam byte for byte alike."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI

from app import delivery
from app.core.postgres import Cluster
from app.proctoring import read_board
from tests.databases import TestDatabase, copy_database, drop_database
from tests.factories import PASSWORD, Candidate, client_of, make_settings, make_world, running_app

CANARY = "kenari-7f3a"
SEED = bytes(range(32))
MASKS = (
    (re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z"), "<time>"),
    (re.compile(r"eyJ[\w.-]+"), "<token>"),
    (re.compile(r"incident [0-9a-f]{8}"), "<incident>"),
)
# Every field that a candidate may receive before the release, wherever it stands.
ALLOWED = frozenset(
    [
        "acked",
        "admission",
        "agreed_at",
        "answered",
        "answers",
        "attempt",
        "attempt_id",
        "claimed",
        "closes_at",
        "code",
        "doubtful",
        "duration_seconds",
        "ends_at",
        "epoch",
        "hash",
        "id",
        "items",
        "lang",
        "last_seq",
        "name",
        "nonce",
        "number",
        "opens_at",
        "option",
        "options",
        "paper",
        "phase",
        "phase_ends_at",
        "position",
        "proctors",
        "questions",
        "reason",
        "receipt",
        "released",
        "renderer_version",
        "retryable",
        "rev",
        "saved_at",
        "scheme_code",
        "scheme_title",
        "seq",
        "server_time",
        "sitting",
        "started_at",
        "state",
        "statement_version",
        "status",
        "stem",
        "submitted_at",
        "takeover",
        "title",
        "transmission_seconds",
        "type",
        "zone",
        "pass_mark",
        "detail",
        "fields",
    ]
)


async def recorded_exam(app: FastAPI, world: Any, log: pytest.LogCaptureFixture) -> list[str]:
    """Everything that leaves the server during one exam, masked; plus the log."""
    seen: list[str] = []
    log.clear()
    with log.at_level(logging.DEBUG, logger="sahih"):
        async with client_of(app) as client, client_of(app) as proctor:
            candidate = Candidate(client, world.cards[0])
            candidate.device = "ab" * 16

            async def note(answer: Any) -> Any:
                seen.append(f"{answer.status_code} {sorted(answer.headers)} {answer.text}")
                return answer

            async def post(path: str, body: dict[str, Any]) -> Any:
                fixed = body | {"nonce": "n" * 12} if "nonce" in body else body
                return await note(await candidate.post(path, fixed))

            await note(await client.get("/"))
            await post("login", {"number": candidate.card.number, "pin": candidate.card.pin})
            await note(await client.get("/api/exam/me"))
            await post("agree", {"statement_version": "1"})
            await post("claim", {"device_secret": candidate.device})
            candidate.epoch = 1
            await post("start", {"device_secret": candidate.device, "token": None, "nonce": ""})
            await note(await client.get("/api/exam/paper"))
            for position in range(1, 101):
                await post("answers", candidate.batch({position: position % 4}))
            await post("heartbeat", candidate.write())
            await post("comment", {"position": 3, "text": "catatan", "nonce": ""})
            await note(await client.get("/api/exam/attempt"))
            await proctor.post("/api/staff/login", json={"username": "proctor", "password": PASSWORD})
            await note(await proctor.get(f"/api/staff/sittings/{world.sitting_id}/board"))
            stream = app.state.boards.stream(world.sitting_id)
            seen.append(await anext(stream))
            await stream.aclose()
            await post("submit", candidate.write())
            await note(await client.get("/api/exam/attempt"))
            await note(await client.get("/api/exam/result"))
            await note(await client.get("/api/exam/paper"))
    seen.append(log.text)
    return [mask(text) for text in seen]


def mask(text: str) -> str:
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return text


def fields(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in fields(inner)}
    if isinstance(value, list):
        return {name for inner in value for name in fields(inner)}
    return set()


async def twin_with_other_keys(cluster: Cluster, database: TestDatabase) -> TestDatabase:
    """A copy in which every key, rationale, source and expected difficulty is another one."""
    twin = await copy_database(cluster, database.name)
    connection = await asyncpg.connect(twin.superuser_url)
    await connection.execute(
        f"UPDATE item_keys SET key = (key + 1) % 4, rationale = '{CANARY}-twin ' || rationale, source = 'lain', "
        "expected_p = 0.111, cognitive_level = 'remember'"
    )
    await connection.close()
    return twin


@pytest.mark.clause("9.3.4", "candidates never receive a key")
@pytest.mark.invariant("I-02")
async def test_another_key_changes_no_byte(
    cluster: Cluster, database: TestDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, seed=SEED, with_passwords=True)
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute(f"UPDATE item_keys SET rationale = '{CANARY} ' || rationale, source = '{CANARY}'")
    await connection.close()
    twin = await twin_with_other_keys(cluster, database)
    async with running_app(make_settings(database)) as app:
        first = await recorded_exam(app, world, caplog)
    async with running_app(make_settings(twin)) as app:
        second = await recorded_exam(app, world, caplog)
    await drop_database(cluster, twin)
    assert first == second
    assert '"answered":100' in "".join(first), "the recording must be of a whole exam"
    assert CANARY not in "".join(first + second)
    everything = set()
    for line in first:
        if (place := line.find("{")) >= 0 and line[:3].isdigit():
            everything |= (
                fields(json.loads(line[place:])) if "board" not in line and '"candidates"' not in line else set()
            )
    assert everything <= ALLOWED, everything - ALLOWED


async def test_the_recorder_would_notice_a_key(database: TestDatabase) -> None:
    """The allow-list is not so wide that a score or a key fits through."""
    assert not {"key", "rationale", "expected_p", "score", "correct", "source", "cognitive_level"} & ALLOWED
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database)
        async with app.state.database.staff() as session:
            board = await read_board(session, await delivery.get_sitting(session, world.sitting_id))
    assert not {"option", "options", "score", "key", "stem"} & fields(board)


@pytest.mark.parametrize("table", ["item_keys", "form_sets", "scores", "item_statistics", "staff_accounts", "journal"])
async def test_the_candidates_log_in_cannot_read(database: TestDatabase, table: str) -> None:
    connection = await asyncpg.connect(database.exam_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetch(f"SELECT * FROM {table}")
    await connection.close()


@pytest.mark.invariant("I-24")
async def test_nobody_can_change_what_is_append_only(database: TestDatabase) -> None:
    tables = ("answer_events", "attempt_devices", "form_sets", "forms", "item_keys", "journal", "key_checks", "scores",
              "scheme_versions", "time_grants", "item_statistics")  # fmt: skip
    connection = await asyncpg.connect(database.superuser_url)
    rows = await connection.fetch(
        "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants "
        "WHERE grantee IN ('sahih_app', 'sahih_exam') AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE') "
        "AND table_name = ANY($1)",
        list(tables),
    )
    await connection.close()
    assert rows == []
