"""F-19: a computer with a wrong clock, a jumping one, or one that slept: the time on screen is the server's."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from sqlalchemy import text

from app.core.db import Database
from tests.e2e.conftest import Live
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import answer_by_keyboard, enter
from tests.e2e.test_lines_and_tabs import SAVED, wait_for, wait_for_stored
from tests.e2e.test_staff_pages import log_in

HOURS = 3_600_000
SLEPT_MS = 8_000
TOLERANCE_SECONDS = 4

# `wrongBy` shifts the wall clock, `slept` is what the monotonic clock missed while the computer was asleep.
CLOCKS = """
    window.wrongBy = %d;
    window.slept = 0;
    const wall = Date, running = performance.now.bind(performance);
    window.Date = class extends wall {
        constructor(...parts) { parts.length ? super(...parts) : super(wall.now() + window.wrongBy); }
        static now() { return wall.now() + window.wrongBy; }
    };
    window.asleepSince = null;
    performance.now = () => (window.asleepSince ?? running()) - window.slept;
"""


def seconds_shown(page: Page) -> int:
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"\d:\d\d"))
    digits = re.search(r"\d+(:\d\d)+", page.get_by_role("timer").inner_text())
    assert digits
    seconds = 0
    for part in digits.group().split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


def seconds_left(live: Live) -> float:
    """What the server will show: the time of transmission is not the candidate's."""

    async def read(database: Database) -> float:
        async with database.staff() as session:
            found = await session.scalar(
                text(
                    "SELECT extract(epoch FROM a.closes_at - clock_timestamp()) - s.transmission_seconds "
                    "FROM attempts a JOIN sittings s ON s.id = a.sitting_id WHERE a.state = 'running'"
                )
            )
            return float(found)

    return float(live.run(read))


def sleep(page: Page) -> None:
    """No script runs, no timer fires, and the monotonic clock stands still."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("Debugger.enable")
    page.evaluate("() => { window.asleepSince = performance.now(); }")
    debugger.send("Debugger.pause")
    page.wait_for_timeout(SLEPT_MS)
    debugger.send("Debugger.resume")
    page.evaluate("() => { const at = asleepSince; asleepSince = null; slept = performance.now() - at; }")
    debugger.detach()


def right(page: Page, live: Live) -> bool:
    return abs(seconds_shown(page) - seconds_left(live)) <= TOLERANCE_SECONDS


def test_a_wrong_clock_that_jumps_on_a_computer_that_slept(live: Live, page: Page) -> None:
    """Two hours ahead, then two behind, then asleep while the monotonic clock stands still: the server puts each right."""
    page.add_init_script(CLOCKS % (2 * HOURS))
    enter(page, live)
    wait_for(page, lambda: right(page, live))
    picture(page, "clock-ahead")
    answer_by_keyboard(page, list("AB"), 1)
    wait_for_stored(page, live, {1: 0, 2: 1})

    page.evaluate("(by) => { window.wrongBy = by; }", -2 * HOURS)
    answer_by_keyboard(page, list("C"), 3)
    wait_for_stored(page, live, {1: 0, 2: 1, 3: 2})
    wait_for(page, lambda: right(page, live))
    expect(page.locator(SAVED)).to_be_visible()

    sleep(page)
    wait_for(page, lambda: right(page, live))
    page.keyboard.press("B")
    wait_for_stored(page, live, {1: 0, 2: 1, 3: 2, 4: 1})


def test_a_board_on_a_computer_that_slept_asks_anew(live: Live, page: Page) -> None:
    """Its line may be dead without a word: nothing would tell until the next sign of life is missed."""
    page.add_init_script(CLOCKS % 0)
    streams: list[str] = []
    page.on("request", lambda request: streams.append(request.url) if request.url.endswith("/board/stream") else None)
    log_in(page, live, "/pengawas", "proctor")
    expect(page.get_by_role("row").filter(has_text="Siap mulai")).to_have_count(4)
    page.wait_for_timeout(1_500)
    assert len(streams) == 1
    sleep(page)
    wait_for(page, lambda: len(streams) == 2)
    expect(page.get_by_role("row").filter(has_text="Siap mulai")).to_have_count(4)
