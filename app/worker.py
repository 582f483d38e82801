"""The background worker: runs jobs, and sweeps for work that nobody hinted at."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from app import delivery, grading, identity, itembank, monitoring, review
from app.core import garbage, health, logs
from app.core.budget import WORKER_POOL
from app.core.config import Settings, SettingsError, read_settings
from app.core.db import Database
from app.core.jobs import Handler, run_due
from app.core.pool import is_transient
from app.core.startup import StartupRefusal, require_ready

SWEEP_SECONDS = 1.0
SCORE_SWEEP_EVERY = 5  # sweeps
DISCARD_EVERY = 5
GIVEN_UP_EVERY = 5
FAST_ANSWERS_EVERY = 60
TIDY_EVERY = 600

log = logging.getLogger("sahih.worker")


async def _score(database: Database, payload: dict[str, Any]) -> None:
    await grading.score_sitting(database, UUID(payload["sitting_id"]))


HANDLERS: dict[str, Handler] = {
    delivery.SCORE_JOB: _score,
    itembank.transfers.READ_JOB: itembank.transfers.read_import,
    itembank.transfers.APPLY_JOB: itembank.transfers.apply_import,
    review.RECORD_JOB: review.record_items,
    review.CALIBRATE_JOB: review.record_calibration,
}
# Minutes of work in a process of its own: nothing else waits behind it.
LONG_HANDLERS: dict[str, Handler] = {
    delivery.forms.PLAN_JOB: delivery.forms.make_plan,
    review.COMPUTE_JOB: review.compute_review,
}


async def run(database: Database, stop: asyncio.Event) -> None:
    """Work until told to stop: the bell, the clock and the chores each at a pace of their own, so that none waits for another."""
    guard = delivery.ClockGuard(database)

    async def look_at_the_clock(_: Database) -> None:
        await guard.tick()

    at_once = [
        asyncio.create_task(_every_second(close_overdue, database), name="bell"),
        asyncio.create_task(_every_second(look_at_the_clock, database), name="clock guard"),
        asyncio.create_task(_every_second(run_long_jobs, database), name="long jobs"),
    ]
    try:
        await do_chores(database, stop)
    finally:
        for task in at_once:
            task.cancel()
        await asyncio.gather(*at_once, return_exceptions=True)


async def _every_second(step: Callable[[Database], Awaitable[object]], database: Database) -> None:
    while True:
        health.beat()
        await _guarded(step, database)
        await asyncio.sleep(SWEEP_SECONDS)


async def do_chores(database: Database, stop: asyncio.Event) -> None:
    """What may take its time. The one under way is finished before the worker stops."""
    turn = 0
    while not stop.is_set():
        await _guarded(run_jobs, database)
        if turn % SCORE_SWEEP_EVERY == 0:
            await _guarded(score_leftovers, database)
        if turn % DISCARD_EVERY == 0:
            await _guarded(delivery.discard_papers, database)
        if turn % GIVEN_UP_EVERY == 0:
            await _guarded(delivery.forms.fail_given_up, database)
            await _guarded(review.fail_given_up, database)
        if turn % FAST_ANSWERS_EVERY == 0:
            await _guarded(delivery.signals.note_fast_answers, database)
        if turn % TIDY_EVERY == 0:
            await _guarded(identity.forget_old_failures, database)
            await _guarded(identity.forget_old_sessions, database)
            await _guarded(itembank.transfers.forget_old_imports, database)
        turn += 1
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SWEEP_SECONDS)


async def work_once(database: Database) -> None:
    """Each step of the worker, once."""
    await close_overdue(database)
    await run_jobs(database)
    await run_long_jobs(database)
    await delivery.forms.fail_given_up(database)
    await review.fail_given_up(database)
    await score_leftovers(database)
    await delivery.discard_papers(database)
    await delivery.signals.note_fast_answers(database)


async def close_overdue(database: Database) -> None:
    while await delivery.sweep_overdue(database):
        pass


async def run_jobs(database: Database) -> None:
    await run_due(database, HANDLERS)


async def run_long_jobs(database: Database) -> None:
    await run_due(database, LONG_HANDLERS)


async def score_leftovers(database: Database) -> None:
    """Score what no job scored. One sitting that cannot be scored holds up no other."""
    for sitting_id in await grading.sittings_to_score(database):
        try:
            await grading.score_sitting(database, sitting_id)
        except Exception:
            log.exception("sitting %s could not be scored", sitting_id)


async def _guarded(step: Callable[[Database], Awaitable[object]], database: Database) -> None:
    """Whatever happens in one step, the others go on: an exam is running, and nobody restarts the worker by hand.

    A database that is away is waited for; a step that fails is logged and tried again.
    """
    try:
        await step(database)
    except Exception as error:
        if is_transient(error):
            log.warning("worker waits for the database: %s", type(error).__name__)
        else:
            log.exception("%s failed and is tried again", step.__name__)


async def main(settings: Settings) -> None:
    """The worker's process: refuses what the server would refuse, works until it is told to stop."""
    logs.configure(settings.log)
    await require_ready(settings)
    garbage.collect_seldom()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    app_url, exam_url = settings.database_url.get_secret_value(), settings.exam_url.get_secret_value()
    database = Database(app_url, exam_url, settings.bank_ring, pool_size=WORKER_POOL)
    telling = asyncio.create_task(monitoring.publish_for_ever(database), name="figures")
    try:
        await run(database, stop)
    finally:
        telling.cancel()
        await database.close()


if __name__ == "__main__":
    try:
        asyncio.run(main(read_settings()))
    except (SettingsError, StartupRefusal) as error:
        sys.exit(str(error))
