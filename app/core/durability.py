"""Whether the database keeps what it calls committed, watched for as long as the server runs.

Start-up refuses a database that could lose what was acknowledged; an `ALTER SYSTEM` and a reload make one of a database that was
sound. While it is one, nothing that changes anything is answered with a 2xx.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from app.core.errors import Unavailable, problem
from app.core.postgres.roles import APP, EXAM
from app.core.startup import DURABLE
from app.core.web import SAFE_METHODS

Renewal = Callable[[], Awaitable[None]]

log = logging.getLogger("sahih")

# What this connection lives by, and what a new one of our log-ins would get by an `ALTER ROLE` or `ALTER DATABASE` since.
IN_FORCE = """
    SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS name
    UNION ALL
    (SELECT DISTINCT ON (r.oid) split_part(said, '=', 1), split_part(said, '=', 2)
     FROM pg_roles r JOIN pg_db_role_setting d ON d.setrole IN (0, r.oid), unnest(d.setconfig) AS said
     WHERE (r.rolname = current_user OR r.rolname = ANY($2::text[])) AND said LIKE 'synchronous_commit=%'
       AND d.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
     ORDER BY r.oid, d.setrole <> 0 DESC, d.setdatabase <> 0 DESC)
"""
# `ALTER ROLE` keeps a value as it was typed.
TYPED = {"true": "on", "yes": "on", "1": "on", "false": "off", "no": "off", "0": "off"}


class Durability:
    """What was last seen. `missing` names the setting by which acknowledged work could be lost; empty where there is none.

    Only tests, whose database is fast instead of durable, go without watching it.
    """

    def __init__(self, *, watched: bool = True) -> None:
        self.missing = ""
        self._watched = watched
        self._renewals: list[Renewal] = []

    def renews(self, *renewals: Renewal) -> None:
        """A connection keeps the habits of the moment in which it was made: these let none outlive a moment without lasting
        commits."""
        self._renewals.extend(renewals)

    async def look(self, connection: Any) -> None:
        """Ask over a connection that saves go over."""
        if not self._watched:
            return
        rows = await connection.fetch(IN_FORCE, list(DURABLE), [APP, EXAM])
        unsafe = {f"{name}={value}" for name, value in rows if _canonical(value) not in DURABLE[name]}
        missing, before = ", ".join(sorted(unsafe)), self.missing
        if missing and not self.missing:
            log.critical(
                "PostgreSQL runs with %s: acknowledged answers could be lost. Nothing is acknowledged", missing
            )
        elif self.missing and not missing:
            log.warning("PostgreSQL keeps what it acknowledges again: saving goes on")
        self.missing = missing
        if missing or before:
            for renew in self._renewals:
                await renew()


def _canonical(value: str) -> str:
    return TYPED.get(value.lower(), value.lower())


class OnlyDurable:
    """ASGI middleware: an ordinary request that changes something is sent away while its commit could be lost."""

    def __init__(self, app: ASGIApp, durability: Durability) -> None:
        self.app = app
        self.durability = durability

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.durability.missing and scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            await problem(Unavailable())(scope, receive, send)
        else:
            await self.app(scope, receive, send)
