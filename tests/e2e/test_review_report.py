"""The report of a review in a real browser: what it will hold, its files, the map of evidence, and each print with its code."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.db import Database
from tests.domain.test_after_a_sitting import close_and_release, take_exam
from tests.e2e.conftest import LARGE, SMALL, Live, at_desk, axe_violations
from tests.e2e.pictures import picture
from tests.reviewed import make_review


def make_ready(live: Live) -> UUID:
    async def make(database: Database) -> UUID:
        await take_exam(live.database, database, live.world)
        await close_and_release(database, live.world)
        review, _ = await make_review(database, live.world)
        return review

    made: UUID = live.run(make)
    return made


def look(page: Page, name: str) -> None:
    """As a picture, and as axe sees it: large, small, light and dark."""
    picture(page, f"report-{name}")
    for viewport in (SMALL, LARGE):
        page.set_viewport_size(viewport)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            assert axe_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"


@pytest.mark.timeout(180)
def test_the_report_is_downloaded_and_its_print_is_listed_with_a_code(live: Live, browser: Browser) -> None:
    review = make_ready(live)
    with at_desk(browser, live, "committee", f"kajian/{review}/laporan") as page:
        expect(page.get_by_text("Laporan ini belum pernah dicetak.")).to_be_visible()
        expect(page.get_by_text("Komite belum memutuskan kajian ini.")).to_be_visible()
        expect(page.get_by_role("listitem").filter(has_text="Temuan dan tindakan korektif")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="pelaksanaan ujian yang dikaji")).to_contain_text("1")
        for name, kind in (("Laporan (PDF)", "pdf"), ("Lampiran data (Excel)", "xlsx")):
            with page.expect_download() as download:
                page.get_by_role("link", name=name).click()
            assert download.value.suggested_filename.endswith(kind)
        page.get_by_role("button", name="Perbarui daftar").press("Enter")
        code = page.get_by_role("link", name="Periksa cetakan")
        expect(code).to_have_count(1)
        look(page, "tab")
        code.click()
        expect(page.get_by_role("heading", name="Cetakan ini tercatat")).to_be_visible()
