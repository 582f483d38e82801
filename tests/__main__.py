"""Every test, in two processes beside each other: those in a browser mostly wait, the others mostly compute.

    python -m tests

What the browser tests said is printed after what the others said; the exit code is 0 only where both halves passed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

PAGES = "tests/e2e"
PYTEST = (sys.executable, "-m", "pytest")


def main() -> int:
    with tempfile.TemporaryFile() as said:
        pages = subprocess.Popen([*PYTEST, PAGES], stdout=said, stderr=subprocess.STDOUT)
        others = subprocess.run([*PYTEST, f"--ignore={PAGES}"], check=False)
        failed = pages.wait() or others.returncode
        said.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(said.read())
    return failed


if __name__ == "__main__":
    sys.exit(main())
