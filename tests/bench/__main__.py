"""`make bench`: what one acknowledged operation costs, as CPU of the whole process tree and as a multiple of the reference.

    python -m tests.bench [--short] [B1 B1-ws B2 B4]

A table for people on standard error, one JSON line per row on standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from tests.bench import reference
from tests.bench.cpu import Spent, measured
from tests.bench.installation import bare_server, fsync_us, generate, seated
from tests.e2e.conftest import free_port
from tests.faults.servers import Installation

LEAST_BUSY = 0.75
SLOW_DISK_US = 10_000


class Bench:
    def __init__(self, folder: Path, *, short: bool) -> None:
        self.installation = Installation(folder)
        self.runs = 2 if short else 5
        self.seconds = 2.0 if short else 6.0
        self.seats: list[dict[str, Any]] = []
        self.seq = 0
        self.fsync_us = fsync_us(folder)

    async def prepare(self, seats: int) -> None:
        self.seats = await seated(self.installation, seats)
        await self.installation.serve()

    @property
    def roots(self) -> list[int]:
        assert self.installation.server
        return [self.installation.server.pid, self.installation.cluster.process_ids()[0]]

    def reference(self) -> dict[str, Any]:
        """B8: a bare request, and beside it one row of a batched upsert."""
        port = free_port()
        with bare_server(port) as server:
            url = f"http://127.0.0.1:{port}"
            generate("hellos", url=url, seats=[], clients=64, seconds=0.5)
            with measured([server.pid]) as spent:
                seen = generate("hellos", url=url, seats=[], clients=64, seconds=self.seconds / 2)
        hellos = sum(seen["statuses"].values())
        with measured([self.installation.cluster.process_ids()[0]]) as stored:
            rows = asyncio.run(self._upserts(self.seconds / 2))
        return row("B8", spent.cpu / hellos * 1e6 + stored.cpu / rows * 1e6, spent, seen, hellos)

    async def _upserts(self, seconds: float) -> int:
        connection = await asyncpg.connect(self.installation.database.superuser_url)
        for statement in reference.TABLE:
            await connection.execute(statement)
        ids, rows, stop_at = list(range(reference.ROWS_PER_BATCH)), 0, time.monotonic() + seconds
        while time.monotonic() < stop_at:
            rows += len(ids)
            await connection.execute(reference.UPSERT, ids, [rows] * len(ids))
        await connection.close()
        return rows

    def saves(self, clients: int = 64, transport: str = "http") -> dict[str, Any]:
        """B1: one answer per request, acknowledged after its commit. The gate: as many changed rows as acknowledgements."""
        before = asyncio.run(self._count("answer_events"))
        with measured(self.roots) as spent:
            seen = generate(
                "saves",
                url=self.installation.url,
                seats=self.seats,
                clients=clients,
                seconds=self.seconds,
                first_seq=self.seq,
                transport=transport,
            )
        self.seq += 1_000_000
        acked = seen["statuses"].pop("200", 0)
        changed = asyncio.run(self._count("answer_events")) - before
        result = row("B1", spent.cpu / acked * 1e6, spent, seen, acked) | {"transport": transport}
        if changed != acked or seen["statuses"]:
            result["gate"] = f"{changed} rows for {acked} acknowledgements, besides {seen['statuses']}"
        return result

    def saves_over_sockets(self) -> dict[str, Any]:
        """B1 over WebSockets, one for each of 64 candidates."""
        return self.saves(transport="ws")

    def slow_disk(self) -> dict[str, Any]:
        """B2: B1 with 512 in flight while every commit waits 10 ms for the disk (`commit_delay`, with no sibling needed)."""
        asyncio.run(self._set({"commit_delay": SLOW_DISK_US, "commit_siblings": 0}))
        try:
            return self.saves(clients=512) | {"id": "B2"}
        finally:
            asyncio.run(self._set({"commit_delay": 0, "commit_siblings": 5}))

    def submits(self) -> dict[str, Any]:
        """B4: a thousand hand-ins at once. Every attempt can be handed in once, so this comes last and runs once."""
        with measured(self.roots) as spent:
            seen = generate("submits", url=self.installation.url, seats=self.seats, clients=1000, seconds=60)
        acked = seen["statuses"].get("200", 0)
        closed = asyncio.run(self._count("attempts WHERE state = 'submitted'"))
        result = row("B4", spent.cpu / acked * 1e6, spent, seen, acked)
        return result | ({} if closed == acked == len(self.seats) else {"gate": f"{closed} closed, {acked} receipts"})

    async def _count(self, table: str) -> int:
        connection = await asyncpg.connect(self.installation.database.superuser_url)
        count = await connection.fetchval(f"SELECT count(*) FROM {table}")
        await connection.close()
        return int(count)

    async def _set(self, settings: dict[str, int]) -> None:
        connection = await asyncpg.connect(self.installation.database.superuser_url)
        for name, value in settings.items():
            await connection.execute(f"ALTER SYSTEM SET {name} = {value}")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()
        await asyncio.sleep(0.5)


def row(name: str, cpu_us: float, spent: Spent, seen: dict[str, Any], operations: int) -> dict[str, Any]:
    return {
        "id": name,
        "transport": "http",
        "cpu_us_per_op": round(cpu_us, 1),
        "ops_per_s": round(operations / seen["seconds"]),
        "p50_ms": round(seen["p50_ms"], 2),
        "p99_ms": round(seen["p99_ms"], 2),
        "busy_share": round(spent.busy_share, 2),
        "gate": "pass",
    }


def median_of(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The run with the median cost, with the least cost beside it; the gates of all."""
    runs = sorted(runs, key=lambda run: run["cpu_us_per_op"])
    failed = [run["gate"] for run in runs if run["gate"] != "pass"]
    quiet = [run["gate"] for run in runs if run["busy_share"] < LEAST_BUSY]
    middle = runs[len(runs) // 2]
    gate = failed[0] if failed else "pass" if not quiet else f"{len(quiet)} of {len(runs)} runs were not busy"
    return middle | {"least_cpu_us": runs[0]["cpu_us_per_op"], "runs": len(runs), "gate": gate}


def report(rows: list[dict[str, Any]]) -> None:
    print(f"{'':9}{'CPU us/op':>10}{'x B8':>7}{'op/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'busy':>6}  gate", file=sys.stderr)
    for line in rows:
        ratio = line.get("ratio_to_reference", "")
        print(
            f"{line['id']:4}{line['transport']:5}{line['cpu_us_per_op']:>10}{ratio:>7}{line['ops_per_s']:>8}{line['p50_ms']:>8}"
            f"{line['p99_ms']:>8}{line['busy_share']:>6}  {line['gate']}",
            file=sys.stderr,
        )
        print(json.dumps(line))


def write_page(path: Path, rows: list[dict[str, Any]]) -> None:
    """The table of this run, put into the page between its marks."""
    lines = [
        f"Measured on {date.today().isoformat()} with {os.cpu_count()} cores, fdatasync {rows[0]['fsync_us']} us (median).",
        "",
        "| id | transport | CPU us / op | least | x reference | op/s | p50 ms | p99 ms | busy share | gate |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for line in rows:
        figures = (
            "id",
            "transport",
            "cpu_us_per_op",
            "least_cpu_us",
            "ratio_to_reference",
            "ops_per_s",
            "p50_ms",
            "p99_ms",
        )
        cells = [str(line.get(name, "")) for name in (*figures, "busy_share", "gate")]
        lines.append(f"| {' | '.join(cells)} |")
    head, mark, rest = path.read_text(encoding="utf-8").partition("<!-- figures -->\n")
    tail = rest.partition("<!-- end of figures -->")[2]
    path.write_text(f"{head}{mark}{chr(10).join(lines)}\n<!-- end of figures -->{tail}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--write", type=Path, help="the page to put the table into, e.g. docs/performance.md")
    parser.add_argument("ids", nargs="*", default=["B1", "B1-ws", "B2", "B4"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sahih-bench-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        bench = Bench(Path(folder), short=arguments.short)
        try:
            asyncio.run(bench.prepare(200 if arguments.short else 2_000))
            measures: dict[str, Callable[[], dict[str, Any]]] = {
                "B1": bench.saves,
                "B1-ws": bench.saves_over_sockets,
                "B2": bench.slow_disk,
            }
            bench.saves()  # plans and caches
            taken: dict[str, list[dict[str, Any]]] = {"B8": []}
            for _ in range(bench.runs):
                taken["B8"].append(bench.reference())
                for name in arguments.ids:
                    if name in measures:
                        taken.setdefault(name, []).append(measures[name]())
            rows = [median_of(runs) for runs in taken.values()]
            if "B4" in arguments.ids:
                rows.append(bench.submits())
        finally:
            bench.installation.close()
    base = rows[0]["cpu_us_per_op"]
    for line in rows:
        line |= {"ratio_to_reference": round(line["cpu_us_per_op"] / base, 2), "fsync_us": round(bench.fsync_us)}
    report(rows)
    if arguments.write:
        write_page(arguments.write, rows)
    return int(any(line["gate"] != "pass" for line in rows))


if __name__ == "__main__":
    sys.exit(main())
