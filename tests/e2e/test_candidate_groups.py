"""The office takes a file of candidates' groups in a browser: looked at, mended, kept, and one candidate's withdrawn."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Live, at_desk
from tests.e2e.pictures import looking

HEAD = "nomor peserta;atribut;nilai;tanggal persetujuan\n"


def choose(page: Page, rows: str) -> None:
    file = {"name": "kelompok.csv", "mimeType": "text/csv", "buffer": (HEAD + rows).encode()}
    page.get_by_label("Berkas CSV").set_input_files(file)  # type: ignore[arg-type]


look = looking("review-groups")


def test_the_office_keeps_groups_and_withdraws_them(live: Live, browser: Browser) -> None:
    first, second = (card.number for card in live.world.cards[:2])
    with at_desk(browser, live, "office") as page:
        page.get_by_role("button", name="Kelompok peserta").click()
        expect(page.get_by_text("Belum ada kelompok yang tersimpan.")).to_be_visible()
        choose(page, f"{first};jenis kelamin;perempuan;\n{second};jenis kelamin;laki-laki;15/01/2026\n")
        expect(page.get_by_text("1 baris ditolak.")).to_be_visible()
        expect(page.get_by_text("tanggal persetujuan: isi nilai ini")).to_be_visible()
        expect(page.get_by_role("button", name="Simpan")).to_have_count(0)
        look(page, "refused")
        choose(page, f"{first};jenis kelamin;perempuan;15/01/2026\n{second};jenis kelamin;laki-laki;15/01/2026\n")
        page.get_by_role("button", name="Simpan 2 baris").click()
        expect(page.get_by_text("2 baris tersimpan.")).to_be_visible()
        expect(page.get_by_role("cell", name="perempuan")).to_be_visible()
        look(page, "kept")
        page.get_by_role("textbox", name="Nomor peserta").fill(first)
        page.get_by_role("button", name="Tarik persetujuan").click()
        expect(page.get_by_text(f"Kelompok peserta {first} terhapus.")).to_be_visible()
        expect(page.get_by_role("cell", name="perempuan")).to_have_count(0)
        choose(page, f"{first};jenis kelamin;perempuan;15/01/2026\n{second};jenis kelamin;laki-laki;15/01/2026\n")
        expect(page.get_by_text("1 baris dilewati")).to_be_visible()
        expect(page.get_by_role("cell", name="dilewati: persetujuan ditarik")).to_be_visible()
        expect(page.get_by_role("button", name="Simpan")).to_have_count(0)
        look(page, "left-out")
