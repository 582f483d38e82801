"""`make load LEVEL=L2`: the load levels, each against a fresh installation of its own, with what was lost counted in the database.

    python -m tests.load [--short] [--seed N] [--workers N] [--compress N] [--candidates N ...] [--started] [--write PAGE] L0 L2 B6 break | all

A table for people on standard error, one JSON line per level on standard output. `break` raises the number of candidates until
the 99th percentile of saves reaches 100 ms or something fails; it begins at the floor and goes down from there only if it must.
Real time: `--compress 1 L1 L3` takes two hours for each.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.bench.page import put_between
from tests.load.levels import FLOOR, LEVELS, POPULATIONS, SHORT, Size, level_of
from tests.load.report import lines_of, page_of, record_of
from tests.load.run import Outcome, run
from tests.load.site import Site

SPARE_FILES = 500


class Loads:
    def __init__(self, site: Site, size: Size, seed: int) -> None:
        self.site = site
        self.size = size
        self.seed = seed
        self.outcomes: list[Outcome] = []

    async def level(self, name: str, size: Size) -> Outcome:
        outcome = await run(self.site, level_of(name, size), name, size, self.seed)
        print("\n".join(lines_of(outcome)), file=sys.stderr, flush=True)
        print(json.dumps(record_of(outcome)), flush=True)
        self.outcomes.append(outcome)
        return outcome

    async def to_the_break(self, populations: list[int], size: Size) -> None:
        """Up from the floor to the first failure; where the floor itself fails, down to the first that is carried."""
        floor = next((number for number in populations if number >= FLOOR), populations[-1])
        for count in populations[populations.index(floor) :]:
            if (await self.level(f"break {count}", size)).failures:
                break
        if self.outcomes[-1].level.candidates == floor and self.outcomes[-1].failures:
            for count in reversed(populations[: populations.index(floor)]):
                if not (await self.level(f"break {count}", size)).failures:
                    break


def allow_open_files(lines: int) -> None:
    """A line is an open file, here and in the server, which inherits this limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard < lines + SPARE_FILES:
        sys.exit(f"{lines} lines need `ulimit -Hn` of at least {lines + SPARE_FILES}; it is {hard}.")


async def main(arguments: argparse.Namespace) -> int:
    size = SHORT if arguments.short else Size()
    paced = replace(size, compress=arguments.compress) if arguments.compress else size
    real = replace(size, compress=arguments.compress or 1.0, started=arguments.started)
    names = [*LEVELS, "break"] if "all" in arguments.levels else arguments.levels
    populations = [max(10, round(count * size.people)) for count in sorted(arguments.candidates or POPULATIONS)]
    largest = max(
        [level_of(name, paced).candidates for name in names if name != "break"] + populations * ("break" in names)
    )
    allow_open_files(largest)
    ours = asyncio.current_task()
    assert ours
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ours.cancel)  # and leave nothing behind
    with tempfile.TemporaryDirectory(prefix="sahih-load-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        site = Site(Path(folder), workers=arguments.workers)
        try:
            await site.prepare(largest)
            loads = Loads(site, size, arguments.seed)
            for name in names:
                await (loads.to_the_break(populations, real) if name == "break" else loads.level(name, paced))
        finally:
            await site.close()
    if arguments.write:
        note = " (a short run: its figures say nothing)" if arguments.short else ""
        put_between(arguments.write, "load", page_of(loads.outcomes, note))
    return int(any(one.failures for one in loads.outcomes if one.level.id != "break" or one.level.candidates <= FLOOR))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.load", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("levels", nargs="+", choices=[*LEVELS, "break", "all"])
    parser.add_argument("--short", action="store_true", help="a tenth of the people and a fifth of the time")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--workers", type=int, default=1, help="processes of the server")
    parser.add_argument(
        "--compress", type=float, help="how much faster than real time the exam passes (L1, L3: 100; break: 1)"
    )
    parser.add_argument("--candidates", type=int, nargs="+", help="the populations of `break`")
    parser.add_argument("--started", action="store_true", help="`break` without the start: saves and heartbeats alone")
    parser.add_argument("--write", type=Path, help="the page to put the table into, e.g. docs/performance.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(parsed())))
