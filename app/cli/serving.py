"""Servers and database: serve, worker, migrate, db init."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import secrets
import socket
import sys
from typing import Annotated

import typer
import uvicorn

from app.cli.environment import environment
from app.cli.refusals import Refused
from app.core import budget, logs
from app.core.config import Settings, read_settings
from app.core.migrate import upgrade
from app.core.postgres import ROLES, setup_sql
from app.core.postgres.roles import APP, EXAM, OWNER
from app.core.startup import StartupRefusal, require_reachable, require_ready
from app.core.web import LARGEST_BODY
from app.delivery import HotFrames, HotProtocol

# A stop waits for the requests in flight, and no request of the exam takes longer: two seconds for a connection and three for
# its statement.
STOP_SECONDS = 6
# Longer than a proxy keeps a connection idle (deploy/): else it would send into one that the server closes at that moment.
KEEP_ALIVE_SECONDS = 75
BACKLOG = 4096  # lines that wait to be taken: those of a whole exam come back at once. The kernel's own limit is the same today

db = typer.Typer(no_args_is_help=True, help="Menyiapkan basis data / prepare a database server.")


def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="SAHIH_PORT", min=1, max=65_535, help="port to listen on")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="server processes")] = 1,
    migrate_first: Annotated[bool, typer.Option("--migrate", help="run pending migrations first")] = False,
) -> None:
    """Menjalankan server web / run the web server.

    Contoh / example: sahih serve --host 0.0.0.0 --port 8000 --workers 2
    """
    settings = read_settings()
    logs.configure(settings.log)
    if migrate_first:
        _upgrade(settings.migrate_url.get_secret_value())
    asyncio.run(require_ready(settings))
    require_room(settings, workers)
    require_free_port(host, port)
    _allow_open_files()
    uvicorn.run(
        "app.main:create_app_from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        backlog=BACKLOG,
        log_config=None,
        log_level="warning",
        access_log=False,
        http=HotProtocol,
        ws=HotFrames,
        ws_max_size=LARGEST_BODY,
        ws_per_message_deflate=False,  # browsers would compress every frame, which costs more than a frame of 200 bytes
        proxy_headers=True,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _allow_open_files() -> None:
    """Each candidate's line is an open file, and the usual limit of 1,024 would be the limit of an exam: take what is allowed."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def worker() -> None:
    """Menjalankan pekerja latar / run the background worker (closes attempts, scores).

    Contoh / example: sahih worker
    """
    os.execv(sys.executable, [sys.executable, "-m", "app.worker"])  # becomes the worker: signals reach it directly


def migrate() -> None:
    """Memutakhirkan skema basis data / bring the database to this release.

    Contoh / example: SAHIH_MIGRATE_URL=postgresql://sahih_owner:…@host/sahih sahih migrate
    """
    if os.environ.get("SAHIH_MIGRATE_URL") or os.environ.get("DATABASE_URL"):
        _upgrade(os.environ.get("SAHIH_MIGRATE_URL", ""))
    else:
        with environment():
            pass  # the embedded database migrates when it is opened
    typer.echo("Basis data mutakhir / the database is up to date.")


def _upgrade(url: str) -> None:
    if not url:
        raise Refused(
            "SAHIH_MIGRATE_URL belum diisi: migrasi berjalan sebagai pemilik, bukan sebagai akun server.",
            "SAHIH_MIGRATE_URL is not set: migrations run as the owner, never as the server's log-in.",
        )
    asyncio.run(require_reachable("SAHIH_MIGRATE_URL", url))
    asyncio.run(upgrade(url))


@db.command("init")
def init(
    database: Annotated[str, typer.Option(help="name of the database")] = "sahih",
) -> None:
    """Mencetak SQL untuk server PostgreSQL yang dikelola / print the SQL for a managed server, with new passwords.

    The SQL goes to standard output, the addresses for the environment to standard error: keep them, they are shown once.

    Contoh / example: sahih db init | psql -U postgres
    """
    passwords = {role: secrets.token_urlsafe(24) for role in ROLES}
    try:
        statements = setup_sql(passwords, database)
    except ValueError:
        raise Refused(
            f"Nama basis data {database!r}: hanya huruf, angka, - dan _.",
            f"Database name {database!r}: only letters, digits, - and _.",
        ) from None
    for statement in statements:
        typer.echo(f"{statement};")
    typer.echo("Simpan sekarang; ganti HOST / keep these now; replace HOST:", err=True)
    for name, role in (("DATABASE_URL", APP), ("SAHIH_EXAM_URL", EXAM), ("SAHIH_MIGRATE_URL", OWNER)):
        typer.echo(f"{name}=postgresql://{role}:{passwords[role]}@HOST:5432/{database}", err=True)


def require_room(settings: Settings, workers: int) -> None:
    """Refuse more processes than the database has connections for; warn where those of others leave too few."""
    room = asyncio.run(budget.read_room(settings.database_url.get_secret_value()))
    needed = workers * budget.of_server(settings.pool_size)
    said = budget.sentence(room, workers, settings.pool_size)
    if room.lacks(needed):
        raise StartupRefusal(said)
    if room.is_tight(needed):
        typer.echo(said, err=True)


def require_free_port(host: str, port: int) -> None:
    """A port that is taken, or an address that is not this computer's, is a sentence and not a traceback."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise Refused(
                f"Porta {port} sedang dipakai; pilih yang lain dengan SAHIH_PORT.",
                f"Port {port} is taken; choose another with SAHIH_PORT.",
            ) from error
        raise Refused(
            f"Server tidak dapat mendengarkan pada {host}, porta {port}. Pakai alamat komputer ini, mis. 127.0.0.1.",
            f"Cannot listen on {host}, port {port}. Use an address of this computer, e.g. 127.0.0.1.",
        ) from error
