"""Items with pictures, tables, formulas and a shared case, as a candidate sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.postgres import Cluster
from app.itembank import DraftItem, ItemContent
from app.itembank.richtext import Image, clean, read_image
from tests.databases import copy_database, drop_database
from tests.e2e.conftest import LARGE, SMALL, Live, axe_violations, new_world, run_apart, serving
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import enter
from tests.factories import draft_items, make_photo

CASE = "<p>Sebuah pabrik cat menerima <strong>12 keluhan</strong> dalam satu bulan.</p>"
STEM = r"""<p>Perhatikan grafik dan tabel untuk \(\bar{x} \pm A_2\bar{R}\).</p>
<p><img src="grafik.png" alt="Grafik keluhan per bulan"></p>
<table><caption>Keluhan</caption><tr><th>Bulan</th><th>Keluhan</th></tr><tr><td>Mei</td><td>12</td></tr></table>
<ul><li>luas 9 m<sup>2</sup></li><li>a &lt; b</li></ul>"""


def rich_items(image: Image) -> list[DraftItem]:
    """Every item shows everything; the first two of each criterion share a case."""

    def markup(text: str) -> str:
        return clean(text, lambda _: f"image:{image.hash}").markup

    stem, case = markup(STEM), markup(CASE)
    drafts = []
    for draft in draft_items():
        shares = draft.code.endswith(("-01", "-02"))
        options = tuple(f"{option} <em>miring</em>" for option in draft.content.options)
        content = ItemContent(f"{stem}<p>{draft.code}</p>", options, case if shares else "")
        drafts.append(replace(draft, content=content, stimulus=f"K-{draft.kuk}" if shares else None))
    return drafts


@pytest.fixture
def rich(cluster: Cluster, template: str) -> Iterator[Live]:
    image = read_image(make_photo(width=1280, height=400))
    urls = run_apart(copy_database(cluster, template))
    try:
        aids = {"calculator": True, "reference_sheet": "<table><tr><th>d<sub>2</sub></th><td>2,326</td></tr></table>"}
        world = run_apart(new_world(urls, drafts=rich_items(image), images={image.hash: image}, exam={"aids": aids}))
        with serving(urls, world) as live:
            yield live
    finally:
        run_apart(drop_database(cluster, urls))


def assert_whole(page: Page) -> None:
    """The question in front of us shows its picture, its table, its formula and its lists."""
    image = page.get_by_role("img", name="Grafik keluhan per bulan")
    expect(image).to_be_visible()
    page.wait_for_function("() => document.querySelector('.stem img').naturalWidth === 1280")
    expect(page.get_by_role("cell", name="12")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="a < b")).to_be_visible()
    namespace = page.evaluate("() => document.querySelector('.stem math').namespaceURI")
    assert namespace == "http://www.w3.org/1998/Math/MathML"
    expect(page.locator("fieldset em").first).to_have_text("miring")


def test_a_candidate_sees_pictures_tables_formulas_and_the_case(rich: Live, browser: Browser) -> None:
    context = browser.new_context(viewport=LARGE, locale="id-ID")
    page = context.new_page()
    enter(page, rich)
    assert_whole(page)
    while not page.get_by_role("heading", name="Kasus").is_visible():
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("region", name="Kasus").get_by_text("12 keluhan")).to_be_visible()
    picture(page, "rich-item")
    width = page.locator(".stem img").bounding_box()["width"]
    page.get_by_role("button", name="A+").press("Enter")
    page.wait_for_function("was => document.querySelector('.stem img').getBoundingClientRect().width > was", arg=width)
    page.keyboard.press("B")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    assert axe_violations(page) == []
    context.close()


def test_the_calculator_and_the_reference_sheet_lie_beside_the_question(rich: Live, browser: Browser) -> None:
    context = browser.new_context(viewport=LARGE, locale="id-ID")
    page = context.new_page()
    enter(page, rich)
    page.get_by_role("button", name="Kalkulator").press("Enter")
    field = page.get_by_label("Hitungan")
    expect(field).to_be_focused()
    page.keyboard.type("1,5 x (3 + A")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)  # a letter typed here answers nothing
    page.keyboard.press("Backspace")
    page.keyboard.type("4)")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="= 10,5")).to_be_visible()
    expect(field).to_have_value("10,5")
    page.get_by_role("button", name="÷").press("Enter")
    page.get_by_role("button", name="2", exact=True).last.press("Enter")
    page.get_by_role("button", name="Hitung", exact=True).press("Enter")
    expect(field).to_have_value("5,25")
    picture(page, "calculator")
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Kalkulator")).to_be_focused()
    page.get_by_role("button", name="Lembar acuan").press("Enter")
    expect(page.get_by_role("dialog").get_by_role("cell", name="2,326")).to_be_visible()
    picture(page, "reference-sheet")
    page.keyboard.press("Escape")
    page.keyboard.press("B")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    context.close()


def test_the_next_picture_is_there_when_the_network_is_not(rich: Live, browser: Browser) -> None:
    context = browser.new_context(viewport=SMALL, locale="id-ID")
    page = context.new_page()
    enter(page, rich)
    context.set_offline(True)
    page.get_by_role("button", name="SOAL BERIKUTNYA").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 2 dari 100")
    assert_whole(page)
    overflow = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0, "nothing is wider than a telephone"
    picture(page, "rich-item-phone")
    context.close()
