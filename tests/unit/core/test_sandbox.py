"""What reads files of strangers can reach nothing, and takes nobody with it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.core import sandbox

CONFINED = """
import os, socket, sys
from app.core.sandbox import confine
confine()
def tried(what):
    try:
        what()
    except OSError:
        return "no"
    return "yes"
print(tried(lambda: open("/etc/passwd")), tried(lambda: socket.socket()), tried(lambda: os.fork() or os._exit(0)),
      sum(name.startswith(("SAHIH", "DATABASE", "PATH", "HOME")) for name in os.environ), sys.stdin.read(), sys.argv[1])
"""


def run(folder: Path, program: str, sent: bytes = b"", most_output: int = 1000) -> bytes | None:
    path = folder / "program.py"
    path.write_text(program)
    return sandbox.run(path, "told", sent=sent, most_output=most_output)


def test_a_confined_program_opens_no_file_and_no_socket_and_knows_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAHIH_SECRETS", "secret")
    file, socket, _, settings, sent, told = (run(tmp_path, CONFINED, b"sent") or b"").split()
    assert (file, socket, settings, sent, told) == (b"no", b"no", b"0", b"sent", b"told")


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(3)",
        "print('x' * 2000)",
        "from app.core.sandbox import confine; confine(); print(len(bytes(600 * 1024 * 1024)))",
    ],
)
def test_a_program_that_fails_says_too_much_or_takes_too_much_answers_nothing(tmp_path: Path, program: str) -> None:
    assert run(tmp_path, program, sent=bytes(10_000_000)) is None


def test_a_program_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.5)
    began = time.monotonic()
    assert run(tmp_path, "import time; time.sleep(30)", sent=bytes(1_000_000)) is None
    assert time.monotonic() - began < 10


def test_what_works_without_an_end_is_ended_by_its_own_processor_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 30)
    busy = "import app.core.sandbox as box; box.PROCESSOR_SECONDS = 1; box.confine()\nwhile True: pass"
    began = time.monotonic()
    assert run(tmp_path, busy) is None
    assert time.monotonic() - began < 25
