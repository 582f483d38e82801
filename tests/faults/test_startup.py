"""What the server refuses to start with, each with one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import asyncpg
import pytest

from app.core.startup import StartupRefusal, require_ready
from tests.databases import TestDatabase
from tests.factories import SECRET, make_settings


@pytest.fixture
async def durable(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> TestDatabase:
    """The tests' cluster runs without fsync; for these tests only the settings of a session can be judged."""
    monkeypatch.setattr("app.core.startup.DURABLE", {"synchronous_commit": ("on", "remote_apply")})
    return database


async def test_a_sound_database_is_accepted(durable: TestDatabase) -> None:
    await require_ready(make_settings(durable))


@pytest.mark.invariant("I-45")
async def test_a_cluster_without_fsync_is_refused(database: TestDatabase) -> None:
    with pytest.raises(StartupRefusal, match="fsync=off"):
        await require_ready(make_settings(database))


@pytest.mark.parametrize("role", ["sahih_app", "sahih_exam"])
async def test_synchronous_commit_off_is_refused_for_either_log_in(durable: TestDatabase, role: str) -> None:
    await as_superuser(durable, f"ALTER ROLE {role} IN DATABASE {durable.name} SET synchronous_commit = off")
    with pytest.raises(StartupRefusal, match="synchronous_commit=off"):
        await require_ready(make_settings(durable))


async def test_pending_migrations_are_refused(durable: TestDatabase) -> None:
    await as_superuser(durable, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(StartupRefusal, match="sahih migrate"):
        await require_ready(make_settings(durable))


async def test_an_unreachable_database_is_refused(durable: TestDatabase) -> None:
    settings = make_settings(durable, exam_url="postgresql://sahih_exam:x@127.0.0.1:9/sahih")
    with pytest.raises(StartupRefusal, match="SAHIH_EXAM_URL cannot be reached"):
        await require_ready(settings)


@pytest.mark.parametrize("url", ["owner_url", "superuser_url"])
async def test_a_powerful_log_in_is_refused(durable: TestDatabase, url: str) -> None:
    settings = make_settings(durable, DATABASE_URL=getattr(durable, url))
    with pytest.raises(StartupRefusal, match="superuser or owner"):
        await require_ready(settings)


async def as_superuser(database: TestDatabase, statement: str) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SAHIH_SECRETS": "short"}, "at least 32 bytes"),
        ({"SAHIH_SECRETS": ""}, "SAHIH_SECRETS is empty"),
        ({"SAHIH_PUBLIC_URL": "http://ujian.example.org"}, "loopback or private address"),
        ({"DATABASE_URL": "postgresql://sahih_app:x@127.0.0.1:9/sahih"}, "cannot be reached"),
    ],
)
def test_the_command_ends_with_one_sentence_and_no_traceback(changes: dict[str, str], sentence: str) -> None:
    environment: dict[str, Any] = {
        **os.environ,
        "SAHIH_PUBLIC_URL": "http://127.0.0.1:8000",
        "SAHIH_ALLOW_HTTP": "1",
        "SAHIH_SECRETS": SECRET,
        "DATABASE_URL": "postgresql://sahih_app:x@127.0.0.1:9/sahih",
        "SAHIH_EXAM_URL": "postgresql://sahih_exam:x@127.0.0.1:9/sahih",
        **changes,
    }
    for command in (["-m", "app.cli", "serve"], ["-m", "app.worker"]):
        done = subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        said = " ".join(done.stderr.split())
        assert done.returncode == 1
        assert sentence in said
        assert "Traceback" not in said
