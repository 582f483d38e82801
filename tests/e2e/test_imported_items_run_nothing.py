"""Two hundred hostile texts come in by a file, are approved, and are shown on every page that shows items: none of them runs.

On each page stands a sample of them; with SAHIH_EVERY_PAYLOAD=1 all of them do, in a quarter of an hour.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app import delivery
from app.core.access import Actor, Role
from app.core.db import Database
from app.itembank.types import State
from tests.domain.itembank.importing import actor_of, second_member
from tests.e2e import hostile
from tests.e2e.conftest import LARGE, Live
from tests.e2e.hostile import EVERY, NUMBER, Hostile
from tests.e2e.test_bank_pages import office
from tests.e2e.test_exam_in_a_browser import enter
from tests.e2e.test_staff_pages import log_in
from tests.e2e.watch import Watch, watched
from tests.unit.itembank.exchange.samples import payloads

MORE_CANDIDATES: Final = 40 if EVERY == 1 else 0  # a form holds a third of the items
REMARK: Final = """([position, text, nonce]) => fetch("/api/exam/comment", {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ position, text, nonce }),
}).then((answer) => answer.status)"""


class Walk:
    """Through the pages, with a list of which payloads were seen on which."""

    def __init__(self, live: Live, browser: Browser) -> None:
        self.live, self.browser = live, browser
        self.seen: defaultdict[str, set[int]] = defaultdict(set)
        self.looks = 0

    def look(self, watch: Watch, page: str, *numbers: int) -> None:
        watch.look()
        self.seen[page].update(numbers)
        self.looks += 1

    @contextmanager
    def desk(self, username: str) -> Iterator[tuple[Page, Watch]]:
        with office(self.browser, self.live, username) as page, watched(page, self.live.url) as watch:
            yield page, watch

    def report(self, import_id: UUID) -> None:
        """What the file would do, row by row: the one page where refused texts stand."""
        with self.desk("committee") as (page, watch):
            page.goto(f"{self.live.url}/kantor#halaman=bank/impor/{import_id}")
            while True:
                rows = page.get_by_role("region", name="Hasil tiap baris").locator("tbody")
                expect(rows).to_contain_text("uji")
                self.look(watch, "import", *map(int, NUMBER.findall(rows.inner_text())))
                after = page.get_by_role("button", name="Berikutnya")
                if after.count() == 0 or after.is_disabled():
                    break
                first = rows.locator("tr").first
                shown = first.inner_text()
                after.click()
                expect(first).not_to_have_text(shown, use_inner_text=True)

    def editor(self, items: Sequence[Hostile]) -> None:
        with self.desk("committee") as (page, watch):
            for one in items:
                page.goto(f"{self.live.url}/kantor#halaman=bank/ubah/{one.version_id}")
                self.see_in_frame(page, watch, "editor", one)

    def review(self, items: Sequence[Hostile]) -> None:
        with self.desk("reviewer") as (page, watch):
            for one in items:
                page.goto(f"{self.live.url}/kantor#halaman=bank/telaah/{one.version_id}")
                self.see_in_frame(page, watch, "review", one)

    def card(self, items: Sequence[Hostile]) -> None:
        with self.desk("committee") as (page, watch):
            for one in items:
                page.goto(f"{self.live.url}/kantor#halaman=bank/soal/{one.code}")
                expect(page.get_by_role("heading", name=one.code)).to_be_visible()
                page.get_by_role("button", name="Tampilkan soal dan kunci").first.click()
                self.see_in_frame(page, watch, "card", one)

    def see_in_frame(self, page: Page, watch: Watch, place: str, one: Hostile) -> None:
        """As its candidate would."""
        expect(page.frame_locator("iframe").get_by_text(one.shown).first).to_be_visible()
        self.look(watch, place, one.number)

    def exam(self, place: int) -> None:
        """A whole form, with the payloads as the candidate's remarks; then it is handed in."""
        context = self.browser.new_context(viewport=LARGE, locale="id-ID")
        page = context.new_page()
        with watched(page, self.live.url) as watch:
            enter(page, self.live, place)
            for position in range(1, 101):
                expect(page.get_by_role("heading", level=1)).to_contain_text(f"Soal {position} dari 100")
                number = int(NUMBER.findall(page.locator(".stem").inner_text())[0])
                remark = [position, hostile.texts()[number], f"remark-{position:09d}"]
                assert page.evaluate(REMARK, remark) == 204
                self.look(watch, "exam", number)
                page.keyboard.press("ArrowRight")
            hand_in(page)
        context.close()

    def board(self) -> None:
        context = self.browser.new_context(viewport=LARGE, locale="id-ID")
        page = context.new_page()
        with watched(page, self.live.url):
            log_in(page, self.live, "/pengawas", "proctor")
            expect(page.get_by_text("Peserta 1").first).to_be_visible()
        context.close()

    def dialogs(self, place: str, part: str, items: Sequence[Hostile]) -> None:
        """Of the items of a sitting, opened from the committee's statistics or its key check."""
        with self.desk("committee") as (page, watch):
            page.goto(f"{self.live.url}/kantor#sesi={self.live.world.sitting_id}&bagian={part}")
            for one in items:
                page.get_by_role("button", name=re.compile(rf"^(Buka soal )?{re.escape(one.code)}$")).first.click()
                expect(page.get_by_role("dialog").locator(".stem")).to_contain_text(one.shown)
                self.look(watch, place, one.number)
                page.keyboard.press("Escape")
                expect(page.get_by_role("dialog")).to_have_count(0)


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="Ringkasan dan selesai").press("Enter")
    page.get_by_role("checkbox", name="Saya yakin").press("Space")
    page.get_by_role("button", name="SELESAI UJIAN", exact=True).press("Enter")
    page.get_by_role("button", name="Ya, kumpulkan jawaban").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jawaban Anda sudah dikumpulkan")


@pytest.mark.slow
@pytest.mark.timeout(3600 if EVERY == 1 else 900)
@pytest.mark.parametrize("live", [{"prepared": False}], indirect=True)
def test_no_text_of_a_file_runs_on_any_page(live: Live, browser: Browser) -> None:
    began, walk = time.monotonic(), Walk(live, browser)
    author = actor_of(live.world, Role.COMMITTEE)
    reviewers = (actor_of(live.world, Role.REVIEWER), live.run(second_member))
    reviewed = bring_to_review(walk, author, "html", hostile.texts())
    submitted = {one.number for one in reviewed}
    rest = {number: text for number, text in hostile.texts().items() if number not in submitted}
    # What is refused as markup comes again as the words of a text.
    reviewed += bring_to_review(walk, author, "plain_text", rest)
    walk.review(reviewed[::EVERY])
    live.run(lambda database: hostile.take_into_use(database, author, reviewers, reviewed))
    walk.card(reviewed[::EVERY])

    forms = live.run(lambda database: hostile.open_sitting(database, live, MORE_CANDIDATES))
    places = hostile.covering(forms) if EVERY == 1 else [0]
    for place in places:
        walk.exam(place)
    walk.board()
    live.work_once()
    live.run(lambda database: close_sitting(database, live))
    shown = set().union(*(forms[place] for place in places))
    answered = [one for one in reviewed if one.version_id in shown]
    walk.dialogs("dialog of the statistics", "soal", answered[::EVERY])
    walk.dialogs("dialog of the key check", "kunci", answered[::EVERY])

    counts = ", ".join(f"{page} {len(numbers)}" for page, numbers in walk.seen.items())
    print(
        f"{len(payloads())} payloads, {len(rest)} of them as plain text; seen by page: {counts}; "
        f"{walk.looks} looks, nothing ran, {time.monotonic() - began:.0f} s"
    )
    if EVERY == 1:
        assert all(numbers == set(hostile.texts()) for numbers in walk.seen.values()), counts


def bring_to_review(walk: Walk, author: Actor, form: str, texts: Mapping[int, str]) -> list[Hostile]:
    """From a file to what reviewers get, past the report and the editor."""
    live, known = walk.live, {one.version_id for one in walk.live.run(drafts_of)}
    content = hostile.hostile_file(form, texts)
    import_id = live.run(lambda database: hostile.read_file(database, author, content))
    walk.report(import_id)
    live.run(lambda database: hostile.bring_in(database, author, import_id))
    drafts = [one for one in live.run(drafts_of) if one.version_id not in known]
    walk.editor(drafts[::EVERY])
    live.run(lambda database: hostile.submit(database, author, drafts))
    ids = {one.version_id for one in drafts}
    found = live.run(lambda database: hostile.list_hostile(database, State.IN_REVIEW))
    return [one for one in found if one.version_id in ids]


async def drafts_of(database: Database) -> list[Hostile]:
    return await hostile.list_hostile(database, State.DRAFT)


async def close_sitting(database: Database, live: Live) -> None:
    async with database.staff() as session, session.begin():
        await delivery.close_sitting(session, live.world.sitting_id)
