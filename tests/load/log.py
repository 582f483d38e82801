"""What a generator notes while it asks: times from the intended moment, every status, and each answer that was acknowledged."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.load.lag import Promise
from tests.wire import Line

NO_ANSWER = 0


class Asked:
    ok = False
    put_off = False  # heard "come again" at least once


class Log:
    def __init__(self, began_at: float, *, watched: bool = False) -> None:
        self._began_at = began_at
        self._watched = watched
        self.times: dict[str, list[tuple[float, float]]] = defaultdict(list)  # verb → (intended, seconds until the yes)
        self.statuses: Counter[str] = Counter()
        self.planned: Counter[str] = Counter()
        self.late: list[float] = []
        self.ledger: dict[str, dict[int, tuple[int, int, int]]] = defaultdict(dict)
        self.promises: list[Promise] = []
        self.read: dict[str, float] = {}  # number → when the first "Sudah saya baca" was answered (wall clock)
        self.acks = 0
        self.connections = 0
        self.waiting = 0
        self.most_waiting = 0
        self.without_retry_after = 0
        self.put_off = 0
        self.put_off_and_done = 0

    def now(self) -> float:
        """Seconds since the level began."""
        return time.monotonic() - self._began_at

    async def until(self, moment: float) -> None:
        """Sleep until then. How much later it became is the generator's own doing, and is noted."""
        wait = moment - self.now()
        if wait > 0:
            await asyncio.sleep(wait)
            self.late.append(self.now() - moment)

    @contextmanager
    def asking(self, verb: str, due: float) -> Iterator[Asked]:
        self.planned[verb] += 1
        self.waiting += 1
        self.most_waiting = max(self.most_waiting, self.waiting)
        asked = Asked()
        try:
            yield asked
        finally:
            self.waiting -= 1
        self.put_off += asked.put_off
        self.put_off_and_done += asked.put_off and asked.ok
        if asked.ok:
            self.times[verb].append((round(due, 3), self.now() - due))

    def answered(self, verb: str, status: int, line: Line | None) -> None:
        self.statuses[f"{verb} {status}"] += 1
        if status == 503 and type(line) is Line and b"retry-after:" not in line.head.lower():
            self.without_retry_after += 1

    def acknowledged(self, number: str, position: int, epoch: int, seq: int, option: int) -> None:
        self.acks += 1
        self.ledger[number][position] = (epoch, seq, option)

    def promised(self, number: str, field: str, value: str) -> None:
        """An acknowledgement that was just read: from now on the board lags until it shows this value."""
        if self._watched:
            self.promises.append((number, field, self.now(), value))

    def summary(self) -> dict[str, Any]:
        return {
            "times": self.times,
            "statuses": self.statuses,
            "planned": self.planned,
            "late": sorted(self.late),
            "ledger": {
                number: sorted((at, *rest) for at, rest in known.items()) for number, known in self.ledger.items()
            },
            "promises": self.promises,
            "read": self.read,
            "acks": self.acks,
            "connections": self.connections,
            "most_waiting": self.most_waiting,
            "without_retry_after": self.without_retry_after,
            "put_off": self.put_off,
            "put_off_and_done": self.put_off_and_done,
        }
