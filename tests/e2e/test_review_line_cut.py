"""The line is cut while the committee works on a review: nothing typed is lost, and once the line is back a retry takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e import test_review_corrections as correcting
from tests.e2e import test_review_findings as finding
from tests.e2e import test_review_items as flagged
from tests.e2e import test_review_pages as meeting
from tests.e2e.conftest import Live, at_desk, run_apart
from tests.e2e.test_review_angoff import open_panel

AWAY = "Server tidak dapat dihubungi."


@contextmanager
def line_cut(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


def expect_seen(page: Page) -> None:
    """The words stand where the person looks, not at the top of a page that was scrolled away."""
    expect(page.get_by_text(AWAY)).to_be_in_viewport()


def press(page: Page, name: str) -> None:
    """Once what was pressed before has come to its end: until then the button takes nothing."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled()
    button.press("Enter")


def again(page: Page) -> Locator:
    return page.get_by_role("button", name="Coba lagi")


@pytest.mark.timeout(240)
def test_ratings_wait_for_the_line_and_outlast_the_page(live: Live, browser: Browser) -> None:
    with at_desk(browser, live, "committee", "kajian/angoff") as page:
        open_panel(page)
        expect(page.get_by_role("heading", name="Panel Angoff 2026")).to_be_visible()
        address = page.url.split("halaman=")[1]
    with at_desk(browser, live, "author", address) as judge:
        boxes = judge.get_by_role("spinbutton")
        expect(boxes.first).to_be_visible()
        with line_cut(judge):
            for place in range(boxes.count()):
                boxes.nth(place).fill("61")
            expect(judge.get_by_text("Belum tersimpan; dicoba lagi sendiri")).to_be_in_viewport()
            judge.get_by_role("button", name="Saya selesai").press("Enter")
            expect_seen(judge)
        judge.reload()
        expect(boxes.last).to_have_value("61")
        expect(judge.get_by_role("status")).to_contain_text("Tersimpan")
        judge.get_by_role("button", name="Saya selesai").press("Enter")
        expect(judge.get_by_text("Anda selesai dengan putaran ini")).to_be_visible()


@pytest.mark.timeout(240)
def test_an_item_is_opened_and_decided_once_the_line_is_back(live: Live, browser: Browser) -> None:
    review, code = flagged.make_ready(live)
    with at_desk(browser, live, "committee") as page:
        flagged.open_items(page, review)
        with line_cut(page):
            page.get_by_role("button", name="Telusuri").press("Enter")
            expect_seen(page)
        again(page).press("Enter")
        expect(page.get_by_role("article", name=code)).to_be_focused()
        page.get_by_role("radio", name="Ditangguhkan").check()
        page.get_by_role("textbox", name="Catatan", exact=True).fill(flagged.NOTE)
        with line_cut(page):
            press(page, "Simpan")
            expect_seen(page)
        press(page, "Simpan")
        expect(page.get_by_text(f"{code}: Ditangguhkan. Keputusan tersimpan.")).to_be_visible()


@finding.DRAFT
@pytest.mark.timeout(240)
def test_an_action_is_assigned_once_the_line_is_back(live: Live, browser: Browser) -> None:
    _, today = finding.make_ready(live)
    with at_desk(browser, live, "committee", "kajian/temuan") as page:
        page.get_by_role("button", name="Temuan 1 · Mayor").press("Enter")
        expect(page.get_by_role("textbox", name="Akar masalah")).to_be_visible()
        with line_cut(page):
            page.get_by_role("button", name="Tambah tindakan").press("Enter")
            expect_seen(page)
            page.get_by_label("Yang akan dilakukan").fill("Perbaiki kunci dan minta dua penelaah memeriksanya.")
        again(page).press("Enter")
        page.get_by_label("Penanggung jawab").select_option("Petugas office")
        page.get_by_label("Tenggat").fill(today.isoformat())
        with line_cut(page):
            press(page, "Tugaskan")
            expect_seen(page)
        press(page, "Tugaskan")
        expect(page.get_by_text("penanggung jawab Petugas office").first).to_be_visible()


@pytest.mark.timeout(240)
def test_a_correction_is_proposed_once_the_line_is_back(live: Live, browser: Browser) -> None:
    item = run_apart(correcting.sit_and_release(live))
    with at_desk(browser, live, "committee", "kajian/koreksi") as page:
        correcting.ask_what_if(page, item)
        page.get_by_label("Alasan").fill("Dua ahli menunjukkan bahwa pilihan lain yang benar.")
        with line_cut(page):
            press(page, "Usulkan koreksi")
            expect_seen(page)
        press(page, "Usulkan koreksi")
        expect(page.get_by_text("Koreksi menunggu persetujuan satu anggota komite lain.")).to_be_visible()


def test_a_file_of_groups_is_taken_once_the_line_is_back(live: Live, browser: Browser) -> None:
    number = live.world.cards[0].number
    rows = f"nomor peserta;atribut;nilai;tanggal persetujuan\n{number};jenis kelamin;perempuan;15/01/2026\n"
    with at_desk(browser, live, "office") as page:
        page.get_by_role("button", name="Kelompok peserta").click()
        expect(page.get_by_text("Belum ada kelompok yang tersimpan.")).to_be_visible()
        with line_cut(page):
            file = {"name": "kelompok.csv", "mimeType": "text/csv", "buffer": rows.encode()}
            page.get_by_label("Berkas CSV").set_input_files(file)  # type: ignore[arg-type]
            expect_seen(page)
        again(page).press("Enter")
        expect(page.get_by_role("button", name="Simpan 1 baris")).to_be_enabled()
        with line_cut(page):
            page.get_by_role("button", name="Simpan 1 baris").press("Enter")
            expect_seen(page)
        again(page).press("Enter")
        expect(page.get_by_text("1 baris tersimpan.")).to_be_visible()


@pytest.mark.timeout(240)
def test_minutes_whose_answer_was_lost_are_not_somebody_elses(live: Live, browser: Browser) -> None:
    today = meeting.make_ready(live, approved=True)
    with at_desk(browser, live, "committee") as page:
        meeting.plan(page, today)
        page.get_by_role("button", name="Hitung kajian").press("Enter")
        expect(page.get_by_text("Kajian sedang dihitung")).to_be_visible()
        live.work_once()
        page.get_by_role("button", name="Buka rapat").press("Enter")
        page.get_by_label("Risalah rapat").fill("Ditulis sekali.")

        def lose_the_answer(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/meeting", lose_the_answer, times=1)
        press(page, "Simpan risalah")
        expect_seen(page)
        expect(page.get_by_text("Anggota lain menyimpan risalah")).to_have_count(0)
        page.get_by_label("Risalah rapat").fill("Ditulis sekali, lalu dilengkapi.")
        press(page, "Simpan risalah")
        expect(page.get_by_text("Risalah tersimpan.")).to_be_visible()
