"""T21: a whole exam with every kind of refusal, by a server process of its own; then its log is searched for the people in it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app import identity
from tests.commands import installed
from tests.databases import TestDatabase
from tests.e2e.conftest import free_port
from tests.factories import SECRET, Candidate, make_world, open_database
from tests.faults.test_save_and_submit import outside

NAME = "Zulkarnaen Canarinata"
REMARK = "kenariuntukcatatan"
PASSWORD = "kenari kata sandi 99"
STUMBLE = """
CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'row of % %', (SELECT name FROM people LIMIT 1), NEW::text USING ERRCODE = '23514'; END $$;
"""


@dataclass
class Running:
    url: str
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


@asynccontextmanager
async def server(database: TestDatabase, folder: Path) -> AsyncIterator[Running]:
    """As uvicorn runs it; `serve` itself would refuse the tests' cluster, which is not durable."""
    port = free_port()
    url, log = f"http://127.0.0.1:{port}", folder / "server.log"
    factory = ["tests.factories:unwatched_app", "--factory", "--port", str(port)]
    values = installed(database, SAHIH_PUBLIC_URL=url, SAHIH_LOG="json")
    config = folder / "none.json"
    config.write_text('{"version": 1, "disable_existing_loggers": false}')
    command = [sys.executable, "-m", "uvicorn", *factory, "--log-config", str(config), "--no-access-log"]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, env=values, stderr=out) as child,
    ):
        try:
            await ready(url)
            yield Running(url, log)
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(20)


async def ready(url: str) -> None:
    deadline = time.monotonic() + 90  # with other programs on the machine
    async with httpx.AsyncClient() as client:
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(f"{url}/readyz")).status_code == 200:
                    return
            await asyncio.sleep(0.1)
    raise RuntimeError("the server did not become ready")


async def test_no_line_of_the_log_holds_a_word_about_anybody(database: TestDatabase, tmp_path: Path) -> None:
    opened = open_database(database)
    world = await make_world(opened, with_passwords=True)
    async with opened.staff() as session, session.begin():
        await identity.set_password(session, world.staff["admin"], PASSWORD)
    await opened.close()
    async with outside(database) as superuser, server(database, tmp_path) as running:
        await superuser.execute("UPDATE people SET name = $1", NAME)
        await superuser.execute("UPDATE roster SET name = $1", NAME)
        async with httpx.AsyncClient(base_url=running.url, headers={"Origin": running.url}) as client:
            candidate = Candidate(client, world.cards[0])
            await stumble_through(candidate, superuser)
            cookies = [cookie.value for cookie in client.cookies.jar]
    secrets = [
        NAME,
        "Canarinata",
        REMARK,
        PASSWORD,
        SECRET,
        candidate.card.number,
        candidate.card.pin,
        candidate.device,
        *cookies,
    ]
    written = running.log.read_text(encoding="utf-8")
    assert [secret for secret in secrets if secret and secret in written] == []
    refused = [line for line in running.lines() if line["event"] == "refused"]
    seen = {(line["route"], line["status"], line.get("code")) for line in refused}
    assert seen >= EXPECTED, EXPECTED - seen
    failed = [line for line in refused if line["status"] == 500]
    incidents = " ".join(line["event"] for line in running.lines() if "trace" in line)
    assert {line["route"] for line in failed} == {"/api/exam/answers", "/api/exam/comment"}
    assert all(line["incident"] in incidents for line in failed), (
        "the id that a candidate reads aloud leads to the trace"
    )
    assert all(line["ms"] >= 0 for line in refused)


EXPECTED = {
    ("/api/exam/login", 401, "wrong-credentials"),
    ("/api/exam/answers", 422, "malformed"),
    ("/api/exam/answers", 422, "no-such-position"),
    ("/api/exam/answers", 409, "seq-conflict"),
    ("/api/exam/answers", 409, "stale-epoch"),
    ("/api/exam/answers", 400, "not-json"),
    ("/api/exam/answers", 500, "server-fault"),
    ("/api/exam/answers", 409, "attempt-closed"),
    ("/api/exam/comment", 500, "server-fault"),
    ("/api/exam/comment", 422, "malformed"),
    ("/api/staff/items/{code}", 403, "forbidden"),
    ("-", 404, "not-found"),
}


async def stumble_through(candidate: Candidate, superuser: Any) -> None:
    """An exam in which everything goes wrong once."""
    card, client = candidate.card, candidate.client
    wrong = {"number": card.number, "pin": card.pin[::-1]}
    await client.post(f"/api/exam/login?pin={card.pin}&name={NAME}", json=wrong)
    await client.post("/api/staff/login", json={"username": card.number, "password": PASSWORD})
    await client.get(f"/{card.number}/{card.pin}?token={candidate.device}")
    await candidate.enter()
    await client.get(f"/api/staff/items/{card.number}?{candidate.device}")
    for body in ({"epoch": NAME, "device_secret": candidate.device}, candidate.batch({101: 1})):
        await candidate.post("answers", body)
    await client.post("/api/exam/answers", content=f'{{"{card.pin}', headers={"Content-Type": "application/json"})
    first = candidate.batch({1: 1})
    await candidate.post("answers", first)
    first["changes"][0]["option"] = 2
    await candidate.post("answers", first)
    await candidate.save({2: 1}, epoch=9)
    await candidate.post("comment", {"position": 1, "text": REMARK, "extra": NAME})
    await superuser.execute(STUMBLE)
    for table in ("answers", "item_comments"):
        await superuser.execute(
            f"CREATE TRIGGER stumble BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION stumble()"
        )
    await candidate.save({3: 1})
    await candidate.post("comment", {"position": 1, "text": REMARK, "nonce": "n" * 12})
    await superuser.execute("DROP FUNCTION stumble CASCADE")
    await candidate.submit()
    await candidate.save({4: 1})
