"""What befalls a candidate's computer: each answer that was chosen reaches the database, and the words on screen are true."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.conftest import CHROMIUM, FLAGS, LARGE, USUAL_PATIENCE_MS, Live
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import answer_by_keyboard, enter, hand_over, log_in_again
from tests.e2e.test_lines_and_tabs import SAVED, wait_for_stored

HERE = "[data-save=here]"
RETURN_MS = 15_000
ALERT_MS = 20_000


def marks(letters: str) -> dict[int, int]:
    """What the database has to hold once these letters were pressed, from the first question on."""
    return {position: "ABCD".index(letter) for position, letter in enumerate(letters, 1)}


def own_browser(browser: Browser, profile: Path) -> tuple[BrowserContext, Page]:
    """A Chromium process of its own, with a profile that outlives it."""
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=FLAGS, viewport=LARGE, locale="id-ID"
    )
    page = context.pages[0]
    page.set_default_timeout(USUAL_PATIENCE_MS)
    return context, page


def kill_browser(profile: Path) -> None:
    """kill -9 for each process of the Chromium that has this profile."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text()
        except OSError:
            continue
        if f"--user-data-dir={profile}" in command:
            os.kill(int(process.name), signal.SIGKILL)


def test_a_killed_browser_had_stored_what_it_called_stored(live: Live, browser: Browser, tmp_path: Path) -> None:
    """F-17: killed right at the word, started again by its owner: the same question, and what was unsent is sent."""
    context, page = own_browser(browser, tmp_path)
    enter(page, live)
    answer_by_keyboard(page, list("AB"), 1)
    wait_for_stored(page, live, marks("AB"))
    context.set_offline(True)
    answer_by_keyboard(page, list("CD"), 3)
    page.keyboard.press("A")
    expect(page.locator(HERE)).to_be_visible()
    with context.expect_event("close"):
        kill_browser(tmp_path)

    context, page = own_browser(browser, tmp_path)
    context.clear_cookies()  # Chromium may or may not have had the time to write them
    log_in_again(page, live)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 5 dari 100")
    expect(page.get_by_text("5 dari 100 dijawab")).to_be_visible()
    expect(page.locator(SAVED)).to_be_visible()
    wait_for_stored(page, live, marks("ABCDA"))
    picture(page, "killed-and-back")
    context.close()


def test_another_computer_goes_on_and_the_first_keeps_what_it_had_not_sent(
    live: Live, page: Page, browser: Browser
) -> None:
    """F-17: the second waits for the proctor; the first, back on the line, says what it has and changes nothing."""
    enter(page, live)
    answer_by_keyboard(page, list("AB"), 1)
    wait_for_stored(page, live, marks("AB"))
    page.context.set_offline(True)
    page.keyboard.press("D")
    expect(page.locator(HERE)).to_be_visible()
    other = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    log_in_again(other, live)
    expect(other.get_by_role("heading", level=1)).to_have_text("Ujian Anda terbuka di komputer lain", timeout=ALERT_MS)
    expect(other.get_by_text("Menunggu pengawas…")).to_be_visible()
    picture(other, "second-computer-waits")
    live.run(lambda database: hand_over(database, live.world))
    expect(other.get_by_role("radio").nth(1)).to_be_checked(timeout=30_000)  # where the last answer was given
    expect(other.get_by_text("2 dari 100 dijawab")).to_be_visible()
    other.keyboard.press("ArrowRight")
    answer_by_keyboard(other, list("C"), 3)
    wait_for_stored(other, live, marks("ABC"))
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ujian dilanjutkan di komputer lain", timeout=30_000)
    expect(page.get_by_text("1 jawaban belum terkirim dan hanya ada di komputer ini.")).to_be_visible()
    picture(page, "second-computer-left")
    answer_by_keyboard(other, list("D"), 4)
    wait_for_stored(other, live, marks("ABCD"))
    other.context.close()


def portal(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>Wi-Fi</title><p>Masuk Wi-Fi</p>")


def test_a_page_of_the_wifi_is_no_receipt(live: Live, page: Page) -> None:
    """F-18: status 200, but no answer of ours; the exam says who answers, and goes on by itself."""
    page.context.route_web_socket("**/api/exam/socket", lambda socket: socket.close())
    enter(page, live)
    answer_by_keyboard(page, list("A"), 1)
    wait_for_stored(page, live, marks("A"))
    page.context.route("**/api/**", portal)
    page.context.route("**/healthz", portal)
    answer_by_keyboard(page, list("BCD"), 2)
    expect(page.get_by_text("Jaringan ini dijawab oleh halaman lain, bukan server ujian")).to_be_visible(
        timeout=ALERT_MS
    )
    expect(page.get_by_text("jawaban Anda aman di komputer ini.")).to_be_visible()
    expect(page.locator(SAVED)).to_have_count(0)
    picture(page, "portal")
    page.context.unroute_all()
    expect(page.locator(SAVED)).to_be_visible(timeout=RETURN_MS)
    wait_for_stored(page, live, marks("ABCD"))
    expect(page.get_by_text("Jaringan ini dijawab oleh halaman lain")).to_have_count(0)


FORBIDDEN = "IDBFactory.prototype.open = () => { throw new DOMException('forbidden', 'SecurityError'); };"
# As Chromium does it where the disk is full: the row is taken, and the transaction comes to nothing.
FULL = """() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...row) {
        const request = put.apply(this, row);
        request.addEventListener("success", () => this.transaction.abort());
        return request;
    };
}"""


@pytest.mark.parametrize("storage", ["forbidden", "full"])
def test_without_storage_the_page_says_so_and_loses_nothing(live: Live, page: Page, storage: str) -> None:
    """Forbidden from the start, or full in the middle: each answer goes out at once, and what a cut holds back is kept."""
    if storage == "forbidden":
        page.add_init_script(FORBIDDEN)
    enter(page, live)
    answer_by_keyboard(page, list("AB"), 1)
    wait_for_stored(page, live, marks("AB"))
    if storage == "full":
        page.evaluate(FULL)
    answer_by_keyboard(page, list("C"), 3)
    wait_for_stored(page, live, marks("ABC"))
    expect(page.get_by_text("Peramban ini tidak dapat menyimpan jawaban di komputer ini.")).to_be_visible()
    picture(page, f"storage-{storage}")
    page.context.set_offline(True)
    answer_by_keyboard(page, list("D"), 4)
    expect(page.get_by_text("jawaban Anda ada di halaman ini.")).to_be_visible()
    expect(page.get_by_text("Belum tersimpan")).to_be_visible()
    expect(page.get_by_text("aman di komputer ini")).to_have_count(0)
    picture(page, f"storage-{storage}-offline")
    page.context.set_offline(False)
    expect(page.locator(SAVED)).to_be_visible(timeout=RETURN_MS)
    wait_for_stored(page, live, marks("ABCD"))
