"""The integrity report in a real browser: what it is not comes first; a pair leads to its timelines and to a finding."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from app.core.db import Database
from app.delivery.models import AttemptRow
from app.review.data.types import ReviewData
from tests.computed_reviews import add_computed_review
from tests.e2e.conftest import Live, at_desk
from tests.e2e.pictures import looking
from tests.review_data import plant


def with_a_copier(live: Live) -> UUID:
    """A review in which two of the candidates of the server's own sitting stand out."""

    async def add(database: Database) -> UUID:
        async with database.staff() as session, session.begin():
            attempts = list(await session.scalars(select(AttemptRow.id).limit(2)))
            return await add_computed_review(session, live.world, _of(live.world.sitting_id, attempts))

    found: UUID = live.run(add)
    return found


def _of(sitting: UUID, attempts: list[UUID]) -> ReviewData:
    planted = plant(200, copy=True, seed=11)
    assert planted.pair is not None
    real = dict(zip(planted.pair, attempts, strict=True))
    persons = planted.data.persons
    at = persons[planted.pair[0]].sitting
    return replace(
        planted.data,
        persons=tuple(replace(one, attempt_id=real.get(n, one.attempt_id)) for n, one in enumerate(persons)),
        sittings=tuple(replace(one, id=sitting) if n == at else one for n, one in enumerate(planted.data.sittings)),
    )


look = looking("integrity")


@pytest.mark.timeout(300)
def test_the_committee_reads_leads_that_are_no_verdicts(live: Live, browser: Browser) -> None:
    review = with_a_copier(live)
    with at_desk(browser, live, "committee", f"kajian/{review}/integritas") as page:
        expect(page.get_by_text("Laporan ini memuat tanda untuk dilihat orang, bukan putusan")).to_be_visible()
        pair = page.get_by_role("article", name="Pasangan SIM-3")
        expect(pair).to_contain_text("Ini bukan bukti kecurangan")
        expect(page.get_by_text("1 pasangan bertetangga perlu dilihat orang")).to_be_visible()
        expect(page.get_by_role("row", name="Penyalin 90 % yang ditemukan")).to_contain_text("%")
        look(page, "report")

        pair.get_by_role("button", name="Linimasa").press("Enter")
        expect(page.get_by_role("dialog").get_by_role("heading", name="Kursi")).to_have_count(2)
        look(page, "timelines")
        page.keyboard.press("Escape")

        pair.get_by_role("button", name="Buat temuan").press("Enter")
        expect(page.get_by_role("dialog")).to_contain_text("pasangan peserta")
        page.keyboard.press("Escape")

        page.get_by_role("row", name="Penyalin 60 % yang ditemukan").get_by_role("button").first.press("Enter")
        expect(page.get_by_role("dialog")).to_contain_text("Tidak ada tanda bukan berarti tidak ada yang menyalin")
