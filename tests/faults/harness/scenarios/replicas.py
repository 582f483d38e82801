"""Two database servers: the first one dies, the second one lags or freezes."""

from __future__ import annotations

import asyncio
import time

import asyncpg

from tests.databases import kill
from tests.faults.harness.load import under_load
from tests.faults.harness.registry import Outcome, Run, Seen, fault_alone
from tests.faults.harness.stage import Stage
from tests.faults.harness.standby import Standby, pair, until


@fault_alone(
    "F-07",
    "the primary dies, its synchronous standby takes over",
    bound=120.0,
    words="0 lost; ≤ 120 s; old primary fenced",
)
async def failover(run: Run) -> Outcome:
    async with pair(run, "failover", synchronous=True) as (stage, standby):
        return await under_load(stage, _fail_over(stage, standby), database=standby.cluster.superuser_url("sahih"))


async def _fail_over(stage: Stage, standby: Standby) -> Seen:
    began = time.monotonic()
    await asyncio.to_thread(kill, stage.cluster)
    await stage.wire.close()  # fenced: whoever starts it again, nobody who saves reaches it
    promoted = await standby.promote()
    recovery = await stage.recovered(began)
    seen = Seen(recovery.server, f"promoted in {promoted:.2f} s, {recovery}")
    await asyncio.to_thread(stage.cluster.start)
    seen.expect(not await _confirms(stage), "the old primary, started again, confirmed a commit")
    await asyncio.to_thread(kill, stage.cluster)
    return seen


async def _confirms(stage: Stage) -> bool:
    """Whether this server says of a commit that it is safe: it must wait for a standby that does not follow it any more."""
    connection = await asyncpg.connect(stage.superuser_url)
    try:
        await connection.execute("CREATE TABLE after_the_fall ()", timeout=2)
    except TimeoutError:
        return False
    finally:
        connection.terminate()
    return True


@fault_alone(
    "F-08", "the primary dies, its asynchronous standby lags", words="the loss is found; a check sees it coming"
)
async def lagging_failover(run: Run) -> Outcome:
    """Not a promise but the proof that this kind of standby keeps none: what is asked of the primary before tells it."""
    async with pair(run, "lagging", synchronous=False) as (stage, standby):
        return await under_load(stage, _lag_and_fail_over(stage, standby), judge=False)


async def _lag_and_fail_over(stage: Stage, standby: Standby) -> Seen:
    foreseen = await stage.ask("SELECT bool_and(sync_state = 'async') FROM pg_stat_replication")
    standby.freeze()
    first = stage.ledger.acknowledged
    await asyncio.sleep(1.0)
    acknowledged = stage.ledger.acknowledged - first
    await asyncio.to_thread(kill, stage.cluster)
    await stage.wire.close()
    standby.thaw()
    await standby.promote()
    await stage.recovered(time.monotonic())
    lost = await stage.ledger.lost(standby.cluster.superuser_url("sahih"))
    seen = Seen(
        words=f"{acknowledged} acknowledged while it lagged, {len(lost)} missing after its promotion, as foreseen"
    )
    seen.expect(bool(lost), "nothing is missing: this run proves nothing about a standby that lags")
    seen.expect(bool(foreseen), "pg_stat_replication does not say that the standby is asynchronous")
    return seen


@fault_alone("F-09", "the synchronous standby freezes", bound=3.0, words="not saved within 3 s, never a false ack")
async def frozen_standby(run: Run) -> Outcome:
    async with pair(run, "frozen", synchronous=True) as (stage, standby):
        return await under_load(stage, _freeze(stage, standby))


async def _freeze(stage: Stage, standby: Standby) -> Seen:
    """At the end commits are cancelled as well, which makes PostgreSQL report success with no more than a warning."""
    standby.freeze()
    await asyncio.sleep(0.5)  # what it had confirmed already is on its way
    frozen_at, first = time.monotonic(), stage.ledger.acknowledged
    await asyncio.sleep(10.0)
    cancelled = await _cancel_commits(stage, 6.0)
    believed = stage.ledger.acknowledged - first
    slowest = stage.ledger.slowest_refusal(frozen_at)
    standby.thaw()
    recovery = await stage.recovered(time.monotonic())
    await until(stage, "SELECT sync_state FROM pg_stat_replication", "sync")
    seen = Seen(
        slowest, f"not saved, said after at most {slowest:.1f} s; {cancelled} commits cancelled; then {recovery}"
    )
    seen.expect(believed == 0, f"{believed} answers were acknowledged that only one server had")
    seen.expect(cancelled > 0, "no commit was caught waiting")
    return seen


async def _cancel_commits(stage: Stage, seconds: float) -> int:
    """pg_cancel_backend for whoever waits for the standby; how many were told."""
    query = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    connection, told = await asyncpg.connect(stage.superuser_url), 0
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        await asyncio.sleep(1.5)
        told += await connection.fetchval(query)
    await connection.close()
    return told
