"""The language of a report: Indonesian, or English on demand. It never formats a number: figures bring their own digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from app.core.dates import MONTHS

Lang = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Voice:
    """Words of one language, and days in the zone of the certification body."""

    lang: Lang
    zone: str

    def say(self, indonesian: str, english: str) -> str:
        return english if self.lang == "en" else indonesian

    def told(self, thing: Mapping[str, Any], name: str) -> str:
        """`told(lead, "text")`: what the server wrote in this language."""
        return str(thing.get(f"{name}_{self.lang}") or "")

    def day(self, at: date | datetime | None) -> str:
        """`21 November 2026`; a dash where there is none."""
        if at is None:
            return "–"
        local = at.astimezone(ZoneInfo(self.zone)) if isinstance(at, datetime) else at
        return f"{local.day} {MONTHS[self.lang][local.month - 1]} {local.year}"

    def days(self, first: date, last: date) -> str:
        return self.say(f"{self.day(first)} sampai {self.day(last)}", f"{self.day(first)} to {self.day(last)}")
