"""Comparable forms in real browsers: one person writes, another approves; the committee accepts what the office asked for."""

from __future__ import annotations

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from app import assembly, delivery, identity
from app.core.access import Role
from app.core.db import Database
from tests.e2e.conftest import Live, at_desk, axe_violations
from tests.e2e.pictures import looking
from tests.factories import PASSWORD

DRAFT = pytest.mark.parametrize("live", [{"prepared": False}], indirect=True)
PARTS = {"kisi-kisi": "Kisi-kisi", "standar-acuan": "Standar acuan", "simulator-paket": "Simulator"}
BASIS = "Analisis pekerjaan, rapat komite 12 Oktober 2026"
OTHER = "committee-2"


def go_to(page: Page, part: str) -> None:
    page.goto(f"{page.url.split('#')[0]}#halaman={part}")
    expect(page.get_by_role("heading", name=PARTS[part], exact=True)).to_be_visible()


def open_forms(page: Page, live: Live) -> None:
    page.goto(f"{live.url}/kantor#sesi={live.world.sitting_id}&bagian=paket")
    expect(page.get_by_role("heading", name="Paket soal")).to_be_visible()


look = looking("forms")


def add_second_member(live: Live) -> None:
    async def add(database: Database) -> None:
        async with database.staff() as session, session.begin():
            person = await identity.add_staff(session, name="Anggota kedua", username=OTHER, roles=[Role.COMMITTEE])
            await identity.undertakings.sign_all_needed(session, person, frozenset({Role.COMMITTEE}))
            await identity.set_password(session, person, PASSWORD)

    live.run(add)


def approve_defaults(live: Live) -> None:
    async def approve(database: Database) -> None:
        async with database.staff() as session, session.begin():
            await assembly.approve_defaults(session, live.world.scheme)

    live.run(approve)


def write_blueprint(page: Page) -> None:
    page.get_by_role("button", name="Ubah kisi-kisi").press("Enter")
    page.get_by_label("Soal KUK 1.1 per paket").fill("7")
    expect(page.get_by_role("status")).to_contain_text("102 dari 100")
    page.get_by_label("Soal KUK 1.2 per paket").fill("3")
    expect(page.get_by_role("status")).to_contain_text("100 dari 100")
    expect(page.get_by_role("status")).to_contain_text("1.1")
    expect(page.get_by_role("row").filter(has_text="1.1")).to_contain_text("6 · kurang 1")
    look(page, "blueprint-short")
    page.get_by_label("Soal KUK 1.1 per paket").fill("6")
    page.get_by_label("Soal KUK 1.2 per paket").fill("4")
    page.get_by_role("button", name="Tambah batas").press("Enter")
    page.get_by_label("Batas untuk").select_option("Soal bergambar")
    page.get_by_label("Paling banyak").fill("10")
    expect(page.get_by_text("Bank cukup untuk kisi-kisi ini.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Tulisan yang belum disimpan dipulihkan.")).to_be_visible()
    expect(page.get_by_label("Soal KUK 1.1 per paket")).to_have_value("6")
    page.get_by_label("Dasar").fill(BASIS)
    page.get_by_role("button", name="Simpan sebagai draf").press("Enter")
    expect(page.get_by_text("Berubah: KUK 1.1 tepat 5 → tepat 6; KUK 1.2 tepat 5 → tepat 4")).to_be_visible()


def explains_itself(page: Page) -> None:
    """By keyboard: a figure's name opens what it means, and closing gives the focus back."""
    name = page.get_by_role("button", name="Galat bersama", exact=True)
    name.focus()
    page.keyboard.press("Enter")
    meaning = page.get_by_role("dialog", name="Galat bersama semua paket")
    expect(meaning).to_contain_text("tidak mengurangi kesetaraan antarpaket")
    expect(meaning).to_contain_text("Cara menghitung")
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    expect(name).to_be_focused()


def assert_printed_alike(page: Page, paper: pypdf.PdfReader) -> None:
    """What the table of the page prints of each form is what the paper prints, to the digit."""
    frame = page.get_by_role("figure", name="Harapan nilai peserta di batas")
    frame.get_by_text("Tabel dan unduhan").click()
    rows = [row.get_by_role("cell").all_inner_texts() for row in frame.get_by_role("row").all()[1:]]
    assert rows
    lines = [" ".join(line.split()) for one in paper.pages for line in one.extract_text().splitlines()]
    for number, (expected, _low, _high, sd, information, _reserved, gap) in enumerate(rows, 1):
        printed = [line for line in lines if line.startswith(f"{number} {expected} ")]
        assert printed, f"form {number} is expected to give {expected}"
        assert f" {sd} {information} " in printed[0]
        assert printed[0].endswith(f" {gap} %")
    (between,) = (
        page.get_by_text("Harapan nilai antarpaket").locator("xpath=../following-sibling::dd").all_inner_texts()
    )
    assert between.replace(" sampai ", "–") in " ".join(lines)


@DRAFT
@pytest.mark.timeout(300)
def test_nobody_approves_what_they_wrote(live: Live, browser: Browser) -> None:
    add_second_member(live)
    with at_desk(browser, live, "committee") as writer, at_desk(browser, live, OTHER) as other:
        go_to(writer, "kisi-kisi")
        expect(writer.get_by_text("Usulan awal, belum disahkan.")).to_be_visible()
        write_blueprint(writer)
        expect(writer.get_by_text("anggota komite lain yang mengesahkan")).to_be_visible()
        expect(writer.get_by_role("button", name="Sahkan")).to_have_count(0)
        go_to(other, "kisi-kisi")
        look(other, "blueprint-draft")
        other.get_by_role("button", name="Sahkan kisi-kisi versi 1").press("Enter")
        expect(other.get_by_text("Disahkan Anggota kedua").first).to_be_visible()
        expect(other.get_by_text("Usulan awal")).to_have_count(0)
        look(other, "blueprint")

        go_to(writer, "standar-acuan")
        writer.get_by_label("Dasar").fill(BASIS)
        writer.get_by_role("button", name="Simpan sebagai draf").press("Enter")
        expect(writer.get_by_text("anggota komite lain yang mengesahkan")).to_be_visible()
        look(writer, "standard-draft")
        go_to(other, "standar-acuan")
        other.get_by_role("button", name="Sahkan standar acuan").press("Enter")
        expect(other.get_by_text("isinya tidak dapat berubah")).to_be_visible()
        expect(other.get_by_role("button", name="Simpan sebagai draf")).to_have_count(0)
        look(other, "standard")


@DRAFT
@pytest.mark.timeout(300)
def test_from_the_question_for_forms_to_the_open_sitting(live: Live, browser: Browser) -> None:
    with at_desk(browser, live, "office") as office, at_desk(browser, live, "committee") as committee:
        open_forms(office, live)
        expect(office.get_by_text("· 4 peserta ·")).to_be_visible()
        expect(office.get_by_text("Lengkapi dahulu langkah yang belum selesai")).to_be_visible()
        look(office, "nothing-yet")
        approve_defaults(live)
        office.reload()
        office.get_by_role("button", name="Susun paket").press("Enter")
        expect(office.get_by_text("Menunggu giliran disusun")).to_be_visible()
        look(office, "asked")
        office.get_by_role("button", name="Semua sesi").press("Enter")
        live.work_once()
        open_forms(office, live)
        expect(office.get_by_text("Setara menurut data yang ada (tingkat bukti: perkiraan ahli).")).to_be_visible()
        expect(office.get_by_role("button", name="Terima sertifikat")).to_have_count(0)
        expect(office.get_by_role("button", name="Siapkan sesi")).to_have_count(0)

        committee.get_by_role("button", name="Ujian uji coba").press("Enter")
        expect(committee.get_by_role("img", name="Harapan nilai")).to_be_visible()
        expect(committee.get_by_text("Semua batas kisi-kisi terpenuhi di setiap paket.")).to_be_visible()
        look(committee, "certificate")
        with committee.expect_download() as download:
            committee.get_by_role("link", name="Unduh PDF").click()
        explains_itself(committee)
        assert_printed_alike(committee, pypdf.PdfReader(download.value.path()))
        look(committee, "certificate-tables")
        committee.get_by_role("button", name="Terima sertifikat").press("Enter")
        committee.get_by_role("dialog").get_by_role("button", name="Terima sertifikat").press("Enter")
        expect(committee.get_by_text("Diterima Petugas committee")).to_be_visible()

        office.reload()
        office.get_by_role("button", name="Siapkan sesi").press("Enter")
        office.get_by_role("dialog").get_by_role("button", name="Siapkan sesi").press("Enter")
        expect(office.get_by_text("Sesi dapat dibuka.")).to_be_visible(timeout=60_000)
        expect(office.get_by_role("button", name="Tolak dan susun ulang")).to_have_count(0)
        look(office, "prepared")

    async def open_sitting(database: Database) -> None:
        async with database.staff() as session, session.begin():
            await delivery.open_sitting(session, live.world.sitting_id)

    live.run(open_sitting)
    with at_desk(browser, live, "auditor") as auditor:
        open_forms(auditor, live)
        expect(auditor.get_by_text("Diterima Petugas committee")).to_be_visible()
        expect(auditor.get_by_text("Sesi dapat dibuka.")).to_have_count(0)
        expect(auditor.get_by_role("main").get_by_role("button", name="Tolak")).to_have_count(0)


@DRAFT
@pytest.mark.timeout(300)
def test_what_cannot_be_made_says_why_and_what_was_refused_stays_on_record(live: Live, browser: Browser) -> None:
    approve_defaults(live)
    with at_desk(browser, live, "committee") as committee:
        open_forms(committee, live)
        committee.get_by_text("Atur", exact=True).click()
        committee.get_by_label("Banyak paket").fill("2")
        committee.get_by_label("Soal bersama, paling banyak").fill("50")
        committee.get_by_label("Soal bersama, paling sedikit").fill("0")
        look(committee, "adjusted")
        committee.get_by_role("button", name="Susun paket").press("Enter")
        expect(committee.get_by_text("Menunggu giliran disusun")).to_be_visible()
        live.work_once()
        expect(committee.get_by_text("Paket tidak dapat disusun.")).to_be_visible()
        look(committee, "failed")
        committee.get_by_role("button", name="Susun lagi").press("Enter")
        expect(committee.get_by_text("Menunggu giliran disusun")).to_be_visible()
        live.work_once()
        committee.get_by_role("button", name="Tolak dan susun ulang").press("Enter")
        dialog = committee.get_by_role("dialog")
        dialog.get_by_label("Alasan").fill("Soal bersama terlalu banyak.")
        dialog.get_by_role("button", name="Tolak dan susun ulang").press("Enter")
        committee.get_by_text("Usulan sebelumnya (2)").click()
        expect(committee.get_by_text("Soal bersama terlalu banyak.")).to_be_visible()
        expect(committee.get_by_role("button", name="Susun lagi")).to_be_visible()


@DRAFT
@pytest.mark.timeout(300)
def test_the_simulator_says_how_large_a_pool_is_enough(live: Live, browser: Browser) -> None:
    approve_defaults(live)
    with at_desk(browser, live, "office") as office:
        office.get_by_role("button", name="Kisi-kisi dan standar").press("Enter")
        office.get_by_role("button", name="Simulator").press("Enter")
        office.get_by_label("Peserta per tahun").fill("60")
        office.get_by_label("Sesi per tahun").fill("2")
        office.get_by_role("button", name="Hitung").press("Enter")
        expect(office.get_by_text("Saran:")).to_be_visible(timeout=60_000)
        expect(office.get_by_role("img", name="Jawaban per soal per tahun")).to_be_visible()
        look(office, "simulator")
        office.get_by_text("Tabel dan unduhan").last.click()
        with office.expect_download() as download:
            office.get_by_role("button", name="CSV: Hasil simulasi menurut besar pool").click()
        assert download.value.path().read_text(encoding="utf-8-sig").startswith("Besar pool aktif (soal);")
