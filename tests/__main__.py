"""Every test, in four processes beside each other: they mostly wait, for a disk, a browser or a deadline.

    python -m tests

Each part is printed as a whole when it has ended; the exit code is 0 only where all of them passed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

PYTEST = (sys.executable, "-m", "pytest")
PAGES, ROUTES = "tests/e2e", "tests/api"
BROWSERS = sorted(map(str, Path(PAGES).glob("test_*.py")))
PARTS = (BROWSERS[::2], BROWSERS[1::2], (ROUTES,), (f"--ignore={PAGES}", f"--ignore={ROUTES}"))


def main() -> int:
    begun = [begin(part) for part in PARTS]
    codes = [end(process, said) for process, said in begun]
    return int(any(codes))


def begin(part: Sequence[str]) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    said = tempfile.TemporaryFile()  # noqa: SIM115  (it lasts as long as the process)
    return subprocess.Popen([*PYTEST, *part], stdout=said, stderr=subprocess.STDOUT), said


def end(process: subprocess.Popen[bytes], said: IO[bytes]) -> int:
    code = process.wait()
    said.seek(0)
    sys.stdout.buffer.write(said.read())
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
