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


@fault("F-06", "synchronous_commit=off sneaks in", words="the server refuses to start")
async def unsafe_commit(stage: Stage, run: Run) -> Seen:
    """Whoever runs goes on; the next start is refused, and says why."""
    await stage.ask("ALTER SYSTEM SET synchronous_commit = off")
    await stage.ask("SELECT pg_reload_conf()")
    try:
        await asyncio.sleep(0.5)
        refused = await asyncio.to_thread(_start, stage)
    finally:
        await stage.ask("ALTER SYSTEM RESET synchronous_commit")
        await stage.ask("SELECT pg_reload_conf()")
    seen = Seen(words=f"exit code {refused.returncode}: {refused.stdout.strip().splitlines()[-1][:90]}")
    seen.expect(refused.returncode == 1 and "synchronous_commit=off" in refused.stdout, "the server started")
    return seen


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
