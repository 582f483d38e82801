"""Runs migrations on the connection it is handed, or as the owner named by SAHIH_MIGRATE_URL."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.core.migrate import compatible_since
from app.models import Base

LOCK_TIMEOUT = "800ms"
STATEMENT_TIMEOUT = "10min"


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_server_default=False,
        on_version_apply=say_who_may_stay,
    )
    with context.begin_transaction():
        # Every save queues behind a migration that waits for its lock, so it gives up within a second and comes again.
        context.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        context.execute(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
        context.run_migrations()


def say_who_may_stay(ctx: MigrationContext, step: MigrationInfo, **_: Any) -> None:
    """Leave word in the database for releases that do not know this migration: from which one on they may run on it."""
    since = compatible_since(context.script, step.up_revision_id)
    assert ctx.connection is not None, "migrations run on a connection, never into a file"
    ctx.connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{since}'"))


async def migrate_by_hand() -> None:
    url = os.environ["SAHIH_MIGRATE_URL"].replace("postgresql://", "postgresql+asyncpg://")
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(migrate_by_hand())
