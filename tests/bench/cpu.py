"""CPU time of whole process trees, with the children that have ended: the figure that survives a noisy machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(roots: Iterable[int]) -> float:
    """User and system time of these processes, of all below them, and of what those have waited for."""
    return sum(_own(pid) for root in roots for pid in tree(root))


def _own(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS  # utime, stime, and those of waited-for children


def tree(root: int) -> Iterator[int]:
    yield root
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in children:
            yield from tree(int(child))


@dataclass
class Spent:
    cpu: float = 0.0
    wall: float = 0.0
    busy_share: float = 0.0


@contextmanager
def measured(roots: Iterable[int]) -> Iterator[Spent]:
    """What these trees use inside the block. `busy_share`: how much of the machine was at work, ours or not."""
    roots, spent = list(roots), Spent()
    cpu, wall, idle = seconds_of(roots), time.monotonic(), _idle()
    yield spent
    spent.cpu, spent.wall = seconds_of(roots) - cpu, time.monotonic() - wall
    spent.busy_share = 1 - (_idle() - idle) / (spent.wall * (os.cpu_count() or 1))


def _idle() -> float:
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return (int(fields[4]) + int(fields[5])) / TICKS


def resident_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
