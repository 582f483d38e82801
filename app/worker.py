"""The background worker: runs jobs, and sweeps for work that nobody hinted at."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app import delivery, grading, identity
from app.core import health
from app.core.config import Settings, SettingsError, read_settings
from app.core.db import Database
from app.core.jobs import Handler, run_one
from app.core.startup import StartupRefusal, require_ready

SWEEP_SECONDS = 1.0
SCORE_SWEEP_EVERY = 5  # sweeps
TIDY_EVERY = 600

log = logging.getLogger("sahih.worker")


async def _score(database: Database, payload: dict[str, Any]) -> None:
    await grading.score_sitting(database, UUID(payload["sitting_id"]))


HANDLERS: dict[str, Handler] = {delivery.SCORE_JOB: _score}


async def run(database: Database, stop: asyncio.Event) -> None:
    """Work until told to stop. A database that is away is waited for."""
    turn = 0
    while not stop.is_set():
        health.beat()
        try:
            await work_once(database, sweep_scores=turn % SCORE_SWEEP_EVERY == 0)
            if turn % TIDY_EVERY == 0:
                await identity.forget_old_failures(database)
        except (SQLAlchemyError, OSError) as error:
            log.warning("worker waits for the database: %s", type(error).__name__)
        turn += 1
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SWEEP_SECONDS)


async def work_once(database: Database, *, sweep_scores: bool = True) -> None:
    """Close what is overdue, run what is due, and score what was left unscored."""
    while await delivery.sweep_overdue(database):
        pass
    while await run_one(database, HANDLERS):
        pass
    if sweep_scores:
        for sitting_id in await grading.sittings_to_score(database):
            await grading.score_sitting(database, sitting_id)


async def main(settings: Settings) -> None:
    """The worker's process: refuses what the server would refuse, works until it is told to stop."""
    await require_ready(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    database = Database(settings.database_url.get_secret_value(), settings.exam_url.get_secret_value(), pool_size=2)
    try:
        await run(database, stop)
    finally:
        await database.close()


if __name__ == "__main__":
    try:
        asyncio.run(main(read_settings()))
    except (SettingsError, StartupRefusal) as error:
        sys.exit(str(error))
