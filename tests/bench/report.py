"""What a run says: a table for people, a line of JSON per row, and the page."""

from __future__ import annotations

import json
import os
import platform
import sys
from datetime import date
from pathlib import Path
from typing import Any

from tests.bench.cpu import Spent
from tests.bench.page import put_between

LEAST_BUSY = 0.75


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
    print(f"{'':12}{'CPU us/op':>10}{'x B8':>7}{'op/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'busy':>6}  gate", file=sys.stderr)
    for line in rows:
        ratio = line.get("ratio_to_reference", "")
        print(
            f"{line['id']:7}{line['transport']:5}{line['cpu_us_per_op']:>10}{ratio:>7}{line['ops_per_s']:>8}{line['p50_ms']:>8}"
            f"{line['p99_ms']:>8}{line['busy_share']:>6}  {line['gate']}",
            file=sys.stderr,
        )
        print(json.dumps(line))


def write_page(path: Path, rows: list[dict[str, Any]]) -> None:
    """The table of this run, put into the page between its marks."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [
        f"Measured on {date.today().isoformat()} with {machine}, fdatasync {rows[0]['fsync_us']} us (median).",
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
    put_between(path, "figures", lines)
