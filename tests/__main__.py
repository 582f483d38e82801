"""Every check and every test, in parts, some beside each other: they often wait, for a disk, a browser or a deadline.

    python -m tests

Each part is printed as a whole when it has ended, and one line for each at the end; the exit code is 0 only where all passed.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PYTEST = (sys.executable, "-m", "pytest", "--durations=12")
MAKE = ("make", "--no-print-directory")
FAULTS, PAGES, ROUTES, DOMAINS = "tests/faults", "tests/e2e", "tests/api", "tests/domain"
RATES = ("tests/load", "tests/packaging")
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    command: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ended:
    part: Part
    code: int
    seconds: float

    def __str__(self) -> str:
        return f"{'failed' if self.code else 'passed'}  {self.seconds:4.0f} s  {self.part.name}"


def shares(folder: str, count: int = 2) -> list[Part]:
    """The files of a folder, dealt out like cards."""
    files = sorted(map(str, Path(folder).glob("test_*.py")))
    return [Part(f"{folder} ({share + 1})", (*PYTEST, *files[share::count])) for share in range(count)]


REST = [f"--ignore={folder}" for folder in (FAULTS, PAGES, ROUTES, DOMAINS, *RATES)]
# What is often the first to fail comes first, then the longest, so that nothing long is left to wait for alone.
PARTS = (
    Part("lint", (*MAKE, "lint")),
    *shares(FAULTS),
    *shares(PAGES, 3),
    Part("frontend", (*MAKE, "frontend-check")),
    *shares(ROUTES),
    Part(DOMAINS, (*PYTEST, DOMAINS)),
    Part("the rest of the tests", (*PYTEST, *REST)),
    Part(" ".join(RATES), (*PYTEST, *RATES)),
)


def main() -> int:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ended = list(pool.map(run, PARTS))
    print(*ended, sep="\n")
    return int(any(one.code for one in ended))


def run(part: Part) -> Ended:
    began = time.monotonic()
    done = subprocess.run(part.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    sys.stdout.buffer.write(done.stdout)
    sys.stdout.flush()
    return Ended(part, done.returncode, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
