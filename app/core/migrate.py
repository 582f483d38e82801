"""Bring a database to the newest migration, and say whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from app.core.db import make_engine
from app.core.freeze import require_thawed_schema
from app.core.resources import migrations_path

LOCK_KEY = 7_102_003_401  # any constant: two servers that migrate at once take turns


def alembic_config(connection: Connection | None = None) -> Config:
    """The configuration in code; `alembic.ini` only serves people who type `alembic` by hand."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations_path())).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def upgrade(owner_url: str) -> None:
    """Run every pending migration as the owner, in one transaction, one server at a time."""
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


def current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
