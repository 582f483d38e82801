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
FAULTS, PAGES, ROUTES = "tests/faults", "tests/e2e", "tests/api"
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


def halves(folder: str) -> tuple[Part, Part]:
    """Every second file of a folder, and the others."""
    files = sorted(map(str, Path(folder).glob("test_*.py")))
    return Part(f"{folder} (1)", (*PYTEST, *files[::2])), Part(f"{folder} (2)", (*PYTEST, *files[1::2]))


REST = [f"--ignore={folder}" for folder in (FAULTS, PAGES, ROUTES, *RATES)]
# What is often the first to fail comes first, then the longest, so that nothing long is left to wait for alone.
PARTS = (
    Part("lint", (*MAKE, "lint")),
    *halves(FAULTS),
    *halves(PAGES),
    Part("frontend", (*MAKE, "frontend-check")),
    *halves(ROUTES),
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
