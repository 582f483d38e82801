"""Dates, times and lengths as papers write them, in Indonesian unless asked: in the sitting's zone, which stands at every time."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from app.core import dates as names

MONTHS: Final = names.MONTHS["id"]
DAYS: Final = names.DAYS["id"]
ZONE_NAMES: Final = names.ZONE_NAMES
BODY_ZONE: Final = "Asia/Jakarta"  # where the certification body sits: of papers that belong to no sitting


def weekday(at: datetime, zone: str) -> str:
    return DAYS[_local(at, zone).weekday()]


def date(at: datetime, zone: str) -> str:
    """`21 November 2026`"""
    local = _local(at, zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def clock(at: datetime, zone: str) -> str:
    """`10.42.17 WIB`; parts of a second are cut off, never rounded."""
    return f"{_local(at, zone):%H.%M.%S} {ZONE_NAMES[zone]}"


def moment(at: datetime, zone: str, lang: str = "id") -> str:
    """`21 November 2026 pukul 10.42.17 WIB`"""
    if lang == "en":
        local = _local(at, zone)
        return f"{local.day} {names.MONTHS[lang][local.month - 1]} {local.year} at {local:%H:%M:%S} {ZONE_NAMES[zone]}"
    return f"{date(at, zone)} pukul {clock(at, zone)}"


def span(start: datetime, end: datetime, zone: str, lang: str = "id") -> str:
    """`Sabtu, 21 November 2026, pukul 08.00–11.00 WIB`; over two days both ends in full."""
    first, last = _local(start, zone), _local(end, zone)
    if lang == "en":
        return _english_span(first, last)
    until = f"{last:%H.%M} {ZONE_NAMES[zone]}"
    day = f"{weekday(start, zone)}, {date(start, zone)}, pukul {first:%H.%M}"
    if first.date() == last.date():
        return f"{day}–{until}"
    return f"{day} {ZONE_NAMES[zone]} sampai {weekday(end, zone)}, {date(end, zone)}, pukul {until}"


def _english_span(first: datetime, last: datetime) -> str:
    day, until = names.long_date(first, "en"), names.wall_clock(last, "en")
    if first.date() == last.date():
        return f"{day}, {first:%H:%M}–{until}"
    return f"{day}, {names.wall_clock(first, 'en')} to {names.long_date(last, 'en')}, {until}"


def length(seconds: int) -> str:
    """`120 menit`, `3 menit 20 detik`, `10 detik`, `−5 detik`"""
    minutes, rest = divmod(abs(seconds), 60)
    parts = [f"{minutes} menit"] * bool(minutes) + [f"{rest} detik"] * bool(rest or not minutes)
    return "−" * (seconds < 0) + " ".join(parts)


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
