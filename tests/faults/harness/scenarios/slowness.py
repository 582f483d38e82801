"""A database that is slow or held, and clients that do not wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx

from tests.faults.harness.candidates import SAVE_SECONDS, VirtualCandidate
from tests.faults.harness.registry import Run, Seen, fault
from tests.faults.harness.stage import Stage
from tests.wire import Line, post

LOCK_SECONDS = 30.0
HELD = "SELECT a.id FROM attempts a JOIN roster r ON r.id = a.roster_id WHERE r.number = $1 FOR UPDATE OF a"


@fault("F-12", "the database is 200 ms away, then 2 s", bound=3.0, words="p99 ≤ 3 s, or a quick 503")
async def slow_database(stage: Stage, run: Run) -> Seen:
    """Half of it each way. At two seconds a save just passes; whatever needs more round trips is told to come again."""
    words, slowest = [], 0.0
    for away in (0.2, 2.0):
        began, stage.wire.latency = time.monotonic(), away / 2
        await asyncio.sleep(6.0 if run.short else 20.0)
        stage.wire.latency, first = 0.0, time.monotonic()
        await stage.recovered(first)
        p99 = stage.ledger.slowest(began)
        refused = sum(stage.heard(began).values())
        words.append(f"{away * 1000:.0f} ms: p99 {p99:.2f} s, {refused} refused")
        slowest = max(slowest, p99)
    return Seen(slowest, "; ".join(words))


@fault(
    "F-13", "a table is locked, and an attempt", bound=10.0, words="refused in time, nobody else waits; ≤ 10 s after it"
)
async def locks(stage: Stage, run: Run) -> Seen:
    """First one attempt is held by a transaction that does not end; then the whole table of answers."""
    held, others = stage.candidates[0], stage.candidates[1:]
    async with _transaction(stage) as connection:
        began = time.monotonic()
        await connection.fetch(HELD, held.card.number)
        for _ in range(5):
            await stage.recovered(time.monotonic(), others)
        beside = stage.ledger.slowest(began)
        waited = stage.ledger.newest[held.card.number] < began
    async with _transaction(stage) as connection:
        await connection.execute("LOCK TABLE answers")
        locked_at = time.monotonic()
        await asyncio.sleep(10.0 if run.short else LOCK_SECONDS)
        released = time.monotonic()
    in_silence = stage.heard(locked_at)["timeout"]
    recovery = await stage.recovered(released)
    seen = Seen(recovery.everybody, f"beside a held attempt p99 {beside:.2f} s; {recovery} of the table's release")
    seen.expect(in_silence == 0, f"{in_silence} requests heard nothing for {SAVE_SECONDS:.0f} s")
    seen.expect(waited, "the held attempt was written to")
    seen.expect(beside < 2.0, f"others waited {beside:.2f} s beside an attempt that was held")
    return seen


@asynccontextmanager
async def _transaction(stage: Stage) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(stage.superuser_url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


@fault("F-14", "1,000 requests are cancelled in flight", bound=5.0, words="pools full, no open transaction; ≤ 5 s")
async def cancelled(stage: Stage, run: Run) -> Seen:
    """The client sends a request and hangs up after a moment; reads and writes, over the pools of ORM and hot paths."""
    count = 200 if run.short else 1_000
    late = stage.latecomers(1)[0]
    await late.enter()
    for _ in range(count // 20):
        await asyncio.gather(*(_send_and_hang_up(stage, late) for _ in range(20)))
    began = time.monotonic()
    recovery = await stage.recovered(began)
    seen = Seen(recovery.everybody, f"{count} cancelled, {recovery}")
    seen.expect(await _open_transactions(stage) == 0, "a transaction was left open")
    seen.expect(await _pools_serve(late), "a pool is not whole: simultaneous requests were refused")
    return seen


async def _send_and_hang_up(stage: Stage, who: VirtualCandidate) -> None:
    held = {"epoch": who.page.epoch, "device_secret": who.page.device, "nonce": secrets.token_hex(8)}
    choices: list[tuple[str, Any]] = [
        ("agree", {"statement_version": "2"}),
        ("claim", {"device_secret": who.page.device, "take_over": False}),
        ("comment", {"position": 1, "text": "catatan", "nonce": held["nonce"]}),
        ("answers", held | {"changes": [{"seq": 1, "position": 1, "option": 1, "clear": False, "doubtful": False}]}),
        ("heartbeat", held),
    ]
    path, body = stage.rng.choice(choices)
    _, line = await asyncio.get_running_loop().create_connection(Line, "127.0.0.1", stage.line.port)
    line.transport.write(post(who.origin, f"/api/exam/{path}", who.cookie, json.dumps(body)))
    await asyncio.sleep(stage.rng.uniform(0, 0.05))
    line.transport.abort()


async def _open_transactions(stage: Stage) -> int:
    """Looked at several times: a transaction on its way is none that was left."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'sahih%' "
        "AND state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - interval '1 second'"
    )
    await asyncio.sleep(1.5)
    return int(await stage.ask(query))


async def _pools_serve(who: VirtualCandidate) -> bool:
    """As many at once as all pools hold. A pool that leaked fails each time, a crowded machine only now and then."""
    for _ in range(5):
        with contextlib.suppress(httpx.TimeoutException):
            answers = await asyncio.gather(*(who.page.read("me") for _ in range(20)))
            if all(answer.status_code == 200 for answer in answers):
                return True
    return False
