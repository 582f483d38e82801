"""How crowded the machine was: a bound in seconds means little while other programs have the processor."""

from __future__ import annotations

from pathlib import Path


class Crowd:
    """From its making on: how much longer this thread took than the processor time that it got. 1 on a machine of our own."""

    def __init__(self) -> None:
        self._ran, self._waited = _ran_and_waited()

    def factor(self) -> float:
        ran, waited = _ran_and_waited()
        return 1 + (waited - self._waited) / max(ran - self._ran, 1)


def _ran_and_waited() -> tuple[int, int]:
    """Nanoseconds on a processor, and in the queue for one."""
    ran, waited, _ = Path("/proc/thread-self/schedstat").read_text().split()
    return int(ran), int(waited)
