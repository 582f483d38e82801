"""Is this container's process at work? The worker shows a pulse, the server answers.

For the image's HEALTHCHECK: a container runs one of the two, and only a worker leaves a pulse file in its temporary folder.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

LONGEST_SILENCE_SECONDS = 60
SERVER = "http://127.0.0.1:8000/healthz"


def pulse_file() -> Path:
    return Path(tempfile.gettempdir()) / "sahih-worker.pulse"


def beat() -> None:
    """Say that the worker is at work; a folder that cannot be written is no reason to stop."""
    with contextlib.suppress(OSError):
        pulse_file().touch()


def is_well(server: str = SERVER) -> bool:
    """The worker where there is a pulse, else the server."""
    try:
        if pulse_file().exists():
            return time.time() - pulse_file().stat().st_mtime < LONGEST_SILENCE_SECONDS
        with urllib.request.urlopen(server, timeout=2):  # noqa: S310  (our own address)
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(not is_well())
