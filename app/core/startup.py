"""What must be true before the server or the worker starts. Each refusal is a sentence that says what to do.

No setting turns a check off: a server that starts without durable commits would lose answers it had acknowledged, and one
whose candidate-facing log-in can read keys would not know that it leaks them.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from app.core.config import Settings
from app.core.db import make_engine
from app.core.keyring import KeyRing, SealBroken
from app.core.migrate import known_revisions, newest_revision
from app.core.postgres.roles import OWNER
from app.core.seals import UNSEALED, read_samples
from app.core.words import both

log = logging.getLogger("sahih")

DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
}
OLDEST_SERVER = 150000
# What no candidate-facing log-in may read, neither itself nor through a role that it could take on.
SECRET_TABLES = (
    "item_keys", "item_versions", "item_images", "item_reviews", "item_version_comments", "scores", "form_sets", "form_plans",
    "rescues", "staff_accounts", "one_time_links", "candidate_photos", "check_ins", "review_snapshots", "review_parts",
    "key_corrections", "key_correction_effects", "candidate_groups", "group_withdrawals",
)  # fmt: skip
UNREACHABLE = (OSError, TimeoutError, ValueError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)


class StartupRefusal(Exception):
    """The server must not start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """Who an address logs in as, and where that is. The server's start time tells two servers apart without more rights."""

    role: str
    place: tuple[object, ...]


async def require_ready(settings: Settings) -> None:
    app_url = settings.database_url.get_secret_value()
    await require_log_ins(app_url, settings.exam_url.get_secret_value())
    await require_bank_keys(app_url, settings.bank_ring)


async def require_bank_keys(app_url: str, ring: KeyRing) -> None:
    """Raise StartupRefusal unless these keys open what is stored; warn of what no key seals."""
    async with _connected("DATABASE_URL", app_url) as connection:
        for stored, key_id, value in await read_samples(connection):
            if key_id == UNSEALED:
                log.warning("%s holds values that are not sealed: run `sahih bank rotate-key`", stored.table)
                continue
            try:
                ring.derive(stored.purpose).unwrap(value)
            except SealBroken as error:
                raise StartupRefusal(str(error)) from error


async def require_log_ins(app_url: str, exam_url: str) -> None:
    """Raise StartupRefusal unless both log-ins reach one durable, migrated database with no more rights than they need."""
    staff = await _check("DATABASE_URL", app_url, may_read_keys=True)
    exam = await _check("SAHIH_EXAM_URL", exam_url, may_read_keys=False)
    if staff.role == exam.role:
        raise _refused(
            "DATABASE_URL dan SAHIH_EXAM_URL memakai akun yang sama; beri masing-masing akunnya sendiri.",
            "DATABASE_URL and SAHIH_EXAM_URL use the same log-in; give each its own.",
        )
    if staff.place != exam.place:
        raise _refused(
            "DATABASE_URL dan SAHIH_EXAM_URL menunjuk basis data yang berbeda; keduanya harus sama.",
            "DATABASE_URL and SAHIH_EXAM_URL name different databases; they must name the same one.",
        )


async def require_reachable(name: str, url: str) -> None:
    async with _connected(name, url):
        pass


async def require_migrated(name: str, url: str) -> None:
    """Raise StartupRefusal unless this address reaches a database at the newest migration."""
    async with _connected(name, url) as connection:
        await _check_migrated(connection)


async def _check(name: str, url: str, *, may_read_keys: bool) -> LogIn:
    async with _connected(name, url) as connection:
        await _check_durable(connection)
        await _check_writable(name, connection)
        await _check_power(name, connection)
        await _check_migrated(connection)
        await _check_tables(name, connection)
        await _check_secrecy(name, connection, may_read_keys=may_read_keys)
        row = await connection.fetchrow(
            "SELECT current_user, datname, oid, pg_postmaster_start_time() FROM pg_database "
            "WHERE datname = current_database()"
        )
        role, *place = row
        return LogIn(role, tuple(place))


@asynccontextmanager
async def _connected(name: str, url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection made exactly as the running server makes its own."""
    if not url:
        example = "postgresql://sahih_app:…@host/sahih"
        raise _refused(
            f"{name} belum diisi. Isinya alamat basis data, mis. {example}",
            f"{name} is not set. It names the database, e.g. {example}",
        )
    engine = make_engine(url, pool_size=1, application_name="sahih-check")
    try:
        try:
            opened = await engine.connect()
        except UNREACHABLE as error:
            raise _refused(
                f"Basis data pada {name} tidak dapat dihubungi. Apakah berjalan, dan apakah alamatnya benar?",
                f"The database of {name} cannot be reached ({_reason(error)}). Is it running, and is the address right?",
            ) from error
        try:
            yield (await opened.get_raw_connection()).driver_connection
        finally:
            await opened.close()
    finally:
        await engine.dispose()


def _reason(error: BaseException) -> str:
    """The name of what went wrong first: the libraries between wrap it, and its text may hold the address."""
    while error.__cause__ is not None:
        error = error.__cause__
    return type(error).__name__


async def _check_durable(connection: asyncpg.Connection) -> None:
    if connection.get_server_version().major * 10000 < OLDEST_SERVER:
        raise _refused("Diperlukan PostgreSQL 15 atau lebih baru.", "PostgreSQL 15 or newer is needed.")
    for setting, allowed in DURABLE.items():
        value = await connection.fetchval(f"SHOW {setting}")
        if value not in allowed:
            raise _refused(
                f"PostgreSQL berjalan dengan {setting}={value}: jawaban yang sudah diakui dapat hilang. "
                f"Atur {setting}={allowed[0]}, muat ulang, lalu jalankan lagi.",
                f"PostgreSQL runs with {setting}={value}: acknowledged answers could be lost. "
                f"Set {setting}={allowed[0]} for the server and this log-in, reload, and start again.",
            )


async def _check_writable(name: str, connection: asyncpg.Connection) -> None:
    """`transaction_read_only` is on at a standby as well as where a default says so."""
    if await connection.fetchval("SHOW transaction_read_only") != "off":
        raise _refused(
            f"Basis data pada {name} hanya dapat dibaca (server cadangan?). Tunjuk server utama.",
            f"The database of {name} is read-only (a standby?). Name the primary server.",
        )


async def _check_power(name: str, connection: asyncpg.Connection) -> None:
    powerful = await connection.fetchval(
        "SELECT rolsuper OR rolcreaterole OR rolbypassrls OR rolreplication "
        "OR pg_has_role(current_user, datdba, 'MEMBER') "
        "FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
    )
    if powerful:
        raise _refused(
            f"{name} masuk sebagai superuser atau pemilik. Beri akun sendiri; `sahih db init` mencetak SQL-nya.",
            f"{name} logs in as a superuser or owner. Give it a log-in of its own; `sahih db init` prints the SQL. "
            f"({OWNER} is for migrations only.)",
        )


async def _check_tables(name: str, connection: asyncpg.Connection) -> None:
    """A table that is not logged is empty after a crash, and who owns a table may change what is append-only."""
    table = await connection.fetchval(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND (relpersistence <> 'p' OR pg_has_role(current_user, relowner, 'MEMBER')) ORDER BY relname LIMIT 1"
    )
    if table:
        raise _refused(
            f"Tabel {table} tidak tercatat (UNLOGGED) atau dimiliki akun {name}. Kembalikan: LOGGED, milik {OWNER}.",
            f"Table {table} is UNLOGGED or owned by the log-in of {name}. Put it back: LOGGED, owned by {OWNER}.",
        )


async def _check_secrecy(name: str, connection: asyncpg.Connection, *, may_read_keys: bool) -> None:
    """Not only what the log-in reads as it is: also what it reads after SET ROLE to a role of which it is a member."""
    readable = await connection.fetchval(
        "SELECT min(t) FROM unnest($1::text[]) t, pg_roles r "
        "WHERE pg_has_role(current_user, r.oid, 'MEMBER') AND has_any_column_privilege(r.oid, t, 'SELECT')",
        list(SECRET_TABLES),
    )
    if readable and not may_read_keys:
        raise _refused(
            f"Akun pada {name} dapat membaca {readable}: kunci dan skor tidak boleh terbaca dari sisi peserta. Pakai sahih_exam.",
            f"The log-in of {name} can read {readable}: keys and scores must be out of a candidate's reach. Use sahih_exam.",
        )
    if may_read_keys and not readable:
        raise _refused(
            f"Akun pada {name} tidak dapat membaca kunci; ini akun peserta? Pakai sahih_app.",
            f"The log-in of {name} cannot read keys; is it the candidates' log-in? Use sahih_app.",
        )


async def _check_migrated(connection: asyncpg.Connection) -> None:
    """Behind this release is refused; ahead of it is fine where the newer migrations say so (a rolling deploy)."""
    try:
        said = await connection.fetchrow(
            "SELECT version_num, obj_description('alembic_version'::regclass, 'pg_class') FROM alembic_version"
        )
    except asyncpg.PostgresError:
        said = None
    current, since = said or (None, None)
    newest, known = newest_revision(), known_revisions()
    if current == newest:
        return
    if current is None or current in known:
        raise _refused(
            f"Basis data pada migrasi {current}, rilis ini memerlukan {newest}. Jalankan `sahih migrate`.",
            f"The database is at migration {current}, this release needs {newest}. Run `sahih migrate`.",
        )
    if since not in known:
        raise _refused(
            f"Basis data pada migrasi {current}, yang memerlukan rilis {since} atau lebih baru; rilis ini {newest}. Pasang yang baru.",
            f"The database is at migration {current}, which needs release {since} or newer; this is {newest}. Install the newer one.",
        )


def _refused(indonesian: str, english: str) -> StartupRefusal:
    return StartupRefusal(both(indonesian, english))
