"""Figures of this process, for Prometheus. Counting is a list index and an addition; no figure names a person."""

from __future__ import annotations

import os
import socket
import time
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)

Samples = Mapping[str, float]


class Counter:
    """Something that happened so often, by the values of its labels."""

    kind = "counter"

    def __init__(self, name: str, says: str, *labels: str) -> None:
        self.name, self.says, self._labels = name, says, labels
        self._counts: dict[tuple[str, ...], int] = {}

    def add(self, *values: str) -> None:
        self._counts[values] = self._counts.get(values, 0) + 1

    def samples(self) -> Iterable[tuple[str, float]]:
        for values, count in self._counts.items():
            yield _named(self.name, dict(zip(self._labels, values, strict=True))), count


class Series:
    """One line of a histogram."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self._bounds, value)] += 1
        self.total += value


class Histogram:
    """How large or how long something was, by the value of one label."""

    kind = "histogram"

    def __init__(self, name: str, says: str, label: str, bounds: Sequence[float]) -> None:
        self.name, self.says, self._label, self._bounds = name, says, label, bounds
        self._series: dict[str, Series] = {}

    def series(self, value: str) -> Series:
        """Asked for once and kept by whoever observes."""
        return self._series.setdefault(value, Series(self._bounds))

    def samples(self) -> Iterable[tuple[str, float]]:
        for value, series in self._series.items():
            below = 0
            for bound, count in zip((*map(str, self._bounds), "+Inf"), series.counts, strict=True):
                below += count
                yield _named(f"{self.name}_bucket", {self._label: value, "le": bound}), below
            yield _named(f"{self.name}_sum", {self._label: value}), series.total
            yield _named(f"{self.name}_count", {self._label: value}), below


ACKNOWLEDGED = Counter("sahih_acknowledged_total", "Requests that were committed and answered.", "verb")
REFUSED = Counter("sahih_refused_total", "Requests that were refused or failed, by code.", "code", "status")
ANSWER_SECONDS = Histogram("sahih_commit_seconds", "From the queue to the commit.", "verb", SECONDS)
BATCH_SIZE = Histogram("sahih_batch_size", "Requests in one commit.", "verb", SIZES)
POOL_WAIT = Histogram("sahih_pool_wait_seconds", "Waiting for a direct connection.", "pool", SECONDS)
COUNTED: Final = (ACKNOWLEDGED, REFUSED, ANSWER_SECONDS, BATCH_SIZE, POOL_WAIT)

# What is looked up when somebody asks: of the process, and of the whole installation.
GAUGES: Final = {
    "sahih_lane_depth": "Requests that wait for a commit.",
    "sahih_database_up": "1 where the database answered this scrape.",
    "sahih_database_durable": "0 while a setting of the database could lose what is acknowledged: nothing is.",
    "sahih_clock_drift_seconds": "How far the database's clock moved against this process's since the process began to look.",
    "sahih_clock_suspect": "1 while an operator has to clear the clock: nothing closes.",
    "sahih_clock_held": "1 while nothing closes, for a suspect clock or a silent guard.",
    "sahih_clock_guard_silence_seconds": "Since the worker's guard last looked at the clock.",
    "sahih_attempts_running": "Attempts under way.",
    "sahih_attempts_overdue": "Attempts past their end that are not closed yet.",
    "sahih_jobs_waiting": "Background jobs that are due.",
    "sahih_jobs_oldest_seconds": "How long the oldest of them has been due.",
}


def _named(name: str, labels: Mapping[str, str]) -> str:
    inner = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{inner}}}" if inner else name


def gauge(name: str, **labels: str) -> str:
    """The name of a sample of a gauge."""
    if name not in GAUGES:
        raise KeyError(name)
    return _named(name, labels)


def own_samples() -> dict[str, float]:
    """Everything that this process counted."""
    return {name: value for counted in COUNTED for name, value in counted.samples()}


def this_process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def render(of_processes: Mapping[str, Samples], of_all: Samples) -> str:
    """The page, in Prometheus' text format: each family in one piece."""
    lines = {family: f"# HELP {family} {says}\n# TYPE {family} {kind}" for family, says, kind in _families()}
    found: dict[str, list[str]] = {family: [] for family in lines}
    for process, samples in of_processes.items():
        for name, value in samples.items():
            bare, _, labels = name.partition("{")
            inner = f'process="{process}"' + ("," + labels if labels else "}")
            _into(found, bare, f"{bare}{{{inner} {value:g}")
    for name, value in of_all.items():
        _into(found, name.partition("{")[0], f"{name} {value:g}")
    return "".join(f"{lines[family]}\n" + "\n".join(told) + "\n" for family, told in found.items() if told)


def _families() -> Iterable[tuple[str, str, str]]:
    yield from ((counted.name, counted.says, counted.kind) for counted in COUNTED)
    yield from ((name, says, "gauge") for name, says in GAUGES.items())


def _into(found: dict[str, list[str]], name: str, line: str) -> None:
    """Below its family; what a process of another release counts and we do not know is left out."""
    for family in (name, name.removesuffix("_bucket"), name.removesuffix("_sum"), name.removesuffix("_count")):
        if family in found:
            found[family].append(line)
            return


class Drift:
    """How far a clock moved against ours since it was first looked at."""

    def __init__(self) -> None:
        self._first: float | None = None

    def seconds(self, at: datetime) -> float:
        offset = at.timestamp() - time.monotonic()
        if self._first is None:
            self._first = offset
        return offset - self._first
