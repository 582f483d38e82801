"""An Angoff panel in real browsers: made by the committee, rated by its judges, closed beside the scheme's pass mark."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.access import Actor, Role
from app.core.db import Database
from app.review.angoff import queries, service
from app.review.angoff.types import Compromise, Panel, State
from tests.e2e.conftest import Live, at_desk
from tests.e2e.pictures import looking, page_picture

SAID = Compromise(minimum=65, pass_percent=70, min_cut=55, max_cut=75, min_fail=10, max_fail=50)


look = looking("angoff")


def actor(live: Live, role: str) -> Actor:
    return Actor(live.world.staff[role], uuid4(), role, frozenset({Role(role)}))


def panel_of(live: Live) -> Panel:
    async def find(database: Database) -> Panel:
        async with database.staff() as session:
            return (await queries.list_visible(session, live.world.staff["committee"], leads=True))[0]

    found: Panel = live.run(find)
    return found


def judged(live: Live, panel: UUID, role: str, percent: int, compromise: Compromise | None = None) -> None:
    """What another judge does at their own desk."""

    async def rate(database: Database) -> None:
        async with database.staff() as session, session.begin():
            items = (await queries.get_panel(session, panel)).items
            await service.rate(session, panel, dict.fromkeys(items, percent), actor=actor(live, role))
            await service.finish_round(session, panel, compromise, actor=actor(live, role))

    live.run(rate)


def moved(live: Live, panel: UUID, to: State) -> None:
    async def move(database: Database) -> None:
        async with database.staff() as session, session.begin():
            await service.move(session, panel, to, actor=actor(live, "committee"))

    live.run(move)


def open_panel(page: Page) -> None:
    page.get_by_role("button", name="Buat panel").press("Enter")
    page.get_by_label("Nama panel").fill("Panel Angoff 2026")
    page.get_by_role("combobox", name="KUK").select_option("1.1")
    page.get_by_role("button", name="Pilih semua yang tampak").press("Enter")
    for name in ("Petugas author", "Petugas reviewer"):
        page.get_by_role("checkbox", name=name).check()
        page.get_by_label(f"Keahlian {name}").fill("manajemen mutu")
    look(page, "new")
    page.get_by_role("button", name="Buka panel").press("Enter")


@pytest.mark.timeout(300)
def test_a_panel_from_its_opening_to_its_result(live: Live, browser: Browser) -> None:
    with at_desk(browser, live, "committee", "kajian/angoff") as page:
        open_panel(page)
        expect(page.get_by_role("heading", name="Panel Angoff 2026")).to_be_visible()
        panel = panel_of(live).id

        with at_desk(browser, live, "author", f"kajian/angoff/{panel}") as judge:
            boxes = judge.get_by_role("spinbutton")
            expect(boxes.first).to_be_visible()
            boxes.first.focus()
            for place in range(boxes.count()):
                judge.keyboard.type(str(60 + place))
                judge.keyboard.press("Enter")
            expect(judge.get_by_role("status")).to_contain_text("Tersimpan")
            judge.reload()
            expect(boxes.nth(1)).to_have_value("61")
            page_picture("komite/angoff-menilai", judge)
            look(judge, "rating")
            judge.get_by_role("button", name="Baca").first.press("Enter")
            expect(judge.get_by_role("dialog").locator("iframe")).to_be_visible()
            judge.keyboard.press("Escape")
            judge.get_by_role("button", name="Saya selesai").press("Enter")
            expect(judge.get_by_text("Anda selesai dengan putaran ini")).to_be_visible()

        judged(live, panel, "reviewer", 70)
        page.reload()
        page.get_by_role("button", name="Bekukan putaran 1").press("Enter")
        page.get_by_role("dialog").get_by_role("button", name="Bekukan putaran 1").press("Enter")
        expect(page.get_by_role("heading", name="Hasil putaran 1")).to_be_visible()
        moved(live, panel, State.ROUND_2)

        with at_desk(browser, live, "author", f"kajian/angoff/{panel}") as judge:
            expect(judge.get_by_role("columnheader", name="Rata-rata kelompok")).to_be_visible()
            expect(judge.get_by_label("Batas lulus terendah yang dapat diterima")).to_be_visible()
            look(judge, "second-round")

        for role, percent in (("author", 63), ("reviewer", 67)):
            judged(live, panel, role, percent, SAID)
        moved(live, panel, State.CLOSED)
        page.reload()
        expect(page.get_by_role("heading", name="Hasil putaran 2")).to_be_visible()
        expect(page.get_by_text("68 ditetapkan skema (9.3.2)").first).to_be_visible()
        page_picture("komite/angoff-hasil", page)
        look(page, "closed")
        page.get_by_role("row", name="Batas menurut panel").first.get_by_role("button").press("Enter")
        expect(page.get_by_role("dialog")).to_contain_text("Angoff 1971")
