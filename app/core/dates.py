"""Dates and times as people in Indonesia read them, on papers and in invitations. Screens have theirs in `frontend/src/i18n`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

ZONE_NAMES: Final = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
DAYS: Final = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS: Final = {
    "id": ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
}  # fmt: skip


def long_date(local: datetime, lang: str) -> str:
    """ "Sabtu, 5 Desember 2026"; `local` is in the zone of the sitting."""
    day = plain_date(local, lang)
    return f"{DAYS[lang][local.weekday()]}, {day}" if lang == "id" else f"{DAYS[lang][local.weekday()]} {day}"


def plain_date(day: date, lang: str) -> str:
    """ "5 Desember 2026"."""
    return f"{day.day} {MONTHS[lang][day.month - 1]} {day.year}"


def wall_clock(local: datetime, lang: str) -> str:
    """ "pukul 08.00 WIB", "08:00 WIB"; the zone is never left out."""
    zone = ZONE_NAMES.get(str(local.tzinfo), local.strftime("%Z"))
    return f"pukul {local:%H.%M} {zone}" if lang == "id" else f"{local:%H:%M} {zone}"
