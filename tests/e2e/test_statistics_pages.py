"""The statistics of one sitting and of an item in the bank, in a browser: each number says what it means, to keys as to a mouse."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import text

from app import assembly, delivery, itembank, review
from app.core.db import Database
from tests.e2e.conftest import LARGE, SMALL, Live, at_desk
from tests.e2e.pictures import looking

CANDIDATES = 110
HAND_IN = text(
    "UPDATE attempts SET state = 'submitted', started_at = now(), submitted_at = now(), submit_reason = 'candidate'"
    " WHERE sitting_id = :sitting"
)
ANSWER = text(
    "INSERT INTO answers (sitting_id, attempt_id, position, option, doubtful, epoch, seq, saved_at)"
    " SELECT :sitting, :attempt, at, option, false, 1, at, now() FROM unnest(CAST(:options AS int[])) WITH ORDINALITY AS"
    " chosen(option, at)"
)

look = looking("statistics")


async def hand_in(database: Database, live: Live) -> None:
    """Everybody answers all items, the able better; the key of one is wrong."""
    rng = random.Random(7)
    sitting = live.world.sitting_id
    async with database.staff() as session, session.begin():
        forms = {form.id: form for form in await assembly.list_forms(session, sitting)}
        keyed = await itembank.peek_keys(session, {version for form in forms.values() for version in form.version_ids})
        wrong = min(keyed)
        for attempt in await delivery.list_attempts(session, sitting):
            able, form = rng.gauss(0, 1), forms[attempt.form_id]
            options = []
            for version, order in zip(form.version_ids, form.orders, strict=True):
                knows = able > rng.gauss(-0.7, 1)
                chosen = keyed[version].key + (version == wrong) if knows else rng.randrange(4)
                options.append(order.index(chosen % 4))
            await session.execute(ANSWER, {"sitting": sitting, "attempt": attempt.id, "options": options})
        await session.execute(HAND_IN, {"sitting": sitting})
        await delivery.close_sitting(session, sitting)


async def panels(database: Database, live: Live) -> dict[str, Any]:
    async with database.staff() as session:
        return review.panels(
            await review.take_snapshot(session, await delivery.get_sitting(session, live.world.sitting_id))
        )


def open_part(page: Page, live: Live, part: str) -> None:
    page.goto(f"{live.url}/kantor#sesi={live.world.sitting_id}&bagian={part}")


def opens(page: Page, number: Locator, title: str, *said: str) -> None:
    """By keys: Enter opens what it means, Escape leads back to the number."""
    number.focus()
    page.keyboard.press("Enter")
    meaning = page.get_by_role("dialog", name=title, exact=True)
    for words in said:
        expect(meaning).to_contain_text(words)
    expect(meaning).not_to_contain_text("Batas dalam metode kajian")  # neither a sitting nor the bank goes by one
    assert meaning.evaluate("one => one.scrollWidth <= one.clientWidth"), "the explanation is cut off"
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)
    expect(number).to_be_focused()


def asks_again(page: Page, number: Locator, title: str) -> None:
    """The line was cut before anything was explained: the page says so, under no inner name, and reads it when asked again."""
    page.route("**/review-definitions", lambda route: route.abort())
    page.reload()
    number.click()
    expect(page.get_by_role("dialog", name="Arti angka").get_by_role("alert")).to_be_visible()
    page.unroute("**/review-definitions")
    page.get_by_role("dialog").get_by_role("button", name="Coba lagi").click()
    expect(page.get_by_role("dialog", name=title, exact=True)).to_be_visible()
    page.keyboard.press("Escape")


@pytest.fixture
def sat(live: Live) -> Iterator[dict[str, Any]]:
    live.run(lambda database: hand_in(database, live))
    yield live.run(lambda database: panels(database, live))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("live", [{"candidates": CANDIDATES, "forms": 1}], indirect=True)
def test_each_number_of_a_sitting_says_what_it_means(live: Live, sat: dict[str, Any], browser: Browser) -> None:
    exam, items = sat["exam"], {item["code"]: item for item in sat["items"]}
    with at_desk(browser, live, "committee") as page:
        open_part(page, live, "ujian")
        figures = page.get_by_role("region", name="Statistik ujian")
        for name in ("mean", "sd", "pass_rate", "reliability", "sem", "csem_at_cut"):
            expect(figures.get_by_role("button", name=exam[name]["text_id"], exact=True).first).to_be_visible()
        reliability = figures.get_by_role("button", name=exam["reliability"]["text_id"], exact=True)
        asks_again(page, reliability, "Keandalan (satu paket, KR-20)")
        opens(page, reliability, "Keandalan (satu paket, KR-20)", exam["reliability"]["range_id"], "Kuder & Richardson")
        opens(page, figures.get_by_role("button", name="daerah ragu"), "Peserta di daerah ragu", "skema 9.3.2")
        expect(figures).to_contain_text("daerah ragu: pengukuran")
        look(page, "exam")

        open_part(page, live, "soal")
        wrong = next(code for code, item in items.items() if "mis-key" in item["flags"])
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=wrong))
        item = items[wrong]
        for name in ("p", "item_rest", "d27"):
            expect(row).to_contain_text(item[name]["text_id"])
            expect(row).to_contain_text(item[name]["range_id"])
        row.get_by_role("button", name=item["d27"]["text_id"], exact=True).click()
        expect(page.get_by_role("dialog", name="Selisih kelompok atas dan bawah (D)")).to_contain_text("Kelley 1939")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        opens(
            page,
            page.get_by_title("Apa arti Korelasi soal–sisa?"),
            "Hubungan soal dengan nilai lainnya",
        )
        look(page, "items")

        row.get_by_role("button", name=wrong).press("Enter")
        card = page.get_by_role("dialog", name=wrong)
        rest = card.get_by_role("button", name=item["item_rest"]["text_id"], exact=True)
        opens(page, rest, "Hubungan soal dengan nilai lainnya", f"(n){CANDIDATES}")
        opens(page, card.get_by_role("button", name="Separuh atas"), "Pemilih di separuh atas", "di atas median")
        look(page, "item")
        page.set_viewport_size(SMALL)
        words, room = card.evaluate("one => [one.scrollWidth, one.clientWidth]")
        assert words <= room, "on a telephone the text of the item is cut off"
        page.set_viewport_size(LARGE)
        page.keyboard.press("Escape")

        open_part(page, live, "kunci")
        signal = page.get_by_role("button", name=re.compile(rf"kunci mungkin keliru: .* \(n = {CANDIDATES}\)")).first
        opens(page, signal, "Kunci mungkin keliru", "kurang dari 45 %")
        look(page, "key-check")


@pytest.mark.timeout(240)
def test_what_the_bank_knows_of_an_item_says_what_it_means(live: Live, browser: Browser) -> None:
    async def record(database: Database) -> str:
        async with database.staff() as session:
            known = (await itembank.list_statistics(session, "MMu"))[0]
        for source, n, found in (
            ("UJI-1 · a", 15, {"p": 11 / 15, "d": None}),
            ("UJI-2 · b", 400, {"p": 0.1225, "d": 0.125}),
        ):
            async with database.staff() as session, session.begin():
                await itembank.record_statistics(session, known.version_id, source=source, n=n, statistics=found)
        return known.code

    code: str = live.run(record)
    with at_desk(browser, live, "committee", "bank") as page:
        row = page.get_by_role("row").filter(has=page.get_by_role("button", name=code, exact=True))
        page.route("**/api/staff/bank/**", lambda route: route.abort())
        page.reload()
        expect(page.get_by_role("alert")).to_be_visible()
        page.unroute("**/api/staff/bank/**")
        page.get_by_role("button", name="Coba lagi").click()
        row.get_by_role("button", name="D 0,12", exact=True).click()
        expect(page.get_by_role("dialog")).to_contain_text("Kelley 1939")
        page.keyboard.press("Escape")
        opens(page, page.get_by_title("Apa arti Menjawab benar?"), "Menjawab benar", "Wilson")
        look(page, "bank")
        row.get_by_role("button", name=code, exact=True).press("Enter")
        past = page.get_by_role("region", name="Statistik sesi lalu")
        expect(past).to_contain_text("11 dari 15 benar")
        expect(past).to_contain_text("belum cukup data (n = 15, perlu 100)")
        opens(page, past.get_by_role("button", name="12,2 %"), "Menjawab benar", "(n)400")
        look(page, "card")
