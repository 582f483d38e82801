"""Which database a command talks to: the one the environment names, or the embedded one of this home."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.core.db import Database
from app.core.migrate import upgrade
from app.core.postgres import Cluster, ClusterBusy, create_database
from app.core.postgres.files import write_private
from app.core.postgres.roles import APP, DATABASE, EXAM, OWNER, stored_passwords

URLS = ("DATABASE_URL", "SAHIH_EXAM_URL", "SAHIH_MIGRATE_URL")


def home() -> Path:
    """Where the state of this installation lives."""
    return Path(os.environ.get("SAHIH_HOME", ".sahih")).resolve()


def port() -> int:
    return int(os.environ.get("SAHIH_PORT", "8000"))


def local_environment(cluster: Cluster) -> dict[str, str]:
    """The settings of a server on this computer with the embedded database."""
    passwords = stored_passwords(cluster.home)
    urls = [cluster.url(role, passwords[role], DATABASE) for role in (APP, EXAM, OWNER)]
    return {
        "SAHIH_PUBLIC_URL": os.environ.get("SAHIH_PUBLIC_URL", f"http://127.0.0.1:{port()}"),
        "SAHIH_ALLOW_HTTP": "1",
        "SAHIH_SECRETS": _secret(cluster.home),
        "SAHIH_DEMO": "1",
        **dict(zip(URLS, urls, strict=True)),
    }


def _secret(folder: Path) -> str:
    path = folder / "secret"
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()


def prepare_embedded(cluster: Cluster) -> dict[str, str]:
    """Log-ins, database and migrations of a started cluster; returns the environment of its servers."""
    asyncio.run(create_database(cluster.superuser_url(), stored_passwords(cluster.home)))
    environment = local_environment(cluster)
    asyncio.run(upgrade(environment["SAHIH_MIGRATE_URL"]))
    return environment


@contextmanager
def environment() -> Iterator[Mapping[str, str]]:
    """The environment with a reachable database. The embedded one is started for the command if it is not running."""
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
        yield {**os.environ, **prepare_embedded(cluster)}
    finally:
        cluster.stop()


def open_database(values: Mapping[str, str]) -> Database:
    return Database(values["DATABASE_URL"], values["SAHIH_EXAM_URL"], pool_size=2)


def newest_secret(values: Mapping[str, str]) -> bytes:
    """The secret that signs and that PINs are keyed with."""
    return values["SAHIH_SECRETS"].split(",")[0].strip().encode()
