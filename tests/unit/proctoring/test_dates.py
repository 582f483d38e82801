"""How papers write dates, times and lengths."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.proctoring.papers import dates


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        (datetime(2026, 11, 21, 3, 42, 17, 999_999, tzinfo=UTC), "Asia/Jakarta", "21 November 2026 pukul 10.42.17 WIB"),
        (datetime(2026, 11, 21, 3, 42, 17, tzinfo=UTC), "Asia/Makassar", "21 November 2026 pukul 11.42.17 WITA"),
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), "Asia/Jayapura", "1 Januari 2027 pukul 00.00.00 WIT"),
        (datetime(2026, 8, 17, 0, 0, tzinfo=UTC), "Asia/Jakarta", "17 Agustus 2026 pukul 07.00.00 WIB"),
    ],
)
def test_a_moment_is_said_in_the_zone_of_the_sitting(at: datetime, zone: str, said: str) -> None:
    assert dates.moment(at, zone) == said


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ((21, 1), (21, 4), "Sabtu, 21 November 2026, pukul 08.00–11.00 WIB"),
        (
            (21, 16),
            (21, 18),
            "Sabtu, 21 November 2026, pukul 23.00 WIB sampai Minggu, 22 November 2026, pukul 01.00 WIB",
        ),
    ],
)
def test_a_window_over_midnight_names_both_days(start: tuple[int, int], end: tuple[int, int], said: str) -> None:
    first, last = (datetime(2026, 11, *instant, tzinfo=UTC) for instant in (start, end))
    assert dates.span(first, last, "Asia/Jakarta") == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 detik"),
        (59, "59 detik"),
        (60, "1 menit"),
        (61, "1 menit 1 detik"),
        (7200, "120 menit"),
        (-5, "−5 detik"),
        (-125, "−2 menit 5 detik"),
    ],
)
def test_a_length_is_said_in_minutes_and_seconds(seconds: int, said: str) -> None:
    assert dates.length(seconds) == said


def test_an_english_paper_keeps_the_zone() -> None:
    opens, closes = (datetime(2026, 11, 21, hour, tzinfo=UTC) for hour in (1, 4))
    assert dates.moment(opens, "Asia/Makassar", "en") == "21 November 2026 at 09:00:00 WITA"
    assert dates.span(opens, closes, "Asia/Jakarta", "en") == "Saturday 21 November 2026, 08:00–11:00 WIB"
    assert dates.span(opens, closes.replace(hour=18), "Asia/Jakarta", "en") == (
        "Saturday 21 November 2026, 08:00 WIB to Sunday 22 November 2026, 01:00 WIB"
    )
