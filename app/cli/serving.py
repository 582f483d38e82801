"""Servers and database: serve, worker, migrate, db init."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Annotated

import typer
import uvicorn

from app.cli.environment import environment
from app.core.config import Settings, SettingsError, read_settings
from app.core.migrate import upgrade
from app.core.postgres import ROLES, setup_sql
from app.core.startup import require_ready

db = typer.Typer(no_args_is_help=True, help="Menyiapkan basis data / prepare a database server.")


def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="SAHIH_PORT", help="port to listen on")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="server processes")] = 1,
    migrate_first: Annotated[bool, typer.Option("--migrate", help="run pending migrations first")] = False,
) -> None:
    """Menjalankan server web / run the web server.

    Contoh / example: sahih serve --host 0.0.0.0 --port 8000 --workers 2
    """
    settings = read_settings()
    if migrate_first:
        asyncio.run(upgrade(_migrate_url(settings)))
    asyncio.run(require_ready(settings))
    require_free_port(host, port)
    uvicorn.run(
        "app.main:create_app_from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        proxy_headers=True,
        server_header=False,
        timeout_graceful_shutdown=3,
    )


def worker() -> None:
    """Menjalankan pekerja latar / run the background worker (closes attempts, scores).

    Contoh / example: sahih worker
    """
    os.execv(sys.executable, [sys.executable, "-m", "app.worker"])  # becomes the worker: signals reach it directly


def migrate() -> None:
    """Memutakhirkan skema basis data / bring the database to this release.

    Contoh / example: SAHIH_MIGRATE_URL=postgresql://sahih_owner:…@host/sahih sahih migrate
    """
    url = os.environ.get("SAHIH_MIGRATE_URL")
    if url:
        asyncio.run(upgrade(url))
    else:
        with environment():
            pass  # the embedded database migrates when it is opened
    typer.echo("Basis data mutakhir / the database is up to date.")


@db.command("init")
def init(
    database: Annotated[str, typer.Option(help="name of the database")] = "sahih",
) -> None:
    """Mencetak SQL untuk server PostgreSQL yang dikelola / print the SQL for a managed server.

    Contoh / example: sahih db init | psql -U postgres
    """
    typer.echo("-- Ganti setiap <...> dengan kata sandi acak / replace each <...> with a random password.")
    for statement in setup_sql({role: f"<{role}>" for role in ROLES}, database):
        typer.echo(f"{statement};")


def require_free_port(host: str, port: int) -> None:
    """A taken port is a sentence, not a traceback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"Porta {port} sedang dipakai; pilih yang lain dengan SAHIH_PORT. / "
                f"Port {port} is taken; choose another with SAHIH_PORT."
            ) from error


def _migrate_url(settings: Settings) -> str:
    url = settings.migrate_url.get_secret_value()
    if not url:
        raise SettingsError("SAHIH_MIGRATE_URL is not set: migrations run as the owner, never as the server's log-in.")
    return url
