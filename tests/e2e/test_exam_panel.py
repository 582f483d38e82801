"""The exam panel of a review in a real browser: sentences first, figures that explain themselves, plots that can be taken along."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from app.core.db import Database
from app.review.data.types import ReviewData
from tests.computed_reviews import add_computed_review
from tests.e2e.conftest import Live, at_desk
from tests.e2e.pictures import looking
from tests.review_data import make_review_data, plant


def seed(live: Live, data: ReviewData) -> UUID:
    async def add(database: Database) -> UUID:
        async with database.staff() as session, session.begin():
            return await add_computed_review(session, live.world, data)

    found: UUID = live.run(add)
    return found


look = looking("exam-panel")


@pytest.mark.timeout(300)
def test_the_committee_reads_the_exam_as_a_whole(live: Live, browser: Browser) -> None:
    review = seed(live, make_review_data(60))
    with at_desk(browser, live, "committee", f"kajian/{review}/ujian") as page:
        histogram = page.get_by_role("img", name="Sebaran nilai 57 peserta; batas lulus 68")
        expect(histogram).to_be_visible()
        expect(page.get_by_text("peserta mendapat hasil sama; yang dekat 68 paling tidak pasti")).to_be_visible()

        page.get_by_role("row", name="Keandalan (paket acak").get_by_role("button").first.click()
        expect(page.get_by_role("dialog")).to_contain_text("Rajaratnam, Cronbach & Gleser 1965")
        page.keyboard.press("Escape")

        frame = page.get_by_role("figure", name="Sebaran nilai")
        frame.get_by_text("Tabel dan unduhan").click()
        expect(frame.get_by_role("columnheader", name="Nilai", exact=True)).to_be_visible()
        for kind, start in (("CSV", "\ufeffNilai;".encode()), ("SVG", b"<svg"), ("PNG", b"\x89PNG")):
            with page.expect_download() as download:
                frame.get_by_role("button", name=f"{kind}: Sebaran nilai").press("Enter")
            assert download.value.path().read_bytes().startswith(start), kind
        look(page, "sixty")


@pytest.mark.timeout(300)
def test_a_form_that_is_off_its_plan_is_seen_at_once(live: Live, browser: Browser) -> None:
    review = seed(live, plant(300, form=True).data)
    with at_desk(browser, live, "committee", f"kajian/{review}/ujian") as page:
        topics = page.get_by_role("navigation", name="Topik di halaman ini")
        expect(topics.get_by_role("listitem").filter(has_text="Kesetaraan paket")).to_contain_text(
            "bermasalah (bukti kuat)"
        )
        topics.get_by_role("button", name="Kesetaraan paket").press("Enter")
        expect(page.get_by_role("heading", name="Kesetaraan paket")).to_be_focused()
        expect(page.get_by_role("img", name="Beda nilai dari rencana, sesi SIM-3")).to_be_in_viewport()
        expect(page.get_by_text("angka lebih sulit dari rencana")).to_be_visible()
        look(page, "harder-form")
