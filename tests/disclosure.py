"""What may leave the server before the release: the words that may not, the fields that may, and twins to compare."""

from __future__ import annotations

import json
import re
from typing import Any

import asyncpg

from app.core.db import BANK
from app.core.postgres import Cluster
from tests.databases import TestDatabase, copy_database
from tests.factories import BANK_RING

SEED = bytes(range(32))
CANARY = "kenari7f3a"
FORBIDDEN = re.compile(
    r"\b(keys?|kunci|rationale|expected_p|scores?|skor|nilai|correct|benar|cognitive_level|item_keys|p_value|enemies|"
    r'item_version_ids?|option_orders?)\b|"seed":(?!null)|' + CANARY + "|" + SEED.hex() + r"|0\.7331|0\.2917",
    re.IGNORECASE,
)
MASKS = (
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"), "<time>"),
    (re.compile(r"expires=[^;]+ GMT"), "expires=<time>"),
    (re.compile(r"(sahih(?:-\w+)?)=[^;\"]+"), r"\1=<cookie>"),
    (re.compile(r'"ms": \d+\.\d'), '"ms": <how long>'),
)

STANDING = {"nonce", "server_time", "closes_at", "resumes_at", "ends_at", "state", "phase", "epoch", "rev"}
RECEIPT = {f"receipt.{name}" for name in ("answered", "items", "submitted_at", "reason", "code", "hash")}
PROBLEM = {"type", "title", "status", "code", "retryable", "detail", "number"}
ME = {"number", "name", "server_time", "statement_version", "seb"} | {
    f"sitting.{name}"
    for name in (
        "code", "title", "scheme_code", "scheme_title", "zone", "opens_at", "closes_at", "duration_seconds",
        "transmission_seconds", "items", "options", "pass_mark", "admission", "takeover", "lang", "proctors[]",
    )
} | {
    f"attempt.{name}"
    for name in (
        "id", "state", "phase", "phase_ends_at", "agreed_at", "started_at", "closes_at", "epoch", "rev", "claimed", "released", "paper",
    )
}  # fmt: skip
CALL = {"need", "called_at", "answered_at"}
HELP = {"help"} | {f"help.{name}" for name in CALL}
# Every field that a candidate may receive before the release, by route.
ALLOWED: dict[str, set[str]] = {
    "/api/exam/login": ME,
    "/api/exam/me": ME,
    "/api/exam/agree": ME,
    "/api/exam/claim": STANDING | {"last_seq"},
    "/api/exam/lobby": STANDING,
    "/api/exam/start": STANDING | {"paper_key", "last_seq"},
    "/api/exam/answers": STANDING | {"acked[]", "saved_at"},
    "/api/exam/attempt": STANDING | RECEIPT | {"last_seq", "paper_key", "receipt", "answers[]"}
    | {f"answers[].{name}" for name in ("position", "option", "doubtful", "epoch", "seq", "saved_at")},
    "/api/exam/heartbeat": STANDING,
    "/api/exam/submit": STANDING | RECEIPT,
    "/api/exam/messages": {"messages[].id", "messages[].text", "messages[].sent_at"} | HELP,
    "/api/exam/messages/{message_id}/shown": set(),
    "/api/exam/messages/{message_id}/read": set(),
    "/api/exam/signals": {f"counts[].{name}" for name in ("kind", "times", "seconds")}
    | {f"signals[].{name}" for name in ("kind", "at", "client_at", "seconds", "note")},
    "/api/exam/help": CALL,
    "/api/exam/help/cancel": set(),
    "/api/exam/readiness": set(),
    "/api/exam/comment": set(),
    "/api/exam/logout": set(),
    "/api/exam/result": set(),
    "/api/exam/irregularity": {
        "state", "server_time", "reason", "account", "until", "may_state", "statements[].words", "statements[].at", "letter",
    },
    "/api/exam/irregularity/letter.pdf": set(),
    "/api/exam/irregularity/statement": set(),
}  # fmt: skip
# Of a sealed paper, once it is opened.
PAPER = {
    "attempt_id", "renderer_version", "lang", "questions[].position", "questions[].stem", "questions[].options[]",
}  # fmt: skip
REFUSALS = PROBLEM | {
    "fields[].field", "fields[].fault", "takeover", "acked[]", "conflicts[].seq", "conflicts[].position", "nonce", "position",
}  # fmt: skip


def mask(text: str) -> str:
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return text


async def plant_twins(cluster: Cluster, database: TestDatabase) -> TestDatabase:
    """A copy of this database that differs in `item_keys` alone, there in every row; both carry the canary."""
    await plant(database, shift=0, word=CANARY, expected_p=0.7331, level="apply")
    twin = await copy_database(cluster, database.name)
    await plant(twin, shift=1, word=f"{CANARY}lain", expected_p=0.2917, level="remember")
    assert await same_but_keys(database, twin)
    return twin


async def plant(database: TestDatabase, *, shift: int, word: str, expected_p: float, level: str) -> None:
    """Give every item a key, a rationale, a source, a level and a difficulty by which it can be recognised."""
    ring = BANK_RING.derive(BANK)
    connection = await asyncpg.connect(database.superuser_url)
    for version, sealed in await connection.fetch("SELECT item_version_id, sealed FROM item_keys"):
        key = (json.loads(ring.open(sealed, f"item_keys/{version}"))["key"] + shift) % 4
        members = {"key": key, "rationale": f"{word} rationale {version}", "source": f"{word} source {version}"}
        planted = ring.seal(json.dumps(members).encode(), f"item_keys/{version}")
        await connection.execute(
            "UPDATE item_keys SET sealed = $2, expected_p = $3, cognitive_level = $4 WHERE item_version_id = $1",
            version, planted, expected_p, level,
        )  # fmt: skip
    await connection.close()


async def same_but_keys(one: TestDatabase, other: TestDatabase) -> bool:
    """The copy differs in item_keys and in no other table, there in every row."""
    dumps = []
    for database in (one, other):
        connection = await asyncpg.connect(database.superuser_url)
        tables = [
            row[0] for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        dumps.append(
            {table: {row[0] for row in await connection.fetch(f"SELECT t::text FROM {table} t")} for table in tables}
        )
        await connection.close()
    keys = [dump.pop("item_keys") for dump in dumps]
    return dumps[0] == dumps[1] and len(keys[0]) == len(keys[1]) > 0 and not keys[0] & keys[1]


def paths(value: Any, at: str = "") -> set[str]:
    """`answers[].seq` for every leaf."""
    if isinstance(value, dict):
        return {path for name, inner in value.items() for path in paths(inner, f"{at}.{name}" if at else name)}
    if isinstance(value, list):
        return {path for inner in value for path in paths(inner, f"{at}[]")}
    return {at}
