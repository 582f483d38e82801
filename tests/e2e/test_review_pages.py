"""A validity review in real browsers: method, plan, computing, meeting, decision, end; each step by whoever may take it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app import identity
from app.core.access import Role
from app.core.db import Database
from app.review.method.versions import approve_default_method
from tests.computed_reviews import add_computed_review
from tests.domain.test_after_a_sitting import close_and_release, take_exam
from tests.e2e.conftest import Live, at_desk
from tests.e2e.pictures import looking
from tests.factories import PASSWORD
from tests.review_data import plant

OTHER = "committee-2"
BASIS = "Rapat komite 3 Maret 2026, berita acara no. 4"
MINUTES = "Semua sesi dibahas. Tidak ada tanda masalah."


look = looking("review")


def make_ready(live: Live, *, approved: bool = False) -> date:
    """Released results, and a second member of the committee. Returns today, where the office is."""

    async def make(database: Database) -> date:
        await take_exam(live.database, database, live.world)
        await close_and_release(database, live.world)
        async with database.staff() as session, session.begin():
            person = await identity.add_staff(session, name="Anggota kedua", username=OTHER, roles=[Role.COMMITTEE])
            await identity.undertakings.sign_all_needed(session, person, frozenset({Role.COMMITTEE}))
            await identity.set_password(session, person, PASSWORD)
            day: date = await session.scalar(text("SELECT (clock_timestamp() AT TIME ZONE 'Asia/Jakarta')::date"))
            if approved:
                await approve_default_method(session, "MMu", valid_from=day)
            return day

    today: date = live.run(make)
    return today


def go_to(page: Page, part: str) -> None:
    page.goto(f"{page.url.split('#')[0]}#halaman={part}")


def write_method(page: Page, today: date) -> None:
    go_to(page, "kajian/metode")
    expect(page.get_by_text("Usulan awal, belum disahkan.")).to_be_visible()
    look(page, "method-proposal")
    page.get_by_role("button", name="Tulis metode").press("Enter")
    page.get_by_label("Kuorum rapat (orang)").fill("1")
    page.get_by_label("Berlaku untuk periode yang dimulai sejak").fill(str(today - timedelta(365)))
    page.get_by_label("Dasar").fill(BASIS)
    look(page, "method-editor")
    page.reload()
    expect(page.get_by_label("Dasar")).to_have_value(BASIS)  # half-written, and still there
    page.get_by_label("Kuorum rapat (orang)").fill("2")
    page.get_by_label("Tanda yang keliru di antara semua tanda").fill("4")
    page.get_by_role("button", name="Simpan sebagai draf").press("Enter")
    expect(page.get_by_text("Berubah: Tanda yang keliru di antara semua tanda 5 % → 4 %")).to_be_visible()
    expect(page.get_by_role("button", name="Sahkan")).to_have_count(0)


def approve_method(page: Page) -> None:
    go_to(page, "kajian/metode")
    look(page, "method-draft")
    page.get_by_role("button", name="Sahkan metode kajian versi 1").press("Enter")
    expect(page.get_by_text("Disahkan Anggota kedua").first).to_be_visible()
    page.get_by_text("Riwayat (1)").click()
    look(page, "method")


def plan(page: Page, today: date) -> None:
    go_to(page, "kajian")
    expect(page.get_by_text("Belum ada kajian.")).to_be_visible()
    page.get_by_role("button", name="Rencanakan kajian").press("Enter")
    page.get_by_label("Periode dari").fill(str(today - timedelta(180)))
    page.get_by_label("sampai").fill(str(today))
    look(page, "plan")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hitung kajian")).to_be_visible()
    expect(page.get_by_text("Metode ini baru disahkan sesudah periode dimulai.")).to_be_visible()
    expect(page.get_by_role("row", name="UJI-1")).to_contain_text("ya")
    look(page, "planned")


def compute(page: Page, live: Live) -> None:
    page.get_by_role("button", name="Hitung kajian").press("Enter")
    expect(page.get_by_text("Menunggu giliran dihitung")).to_be_visible()
    look(page, "computing")
    page.reload()
    expect(page.get_by_text("Kajian sedang dihitung")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text("Server tidak terjangkau; perhitungan tetap berjalan")).to_be_visible()
    page.context.set_offline(False)
    live.work_once()
    expect(page.get_by_text("9 hal masih kurang sebelum tahap berikut")).to_be_visible()
    expect(page.get_by_role("heading", name="Angka pokok")).to_be_visible()
    look(page, "summary")


def meet(page: Page) -> None:
    page.get_by_role("button", name="Buka rapat").press("Enter")
    expect(page.get_by_role("button", name="Putuskan")).to_be_disabled()
    look(page, "meeting-empty")
    page.get_by_label("Tempat").fill("Ruang rapat")
    page.get_by_label("Petugas committee").press("Space")
    page.get_by_label("Risalah rapat").fill(MINUTES)
    page.reload()
    expect(page.get_by_text("Tulisan yang belum disimpan dipulihkan.")).to_be_visible()
    expect(page.get_by_label("Risalah rapat")).to_have_value(MINUTES)
    page.get_by_role("button", name="Simpan risalah").press("Enter")
    expect(page.get_by_text("Risalah tersimpan.")).to_be_visible()
    expect(page.get_by_text("Hadir 1 anggota komite, kuorum 2")).to_be_visible()


def conclude(page: Page, today: date) -> None:
    page.get_by_label("Tanggal rapat").fill(str(today))
    page.get_by_label("Anggota kedua").press("Space")
    for conclusion in ("Keadilan", "Validitas", "Keandalan", "Kinerja umum"):
        page.get_by_label(conclusion, exact=False).last.fill(f"{conclusion}: ditegaskan.")
    page.get_by_role("button", name="Simpan risalah").press("Enter")
    expect(page.get_by_text("Semua syarat tahap berikut terpenuhi.")).to_be_visible()
    look(page, "meeting")
    page.get_by_role("button", name="Putuskan").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Putuskan").press("Enter")
    expect(page.get_by_text("Validitas: ditegaskan.")).to_be_visible()
    expect(page.get_by_role("button", name="Simpan risalah")).to_have_count(0)
    look(page, "meeting-decided")


def print_report(live: Live) -> None:
    """As the report's own page does; this one only asks whether it was done."""

    async def note(database: Database) -> None:
        async with database.staff() as session, session.begin():
            await session.execute(
                text(
                    "INSERT INTO printed_papers (code, kind, review_id, sha256, printed_by) "
                    "SELECT 'uji', 'review', id, 'x', planned_by FROM reviews"
                )
            )

    live.run(note)


@pytest.mark.timeout(400)
def test_from_the_method_to_the_end_of_a_review(live: Live, browser: Browser) -> None:
    today = make_ready(live)
    with at_desk(browser, live, "committee") as writer, at_desk(browser, live, OTHER) as other:
        write_method(writer, today)
        approve_method(other)
        plan(writer, today)
        compute(writer, live)
        meet(writer)
        conclude(writer, today)
        writer.get_by_role("button", name="Ringkasan").press("Enter")
        expect(writer.get_by_text("mintalah anggota komite lain menutup kajian ini")).to_be_visible()
        expect(writer.get_by_text("Laporan belum dicetak sesudah keputusan")).to_be_visible()
        look(writer, "decided")
        print_report(live)

        other.get_by_role("button", name="Semua sesi").press("Enter")
        expect(other.get_by_text("diputuskan; menunggu laporan dan penutupan")).to_be_visible()
        look(other, "start")
        other.get_by_role("button", name="Buka: Kajian validitas ujian").press("Enter")
        other.get_by_role("button", name="Tutup kajian").press("Enter")
        other.get_by_role("dialog").get_by_role("button", name="Tutup kajian").press("Enter")
        expect(other.get_by_text("Ditutup Anggota kedua")).to_be_visible()
        look(other, "closed")
        go_to(other, "kajian")
        expect(other.get_by_text("ditutup", exact=True)).to_be_visible()
        look(other, "list")


@pytest.mark.timeout(300)
def test_two_members_who_write_at_once_lose_nothing(live: Live, browser: Browser) -> None:
    today = make_ready(live, approved=True)
    with at_desk(browser, live, "committee") as one, at_desk(browser, live, OTHER) as another:
        plan(one, today)
        one.get_by_role("button", name="Hitung kajian").press("Enter")
        expect(one.get_by_text("Kajian sedang dihitung")).to_be_visible()
        live.work_once()
        one.get_by_role("button", name="Buka rapat").press("Enter")
        go_to(another, one.url.split("halaman=")[1])
        another.get_by_label("Risalah rapat").fill("Ditulis anggota kedua.")
        one.get_by_label("Risalah rapat").fill("Ditulis anggota pertama.")
        one.get_by_role("button", name="Simpan risalah").press("Enter")
        expect(one.get_by_text("Risalah tersimpan.")).to_be_visible()

        another.get_by_role("button", name="Simpan risalah").press("Enter")
        expect(another.get_by_text("Anggota lain menyimpan risalah sesudah Anda membukanya.")).to_be_visible()
        another.get_by_text("Risalah yang tersimpan").click()
        expect(another.get_by_text("Ditulis anggota pertama.")).to_be_visible()
        expect(another.get_by_label("Risalah rapat", exact=False).last).to_have_value("Ditulis anggota kedua.")
        look(another, "meeting-conflict")
        another.get_by_role("button", name="Pakai tulisan saya").press("Enter")
        another.get_by_role("button", name="Simpan risalah").press("Enter")
        expect(another.get_by_text("Risalah tersimpan.")).to_be_visible()


@pytest.mark.timeout(200)
def test_what_cannot_be_computed_yet_says_why(live: Live, browser: Browser) -> None:
    today = make_ready(live, approved=True)
    with at_desk(browser, live, "committee", "kajian") as page:
        page.get_by_role("button", name="Rencanakan kajian").press("Enter")
        page.get_by_label("Periode dari").fill(str(today - timedelta(30)))
        page.get_by_label("sampai").fill(str(today + timedelta(30)))
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Hitung kajian").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Periode kajian ini belum berakhir")
        look(page, "refused")
        page.get_by_role("button", name="Tarik kajian").press("Enter")
        page.get_by_label("Alasan").fill("Periodenya keliru.")
        page.get_by_role("dialog").get_by_role("button", name="Tarik kajian").press("Enter")
        expect(page.get_by_role("button", name="Hitung kajian")).to_have_count(0)
        expect(page.get_by_text("ditarik").first).to_be_visible()


@pytest.mark.timeout(300)
def test_a_lead_becomes_a_finding_where_it_is_read(live: Live, browser: Browser) -> None:
    async def make(database: Database) -> UUID:
        async with database.staff() as session, session.begin():
            return await add_computed_review(session, live.world, plant(300, mis_key=True, copy=True).data)

    review: UUID = live.run(make)
    with at_desk(browser, live, "committee", f"kajian/{review}") as page:
        strong = page.get_by_role("group").filter(has_text="kunci mungkin keliru")
        expect(strong.get_by_text("Karena kebetulan saja dapat muncul paling banyak")).to_be_visible()
        expect(page.get_by_role("heading", name="Dari kajian sebelumnya")).to_be_visible()
        strong.scroll_into_view_if_needed()
        look(page, "leads")
        strong.get_by_role("button", name="Buat temuan").first.press("Enter")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("radio", name="Mayor").check()
        dialog.get_by_label("Pernyataan").fill("Kunci soal ini keliru.")
        dialog.get_by_role("button", name="Catat temuan").press("Enter")
        expect(strong.get_by_role("button", name="Temuan 1")).to_be_visible()
        strong.get_by_role("button", name="Buka kartu soal").first.press("Enter")
        expect(page).to_have_url(re.compile("/soal/"))
