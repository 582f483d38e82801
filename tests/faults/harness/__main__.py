"""`make faults`: every fault against real processes, what it cost, and whether anything acknowledged was lost.

    python -m tests.faults.harness [--short] [--nemesis 1000000] [--seed N] [--write docs/reliability.md] [F-01 F-04 ... | none]

A table for people on standard error, one JSON line per fault on standard output.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

import uvloop

from tests.faults.harness.play import play
from tests.faults.harness.registry import FAULTS, Run
from tests.faults.harness.report import write_page


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.harness", description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--nemesis", type=int, default=0, metavar="N", help="at the end, N saves under random faults")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--write", type=Path, help="the page to put the table into, e.g. docs/reliability.md")
    parser.add_argument("ids", nargs="*", default=list(FAULTS), metavar="F-nn", help="all by default; none for none")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="sahih-faults-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        run = Run(Path(folder), arguments.seed, arguments.short)
        rows = uvloop.run(play(run, [name for name in arguments.ids if name != "none"], saves=arguments.nemesis))
    if arguments.write:
        write_page(arguments.write, rows, arguments.seed)
    print(
        f"{sum(row.acknowledged for row in rows):,} saves acknowledged, {sum(row.lost for row in rows)} lost",
        file=sys.stderr,
    )
    return int(not all(row.passed for row in rows))


if __name__ == "__main__":
    sys.exit(main())
