"""The three log-ins: an owner that migrates, the server's own, and the one for candidate-facing routes."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import Final

import asyncpg

OWNER: Final = "sahih_owner"
APP: Final = "sahih_app"
EXAM: Final = "sahih_exam"
ROLES: Final = (OWNER, APP, EXAM)
DATABASE: Final = "sahih"


def setup_sql(passwords: dict[str, str], database: str = DATABASE) -> list[str]:
    """The statements a superuser runs once, for the launcher and (printed by `sahih db init`) for a managed server."""
    _plain(database)
    statements = [
        f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{_plain(passwords[role])}'"
        for role in ROLES
    ]
    return [*statements, *database_sql(database)]


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
        path.touch(mode=0o600)
        path.write_text(json.dumps({role: secrets.token_urlsafe(24) for role in ROLES}), encoding="utf-8")
    passwords: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return passwords


async def create_database(superuser_url: str, passwords: dict[str, str], database: str = DATABASE) -> bool:
    """Make the log-ins and the database where they are missing; True when the database is new."""
    connection = await asyncpg.connect(superuser_url)
    try:
        roles = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        for role, statement in zip(ROLES, setup_sql(passwords, database), strict=False):
            if role not in roles:
                await connection.execute(statement)
        if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            return False
        for statement in database_sql(database):
            await connection.execute(statement)
        return True
    finally:
        await connection.close()


def _plain(word: str) -> str:
    """These words go into SQL as text, where parameters cannot stand."""
    if not re.fullmatch(r"[A-Za-z0-9_<>-]+", word):
        raise ValueError(f"only letters, digits, - and _ are possible here, got {word!r}")
    return word
