"""The lines between a page and its server, and the tabs of one browser: what dies, falls silent or is opened twice loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from sqlalchemy import text

from app.core.db import Database
from tests.e2e.conftest import Live
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import answer_by_keyboard, enter

SAVED = "[data-save=server]"


class Sockets:
    """Stands between the page and the server's socket: passes frames on, counts them, falls silent, or cuts."""

    def __init__(self, page: Page) -> None:
        self.open: list[WebSocketRoute] = []
        self.verbs: list[str] = []
        self.silent = False
        page.route_web_socket("**/api/exam/socket", self._connected)

    def _connected(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        self.open.append(socket)

        def ask(frame: str | bytes) -> None:
            self.verbs.append(str(frame).partition(" ")[0])
            if not self.silent:
                server.send(frame)

        socket.on_message(ask)

    def cut(self) -> None:
        for socket in self.open:
            socket.close()
        self.open.clear()


def stored(live: Live) -> dict[int, int]:
    """What the server has: the option by position."""

    async def read(database: Database) -> dict[int, int]:
        async with database.staff() as session:
            rows = await session.execute(text("SELECT position, option FROM answers WHERE option IS NOT NULL"))
            return {row.position: row.option for row in rows}

    return dict(live.run(read))


def wait_for(page: Page, happened: Callable[[], bool], seconds: int = 30) -> None:
    for _ in range(seconds * 10):
        if happened():
            return
        page.wait_for_timeout(100)
    raise AssertionError("did not happen")


def wait_for_stored(page: Page, live: Live, expected: dict[int, int]) -> None:
    wait_for(page, lambda: stored(live) == expected)


@pytest.mark.timeout(180)
def test_an_exam_over_a_socket_that_falls_silent_and_dies(live: Live, page: Page) -> None:
    """F-18: half-open, then cut; each answer arrives, and the candidate is told of nothing."""
    sockets = Sockets(page)
    over_http: list[str] = []
    page.on("request", lambda request: over_http.append(request.url) if request.url.endswith("/answers") else None)
    enter(page, live)
    wait_for(page, lambda: bool(sockets.open))
    answer_by_keyboard(page, list("ABCD"), 1)
    wait_for_stored(page, live, {1: 0, 2: 1, 3: 2, 4: 3})
    assert "answers" in sockets.verbs
    assert over_http == []

    sockets.silent = True
    answer_by_keyboard(page, list("DC"), 5)
    wait_for_stored(page, live, {1: 0, 2: 1, 3: 2, 4: 3, 5: 3, 6: 2})
    wait_for(page, lambda: bool(over_http))

    sockets.silent = False
    before = len(sockets.verbs)
    wait_for(page, lambda: len(sockets.verbs) > before, 60)
    sockets.cut()
    answer_by_keyboard(page, list("BA"), 7)
    wait_for_stored(page, live, {1: 0, 2: 1, 3: 2, 4: 3, 5: 3, 6: 2, 7: 1, 8: 0})
    expect(page.locator(SAVED)).to_be_visible()
    expect(page.get_by_text("Jaringan terputus.")).to_have_count(0)


def test_two_tabs_show_the_same_answers_and_one_of_them_sends(live: Live, page: Page) -> None:
    """F-23, T08: what is written in one tab is seen in the other, which then sends nothing."""
    enter(page, live)
    second = page.context.new_page()
    second.goto(live.url)
    expect(second.get_by_role("radio").first).to_be_visible()
    saves: list[Page] = []
    for tab in (page, second):
        tab.on("request", lambda request, tab=tab: saves.append(tab) if request.url.endswith("/heartbeat") else None)
    page.keyboard.press("B")
    expect(second.get_by_role("radio").nth(1)).to_be_checked()
    second.keyboard.press("C")
    expect(page.get_by_role("radio").nth(2)).to_be_checked()
    for tab in (page, second):
        expect(tab.locator(SAVED)).to_be_visible()
        expect(tab.get_by_role("alert")).to_have_count(0)
    picture(second, "two-tabs")
    wait_for_stored(page, live, {1: 2})
    second.wait_for_timeout(2_000)
    saves.clear()
    second.wait_for_timeout(20_000)
    assert page not in saves, "the tab that was written in last sends for both"
    second.close()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("D")
    wait_for_stored(page, live, {1: 2, 2: 3})
    expect(page.locator(SAVED)).to_be_visible()


NO_SAVES = """const asked = fetch;
window.fetch = (path, init) => (String(path).endsWith("/answers") ? Promise.reject(new TypeError()) : asked(path, init));"""


def test_the_last_answer_before_a_page_ends_is_sent_by_the_browser(live: Live, page: Page) -> None:
    """Nothing but the beacon gets through, and the page does not come back."""
    Sockets(page).silent = True
    page.add_init_script(NO_SAVES)
    enter(page, live)
    page.keyboard.press("D")
    expect(page.locator("[data-save=here]")).to_be_visible()
    page.goto("about:blank")
    wait_for_stored(page, live, {1: 3})
