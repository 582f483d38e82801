"""What makes an installation fit for an exam: each boundary, and each look at the world against a world of our own."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.core import preflight, probes
from app.core.preflight import Finding, Level
from app.core.probes import BackupMark
from app.core.standby import Following

pytestmark = pytest.mark.invariant("I-46")
NOW = datetime(2026, 12, 5, 1, 0, tzinfo=UTC)
OK, WARN, FAIL = Level
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("finding", "level"),
    [
        (preflight.judge_disk("/", 0.199), FAIL),
        (preflight.judge_disk("/", 0.20), WARN),
        (preflight.judge_disk("/", 0.30), OK),
        (preflight.judge_certificate(14 * DAY - SECOND), FAIL),
        (preflight.judge_certificate(14 * DAY), WARN),
        (preflight.judge_certificate(30 * DAY), OK),
        (preflight.judge_certificate(-DAY), FAIL),
        (preflight.judge_backup(None, NOW), FAIL),
        (preflight.judge_backup(BackupMark(NOW - DAY - SECOND, "x", whole=True), NOW), FAIL),
        (preflight.judge_backup(BackupMark(NOW - DAY, "x", whole=True), NOW), OK),
        (preflight.judge_backup(BackupMark(NOW - DAY, "x", whole=False), NOW), FAIL),
        (preflight.judge_backup(BackupMark(None, "x", whole=False), NOW), FAIL),
        (preflight.judge_backup(BackupMark(NOW + 300 * SECOND, "x", whole=True), NOW), OK),
        (preflight.judge_backup(BackupMark(NOW + 301 * SECOND, "x", whole=True), NOW), FAIL),
        (preflight.judge_worker(None, NOW, suspect=False), FAIL),
        (preflight.judge_worker(NOW - 5.1 * SECOND, NOW, suspect=False), FAIL),
        (preflight.judge_worker(NOW - 5 * SECOND, NOW, suspect=False), OK),
        (preflight.judge_worker(NOW, NOW, suspect=True), FAIL),
        (preflight.judge_connections(4), FAIL),
        (preflight.judge_connections(5), WARN),
        (preflight.judge_connections(20), OK),
        (preflight.judge_forms("T", 30, 29), FAIL),
        (preflight.judge_forms("T", 30, 30), OK),
        (preflight.judge_forms("T", 0, 0), FAIL),
        (preflight.judge_freeze(frozen=False, exam_soon=True), WARN),
        (preflight.judge_freeze(frozen=True, exam_soon=True), OK),
        (preflight.judge_freeze(frozen=False, exam_soon=False), OK),
        (preflight.judge_replication(Following(0, "", "on", confirmed=False)), WARN),
        (preflight.judge_replication(Following(1, "", "on", confirmed=False)), WARN),
        (preflight.judge_replication(Following(1, "siaga", "on", confirmed=False)), FAIL),
        (preflight.judge_replication(Following(1, "siaga", "local", confirmed=True)), FAIL),
        (preflight.judge_replication(Following(1, "siaga", "remote_write", confirmed=True)), FAIL),
        (preflight.judge_replication(Following(1, "siaga", "on", confirmed=True)), OK),
        (preflight.judge_replication(Following(1, "siaga", "remote_apply", confirmed=True)), OK),
    ],
)
def test_boundaries(finding: Finding, level: Level) -> None:
    assert finding.level is level, finding
    assert finding.says_id
    assert finding.says_en


@pytest.mark.invariant("I-46")
def test_an_asynchronous_standby_is_called_what_it_is() -> None:
    """F-08: losing acknowledged answers in a failover must be known before the exam."""
    finding = preflight.judge_replication(Following(1, "", "on", confirmed=False))
    assert "NOT RPO 0" in finding.says_en
    assert "BUKAN RPO 0" in finding.says_id


@pytest.mark.parametrize(
    ("offsets", "levels"),
    [
        ({"a": 0.0, "b": -1.0}, [OK, OK]),
        ({"a": 0.0, "b": 1.001}, [OK, FAIL]),
        ({"a": -1.001, "b": None}, [FAIL, WARN, WARN]),
        ({"a": 0.2}, [OK, WARN]),
        ({}, [WARN]),
    ],
)
def test_the_clock_is_held_against_two_sources(offsets: dict[str, float | None], levels: list[Level]) -> None:
    """One source that agrees is no proof: the line says how many answered."""
    assert [finding.level for finding in preflight.judge_clock(offsets)] == levels


@contextmanager
def time_server(ahead: float, *, first: int = 0x24, stratum: int = 2) -> Iterator[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))

        def serve() -> None:
            _, caller = line.recvfrom(48)
            told = time.time() + ahead + 2_208_988_800
            stamp = struct.pack("!II", int(told), int(told % 1 * 2**32))
            line.sendto(bytes([first, stratum]) + bytes(30) + stamp + stamp, caller)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{line.getsockname()[1]}"
        thread.join()


def test_a_time_server_tells_how_far_off_we_are() -> None:
    with time_server(ahead=7.0) as source:
        offset = probes.time_by(source)
    assert offset is not None
    assert -7.5 < offset < -6.5


@pytest.mark.parametrize("answer", [{"first": 0xE4}, {"stratum": 0}], ids=["not in sync", "told to go away"])
def test_a_time_server_that_does_not_know_is_no_source(answer: dict[str, int]) -> None:
    with time_server(ahead=0.0, **answer) as source:
        assert probes.time_by(source) is None


def test_a_time_server_that_is_not_there_is_no_source() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
    assert probes.time_by(f"127.0.0.1:{port}") is None
    assert probes.time_by("nowhere.invalid") is None
    assert probes.time_by("127.0.0.1:ntp") is None


def certificate(folder: Path, ends: datetime) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ujian")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(ends - timedelta(days=400)).not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / "tls.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def tls_server(pem: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with line:
                try:
                    context.wrap_socket(line, server_side=True).close()
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_a_certificate_says_until_when_it_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F-28"""
    ends = datetime.now(UTC).replace(microsecond=0) + 9 * DAY
    pem = certificate(tmp_path, ends)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with tls_server(pem) as url:
        assert probes.certificate_ends(url) == ends


@pytest.mark.parametrize("trusted", [True, False], ids=["expired", "of an unknown issuer"])
def test_a_certificate_that_a_browser_refuses_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    pem = certificate(tmp_path, datetime.now(UTC) + (-DAY if trusted else 60 * DAY))
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with tls_server(pem) as url, pytest.raises(ssl.SSLCertVerificationError):
        probes.certificate_ends(url)


@pytest.mark.parametrize(
    "said",
    ["", "{", "[]", "{}", '{"at": 7}', '{"at": "kemarin"}', '{"at": "2026-12-04T01:00:00"}', '"at"'],
)
def test_a_mark_of_a_backup_that_cannot_be_read_is_called_so(tmp_path: Path, said: str) -> None:
    marked(tmp_path, said)
    mark = probes.last_backup(tmp_path)
    assert mark
    assert mark.at is None
    assert "last.json cannot be read" in preflight.judge_backup(mark, NOW).says_en


def test_the_mark_of_the_last_backup(tmp_path: Path) -> None:
    assert probes.last_backup(tmp_path) is None
    dump = tmp_path / "x.dump"
    dump.write_bytes(b"PGDMP")
    marked(tmp_path, json.dumps({"at": "2026-12-05T08:00:00+07:00", "path": str(dump)}))
    assert probes.last_backup(tmp_path) == BackupMark(NOW, str(dump), whole=True)


@pytest.mark.parametrize("left", ["nothing", "an empty file", "a folder without its list"])
def test_a_backup_that_went_away_is_none(tmp_path: Path, left: str) -> None:
    path = tmp_path / "base-1"
    if left == "an empty file":
        path.touch()
    elif left != "nothing":
        (path / "data").mkdir(parents=True)
    marked(tmp_path, json.dumps({"at": "2026-12-05T08:00:00+07:00", "path": str(path)}))
    finding = preflight.judge_backup(probes.last_backup(tmp_path), NOW)
    assert finding.level is FAIL
    assert str(path) in finding.says_en


def marked(home: Path, said: str) -> None:
    (home / "backups").mkdir()
    (home / "backups" / "last.json").write_text(said)


def test_a_disk_is_measured_where_the_path_is(tmp_path: Path) -> None:
    usage: Any = probes.free_share(tmp_path)
    assert 0 < usage <= 1
