"""Findings in real browsers: from a lead over the owner's work to a correction that another member proves."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app import delivery, identity
from app.core.access import Role
from app.core.clock import read_clock
from app.core.db import Database
from app.review.findings.raising import Words, raise_from_lead
from app.review.findings.types import Grade
from tests.e2e.conftest import Live, at_desk
from tests.e2e.pictures import looking
from tests.e2e.test_exam_in_a_browser import enter
from tests.factories import PASSWORD
from tests.findings import make_review, member, mis_key_lead

DRAFT = pytest.mark.parametrize("live", [{"prepared": False}], indirect=True)
OTHER = "committee-2"


def make_ready(live: Live) -> tuple[UUID, date]:
    """A review whose only lead is a suspected key, and a second member of the committee."""

    async def make(database: Database) -> tuple[UUID, date]:
        async with database.staff() as session, session.begin():
            person = await identity.add_staff(session, name="Anggota kedua", username=OTHER, roles=[Role.COMMITTEE])
            await identity.undertakings.sign_all_needed(session, person, frozenset({Role.COMMITTEE}))
            await identity.set_password(session, person, PASSWORD)
            today = (await read_clock(session) + timedelta(hours=7)).date()
            period = (today - timedelta(days=200), today - timedelta(days=20))
            review = await make_review(session, live.world, period, leads=[mis_key_lead()])
            words = Words(Grade.MAJOR, "Kunci soal MMU-1.1-01 keliru.", "Peserta terbaik memilih jawaban lain.")
            await raise_from_lead(session, review, mis_key_lead().id, words, actor=member(live.world))
        return review, today

    made: tuple[UUID, date] = live.run(make)
    return made


def make_later_review(live: Live, today: date) -> None:
    async def make(database: Database) -> None:
        async with database.staff() as session, session.begin():
            period = (today + timedelta(days=1), today + timedelta(days=180))
            await make_review(session, live.world, period)

    live.run(make)


look = looking("findings")


def go_to(page: Page, part: str) -> None:
    page.goto(f"{page.url.split('#')[0]}#halaman={part}")


def name_cause_and_assign(page: Page, due: date) -> None:
    page.get_by_role("button", name="Temuan 1 · Mayor").press("Enter")
    page.get_by_role("textbox", name="Akar masalah").fill("Kunci tertukar saat impor berkas.")
    page.get_by_role("button", name="Simpan akar masalah").press("Enter")
    page.get_by_role("button", name="Tambah tindakan").press("Enter")
    page.get_by_label("Yang akan dilakukan").fill("Perbaiki kunci dan minta dua penelaah memeriksanya.")
    page.get_by_label("Penanggung jawab").select_option("Petugas office")
    page.get_by_label("Tenggat").fill(due.isoformat())
    look(page, "assign")
    page.get_by_role("button", name="Tugaskan").press("Enter")
    expect(page.get_by_text("penanggung jawab Petugas office").first).to_be_visible()


def report_done(page: Page) -> None:
    expect(page.get_by_text("1 tindakan korektif menunggu Anda.")).to_be_visible()
    page.get_by_role("button", name="Tindakan saya").press("Enter")
    look(page, "mine")
    page.get_by_role("button", name="Laporkan selesai").press("Enter")
    page.get_by_label("Yang sudah dilakukan").fill("Kunci diperbaiki, dua penelaah setuju.")
    page.get_by_role("button", name="Catat selesai").press("Enter")
    expect(page.get_by_text("selesai menurut Petugas office")).to_be_visible()


@DRAFT
@pytest.mark.timeout(180)
def test_a_finding_is_closed_only_when_a_later_review_proves_it(live: Live, browser: Browser) -> None:
    review, today = make_ready(live)
    with at_desk(browser, live, "committee") as page:
        go_to(page, f"kajian/{review}/temuan")
        expect(page.get_by_role("heading", name="Temuan kajian ini (1)")).to_be_visible()
        look(page, "review")
        name_cause_and_assign(page, today + timedelta(days=14))
    with at_desk(browser, live, "office") as page:
        report_done(page)
    with at_desk(browser, live, OTHER) as page:
        go_to(page, "kajian/temuan")
        page.get_by_role("button", name="1 Menunggu verifikasi").press("Enter")
        look(page, "loop")
        page.get_by_role("button", name="Temuan 1 · Mayor").press("Enter")
        expect(page.get_by_text("Temuan menunggu kajian itu.")).to_be_visible()
        make_later_review(live, today)
        page.reload()
        page.get_by_role("radio", name="Kajian").check()
        page.get_by_role("textbox", name="Bukti").fill("Soal ini tidak ditandai lagi pada kajian berikutnya.")
        page.get_by_role("radio", name="Efektif: tutup temuan").check()
        look(page, "verify")
        page.get_by_role("button", name="Catat verifikasi").press("Enter")
        expect(page.get_by_text("ditutup, terbukti efektif")).to_be_visible()
        look(page, "closed")


@DRAFT
def test_a_person_raises_a_finding_without_a_lead(live: Live, browser: Browser) -> None:
    make_ready(live)
    with at_desk(browser, live, "committee") as page:
        go_to(page, "kajian/temuan")
        page.get_by_role("button", name="Buat temuan").press("Enter")
        dialog = page.get_by_role("dialog", name="Buat temuan")
        dialog.get_by_label("Yang ditemukan pada").select_option("sesi")
        dialog.get_by_label("Sebutannya").fill("UJI-1")
        dialog.get_by_role("radio", name="Saran perbaikan").check()
        dialog.get_by_label("Pernyataan temuan").fill("Jam di ruang tidak terlihat dari semua kursi.")
        dialog.get_by_label("Bukti").fill("Tiga catatan peserta pada sesi ini.")
        look(page, "start")
        dialog.get_by_role("button", name="Catat temuan").press("Enter")
        expect(page.get_by_role("button", name="Temuan 2 · Saran perbaikan · sesi UJI-1")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        assert "Jam di ruang" in download.value.path().read_text(encoding="utf-8")


def submit_with_a_remark(page: Page, live: Live) -> None:
    """One candidate hands in; somebody had written a remark about the first question."""
    enter(page, live)
    page.get_by_role("button", name="Ringkasan dan selesai").press("Enter")
    page.get_by_role("checkbox", name="Saya yakin").press("Space")
    page.get_by_role("button", name="SELESAI UJIAN", exact=True).press("Enter")
    page.get_by_role("button", name="Ya, kumpulkan jawaban").press("Enter")
    expect(page.get_by_text("Kode tanda terima")).to_be_visible()

    async def remark(database: Database) -> None:
        async with database.staff() as session, session.begin():
            await session.execute(
                text(
                    "INSERT INTO item_comments (sitting_id, attempt_id, position, text) "
                    "SELECT sitting_id, id, 1, 'Opsi B dan C sama?' FROM attempts WHERE state = 'submitted'"
                )
            )
            await delivery.close_sitting(session, live.world.sitting_id)

    live.run(remark)
    live.work_once()


@pytest.mark.timeout(180)
def test_each_remarked_item_is_looked_at_before_the_results_go_out(live: Live, page: Page, browser: Browser) -> None:
    submit_with_a_remark(page, live)
    with at_desk(browser, live, "committee") as desk:
        desk.goto(f"{live.url}/kantor#sesi={live.world.sitting_id}&bagian=kunci")
        look_at = desk.get_by_role("region", name="Soal yang harus dilihat (1)")
        expect(look_at).to_contain_text("Opsi B dan C sama?")
        expect(desk.get_by_role("button", name="Nyatakan siap dirilis")).to_be_disabled()
        look(desk, "key-check")
        look_at.get_by_label("Yang dilihat dan simpulannya").fill("Opsi B dan C memang sama artinya.")
        look_at.get_by_role("button", name="Perlu dikoreksi").press("Enter")
        expect(desk.get_by_text("Hasil tertahan")).to_be_visible()
        look(desk, "key-check-held")
        look_at.get_by_role("button", name="Lihat lagi").press("Enter")
        look_at.get_by_label("Yang dilihat dan simpulannya").fill("Sudah dicek ulang: hanya satu yang benar.")
        look_at.get_by_role("button", name="Kunci dan soal benar").press("Enter")
        expect(desk.get_by_role("button", name="Nyatakan siap dirilis")).to_be_enabled()
        desk.get_by_label("Yang diperiksa dan simpulannya").fill("satu catatan, kunci benar")
        desk.get_by_role("button", name="Nyatakan siap dirilis").press("Enter")
        expect(desk.get_by_role("button", name="Rilis hasil")).to_be_enabled()
