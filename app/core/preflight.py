"""What an installation must be before an exam, as pure decisions: each turns a fact into OK, WARN or FAIL and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.core.probes import BackupMark
from app.core.standby import Following
from app.core.startup import DURABLE

LEAST_FREE_DISK: Final = 0.20
FEW_FREE_DISK: Final = 0.30
MOST_CLOCK_OFFSET: Final = 1.0
SOURCES_WANTED: Final = 2
LEAST_CERTIFICATE: Final = timedelta(days=14)
SOON_CERTIFICATE: Final = timedelta(days=30)
OLDEST_BACKUP: Final = timedelta(hours=24)
FUTURE_BACKUP: Final = timedelta(minutes=5)  # what two clocks may differ by before one of them is the matter
LEAST_CONNECTIONS: Final = 5
FEW_CONNECTIONS: Final = 20
GUARD_SILENCE: Final = timedelta(seconds=5)
WAITING: Final = DURABLE["synchronous_commit"]


class Level(StrEnum):
    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line for a person: what was looked at, what was found, and the remedy where there is something to do."""

    level: Level
    name: str
    says_id: str
    says_en: str


def judge_disk(place: str, free: float) -> Finding:
    level = Level.FAIL if free < LEAST_FREE_DISK else Level.WARN if free < FEW_FREE_DISK else Level.OK
    said = f"{place}: {free:.0%}"
    if level is Level.OK:
        return Finding(level, "disk", f"{said} kosong", f"{said} free")
    return Finding(
        level,
        "disk",
        f"{said} kosong; kosongkan atau perbesar sampai {FEW_FREE_DISK:.0%} kosong",
        f"{said} free; clean up or enlarge until {FEW_FREE_DISK:.0%} is free",
    )


def judge_clock(offsets: dict[str, float | None]) -> list[Finding]:
    """`offsets`: how far the database's clock is ahead of each source; None where it did not answer."""
    findings = []
    for source, offset in offsets.items():
        if offset is None:
            findings.append(Finding(Level.WARN, "clock", f"{source}: tidak menjawab", f"{source}: no answer"))
            continue
        said = f"{source}: {offset:+.3f} s"
        if abs(offset) <= MOST_CLOCK_OFFSET:
            findings.append(Finding(Level.OK, "clock", f"jam basis data terhadap {said}", f"database against {said}"))
            continue
        remedy_id = f"jam basis data terhadap {said}; setel dengan NTP, tunggu, lalu periksa lagi"
        findings.append(
            Finding(Level.FAIL, "clock", remedy_id, f"database against {said}; set it by NTP, wait, look again")
        )
    return findings + _enough_sources(sum(offset is not None for offset in offsets.values()))


def _enough_sources(answered: int) -> list[Finding]:
    if answered >= SOURCES_WANTED:
        return []
    return [
        Finding(
            Level.WARN,
            "clock",
            f"{answered} sumber waktu yang menjawab, perlu {SOURCES_WANTED}: isi SAHIH_TIME_SOURCES dengan server NTP",
            f"{answered} time source(s) answered, {SOURCES_WANTED} are needed: name NTP servers in SAHIH_TIME_SOURCES",
        )
    ]


def judge_certificate(left: timedelta) -> Finding:
    level = Level.FAIL if left < LEAST_CERTIFICATE else Level.WARN if left < SOON_CERTIFICATE else Level.OK
    remedy = ("", "") if level is Level.OK else ("; perbarui", "; renew it")
    return Finding(
        level,
        "certificate",
        f"sertifikat TLS berlaku {left.days} hari lagi{remedy[0]}",
        f"the TLS certificate lasts {left.days} more days{remedy[1]}",
    )


def judge_backup(mark: BackupMark | None, now: datetime) -> Finding:
    if mark is None:
        return _no_backup("belum ada cadangan yang tercatat", "no backup is on record")
    if mark.at is None:
        return _no_backup(f"{mark.path} tidak dapat dibaca", f"{mark.path} cannot be read")
    if not mark.whole:
        return _no_backup(
            f"cadangan terakhir tidak ada atau tidak utuh di {mark.path} (dipindah atau dihapus?)",
            f"the last backup is not, or not whole, at {mark.path} (was it moved or removed?)",
        )
    if mark.at - now > FUTURE_BACKUP:
        return _no_backup(
            f"cadangan terakhir bertanggal {mark.at:%Y-%m-%d %H:%M} UTC, di masa depan; periksa jam",
            f"the last backup is dated {mark.at:%Y-%m-%d %H:%M} UTC, in the future; check the clocks",
        )
    hours = (now - mark.at) / timedelta(hours=1)
    if now - mark.at <= OLDEST_BACKUP:
        return Finding(Level.OK, "backup", f"cadangan berumur {hours:.1f} jam", f"the backup is {hours:.1f} h old")
    return _no_backup(f"cadangan berumur {hours:.0f} jam", f"the backup is {hours:.0f} h old")


def _no_backup(found_id: str, found_en: str) -> Finding:
    return Finding(Level.FAIL, "backup", f"{found_id}; jalankan `sahih backup`", f"{found_en}; run `sahih backup`")


def judge_archive(*, stuck: bool) -> list[Finding]:
    """`stuck`: the last try to archive write-ahead log failed."""
    if not stuck:
        return []
    return [
        Finding(
            Level.FAIL,
            "archive",
            "log transaksi tidak dapat diarsipkan: periksa folder arsip, ruangnya dan postgres.log",
            "the write-ahead log cannot be archived: look at the archive's folder, its space and postgres.log",
        )
    ]


def judge_worker(beat_at: datetime | None, now: datetime, *, suspect: bool) -> Finding:
    if suspect:
        return Finding(
            Level.FAIL,
            "worker",
            "jam basis data diragukan: periksa, lalu `sahih clock clear`",
            "the database's clock is suspect: check it, then `sahih clock clear`",
        )
    if beat_at is None or abs(now - beat_at) > GUARD_SILENCE:
        return Finding(
            Level.FAIL,
            "worker",
            "pekerja latar tidak berjalan: `sahih worker`",
            "the background worker is not running: `sahih worker`",
        )
    return Finding(
        Level.OK, "worker", "pekerja latar berjalan, jam dijaga", "the worker is at work and guards the clock"
    )


def judge_replication(following: Following) -> Finding:
    """RPO 0 is said only where a commit of the log-in that saves was seen to wait for a synchronous standby."""
    if following.names and following.waits not in WAITING:
        return Finding(
            Level.FAIL,
            "replication",
            f"BUKAN RPO 0: synchronous_commit={following.waits} tidak menunggu siaga sinkron; "
            "atur synchronous_commit=on untuk akun pada SAHIH_EXAM_URL",
            f"NOT RPO 0: synchronous_commit={following.waits} does not wait for the synchronous standby; "
            "set synchronous_commit=on for the log-in of SAHIH_EXAM_URL",
        )
    if following.names and following.confirmed:
        return Finding(
            Level.OK,
            "replication",
            "siaga sinkron mengonfirmasi simpanan percobaan (RPO 0)",
            "the synchronous standby confirmed a trial commit (RPO 0)",
        )
    if following.names:
        return Finding(
            Level.FAIL,
            "replication",
            f"siaga sinkron diminta ({following.names}) tetapi tidak mengonfirmasi simpanan: tidak ada yang dapat disimpan; "
            "jalankan atau sambungkan siaga itu",
            f"a synchronous standby is asked for ({following.names}) and confirms no commit: nothing can be saved; "
            "start or connect that standby",
        )
    if following.connected:
        return Finding(
            Level.WARN,
            "replication",
            "siaga tidak sinkron: BUKAN RPO 0, jawaban terakhir hilang bila pindah; isi synchronous_standby_names",
            "the standby is asynchronous: NOT RPO 0, a failover loses the last answers; set synchronous_standby_names",
        )
    return Finding(
        Level.WARN,
        "replication",
        "tidak ada siaga: cakram yang rusak hanya pulih dari cadangan",
        "no standby: a broken disk comes back from the backup only",
    )


def judge_connections(free: int) -> Finding:
    level = Level.FAIL if free < LEAST_CONNECTIONS else Level.WARN if free < FEW_CONNECTIONS else Level.OK
    remedy = ("", "") if level is Level.OK else ("; naikkan max_connections", "; raise max_connections")
    return Finding(
        level,
        "connections",
        f"{free} koneksi basis data masih bebas{remedy[0]}",
        f"{free} database connections are free{remedy[1]}",
    )


def judge_freeze(*, frozen: bool, exam_soon: bool) -> Finding:
    if frozen or not exam_soon:
        return Finding(
            Level.OK,
            "freeze",
            "dibekukan" if frozen else "tidak ada sesi dalam 24 jam",
            "frozen" if frozen else "no sitting within 24 hours",
        )
    return Finding(
        Level.WARN,
        "freeze",
        "ada sesi dalam 24 jam dan belum dibekukan: `sahih freeze on`",
        "a sitting is near and nothing is frozen: `sahih freeze on`",
    )


def judge_forms(code: str, candidates: int, forms: int) -> Finding:
    if candidates and forms >= candidates:
        return Finding(
            Level.OK,
            "forms",
            f"{code}: {forms} paket untuk {candidates} peserta",
            f"{code}: {forms} forms for {candidates}",
        )
    return Finding(
        Level.FAIL,
        "forms",
        f"{code}: {forms} paket untuk {candidates} peserta; siapkan sesi lagi",
        f"{code}: {forms} forms for {candidates} candidates; prepare the sitting again",
    )
