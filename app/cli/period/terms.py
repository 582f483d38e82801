"""Which half-years are simulated, and with which faults planted. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from app.cli.refusals import Refused

ZONE: Final = "Asia/Jakarta"
BEGINS: Final = time(9)
NO_PLANTS: Final = "none"


class Plant(StrEnum):
    """A fault that lies in the data, and that a review must raise."""

    MIS_KEY = "mis-key"  # the bank calls a wrong option right
    LEAK = "leak"  # in the last period an item became easier by a quarter of all candidates
    DIF = "dif"  # an item is harder for one of two groups of equal ability
    FORM = "form"  # in the last period everybody on one form does worse
    COPY = "copy"  # in the last period one candidate copies from a neighbour


@dataclass(frozen=True, slots=True)
class Term:
    """Half a year, e.g. 2025-1."""

    year: int
    half: int

    def __str__(self) -> str:
        return f"{self.year}-{self.half}"

    @property
    def first(self) -> date:
        return date(self.year, 6 * self.half - 5, 1)

    @property
    def last(self) -> date:
        following = date(self.year + 1, 1, 1) if self.half == 2 else date(self.year, 7, 1)
        return following - timedelta(days=1)

    @property
    def opens_at(self) -> datetime:
        """The second Saturday of the third month of the half-year, in the morning."""
        first = date(self.year, 6 * self.half - 3, 1)
        saturday = first + timedelta(days=(5 - first.weekday()) % 7 + 7)
        return datetime.combine(saturday, BEGINS, ZoneInfo(ZONE))


def read_terms(words: str, today: date) -> list[Term]:
    """The oldest first. Raises Refused for what is no half-year, or not over yet."""
    terms = sorted({_read_term(word.strip()) for word in words.split(",")}, key=lambda term: (term.year, term.half))
    for term in terms:
        if term.last >= today:
            raise Refused(f"{term}: periode itu belum berakhir.", f"{term}: that period is not over yet.")
    return terms


def read_plants(words: str) -> frozenset[Plant]:
    if words.strip() == NO_PLANTS:
        return frozenset()
    try:
        return frozenset(Plant(word.strip()) for word in words.split(","))
    except ValueError:
        known = ", ".join([*Plant, NO_PLANTS])
        raise Refused(f"--plant mengenal: {known}.", f"--plant knows: {known}.") from None


def _read_term(word: str) -> Term:
    year, _, half = word.partition("-")
    if not (year.isdecimal() and len(year) == len("2025") and half in ("1", "2")):
        raise Refused(
            f"{word}: tulis periode seperti 2025-1 (Januari sampai Juni) atau 2025-2.",
            f"{word}: write a period like 2025-1 (January to June) or 2025-2.",
        )
    return Term(int(year), int(half))
