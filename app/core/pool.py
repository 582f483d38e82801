"""Direct connections for the hot paths: few, as the log-in that cannot read keys, with limits that let nothing hang."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.metrics import POOL_WAIT

POOL_SIZE = 6
LOCK_TIMEOUT_MS = 2_000
STATEMENT_TIMEOUT_MS = 2_300
COMMAND_TIMEOUT_SECONDS = (
    2.4  # bounds the commit as well, which no limit of the server's does while a standby is awaited
)
ACQUIRE_SECONDS = 2.0

POOL_WAITED = POOL_WAIT.series("hot")

# By class of SQLSTATE: 08 connection, 25 read-only after a failover, 40 serialization, 53 resources (disk full, too many
# connections), 55 lock timeout, 57 shutdown or cancel.
TRANSIENT = ("08", "25", "40", "53", "55", "57")


class NotDurable(Exception):
    """The commit stands on this server and nowhere else: its synchronous standby did not confirm. It counts as not saved."""


def plain_url(url: str) -> str:
    """The address as asyncpg reads it; the dialect name that SQLAlchemy's users put into it is left out."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


async def open_pool(url: str) -> asyncpg.Pool:
    """Connects when first used, so that a server starts (and answers 503) while its database is away."""
    return await asyncpg.create_pool(
        plain_url(url),
        min_size=0,
        max_size=POOL_SIZE,
        timeout=5,
        command_timeout=COMMAND_TIMEOUT_SECONDS,
        reset=_nothing,
        server_settings={
            "application_name": "sahih-hot",
            "timezone": "UTC",
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        },
    )


@asynccontextmanager
async def connection(pool: asyncpg.Pool) -> AsyncIterator[Any]:
    """A connection; leaving raises NotDurable where a commit was not confirmed by the synchronous standby.

    PostgreSQL says "committed locally only" as a warning, and reports success beside it.
    """
    began = time.perf_counter()
    async with pool.acquire(timeout=ACQUIRE_SECONDS) as held:
        POOL_WAITED.observe(time.perf_counter() - began)
        unconfirmed: list[str] = []

        def listen(_: Any, message: Any) -> None:
            if "synchronous replication" in str(message):
                unconfirmed.append(str(message))

        held.add_log_listener(listen)
        try:
            yield held
        except (asyncpg.ReadOnlySQLTransactionError, asyncpg.InternalClientError):
            # The servers changed places, or this connection was ended while it lay idle: the next one is a fresh one.
            held.terminate()
            raise
        finally:
            held.remove_log_listener(listen)
        if unconfirmed:
            raise NotDurable(unconfirmed[0])


async def _nothing(_: Any) -> None:
    """These connections are never left with a transaction, a setting or a listener, so there is nothing to reset."""


def is_transient(error: BaseException) -> bool:
    """True where the request is not to blame, and sending it again is right. Knows the errors of asyncpg and SQLAlchemy."""
    sqlstate = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)
    if sqlstate:
        return str(sqlstate)[:2] in TRANSIENT
    # Without a state the server never answered: the connection went, or could not be had.
    asyncpgs = (asyncpg.InterfaceError, asyncpg.InternalClientError)
    lost = (OSError, TimeoutError, PoolTimeout, DBAPIError, NotDurable, *asyncpgs)
    return isinstance(error, lost)
