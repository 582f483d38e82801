"""The guide of the committee, walked: each page of a review looks as `docs/panduan-komite.md` shows it, and takes one press from the tabs."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.db import Database
from app.review.findings.raising import Words, raise_from_lead
from app.review.findings.types import Grade
from app.review.reviews.parts import read_part
from tests.domain.test_after_a_sitting import close_and_release, take_exam
from tests.e2e.conftest import Live, at_desk
from tests.e2e.pictures import page_picture
from tests.findings import member
from tests.reviewed import make_review

PLANTED = {"candidates": 300, "mis_key": True, "leak": True, "copy": True, "standard": True}
RAISED = Words(Grade.MAJOR, "Kunci soal ini kemungkinan keliru.", "Peserta yang bernilai tinggi memilih jawaban lain.")


def make_ready(live: Live) -> tuple[UUID, str]:
    """A review under discussion, with a finding from its first lead; and the code of the item that the lead is about."""

    async def make(database: Database) -> tuple[UUID, str]:
        await take_exam(live.database, database, live.world)
        await close_and_release(database, live.world)
        review, known = await make_review(database, live.world, **PLANTED)
        async with database.staff() as session, session.begin():
            leads = (await read_part(session, review, "leads"))["leads"]
            lead = next(one for one in leads if one["rule"] == "mis-key" and one["subject"]["label"] == known[0].code)
            await raise_from_lead(session, review, lead["id"], RAISED, actor=member(live.world))
        return review, known[0].code

    made: tuple[UUID, str] = live.run(make)
    return made


def show(page: Page, name: str) -> None:
    page_picture(f"komite/{name}", page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


@pytest.mark.timeout(300)
def test_every_page_of_a_review_is_one_press_away(live: Live, browser: Browser) -> None:
    review, code = make_ready(live)
    with at_desk(browser, live, "committee", "kajian") as page:
        expect(page.get_by_role("heading", name="Kajian semester ini")).to_be_visible()
        show(page, "kajian")
        press(page, "Metode kajian")
        expect(page.get_by_role("heading", name="Metode kajian")).to_be_visible()
        show(page, "metode")

        page.goto(f"{live.url}/kantor#halaman=kajian/{review}")
        expect(page.get_by_role("heading", name="Tanda yang perlu dilihat")).to_be_visible()
        show(page, "ringkasan")
        press(page, "Ujian")
        expect(page.get_by_role("heading", name="Ujian", exact=True)).to_be_visible()
        expect(page.get_by_role("img").first).to_be_visible()
        show(page, "ujian")
        press(page, "Soal")
        first = page.get_by_role("table", name="Tabel soal").locator("tbody tr").first
        expect(first).to_contain_text("Bermasalah (bukti kuat)")
        show(page, "soal")
        first.get_by_role("button").first.click()
        expect(page.get_by_role("article")).to_be_visible()
        show(page, "kartu-soal")
        press(page, "Integritas")
        expect(page.get_by_role("heading", name="Integritas", exact=True)).to_be_visible()
        show(page, "integritas")
        press(page, "Rapat")
        expect(page.get_by_role("textbox", name="Risalah rapat")).to_be_visible()
        show(page, "rapat")
        press(page, "Laporan")
        expect(page.get_by_role("link", name="Laporan (PDF)")).to_be_visible()
        show(page, "laporan")

        page.goto(f"{live.url}/kantor#halaman=kajian/{review}/temuan")
        expect(page.get_by_role("heading", name="Temuan kajian ini (1)")).to_be_visible()
        show(page, "temuan")
        page.get_by_role("button", name="Temuan 1 · Mayor").click()
        expect(page.get_by_role("textbox", name="Akar masalah")).to_be_visible()
        show(page, "perjalanan-temuan")
        page.goto(f"{live.url}/kantor#halaman=kajian/koreksi")
        page.get_by_label("Kode soal").fill(code)
        page.keyboard.press("Enter")
        expect(page.get_by_text("kunci di bank soal")).to_be_visible()
        show(page, "koreksi")
