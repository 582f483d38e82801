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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def fresh_ground(*, short: bool, exams: bool) -> Iterator[Ground]:
    """An installation of its own: a million saves leave much to clean up, and that is no cost of an exam."""
    with tempfile.TemporaryDirectory(prefix="sahih-bench-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        ground = Ground(Path(folder), short=short, exams=exams)
        try:
            asyncio.run(ground.prepare())
            yield ground
        finally:
            ground.close()


def measure(wanted: set[str], *, short: bool) -> Rows:
    taken: dict[tuple[str, str], Rows] = {}

    def take(rows: Rows) -> None:
        for row in rows:
            taken.setdefault((row["id"], row["transport"]), []).append(row)

    if "B5" in wanted:
        with fresh_ground(short=short, exams=True) as ground:
            take(exams(ground))
    with fresh_ground(short=short, exams=False) as ground:
        for rows in herds_and_saves(ground, wanted):
            take(rows)
    rows = sorted((median_of(runs) for runs in taken.values()), key=lambda row: (row["id"] != "B8", row["id"]))
    base = rows[0]["cpu_us_per_op"]
    rows = [row | {"ratio_to_reference": round(row["cpu_us_per_op"] / base, 2)} for row in rows]
    if "B7" in wanted:
        rows.append(analysis.analyses(ground.runs))
    return [row | {"fsync_us": round(ground.fsync_us)} for row in rows]


def herds_and_saves(ground: Ground, wanted: set[str]) -> Iterator[Rows]:
    for run in range(ground.runs):  # all start before anything else, so that saves find two herds running
        yield herds.starts(ground, run)
    saves.saves(ground, 0, clients=64, transport="http")  # plans and caches
    for run in range(ground.runs):
        yield saves.bare(ground, run)
        for name in (name for name in ROUND if name in wanted):
            for measured in ROUND[name]:
                yield measured(ground, run)
    for run in range(ground.runs):
        yield herds.submits(ground, run)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--write", type=Path, help="the page to put the table into, e.g. docs/performance.md")
    parser.add_argument("ids", nargs="*", default=["B1", "B2", "B5", "B7"])
    arguments = parser.parse_args()
    rows = measure(set(arguments.ids), short=arguments.short)
    report(rows)
    if arguments.write:
        write_page(arguments.write, rows)
    return int(any(row["gate"] != "pass" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
