"""`make bench`: what one acknowledged operation costs, as CPU of the whole process tree and as a multiple of the reference.

    python -m tests.bench [--short] [--write PAGE] [B1 B2 B5 B7]

B6, the mixed load, is an open loop and so one of the load levels: `python -m tests.load B6`.

A table for people on standard error, one JSON line per row on standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench import analysis, herds, saves
from tests.bench.exams import exams
from tests.bench.ground import Ground
from tests.bench.report import median_of, report, write_page

Rows = list[dict[str, Any]]

# Measured in turn, so that a noisy minute falls on all of them.
ROUND: dict[str, list[Callable[[Ground, int], Rows]]] = {
    "B1": [saves.over_http, saves.over_sockets],
    "B2": [saves.slow_disk],
}


def measure(ground: Ground, wanted: set[str]) -> Rows:
    taken: dict[tuple[str, str], Rows] = {}

    def take(rows: Rows) -> None:
        for row in rows:
            taken.setdefault((row["id"], row["transport"]), []).append(row)

    if "B5" in wanted:  # first: later it would pay for cleaning up after the others
        take(exams(ground))
    for run in range(ground.runs):  # all start before anything else, so that saves find two herds running
        take(herds.starts(ground, run))
    saves.saves(ground, 0, clients=64, transport="http")  # plans and caches
    for run in range(ground.runs):
        take(saves.bare(ground, run))
        for name in (name for name in ROUND if name in wanted):
            for measured in ROUND[name]:
                take(measured(ground, run))
    for run in range(ground.runs):
        take(herds.submits(ground, run))
    rows = sorted((median_of(runs) for runs in taken.values()), key=lambda row: (row["id"] != "B8", row["id"]))
    base = rows[0]["cpu_us_per_op"]
    return [row | {"ratio_to_reference": round(row["cpu_us_per_op"] / base, 2)} for row in rows]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--write", type=Path, help="the page to put the table into, e.g. docs/performance.md")
    parser.add_argument("ids", nargs="*", default=["B1", "B2", "B5", "B7"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sahih-bench-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        ground = Ground(Path(folder), short=arguments.short)
        try:
            asyncio.run(ground.prepare())
            rows = measure(ground, set(arguments.ids))
        finally:
            ground.close()
    if "B7" in arguments.ids:
        rows.append(analysis.analyses(ground.runs))
    rows = [row | {"fsync_us": round(ground.fsync_us)} for row in rows]
    report(rows)
    if arguments.write:
        write_page(arguments.write, rows)
    return int(any(row["gate"] != "pass" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
