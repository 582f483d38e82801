"""Every test, in parts, four beside each other: they mostly wait, for a disk, a browser or a deadline.

    python -m tests

Each part is printed as a whole when it has ended; the exit code is 0 only where all of them passed.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PYTEST = (sys.executable, "-m", "pytest", "--durations=12")
PAGES, ROUTES = "tests/e2e", "tests/api"
BREAKING = ("tests/faults", "tests/load", "tests/packaging")  # real servers, real disks: mostly waiting


def halves(folder: str) -> tuple[list[str], list[str]]:
    """Every second file of a folder, and the others."""
    files = sorted(map(str, Path(folder).glob("test_*.py")))
    return files[::2], files[1::2]


REST = [f"--ignore={part}" for part in (PAGES, ROUTES, *BREAKING)]
PARTS = (BREAKING, *halves(PAGES), *halves(ROUTES), REST)  # the longest first
AT_ONCE = 4


def main() -> int:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = list(pool.map(run, PARTS))
    return int(any(codes))


def run(part: Sequence[str]) -> int:
    done = subprocess.run([*PYTEST, *part], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    sys.stdout.buffer.write(done.stdout)
    sys.stdout.flush()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
