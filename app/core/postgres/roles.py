"""The three log-ins: an owner that migrates, the server's own, and the one for candidate-facing routes."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import Final

import asyncpg

from app.core.postgres.files import write_private

OWNER: Final = "sahih_owner"
APP: Final = "sahih_app"
EXAM: Final = "sahih_exam"
ROLES: Final = (OWNER, APP, EXAM)
DATABASE: Final = "sahih"
CLOSE_THE_REST: Final = (
    "REVOKE ALL ON DATABASE postgres FROM PUBLIC",
    "REVOKE ALL ON DATABASE template1 FROM PUBLIC",
)  # in a server of our own nobody else has business there; a managed server is not ours to change


def setup_sql(passwords: dict[str, str], database: str = DATABASE) -> list[str]:
    """The statements a superuser runs once, for the launcher and (printed by `sahih db init`) for a managed server."""
    _plain(database)
    return [*(_role_sql("CREATE", role, passwords[role]) for role in ROLES), *database_sql(database)]


def database_sql(database: str) -> list[str]:
    return [
        f"CREATE DATABASE {database} OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0",
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {APP}, {EXAM}",
    ]


def stored_passwords(home: Path) -> dict[str, str]:
    """The log-ins' passwords, made on first use and kept in a file that only its owner may read."""
    path = home / "logins.json"
    if not path.exists():
        write_private(path, json.dumps({role: secrets.token_urlsafe(24) for role in ROLES}))
    passwords: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return passwords


async def create_database(superuser_url: str, passwords: dict[str, str], database: str = DATABASE) -> bool:
    """Make the log-ins and the database where they are missing; True when the database is new.

    For the embedded server, where the log-ins' passwords are those of the file: a lost file sets new ones.
    """
    connection = await asyncpg.connect(superuser_url)
    try:
        roles = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        for role in ROLES:
            verb = "ALTER" if role in roles else "CREATE"
            await connection.execute(_role_sql(verb, role, passwords[role]))
        if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            return False
        for statement in (*database_sql(database), *CLOSE_THE_REST):
            await connection.execute(statement)
        return True
    finally:
        await connection.close()


def _role_sql(verb: str, role: str, password: str) -> str:
    return f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{_plain(password)}'"


def _plain(word: str) -> str:
    """These words go into SQL as text, where parameters cannot stand."""
    if not re.fullmatch(r"[A-Za-z0-9_<>-]+", word):
        raise ValueError(f"only letters, digits, - and _ are possible here, got {word!r}")
    return word
