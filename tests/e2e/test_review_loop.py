"""The whole loop in real browsers: a wrong key is flagged, tried out, counted anew, proven right, and told in the report."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import asyncpg
import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from app import identity
from app.cli.forms import SAMPLE_COMMITTEE
from app.cli.period.run import Planted, simulate_periods
from app.cli.period.terms import Plant, Term
from app.core.access import Role
from app.core.clock import read_clock
from app.core.db import Database
from app.review.reviews.parts import read_part
from tests.e2e.conftest import Live, at_desk
from tests.factories import PASSWORD, draft_items

TERMS = [Term(2025, 1), Term(2025, 2), Term(2026, 1)]
CAUSE = "Kunci tertukar ketika soal dimuat dari berkas."
PROOF = "Nilai dihitung ulang dengan kunci yang benar; daya pembeda soal sekarang wajar."


def sit_three_periods(live: Live) -> Planted:
    """With one wrong key among the items, and a second member of the committee."""

    async def sit(database: Database) -> Planted:
        async with database.staff() as session, session.begin():
            person = await identity.add_staff(
                session, name="Anggota kedua", username=SAMPLE_COMMITTEE, roles=[Role.COMMITTEE]
            )
            await identity.undertakings.sign_all_needed(session, person, frozenset({Role.COMMITTEE}))
            await identity.set_password(session, person, PASSWORD)
        owner = await asyncpg.connect(live.database.owner_url)
        try:
            return await simulate_periods(
                database, owner, TERMS, candidates=110, plants=frozenset({Plant.MIS_KEY}), seed=5, tell=lambda _: None
            )
        finally:
            await owner.close()

    planted: Planted = live.run(sit)
    return planted


def right_letter(live: Live, review: str, code: str) -> str:
    """The option of an item that the able choose."""

    async def find(database: Database) -> str:
        async with database.staff() as session:
            rows = (await read_part(session, UUID(review), "items"))["rows"]
            lineage = next(row["id"] for row in rows if row["code"] == code)
            card = await read_part(session, UUID(review), f"item:{lineage}")
        found = max(card["options"], key=lambda option: option["rest"]["value"] or -1)
        return str(found["letter"])

    letter: str = live.run(find)
    return letter


def plan_and_compute(page: Page, live: Live) -> str:
    """Returns the id of the review."""
    page.get_by_role("button", name="Rencanakan kajian").press("Enter")
    page.get_by_label("Periode dari").fill("2026-01-01")
    page.get_by_label("sampai").fill("2026-06-30")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Hitung kajian").press("Enter")
    expect(page.get_by_text("Kajian sedang dihitung")).to_be_visible()
    live.work_once()
    expect(page.get_by_role("heading", name="Angka pokok")).to_be_visible(timeout=60_000)
    return re.findall(r"kajian/([0-9a-f-]{36})", page.url)[0]


def raise_finding(page: Page, code: str) -> None:
    page.get_by_role("button", name=f"Buat temuan: {code}").first.press("Enter")
    dialog = page.get_by_role("dialog", name="Buat temuan")
    dialog.get_by_role("radio", name="Mayor").check()
    dialog.get_by_label("Pernyataan temuan").fill(f"Kunci soal {code} keliru.")
    dialog.get_by_role("button", name="Catat temuan").press("Enter")
    page.get_by_role("button", name="Temuan 1 · Mayor").press("Enter")
    page.get_by_role("textbox", name="Akar masalah").fill(CAUSE)
    page.get_by_role("button", name="Simpan akar masalah").press("Enter")
    expect(page.get_by_role("button", name="Simpan akar masalah")).to_have_count(0)


def assign(page: Page, due: str) -> None:
    page.get_by_role("button", name="Tambah tindakan").press("Enter")
    page.get_by_label("Jenis tindakan").select_option("kunci dikoreksi")
    page.get_by_label("Yang akan dilakukan").fill("Koreksi kunci, lalu hitung ulang semua sesi.")
    page.get_by_label("Penanggung jawab").select_option("Petugas committee")
    page.get_by_label("Tenggat").fill(due)
    page.get_by_role("button", name="Tugaskan").press("Enter")
    expect(page.get_by_text("penanggung jawab Petugas committee").first).to_be_visible()


def propose_key(page: Page, code: str, letter: str) -> None:
    page.goto(f"{page.url.split('#')[0]}#halaman=kajian/koreksi/baru:{code}")
    page.get_by_label("Kunci yang tepat").select_option(letter)
    page.get_by_role("button", name="Hitung akibatnya").press("Enter")
    expect(page.get_by_text("Ini baru perhitungan; belum ada yang disimpan.")).to_be_visible()
    page.get_by_label("Alasan").fill("Dua ahli dan jawaban peserta menunjuk pilihan lain.")
    page.get_by_role("button", name="Usulkan koreksi").press("Enter")
    expect(page.get_by_text("Koreksi menunggu persetujuan satu anggota komite lain.")).to_be_visible()


def approve_key(page: Page) -> None:
    page.goto(f"{page.url.split('#')[0]}#halaman=kajian/koreksi")
    page.get_by_role("button", name="Kunci diganti").press("Enter")
    page.get_by_role("button", name="Setujui dan terapkan").press("Enter")
    page.get_by_label("Catatan telaah").fill("Sudah ditelaah bersama buku sumber.")
    page.get_by_role("dialog").get_by_role("button", name="Setujui dan terapkan").press("Enter")
    expect(page.get_by_text("Koreksi diterapkan")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("region", name="Peserta yang hasilnya berubah")).to_be_visible()


def report_done(page: Page) -> None:
    page.goto(f"{page.url.split('#')[0]}#halaman=kajian/temuan")
    page.get_by_role("button", name="Temuan 1 · Mayor").press("Enter")
    page.get_by_role("button", name="Laporkan selesai").press("Enter")
    page.get_by_label("Yang sudah dilakukan").fill("Koreksi diterapkan pada ketiga sesi; surat dicetak.")
    page.get_by_role("button", name="Catat selesai").press("Enter")
    expect(page.get_by_text("selesai menurut Petugas committee")).to_be_visible()
    expect(page.get_by_role("button", name="Catat verifikasi")).to_have_count(0)  # who did it does not judge it


def verify(page: Page) -> None:
    page.goto(f"{page.url.split('#')[0]}#halaman=kajian/temuan")
    page.get_by_role("button", name="Temuan 1 · Mayor").press("Enter")
    page.get_by_role("radio", name="Dapat dipastikan sekarang juga").check()
    page.get_by_label("Mengapa dapat dipastikan sekarang").fill("Penghitungan ulang langsung menunjukkan hasilnya.")
    page.get_by_role("textbox", name="Bukti").fill(PROOF)
    page.get_by_role("radio", name="Efektif: tutup temuan").check()
    page.get_by_role("button", name="Catat verifikasi").press("Enter")
    expect(page.get_by_text("ditutup, terbukti efektif")).to_be_visible()


def printed(page: Page, review: str) -> str:
    page.goto(f"{page.url.split('#')[0]}#halaman=kajian/{review}/laporan")
    with page.expect_download(timeout=90_000) as download:
        page.get_by_role("link", name="Laporan (PDF)", exact=True).click()
    pages = pypdf.PdfReader(download.value.path()).pages
    return "".join("".join(one.extract_text() for one in pages).replace("\u200b", "").split())


@pytest.mark.parametrize("live", [{"prepared": False, "drafts": draft_items(10)}], indirect=True)
@pytest.mark.timeout(400)
@pytest.mark.clause("9.3.5", "the report shows each finding from lead to verified closure")
def test_a_wrong_key_from_the_flag_to_its_proof_in_the_report(live: Live, browser: Browser) -> None:
    code = sit_three_periods(live).mis_key or ""

    async def today(database: Database) -> str:
        async with database.staff() as session:
            return str((await read_clock(session) + timedelta(days=10)).date())

    due = live.run(today)
    with at_desk(browser, live, "committee", "kajian") as first, at_desk(browser, live, SAMPLE_COMMITTEE) as second:
        review = plan_and_compute(first, live)
        raise_finding(first, code)
        assign(first, due)
        propose_key(first, code, right_letter(live, review, code))
        approve_key(second)
        report_done(first)
        verify(second)
        told = printed(second, review)
    for said in (code, CAUSE, "Koreksi kunci, lalu hitung ulang semua sesi.", PROOF, "dinilai ulang:"):
        assert "".join(said.split()) in told, said
