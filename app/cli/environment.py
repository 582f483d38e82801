"""Which database a command talks to: the one the environment names, or the embedded one of this home."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.config import SettingsError, bank_ring, check_secrets, home, new_bank_key, origin_of, split_secrets
from app.core.db import make_engine, session_factory
from app.core.migrate import upgrade
from app.core.postgres import Cluster, ClusterBusy, create_database
from app.core.postgres.files import write_private
from app.core.postgres.roles import APP, DATABASE, EXAM, OWNER, stored_passwords
from app.core.startup import require_migrated, require_reachable
from app.core.words import both

T = TypeVar("T")
BANK_KEYS_FILE = "bank-keys"
URLS = ("DATABASE_URL", "SAHIH_EXAM_URL", "SAHIH_MIGRATE_URL")


def port() -> int:
    value = os.environ.get("SAHIH_PORT", "8000")
    if not value.isdecimal() or not 0 < int(value) < 65_536:
        raise SettingsError(
            both("SAHIH_PORT harus angka 1 sampai 65535.", "SAHIH_PORT must be a number from 1 to 65535.")
        )
    return int(value)


def local_environment(cluster: Cluster) -> dict[str, str]:
    """The settings of a server on this computer with the embedded database."""
    passwords = stored_passwords(cluster.home)
    urls = [cluster.url(role, passwords[role], DATABASE) for role in (APP, EXAM, OWNER)]
    return {
        "SAHIH_PUBLIC_URL": os.environ.get("SAHIH_PUBLIC_URL", f"http://127.0.0.1:{port()}"),
        "SAHIH_ALLOW_HTTP": "1",
        "SAHIH_SECRETS": _secret(cluster.home),
        "SAHIH_BANK_KEYS": os.environ.get("SAHIH_BANK_KEYS") or _bank_keys(cluster.home),
        "SAHIH_DEMO": "1",
        **dict(zip(URLS, urls, strict=True)),
    }


def _secret(folder: Path) -> str:
    path = folder / "secret"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()


def _bank_keys(folder: Path) -> str:
    """An id of its own, so that another computer's values are told from these. No backup holds this file."""
    path = folder / BANK_KEYS_FILE
    if not path.exists():
        write_private(path, new_bank_key(f"k{secrets.token_hex(4)}"))
    return path.read_text(encoding="utf-8").strip()


def prepare_embedded(cluster: Cluster) -> dict[str, str]:
    """Log-ins, database and migrations of a started cluster; returns the environment of its servers."""
    asyncio.run(create_database(cluster.superuser_url(), stored_passwords(cluster.home)))
    environment = local_environment(cluster)
    asyncio.run(upgrade(environment["SAHIH_MIGRATE_URL"]))
    return environment


@contextmanager
def environment(*, as_it_is: bool = False) -> Iterator[Mapping[str, str]]:
    """The environment with a reachable database. The embedded one is started for the command if it is not running.

    `as_it_is`: without migrations, for what must work while a freeze refuses them.
    """
    if os.environ.get("DATABASE_URL"):
        yield os.environ
        return
    cluster = Cluster(home())
    try:
        cluster.start()
    except ClusterBusy:
        cluster.attach()
        yield {**os.environ, **local_environment(cluster)}
        return
    try:
        made = local_environment(cluster) if as_it_is else prepare_embedded(cluster)
        yield {**os.environ, **made}
    finally:
        cluster.stop()


def in_transaction(
    values: Mapping[str, str], work: Callable[[AsyncSession], Awaitable[T]], *, as_it_is: bool = False
) -> T:
    """Do this work in one transaction of the database that the environment names; it must be there and, but `as_it_is`, up to date."""
    return asyncio.run(_in_transaction(values, work, as_it_is=as_it_is))


async def _in_transaction(
    values: Mapping[str, str], work: Callable[[AsyncSession], Awaitable[T]], *, as_it_is: bool
) -> T:
    url, keys = values.get("DATABASE_URL", ""), values.get("SAHIH_BANK_KEYS", "")
    ring = bank_ring(keys) if keys else None  # most commands open nothing
    if as_it_is:
        await require_reachable("DATABASE_URL", url)
    else:
        await require_migrated("DATABASE_URL", url)
    engine = make_engine(url, pool_size=1, application_name="sahih-cli")
    try:
        async with session_factory(engine, ring)() as session, session.begin():
            return await work(session)
    finally:
        await engine.dispose()


def newest_secret(values: Mapping[str, str]) -> bytes:
    """The secret that PINs are keyed with: checked as the server checks it, or no candidate could log in."""
    known = split_secrets(values.get("SAHIH_SECRETS", ""))
    check_secrets(known)
    return known[0].encode()


def public_url(values: Mapping[str, str]) -> str:
    return origin_of(values.get("SAHIH_PUBLIC_URL", ""))
