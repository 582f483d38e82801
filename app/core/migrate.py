"""Bring a database to the newest migration, and say whether it is there.

A release is named by its newest migration. Each migration says with `compatible_since` from which release on the code works on
its schema; the newest such word stands in the database as the comment of `alembic_version`, where older code reads it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.core.db import make_engine
from app.core.freeze import require_thawed_schema
from app.core.resources import migrations_path

LOCK_KEY = 7_102_003_401  # any constant: two servers that migrate at once take turns
LOCK_NOT_AVAILABLE = "55P03"
TRIES = 15  # an exam is running: a table that is never free for a moment is a matter for a person
PAUSE_SECONDS = 2.0  # what had queued behind the migration goes first


def alembic_config(connection: Connection | None = None) -> Config:
    """The configuration in code; `alembic.ini` only serves people who type `alembic` by hand."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations_path())).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def upgrade(owner_url: str) -> None:
    """Run every pending migration as the owner; one that does not get its locks lets the exam go on and comes again."""
    for _ in range(TRIES - 1):
        try:
            await _upgrade_once(owner_url)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return
    await _upgrade_once(owner_url)


async def _upgrade_once(owner_url: str) -> None:
    """All of them in one transaction, one server at a time."""
    engine = make_engine(owner_url, pool_size=1, application_name="sahih-migrate")
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    """What is pending waits for the end of an exam day; where nothing is pending there is nothing to refuse."""
    if current_revision(connection) != newest_revision():
        require_thawed_schema(connection)
    command.upgrade(alembic_config(connection), "head")


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def known_revisions() -> set[str]:
    """Every migration that this release brings."""
    return {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}


def compatible_since(scripts: ScriptDirectory, revision: str) -> str:
    """The oldest release that works on the schema of this revision. A migration that does not say it is for itself alone."""
    history = [*scripts.walk_revisions("base", revision)][::-1]
    order = [script.revision for script in history]
    said = [getattr(script.module, "compatible_since", script.revision) for script in history]
    return max(said, key=order.index)


def current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
