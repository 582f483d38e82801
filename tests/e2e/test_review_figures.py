"""Every figure of a review on the screen: with the digits of its part, in both languages, and with its meaning behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.db import Database
from app.review.angoff.types import State
from app.review.method.types import ReviewMethod
from tests.computed_reviews import add_computed_review
from tests.e2e.conftest import Live, at_desk
from tests.e2e.figures_on_page import LANGUAGES, figures_on, speak, told_by, unexplained
from tests.e2e.pictures import looking
from tests.e2e.test_review_angoff import SAID, judged, moved, open_panel, panel_of
from tests.review_data import plant

METHOD: Final = ReviewMethod(reliability_least=0.7, form_points=1.5)  # another one than is proposed
ON_THE_EXAM: Final = {
    r".*95 ?%.*(1,5 angka|1\.5 points).*": "how wide the band of the plot is, as the method says",
    r".*95 ?%.*12 (periode|periods).*": "from how many periods on a chart has limits, as the method says",
    r"(Titik|Dot): .*95 ?%.*\.": "what the marks of a plot are",
}
ON_THE_TABLE: Final = {
    r"(dari|of) 120 (soal|items) .*": "how long the list is",
    r"(Telusuri|Go through these) 120 .*": "how long the list is",
    r"(Tampilkan|Show) 20 .*": "how much longer the list is",
}
ON_A_CARD: Final = {
    r"(soal|item) \d+ (dari|of) 120 .*": "the place in the list",
    r"MM \d · KUK \d\.\d · .*": "unit and criterion",
    r"(Tombol|Keys): .*": "keys of the keyboard",
    r"(Titik|Dots) .*95 ?%.*": "what the marks of a plot are",
    r"(dalam|in) \d+ (paket|forms), \d+ (sesi|sittings)": "how many forms and sittings held the item",
}
A_CODE: Final = {r"MMU-\d\.\d-\d+": "the code of an item"}
ON_THE_SUMMARY: Final = A_CODE | {
    r".*(kuorum|quorum).*": "who was present",
    r"\d+ .*(bukti kuat|strong evidence).*": "how many leads nobody has spoken about",
    r"SIM-\d · .*": "where two people sat",
    r"(versi|version) \d+, .*": "which method, since when",
    r"[0-9a-f]{64}|kajian-\d+": "the hash of the data, the edition of the program",
}
ON_INTEGRITY: Final = {r"Ruang \d+": "a room"}
ON_A_PANEL: Final = {r".*\(9\.3\.2\).*": "a clause of the scheme"}

# Of each row of the table: its code, and what each cell with a number shows.
ROWS: Final = """() => Object.fromEntries([...document.querySelectorAll('main tr:has(.open)')].map((row) => [
    row.querySelector('.open').textContent,
    [...row.cells].slice(3).map((cell) => [cell.querySelector('button, span').textContent.trim(),
                                           cell.querySelector('br + span')?.textContent ?? ''])
]))"""

look = looking("figures")


@pytest.fixture
def review(live: Live) -> UUID:
    """Groups large enough to be compared, a harder form, a leaked item and a pair that copied."""
    data = plant(500, bank=120, periods=(0, -1), dif=True, form=True, leak=True, copy=True).data

    async def add(database: Database) -> UUID:
        async with database.staff() as session, session.begin():
            return await add_computed_review(session, live.world, data, METHOD)

    found: UUID = live.run(add)
    return found


def read(page: Page, live: Live, path: str) -> Any:
    """Over HTTP, as the person at this desk may read it."""
    answer = page.request.get(f"{live.url}/api/staff/{path}")
    assert answer.ok, answer.status
    return answer.json()


def require_told(page: Page, parts: Any, allowed: Mapping[str, str], *, whole: bool = True) -> None:
    """In both languages: the page shows the figures of these parts (where not `whole`, some of them and no other), and no number on it
    goes without its meaning."""
    for lang in LANGUAGES:
        speak(page, lang)
        shown, told = figures_on(page), told_by(parts, lang)
        assert shown == told if whole else shown and shown <= told
        assert unexplained(page, parts, lang, allowed) == []


@pytest.mark.timeout(400)
@pytest.mark.clause("9.3.5", "every figure of a review is on the screen as it was computed, and says what it means")
def test_the_pages_of_a_review_show_what_was_computed_and_explain_it(
    live: Live, review: UUID, browser: Browser
) -> None:
    parts = f"reviews/{review}/parts"
    with at_desk(browser, live, "committee", f"kajian/{review}/ujian") as page:
        exam = read(page, live, f"{parts}/exam")
        expect(page.locator("#fairness")).to_be_visible()
        require_told(page, exam, ON_THE_EXAM)
        look(page, "exam")
        speak(page, "id")
        page.get_by_role("row", name="Keandalan (paket acak").get_by_role("button").first.click()
        expect(page.get_by_role("dialog")).to_contain_text("Keandalan, ujung bawah selangnya: 0,7")
        look(page, "meaning")
        page.keyboard.press("Escape")

        page.goto(f"{live.url}/kantor#halaman=kajian/{review}/integritas")
        integrity = read(page, live, f"{parts}/integrity")
        expect(page.get_by_role("article", name="Pasangan SIM-2")).to_be_visible()
        require_told(page, integrity, ON_INTEGRITY)


@pytest.mark.timeout(400)
def test_the_table_of_items_and_a_card_show_what_was_computed_and_explain_it(
    live: Live, review: UUID, browser: Browser
) -> None:
    parts = f"reviews/{review}/parts"
    with at_desk(browser, live, "committee", f"kajian/{review}/soal") as page:
        items = read(page, live, f"{parts}/items")
        expect(page.get_by_role("table", name="Tabel soal")).to_be_visible()
        above = {name: one for name, one in items.items() if name != "rows"}
        for lang in LANGUAGES:
            speak(page, lang)
            assert figures_on(page) == told_by(above, lang)
            assert unexplained(page, items, lang, ON_THE_TABLE) == []
            shown, known = page.evaluate(ROWS), {row["code"]: row for row in items["rows"]}
            assert len(shown) == 100
            for code, cells in shown.items():
                assert [tuple(cell) for cell in cells] == in_the_table(known[code], lang), code
        look(page, "table")
        speak(page, "id")

        (leaked,) = (row for row in items["rows"] if "leak" in row["signs"])
        page.get_by_role("button", name=leaked["code"], exact=True).click()
        expect(page.get_by_role("article", name=leaked["code"])).to_be_visible()
        card = read(page, live, f"{parts}/item:{leaked['id']}")
        require_told(page, card, ON_A_CARD)
        look(page, "card")


def in_the_table(row: dict[str, Any], lang: str) -> list[tuple[str, str]]:
    """n, then what the row's figures are packed to: value, text and interval in both languages; or no value and why."""
    second = lang == "en"
    cells = [(str(row["n"]), "")]
    for name in ("p", "p_now", "rest", "d27", "change"):
        match row[name]:
            case None:
                cells.append(("–", ""))
            case [None, *reasons]:
                cells.append((f"– {reasons[second]}", ""))
            case [_, *texts]:
                cells.append((texts[second], texts[2 + second]))
    return cells


@pytest.mark.timeout(400)
def test_the_summary_and_two_items_side_by_side_explain_their_numbers(
    live: Live, review: UUID, browser: Browser
) -> None:
    parts = f"reviews/{review}/parts"
    with at_desk(browser, live, "committee", f"kajian/{review}") as page:
        summed_up = [read(page, live, f"{parts}/{part}") for part in ("leads", "exam")]
        expect(page.get_by_role("heading", name="Tanda yang perlu dilihat")).to_be_visible()
        require_told(page, summed_up, ON_THE_SUMMARY, whole=False)
        speak(page, "id")

        one, other = (row["id"] for row in read(page, live, f"{parts}/items")["rows"][:2])
        page.goto(f"{live.url}/kantor#halaman=kajian/{review}/soal/banding/{one}/{other}")
        cards = [read(page, live, f"{parts}/item:{item}") for item in (one, other)]
        expect(page.get_by_role("table").first).to_be_visible()
        require_told(page, cards, ON_A_CARD | A_CODE, whole=False)


@pytest.mark.timeout(300)
def test_the_result_of_an_angoff_panel_shows_what_was_computed_and_explains_it(live: Live, browser: Browser) -> None:
    with at_desk(browser, live, "committee", "kajian/angoff") as page:
        open_panel(page)
        expect(page.get_by_role("heading", name="Panel Angoff 2026")).to_be_visible()
        panel = panel_of(live).id
        for role, percent in (("author", 60), ("reviewer", 70)):
            judged(live, panel, role, percent)
        moved(live, panel, State.FEEDBACK)
        moved(live, panel, State.ROUND_2)
        for role, percent in (("author", 63), ("reviewer", 67)):
            judged(live, panel, role, percent, SAID)
        moved(live, panel, State.CLOSED)
        for username in ("committee", "author"):  # who leads it, and a judge
            with at_desk(browser, live, username, f"kajian/angoff/{panel}") as desk:
                expect(desk.get_by_role("heading", name="Hasil putaran 2")).to_be_visible()
                found = read(desk, live, f"angoff-panels/{panel}")
                require_told(desk, found, ON_A_PANEL)
