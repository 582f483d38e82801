"""A proctor whose line is cut: the page says so where they look, nothing typed is lost, and it comes back by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.delivery import Admission
from tests.e2e.conftest import LARGE, TABLET, Live, axe_violations, run_apart
from tests.e2e.pictures import picture
from tests.e2e.test_guide_of_proctors import arrange, start_exams
from tests.e2e.test_proctoring_actions import press, row_of, tick
from tests.e2e.test_staff_pages import log_in

BACK_MS = 20_000


@pytest.mark.timeout(180)
@pytest.mark.parametrize("live", [{"admission": Admission.TOKEN}], indirect=True)
def test_a_command_without_a_line_keeps_its_words_and_is_given_once_more(live: Live, page: Page) -> None:
    arrange(live)
    run_apart(start_exams(live))
    log_in(page, live, "/pengawas", "proctor")
    tick(page, live, 0, 1)
    page.get_by_role("toolbar").scroll_into_view_if_needed()
    page.context.set_offline(True)
    lost = page.get_by_text("Papan ini terputus dan menyambung kembali sendiri.")
    page.get_by_role("row").last.scroll_into_view_if_needed()
    expect(lost).to_be_in_viewport()
    picture(page, "off-line-board")
    press(page, "Kirim pesan")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Pesan").fill("Listrik diperiksa sepuluh menit lagi.")
    dialog.get_by_role("button", name="Kirim pesan").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Belum pasti apakah tindakan ini sampai")
    assert axe_violations(page) == []
    picture(page, "off-line-message")
    page.context.set_offline(False)
    expect(lost).to_have_count(0, timeout=BACK_MS)
    expect(dialog.get_by_label("Pesan")).to_have_value("Listrik diperiksa sepuluh menit lagi.")
    dialog.get_by_role("button", name="Kirim pesan").click()
    expect(dialog).to_have_count(0)
    report = page.get_by_text("2 selesai")
    expect(report).to_be_in_viewport()

    page.context.set_offline(True)
    press(page, "Izinkan masuk")
    expect(page.get_by_text("2 belum pasti: server tidak dapat dihubungi")).to_be_in_viewport()
    page.context.set_offline(False)


@pytest.mark.timeout(180)
def test_the_lists_around_the_board_come_back_by_themselves(live: Live, page: Page) -> None:
    log_in(page, live, "/pengawas", "proctor")
    expect(row_of(page, live)).to_be_visible()
    page.context.set_offline(True)
    for part, wrong in (
        ("Ruang dan", "Belum ada ruang"),
        ("Kesiapan", "0 dari 0"),
        ("Pintu masuk", "Tidak ada peserta"),
    ):
        page.get_by_role("button", name=part).click()
        expect(page.get_by_text("Server tidak dapat dihubungi.")).to_be_visible()
        expect(page.get_by_text(wrong)).to_have_count(0)
    picture(page, "off-line-door")
    page.context.set_offline(False)
    expect(page.get_by_role("listitem").filter(has_text="Peserta 1")).to_be_visible(timeout=BACK_MS)
    expect(page.get_by_text("Server tidak dapat dihubungi.")).to_have_count(0)
    for part in ("Ruang dan", "Kesiapan"):
        page.context.set_offline(True)
        page.get_by_role("button", name=part).click()
        expect(page.get_by_text("Server tidak dapat dihubungi.")).to_be_visible()
        page.context.set_offline(False)
        expect(page.get_by_text("Server tidak dapat dihubungi.")).to_have_count(0, timeout=BACK_MS)


@pytest.mark.timeout(180)
def test_the_board_needs_no_scrolling_to_the_side(live: Live, page: Page) -> None:
    """Narrow pages and large letters make cards of rows, and no cell of a card is squeezed."""
    log_in(page, live, "/pengawas", "proctor")
    expect(row_of(page, live)).to_be_visible()
    wide = LARGE | {"width": 1024}
    for size, larger in ((LARGE, 0), (wide, 0), (TABLET, 0), (LARGE, 2)):
        page.set_viewport_size(size)
        for _ in range(larger):
            page.get_by_role("button", name="A+").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (size, larger)
        narrow = "() => Math.min(...[...document.querySelectorAll('td[data-label]')].map((one) => one.clientWidth))"
        assert page.evaluate(narrow) > 70, (size, larger)
    picture(page, "board-large-letters")
