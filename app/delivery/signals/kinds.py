"""The kinds of signals, as data: who notices them, and from when on they are worth a look."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.delivery.signals.types import Tally

_DATA = Path(__file__).with_name("kinds.json")


@dataclass(frozen=True, slots=True)
class Kind:
    """From `limit` times, or from so many seconds altogether, the board counts it as worth a look, unless a sitting sets another."""

    name: str
    from_page: bool
    by_time: bool
    limit: int

    def worth_a_look(self, tally: Tally, limit: int) -> bool:
        """A limit of 0 is off."""
        return 0 < limit <= (tally.seconds if self.by_time else tally.times)


@dataclass(frozen=True, slots=True)
class FastAnswers:
    """Fast is an answer within `under_seconds` of the one before; it is noted from this share of at least so many answers."""

    under_seconds: float
    share: float
    least: int


def _read() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(_DATA.read_text(encoding="utf-8"))
    return rows


def _kind(row: dict[str, Any]) -> Kind:
    ((measure, limit),) = row["attention"].items()
    return Kind(row["kind"], row["source"] == "page", measure == "seconds", limit)


ADDRESS: Final = "address"
LOGIN: Final = "login"
FAST: Final = "fast-answers"
KINDS: Final[Mapping[str, Kind]] = {row["kind"]: _kind(row) for row in _read()}
OF_PAGE: Final = frozenset(name for name, kind in KINDS.items() if kind.from_page)
FAST_ANSWERS: Final = next(
    FastAnswers(row["under_seconds"], row["share"], row["least"]) for row in _read() if row["kind"] == FAST
)
