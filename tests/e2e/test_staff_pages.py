"""Proctor and committee in a real browser: the board follows a candidate, the committee reads and releases."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app import delivery
from app.core.access import Actor, Role
from app.core.db import Database
from app.delivery import Admission
from tests.e2e.conftest import LARGE, SMALL, Live, axe_violations
from tests.e2e.test_exam_in_a_browser import answers_for, enter, log_in_again
from tests.factories import PASSWORD


def log_in(page: Page, live: Live, path: str, username: str) -> None:
    page.goto(f"{live.url}{path}")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ujian uji coba").press("Enter")


@pytest.mark.timeout(180)
def test_the_board_follows_and_the_committee_releases(live: Live, page: Page, browser: Browser) -> None:
    watching = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    log_in(watching, live, "/pengawas", "proctor")
    row = watching.get_by_role("row").filter(has_text=live.world.cards[0].number)
    expect(row).to_contain_text("Siap mulai")
    enter(page, live)
    expect(row).to_contain_text("Sedang ujian")
    letters = answers_for(live, 0, 3)
    for letter in letters[:3]:
        page.keyboard.press(letter)
        page.keyboard.press("ArrowRight")
    expect(row).to_contain_text("3/100")
    watching.get_by_label("Uraian").fill("lampu padam dua menit")
    watching.get_by_role("button", name="Catat kejadian").press("Enter")
    expect(watching.get_by_text("lampu padam dua menit")).to_be_visible()
    watching.get_by_role("button", name="Tutup kejadian").press("Enter")
    expect(watching.get_by_role("button", name="Tutup kejadian")).to_have_count(0)
    assert axe_violations(watching) == []

    page.get_by_role("button", name="Ringkasan dan selesai").press("Enter")
    page.get_by_role("checkbox", name="Saya yakin").press("Space")
    page.get_by_role("button", name="SELESAI UJIAN", exact=True).press("Enter")
    page.get_by_role("button", name="Ya, kumpulkan jawaban").press("Enter")
    expect(row).to_contain_text("Selesai")
    live.work_once()

    async def close(database: Database) -> None:
        async with database.staff() as session, session.begin():
            await delivery.close_sitting(session, live.world.sitting_id)

    live.run(close)
    committee = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    log_in(committee, live, "/kantor", "committee")
    expect(committee.get_by_text("Siap diperiksa")).to_be_visible()
    committee.get_by_label("Yang diperiksa dan simpulannya").fill("tidak ada tanda")
    committee.get_by_role("button", name="Nyatakan siap dirilis").press("Enter")
    committee.get_by_role("button", name="Rilis hasil").press("Enter")
    committee.get_by_role("dialog").get_by_role("button", name="Rilis hasil").press("Enter")
    expect(committee.get_by_text("Hasil dirilis")).to_be_visible()
    committee.get_by_role("button", name="Statistik ujian").press("Enter")
    expect(committee.get_by_role("img", name="Banyaknya peserta")).to_be_visible()
    equity = committee.get_by_role("region", name="Kesetaraan menurut paket")
    expect(equity).to_contain_text("tidak disetarakan")
    equity.get_by_title("Apa arti Rata-rata nyata?").first.press("Enter")
    expect(committee.get_by_role("dialog", name="Rata-rata nyata")).to_contain_text("tidak terlihat lebih sulit")
    committee.keyboard.press("Escape")
    assert axe_violations(committee) == []
    committee.get_by_role("button", name="Statistik soal").press("Enter")
    expect(committee.get_by_role("table")).to_contain_text("belum cukup data")
    committee.set_viewport_size(SMALL)
    assert axe_violations(committee) == []
    with committee.expect_download() as download:
        committee.get_by_role("link", name="Unduh CSV").click()
    assert download.value.suggested_filename.endswith("-soal.csv")
    for other in (watching, committee):
        other.context.close()


@pytest.mark.parametrize("live", [{"admission": Admission.PROCTOR}], indirect=True)
def test_a_board_of_absent_candidates_is_calm_and_its_alert_ends_with_the_line(live: Live, page: Page) -> None:
    async def rename(database: Database) -> None:
        async with database.staff() as session, session.begin():
            await session.execute(
                text("UPDATE roster SET name = repeat('Panjang', 25) WHERE number = :number"), {"number": number}
            )

    number = live.world.cards[1].number
    live.run(rename)
    log_in(page, live, "/pengawas", "proctor")
    expect(page.get_by_role("row").filter(has_text=number)).to_contain_text("Menunggu izin masuk")
    expect(page.get_by_text("Tidak ada yang perlu perhatian.")).to_be_attached()
    expect(page.get_by_role("heading", name="TOKEN")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    admit = (
        page.get_by_role("row").filter(has_text=live.world.cards[0].number).get_by_role("button", name="Izinkan masuk")
    )
    admit.click()
    note = page.get_by_role("dialog").get_by_role("button", name="Catat dan izinkan masuk")
    page.route("**/admit", lambda route: route.abort())
    page.get_by_role("dialog").get_by_label("foto cocok").check()
    note.click()
    expect(page.get_by_role("alert")).to_have_text("Server tidak dapat dihubungi. Coba lagi sebentar.")
    page.unroute("**/admit")
    note.dblclick()
    expect(page.get_by_role("row").filter(has_text=live.world.cards[0].number)).to_contain_text("Siap mulai")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.set_viewport_size(SMALL)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_handing_a_device_over_names_who_asks_and_warns_of_who_is_working(
    live: Live, page: Page, browser: Browser
) -> None:
    enter(page, live)
    asking = browser.new_context(viewport=SMALL, locale="id-ID", user_agent="Laboratorium-PC-7").new_page()
    log_in_again(asking, live)
    expect(asking.get_by_role("heading", level=1)).to_have_text("Ujian Anda terbuka di komputer lain", timeout=20_000)
    watching = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    log_in(watching, live, "/pengawas", "proctor")
    watching.get_by_role("button", name="Lepaskan kunci perangkat").click()
    dialog = watching.get_by_role("dialog")
    expect(dialog).to_contain_text("Laboratorium-PC-7")
    expect(dialog).to_contain_text("127.0.0.1")
    expect(dialog).to_contain_text("Meminta sejak")
    expect(dialog).to_contain_text("Perangkat yang sekarang masih bekerja")
    assert axe_violations(watching) == []
    page.close()
    expect(dialog.get_by_text("masih bekerja")).to_have_count(0, timeout=40_000)
    dialog.get_by_role("button", name="Lepaskan kunci perangkat").click()
    expect(asking.get_by_role("heading", level=1)).to_contain_text("Soal 1 dari 100", timeout=20_000)
    for other in (asking, watching):
        other.context.close()


@pytest.mark.parametrize("path", ["/pengawas", "/kantor", "/", "/latihan"])
def test_every_entry_is_free_of_axe_violations_before_log_in(live: Live, page: Page, path: str) -> None:
    page.goto(f"{live.url}{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert axe_violations(page) == []


def test_typed_words_outlive_an_ended_log_in_and_are_written_once(live: Live, page: Page) -> None:
    log_in(page, live, "/pengawas", "proctor")
    page.get_by_label("Uraian").fill("lampu padam")
    page.context.clear_cookies()
    page.get_by_role("button", name="Catat kejadian").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk untuk petugas")
    page.get_by_label("Nama pengguna").fill("proctor")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Uraian")).to_have_value("lampu padam")
    page.get_by_role("button", name="Catat kejadian").dblclick()
    expect(page.get_by_label("Uraian")).to_have_value("")
    page.reload()
    expect(page.get_by_text("lampu padam", exact=True)).to_have_count(1)


def test_the_note_of_the_key_check_outlives_a_look_at_the_statistics(live: Live, page: Page) -> None:
    async def close(database: Database) -> None:
        async with database.staff() as session, session.begin():
            actor = Actor(
                live.world.staff["committee"], live.world.staff["committee"], "K", frozenset({Role.COMMITTEE})
            )
            await delivery.close_sitting(session, live.world.sitting_id, actor=actor)

    enter(page, live)
    page.get_by_role("button", name="Ringkasan dan selesai").press("Enter")
    page.get_by_role("checkbox", name="Saya yakin").press("Space")
    page.get_by_role("button", name="SELESAI UJIAN", exact=True).press("Enter")
    page.get_by_role("button", name="Ya, kumpulkan jawaban").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jawaban Anda sudah dikumpulkan")
    live.work_once()
    live.run(close)
    log_in(page, live, "/kantor", "committee")
    page.get_by_label("Yang diperiksa dan simpulannya").fill("kunci 12 benar")
    page.get_by_role("button", name="Statistik soal").click()
    page.get_by_role("button", name="Pemeriksaan kunci").click()
    expect(page.get_by_label("Yang diperiksa dan simpulannya")).to_have_value("kunci 12 benar")
