"""The kinds of signals, as data: who notices them, and from when on they are worth a look."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_DATA = Path(__file__).with_name("kinds.json")


@dataclass(frozen=True, slots=True)
class Kind:
    """`times` and `seconds`: from so many, or from so long altogether, the board counts it as worth a look."""

    name: str
    from_page: bool
    times: int | None
    seconds: float | None

    def worth_a_look(self, times: int, seconds: float) -> bool:
        return (self.times is not None and times >= self.times) or (
            self.seconds is not None and seconds >= self.seconds
        )


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
    attention = row["attention"]
    return Kind(row["kind"], row["source"] == "page", attention.get("times"), attention.get("seconds"))


ADDRESS: Final = "address"
LOGIN: Final = "login"
FAST: Final = "fast-answers"
KINDS: Final[Mapping[str, Kind]] = {row["kind"]: _kind(row) for row in _read()}
OF_PAGE: Final = frozenset(name for name, kind in KINDS.items() if kind.from_page)
FAST_ANSWERS: Final = next(
    FastAnswers(row["under_seconds"], row["share"], row["least"]) for row in _read() if row["kind"] == FAST
)
