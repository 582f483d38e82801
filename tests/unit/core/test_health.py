"""The container's health check: a worker by its pulse, a server by its answer."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from app import worker
from app.core import health
from app.core.db import Database
from tests.e2e.conftest import free_port
from tests.factories import BANK_RING


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def nothing_answers() -> str:
    return f"http://127.0.0.1:{free_port()}/healthz"


async def test_a_worker_is_well_while_it_turns_even_without_its_database() -> None:
    nowhere = "postgresql://sahih_app:x@127.0.0.1:9/sahih"
    database, stop = Database(nowhere, nowhere, BANK_RING), asyncio.Event()
    turning = asyncio.create_task(worker.run(database, stop))
    async with asyncio.timeout(30):
        while not health.pulse_file().exists():
            await asyncio.sleep(0.02)
    stop.set()
    await turning
    await database.close()
    assert health.is_well(nothing_answers())
    old = time.time() - 61
    os.utime(health.pulse_file(), (old, old))
    assert not health.is_well(nothing_answers())


async def test_a_server_is_well_when_it_answers() -> None:
    assert not health.is_well(nothing_answers())
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert await asyncio.to_thread(health.is_well, f"http://127.0.0.1:{port}/healthz")
    server.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()
    writer.close()
