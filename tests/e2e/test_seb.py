"""Safe Exam Browser from the office's page to the proctor's: with it nobody is shown, without it the exam goes on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app.core.db import Database
from tests.e2e.conftest import LARGE, Live, axe_violations
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import enter, wait_in_the_room
from tests.e2e.test_staff_pages import log_in

# What the program gives to a page: the hash of the page's address and the Config Key, told when asked for.
PROGRAM = """
window.SafeExamBrowser = {security: {updateKeys(done) {
  const text = new TextEncoder().encode(location.href.split('#')[0] + '%s');
  crypto.subtle.digest('SHA-256', text).then((hash) => {
    this.configKey = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
    done();
  });
}}};
"""


def ask_for_it(live: Live, office: Page) -> str:
    log_in(office, live, "/kantor", "office")
    office.get_by_role("button", name="Safe Exam Browser").press("Enter")
    expect(office.get_by_text("Tidak diminta", exact=True)).to_be_visible()
    office.get_by_label("Kata sandi untuk keluar").fill("pendek")
    office.get_by_role("button", name="Minta Safe Exam Browser").press("Enter")
    expect(office.get_by_role("alert")).to_have_text("Isi kata sandi untuk keluar, paling sedikit 8 karakter.")
    office.get_by_label("Kata sandi untuk keluar").fill("pulang-2026")
    office.get_by_label("Versi yang boleh dipakai").fill("Win.3.7.min\nMac.3.4.min")
    office.get_by_role("button", name="Minta Safe Exam Browser").press("Enter")
    expect(office.get_by_text("Diminta untuk sesi ini", exact=True)).to_be_visible()
    assert axe_violations(office) == []
    picture(office, "seb-office")
    with office.expect_download() as download:
        office.get_by_role("link", name="Unduh berkas .seb").click()
    assert download.value.suggested_filename == "UJI-1.seb"
    (key,) = re.findall(r"\b[0-9a-f]{64}\b", office.locator("main").inner_text())
    return key


def signals(live: Live) -> list[str]:
    async def read(database: Database) -> list[str]:
        async with database.staff() as session:
            return list(await session.scalars(text("SELECT kind FROM seb_signals ORDER BY id")))

    return list(live.run(read))


@pytest.mark.timeout(240)
def test_with_it_nothing_is_shown_and_without_it_the_exam_goes_on(live: Live, page: Page, browser: Browser) -> None:
    key = ask_for_it(live, browser.new_context(viewport=LARGE, locale="id-ID").new_page())
    page.add_init_script(PROGRAM % key)
    enter(page, live)
    expect(page).to_have_url(re.compile(r"/\?seb=[0-9a-f]{16}$"))
    page.keyboard.press("A")
    expect(page.locator("[data-save=server]")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1 dari 100")

    plain = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    wait_in_the_room(plain, live, 1)
    link = plain.get_by_role("link", name="Buka di Safe Exam Browser")
    expect(link).to_have_attribute("href", f"{live.url.replace('http', 'seb')}/api/public/seb/UJI-1.seb")
    assert axe_violations(plain) == []
    picture(plain, "seb-waiting")
    plain.get_by_role("button", name="MULAI", exact=True).press("Enter")
    expect(plain.get_by_role("heading", level=1)).to_contain_text("Soal 1 dari 100")

    watching = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    log_in(watching, live, "/pengawas", "proctor")
    card = watching.get_by_role("region", name="Tanpa Safe Exam Browser")
    expect(card).to_contain_text(live.world.cards[1].number, timeout=20_000)
    expect(card).not_to_contain_text(live.world.cards[0].number)
    assert signals(live) == ["missing"]
    card.get_by_role("button", name="Kesampingkan").press("Enter")
    watching.get_by_label("Alasan").fill("komputer cadangan tanpa Safe Exam Browser")
    assert axe_violations(watching) == []
    watching.keyboard.press("Enter")
    expect(card).to_contain_text("komputer cadangan tanpa Safe Exam Browser")
    expect(card.get_by_role("button", name="Kesampingkan")).to_have_count(0)
    assert axe_violations(watching) == []
    card.scroll_into_view_if_needed()
    picture(watching, "seb-board")
