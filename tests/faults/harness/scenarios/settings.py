"""What is set wrongly, runs out, or is exchanged while people write."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

from tests.factories import SECRET
from tests.faults.harness.load import under_load
from tests.faults.harness.registry import Outcome, Run, Seen, fault, fault_alone
from tests.faults.harness.stage import Stage

NEXT_SECRET = "harness-Vb7cQ2nLs9XwTf4kRm8yHp3Jd6Zg5Ee1"


@fault(
    "F-06",
    "synchronous_commit=off sneaks in",
    bound=3.0,
    words="a running server acknowledges nothing more after 3 s, none starts",
)
async def unsafe_commit(stage: Stage, run: Run) -> Seen:
    """Whoever runs stops acknowledging until it is on again, by itself; a start is refused, and says why."""
    began = time.monotonic()
    await _set(stage, "SET synchronous_commit = off")
    try:
        stopped = await _silence(stage, began)
        refused = await asyncio.to_thread(_start, stage)
        believed = stage.ledger.acknowledged
        await asyncio.sleep(1.0)
        believed = stage.ledger.acknowledged - believed
    finally:
        await _set(stage, "RESET synchronous_commit")
    recovery = await stage.recovered(time.monotonic())
    seen = Seen(
        stopped,
        f"the last one after {stopped:.1f} s; a start ends with code {refused.returncode}; on again: {recovery}",
    )
    seen.expect(refused.returncode == 1 and "synchronous_commit=off" in refused.stdout, "the server started")
    seen.expect(believed == 0, f"{believed} answers were acknowledged that a crash could lose")
    return seen


async def _set(stage: Stage, what: str) -> None:
    await stage.ask(f"ALTER SYSTEM {what}")
    await stage.ask("SELECT pg_reload_conf()")


async def _silence(stage: Stage, since: float) -> float:
    """Seconds from then until the last acknowledgement, once there was none for two seconds."""
    acknowledged, last = stage.ledger.acknowledged, since
    while time.monotonic() - last < 2.0 and time.monotonic() - since < 20.0:
        await asyncio.sleep(0.02)
        if stage.ledger.acknowledged != acknowledged:
            acknowledged, last = stage.ledger.acknowledged, time.monotonic()
    return last - since


def _start(stage: Stage) -> subprocess.CompletedProcess[str]:
    environment = stage.installation.environment() | {"COLUMNS": "1000"}
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "1"]
    return subprocess.run(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False
    )


@fault_alone(
    "F-26", "tokens expire during the exam", words="renewed without a word; who was away logs in again, 0 lost"
)
async def short_tokens(run: Run) -> Outcome:
    """A token lives for a minute here. One candidate is away for longer than that, with answers in the outbox."""
    stage = Stage(run.folder / "tokens", seed=run.seed)
    stage.installation.changes["SAHIH_TOKEN_MINUTES"] = "1"
    try:
        await stage.open()
        return await under_load(stage, _outlive_tokens(stage))
    finally:
        await stage.close()


async def _outlive_tokens(stage: Stage) -> Seen:
    away, began = stage.latecomers(1)[0], time.monotonic()
    await away.enter()
    away.answer()
    queued, before = len(away.outbox), {id(one): one.cookie for one in stage.candidates}
    await asyncio.sleep(80.0)
    logged_out = stage.heard(began)["401"]
    await away.settle()
    log_ins = stage.heard(began)["401"] - logged_out
    renewed = sum(one.cookie != before[id(one)] for one in stage.candidates)
    seen = Seen(
        words=f"{renewed} tokens renewed, {logged_out} log-outs; {queued} answers kept over a new log-in",
        allowed=("401",),
    )
    seen.expect(logged_out == 0, f"{logged_out} candidates who were saving were logged out")
    seen.expect(renewed > 0, "no token was renewed")
    seen.expect(
        log_ins == 1 and not away.outbox, "the token of the one who was away did not expire, or answers stayed behind"
    )
    return seen


@fault("F-27", "the secret is exchanged, with a restart", bound=10.0, words="nobody is logged out; ≤ 10 s")
async def next_secret(stage: Stage, run: Run) -> Seen:
    stage.installation.changes["SAHIH_SECRETS"] = f"{NEXT_SECRET},{SECRET}"
    began = time.monotonic()
    stage.installation.kill_server()
    await stage.serve()
    recovery = await stage.recovered(began)  # somebody logged out would be heard as a 401
    late = stage.latecomers(1)[0]
    await late.enter()
    late.answer()
    await late.settle()
    return Seen(recovery.server, f"{recovery}; a new log-in is signed with the new secret")
