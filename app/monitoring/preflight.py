"""May an exam begin on this installation? What the database, the disks, the clocks and the proxy say, each as a finding.

`sahih preflight` prints it, staff read it as a page.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core import preflight as rules
from app.core import probes
from app.core.clock import read_clock
from app.core.config import home, origin_of
from app.core.freeze import read_freeze
from app.core.postgres.account import choose_account, data_for
from app.core.preflight import Finding, Level
from app.core.standby import read_following
from app.core.startup import UNREACHABLE, StartupRefusal, require_log_ins
from app.delivery import ClockState, Prepared, Sitting, SittingState

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
    sittings: list[Prepared]


async def read_facts(session: AsyncSession, wanted: str | None = None) -> Facts:
    """`wanted`: the code of a sitting; without it all of the next 24 hours."""
    asked = time.time()
    now = await read_clock(session)
    ahead = now.timestamp() - (asked + time.time()) / 2
    database = (await session.execute(DATABASE)).one()
    known = [sitting for sitting, _ in await delivery.list_sittings(session)]
    near = [sitting for sitting in known if _is_near(sitting, now)]
    chosen = near if wanted is None else [sitting for sitting in known if sitting.code == wanted]
    sittings = [await delivery.read_preparation(session, sitting) for sitting in chosen]
    if wanted is not None and not sittings:
        sittings.append(Prepared.nothing(wanted))
    clock = await delivery.clock_state(session)
    frozen = (await read_freeze(session)).frozen
    return Facts(now, ahead, clock, database.free, database.stuck, frozen, bool(near), sittings)


def _is_near(sitting: Sitting, now: datetime) -> bool:
    return sitting.state is not SittingState.CLOSED and sitting.opens_at < now + SOON and sitting.closes_at > now


async def examine(facts: Facts, values: Mapping[str, str], *, embedded: bool = False) -> list[Finding]:
    """Every check, the ones that need nobody else first. What waits for another computer waits beside the event loop.

    `embedded`: the database is the one of this home, whose disk can be seen.
    """
    return [
        await _ready(values),
        *_disks(values, embedded=embedded),
        *rules.judge_clock(await asyncio.to_thread(_offsets, values, facts.ahead)),
        *await asyncio.to_thread(_certificate, values, facts.now),
        rules.judge_backup(probes.last_backup(home()), facts.now),
        *rules.judge_archive(stuck=facts.stuck),
        rules.judge_worker(facts.clock.beat_at, facts.clock.now, suspect=facts.clock.suspect),
        *await _replication(values),
        rules.judge_connections(facts.free),
        rules.judge_freeze(frozen=facts.frozen, exam_soon=facts.exam_soon),
        *(finding for one in facts.sittings for finding in delivery.judge_preparation(one)),
    ]


async def _ready(values: Mapping[str, str]) -> Finding:
    """What `serve` and `worker` refuse to start without."""
    try:
        await require_log_ins(values.get("DATABASE_URL", ""), values.get("SAHIH_EXAM_URL", ""))
    except StartupRefusal as refusal:
        indonesian, _, english = str(refusal).partition(" / ")
        return Finding(Level.FAIL, "database", indonesian, english)
    return Finding(
        Level.OK,
        "database",
        "tahan putus listrik, hak akun benar, migrasi mutakhir",
        "durable, log-ins have the right rights, migrations are at the newest",
    )


async def _replication(values: Mapping[str, str]) -> list[Finding]:
    """Of the log-in that saves. Where it has no address or cannot log in, the line of the database says so."""
    url = values.get("SAHIH_EXAM_URL", "")
    try:
        return [rules.judge_replication(await read_following(url))] if url else []
    except UNREACHABLE:
        return []


def _disks(values: Mapping[str, str], *, embedded: bool) -> list[Finding]:
    """Of this installation's folder, and of the database's, which only the computer that holds it can see."""
    backups = home() / "backups"
    places = [home(), backups, backups / "wal"]
    if embedded:
        places.append(data_for(home(), choose_account()) / "data")
    if values.get("SAHIH_PGDATA"):
        places += [Path(values["SAHIH_PGDATA"]), Path(values["SAHIH_PGDATA"]) / "pg_wal"]
    findings = [rules.judge_disk(str(place), probes.free_share(place)) for place in places if place.exists()]
    if not embedded and not values.get("SAHIH_PGDATA"):
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
    url = origin_of(values.get("SAHIH_PUBLIC_URL", ""))
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
