"""`sahih preflight`: may an exam begin on this installation? Each line says what was found, and what to do."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import typer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.cli.environment import environment, home, in_transaction, public_url
from app.core import preflight as rules
from app.core import probes
from app.core.clock import read_clock
from app.core.freeze import read_freeze
from app.core.postgres.account import choose_account, data_for
from app.core.preflight import Finding, Level
from app.core.standby import read_following
from app.core.startup import UNREACHABLE, StartupRefusal, require_log_ins
from app.delivery import ClockState, SittingState

SOON = timedelta(hours=24)

DATABASE = text(
    """
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
               - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS free,
           (SELECT coalesce(last_failed_time > last_archived_time, last_failed_time IS NOT NULL) FROM pg_stat_archiver) AS stuck
    """
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says. `ahead`: how far its clock is ahead of this computer's."""

    now: datetime
    ahead: float
    clock: ClockState
    free: int
    stuck: bool
    frozen: bool
    exam_soon: bool
    sittings: list[tuple[str, int, int]]


def preflight(
    sitting: Annotated[str | None, typer.Argument(help="code of a sitting; default: all of the next 24 hours")] = None,
) -> None:
    """Memeriksa kesiapan hari ujian / check that this installation is ready for an exam.

    Kode keluar 1 bila ada FAIL / exit code 1 where a line says FAIL.

    Contoh / example: sahih preflight TUK-1
    """
    with environment() as values:
        findings = examine(values, sitting)
    show(findings)
    sys.exit(int(any(finding.level is Level.FAIL for finding in findings)))


def show(findings: list[Finding]) -> None:
    for finding in findings:
        typer.echo(f"{finding.level:<4}  {finding.name:<12}  {finding.says_id} / {finding.says_en}")


def examine(values: Mapping[str, str], sitting: str | None = None) -> list[Finding]:
    """Every check, the ones that need nobody else first."""
    facts = in_transaction(values, lambda session: _facts(session, sitting))
    return [
        _ready(values),
        *_disks(values),
        *rules.judge_clock(_offsets(values, facts.ahead)),
        *_certificate(values, facts.now),
        rules.judge_backup(probes.last_backup(home()), facts.now),
        *rules.judge_archive(stuck=facts.stuck),
        rules.judge_worker(facts.clock.beat_at, facts.clock.now, suspect=facts.clock.suspect),
        *_replication(values),
        rules.judge_connections(facts.free),
        rules.judge_freeze(frozen=facts.frozen, exam_soon=facts.exam_soon),
        *(rules.judge_forms(*one) for one in facts.sittings),
    ]


async def _facts(session: AsyncSession, code: str | None) -> Facts:
    asked = time.time()
    now = await read_clock(session)
    ahead = now.timestamp() - (asked + time.time()) / 2
    database = (await session.execute(DATABASE)).one()
    sittings, exam_soon = [], False
    for sitting, candidates in await delivery.list_sittings(session):
        near = sitting.state is not SittingState.CLOSED and sitting.opens_at < now + SOON and sitting.closes_at > now
        exam_soon |= near
        if sitting.code == code or (code is None and near):
            forms = await delivery.list_attempts(session, sitting.id)
            sittings.append((sitting.code, candidates, len(forms)))
    if code is not None and not sittings:
        sittings.append((code, 0, 0))
    clock = await delivery.clock_state(session)
    frozen = (await read_freeze(session)).frozen
    return Facts(now, ahead, clock, database.free, database.stuck, frozen, exam_soon, sittings)


def _ready(values: Mapping[str, str]) -> Finding:
    """What `serve` and `worker` refuse to start without."""
    try:
        asyncio.run(require_log_ins(values.get("DATABASE_URL", ""), values.get("SAHIH_EXAM_URL", "")))
    except StartupRefusal as refusal:
        indonesian, _, english = str(refusal).partition(" / ")
        return Finding(Level.FAIL, "database", indonesian, english)
    return Finding(
        Level.OK,
        "database",
        "tahan putus listrik, hak akun benar, migrasi mutakhir",
        "durable, log-ins have the right rights, migrations are at the newest",
    )


def _replication(values: Mapping[str, str]) -> list[Finding]:
    """Of the log-in that saves. Where it has no address or cannot log in, the line of the database says so."""
    url = values.get("SAHIH_EXAM_URL", "")
    try:
        return [rules.judge_replication(asyncio.run(read_following(url)))] if url else []
    except UNREACHABLE:
        return []


def _disks(values: Mapping[str, str]) -> list[Finding]:
    """Of this installation's folder, and of the database's, which only the computer that holds it can see."""
    backups = home() / "backups"
    places = [home(), backups, backups / "wal"]
    if not os.environ.get("DATABASE_URL"):
        places.append(data_for(home(), choose_account()) / "data")
    if values.get("SAHIH_PGDATA"):
        places += [Path(values["SAHIH_PGDATA"]), Path(values["SAHIH_PGDATA"]) / "pg_wal"]
    findings = [rules.judge_disk(str(place), probes.free_share(place)) for place in places if place.exists()]
    if os.environ.get("DATABASE_URL") and not values.get("SAHIH_PGDATA"):
        findings.append(
            Finding(
                Level.WARN,
                "disk",
                "cakram basis data tidak terlihat dari sini; periksa di sana, atau isi SAHIH_PGDATA",
                "the database's disk cannot be seen from here; look there, or set SAHIH_PGDATA",
            )
        )
    return findings


def _offsets(values: Mapping[str, str], ahead: float) -> dict[str, float | None]:
    """The database's clock against each source. The clock of this computer is one unless it is the very same clock."""
    sources = [name.strip() for name in values.get("SAHIH_TIME_SOURCES", "").split(",") if name.strip()]
    told = {name: probes.time_by(name) for name in sources}
    offsets = {name: None if offset is None else offset + ahead for name, offset in told.items()}
    if not _is_here(values.get("DATABASE_URL", "")):
        offsets["komputer ini / this computer"] = ahead
    return offsets


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or parse_qs(parts.query).get("host", ["/"])[0]
    return host.startswith("/") or host in ("localhost", "127.0.0.1", "::1")


def _certificate(values: Mapping[str, str], now: datetime) -> list[Finding]:
    url = public_url(values)
    if not url.startswith("https://"):
        return []
    try:
        return [rules.judge_certificate(probes.certificate_ends(url) - now)]
    except OSError as error:
        reason = getattr(error, "verify_message", "") or type(error).__name__
        return [
            Finding(
                Level.FAIL,
                "certificate",
                f"{url} tidak dapat dibuka seperti oleh peramban ({reason}); periksa proksi dan sertifikatnya",
                f"{url} cannot be opened as a browser would ({reason}); check the proxy and its certificate",
            )
        ]
