"""Fixtures: one PostgreSQL cluster per run, one database per test, the whole server on top of it.

Each test gets a copy of a migrated template database instead of a savepoint: the server talks to the database through two
log-ins, and two connections cannot share one open transaction.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.core import garbage
from app.core.migrate import upgrade
from app.core.postgres import Cluster, PostgresError
from app.core.postgres.roles import stored_passwords
from tests.databases import TestDatabase, copy_database, create_template, drop_database

# Autovacuum would sit in the template now and then, and a copy waits for it.
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "on", "autovacuum": "off"}
IN_CI = bool(os.environ.get("CI"))


def temporary_home() -> tempfile.TemporaryDirectory[str]:
    """In memory where the machine allows it: tests of durability make clusters of their own, on disk."""
    memory = Path("/dev/shm")
    folder = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    home = tempfile.TemporaryDirectory(prefix="sahih-test-", dir=folder)
    Path(home.name).chmod(0o755)
    return home


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with temporary_home() as home:
        cluster = Cluster(Path(home), settings=FAST)
        try:
            cluster.start()
        except PostgresError as error:
            if IN_CI:
                raise
            pytest.skip(f"no PostgreSQL: {error}")
        yield cluster
        cluster.stop("immediate")


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of a migrated database that every test copies."""
    passwords = stored_passwords(cluster.home)
    return asyncio.run(create_template(cluster, passwords, upgrade))


@pytest.fixture
async def database(cluster: Cluster, template: str) -> AsyncIterator[TestDatabase]:
    database = await copy_database(cluster, template)
    yield database
    await drop_database(cluster, database)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop in the main thread, which other tests cannot share."""
    items.sort(key=lambda item: "e2e" in item.path.parts)


def pytest_collection_finish() -> None:
    """As the server does it: looking again and again at all that was imported takes a twentieth of the tests."""
    garbage.collect_seldom()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"skipped {report.nodeid}: {reason}")
