"""A process of its own for whatever reads files of strangers: its limits end that process and no other.

The server calls `run`; the program that it starts has imported all it needs, calls `confine`, and only then reads what it was
sent.
"""

from __future__ import annotations

import logging
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Final

MEMORY: Final = 512 * 1024 * 1024
PROCESSOR_SECONDS: Final = 20
SECONDS: Final = 120  # standing back on a busy server, it waits far longer than it works
STAND_BACK: Final = 10  # of 19: behind everything that candidates wait for

# Of all that one server process has started: together they take no more than two such memories.
_SLOTS: Final = threading.BoundedSemaphore(2)

log = logging.getLogger("sahih")


def run(program: Path, *arguments: str, sent: bytes, most_output: int) -> bytes | None:
    """What our program answers to what it is sent; nothing where it met its limits or failed.

    It gets an empty environment: nothing that it could tell is worth asking.
    """
    with (
        _SLOTS,
        subprocess.Popen(  # noqa: S603  (our own)
            [sys.executable, "-I", str(program), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
        ) as process,
    ):
        assert process.stdin
        assert process.stdout
        threading.Thread(target=_feed, args=(process.stdin, sent), daemon=True).start()
        limit = threading.Timer(SECONDS, process.kill)
        limit.start()
        try:
            answer = process.stdout.read(most_output + 1)
            if len(answer) > most_output:
                process.kill()
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
            limit.cancel()
    if process.returncode != 0 or len(answer) > most_output:
        log.warning("%s ended with %d", program.name, process.returncode)
        return None
    return answer


def _feed(stdin: IO[bytes], sent: bytes) -> None:
    try:
        with stdin:
            stdin.write(sent)
    except BrokenPipeError:
        return  # it ended before it had read everything


def limit() -> None:
    """From here on this process gets so much memory and time, and neither writes a file nor starts another process."""
    os.nice(STAND_BACK)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))


def shut() -> None:
    """From here on it can open nothing: no file, no socket."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def confine() -> None:
    limit()
    shut()
