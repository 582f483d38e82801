"""What must be true before the server or the worker starts. Each refusal is a sentence that says what to do.

No setting turns a check off: a server that starts without durable commits would lose answers it had acknowledged.
"""

from __future__ import annotations

import asyncpg

from app.core.config import Settings
from app.core.migrate import newest_revision
from app.core.postgres.roles import OWNER

DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
}
OLDEST_SERVER = 150000


class StartupRefusal(Exception):
    """The server must not start; the message says what to do."""


async def require_ready(settings: Settings) -> None:
    """Raise StartupRefusal unless both log-ins reach a durable, migrated database with no more rights than they need."""
    for name, url in (("DATABASE_URL", settings.database_url), ("SAHIH_EXAM_URL", settings.exam_url)):
        await _check(name, url.get_secret_value())


async def _check(name: str, url: str) -> None:
    if not url:
        raise StartupRefusal(f"{name} is not set. It names the database, e.g. postgresql://sahih_app:…@host/sahih")
    try:
        connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"), timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError, ValueError) as error:
        raise StartupRefusal(
            f"The database of {name} cannot be reached ({type(error).__name__}). Is it running, and is the address right?"
        ) from error
    try:
        await _check_durable(connection)
        await _check_rights(name, connection)
        await _check_migrated(connection)
    finally:
        await connection.close()


async def _check_durable(connection: asyncpg.Connection) -> None:
    if connection.get_server_version().major * 10000 < OLDEST_SERVER:
        raise StartupRefusal("PostgreSQL 15 or newer is needed.")
    for setting, allowed in DURABLE.items():
        value = await connection.fetchval(f"SHOW {setting}")
        if value not in allowed:
            raise StartupRefusal(
                f"PostgreSQL runs with {setting}={value}: acknowledged answers could be lost. "
                f"Set {setting}={allowed[0]} for the server and this log-in, reload, and start again."
            )


async def _check_rights(name: str, connection: asyncpg.Connection) -> None:
    powerful = await connection.fetchval(
        "SELECT rolsuper OR rolcreaterole OR rolbypassrls OR pg_has_role(current_user, datdba, 'MEMBER') "
        "FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
    )
    if powerful:
        raise StartupRefusal(
            f"{name} logs in as a superuser or owner. Give it a log-in of its own; `sahih db init` prints the SQL. "
            f"({OWNER} is for migrations only.)"
        )


async def _check_migrated(connection: asyncpg.Connection) -> None:
    newest = newest_revision()
    try:
        current = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.PostgresError:
        current = None
    if current != newest:
        raise StartupRefusal(
            f"The database is at migration {current}, this release needs {newest}. Run `sahih migrate`."
        )
