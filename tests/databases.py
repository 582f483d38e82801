"""Copies of the migrated template database, one for each test."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg

from app.core.postgres import Cluster, create_database
from app.core.postgres.processes import is_alive
from app.core.postgres.roles import APP, EXAM, OWNER, stored_passwords

TEMPLATE = "sahih_template"
_numbers = itertools.count(1)
_SUPERUSER_URLS: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class TestDatabase:
    """Addresses of one database for each log-in."""

    __test__ = False

    name: str
    owner_url: str
    app_url: str
    exam_url: str
    superuser_url: str


def addresses(cluster: Cluster, name: str) -> TestDatabase:
    passwords = stored_passwords(cluster.home)
    urls = [cluster.url(role, passwords[role], name) for role in (OWNER, APP, EXAM)]
    return TestDatabase(name, *urls, cluster.superuser_url(name))


def superuser_url(name: str) -> str | None:
    """Of a copy that this run made."""
    return _SUPERUSER_URLS.get(name)


async def create_template(
    cluster: Cluster, passwords: dict[str, str], upgrade: Callable[[str], Awaitable[None]]
) -> str:
    await create_database(cluster.superuser_url(), passwords, TEMPLATE)
    await upgrade(cluster.url(OWNER, passwords[OWNER], TEMPLATE))
    return TEMPLATE


async def copy_database(cluster: Cluster, template: str, name: str | None = None) -> TestDatabase:
    """Measured with 25 tables in memory: 13 ms by `file_copy`, 22 ms by `wal_log`; dropping takes 4 ms."""
    name = name or f"t{next(_numbers)}"
    _SUPERUSER_URLS[name] = cluster.superuser_url(name)
    await as_superuser(
        cluster,
        f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER} STRATEGY file_copy",
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",  # a copy takes over no rights on the database itself
        f"GRANT CONNECT ON DATABASE {name} TO {APP}, {EXAM}",
    )
    return addresses(cluster, name)


async def drop_database(cluster: Cluster, database: TestDatabase) -> None:
    await as_superuser(cluster, f"DROP DATABASE {database.name} WITH (FORCE)")


async def as_superuser(cluster: Cluster, *statements: str) -> None:
    connection = await asyncpg.connect(cluster.superuser_url())
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def alter(database: TestDatabase, statement: str, *values: Any) -> None:
    """Change the database behind the server's back, as time and accidents do."""
    connection = await asyncpg.connect(database.superuser_url)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()


def send(number: signal.Signals, processes: list[int]) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)


def kill(cluster: Cluster, processes: list[int] | None = None) -> None:
    """kill -9, by default of all of PostgreSQL, and wait for it: a dying postmaster still counts as a running one."""
    chosen = cluster.process_ids() if processes is None else processes
    send(signal.SIGKILL, chosen)
    deadline = time.monotonic() + 10
    while any(is_alive(process) for process in chosen):
        assert time.monotonic() < deadline, "kill -9 takes no ten seconds"
        time.sleep(0.005)
