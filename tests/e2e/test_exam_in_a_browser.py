"""The exam as a candidate lives it: a real browser, a real server, a real database."""

from __future__ import annotations

import itertools
import os
import re
import time

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect
from sqlalchemy import text

from app import assembly, delivery, itembank, review
from app.core.access import Actor, Role
from app.core.db import Database
from tests.e2e.conftest import LARGE, SMALL, USUAL_PATIENCE_MS, Live, axe_violations
from tests.e2e.pictures import picture
from tests.factories import World

# Long enough to miss a heartbeat; ten minutes take ten minutes: SAHIH_CUT_SECONDS=600 pytest tests/e2e -k network_away
CUT_SECONDS = int(os.environ.get("SAHIH_CUT_SECONDS", "16"))
RETURN_MS = 15_000
RIGHT = 72


def log_in(page: Page, live: Live, place: int = 0) -> None:
    card = live.world.cards[place]
    page.goto(live.url)
    page.get_by_label("Nomor peserta", exact=True).fill(card.number)
    page.get_by_label("PIN", exact=True).fill(card.pin)
    page.get_by_role("button", name="MASUK", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Konfirmasi data peserta")


def wait_in_the_room(page: Page, live: Live, place: int = 0) -> None:
    """From log-in to the waiting room, by keyboard."""
    log_in(page, live, place)
    page.get_by_role("button", name="SETUJU", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tata tertib dan ikrar kejujuran")
    page.get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="LANJUT KE RUANG TUNGGU").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ruang tunggu")


def enter(page: Page, live: Live, place: int = 0) -> None:
    """From log-in to the first question, by keyboard."""
    wait_in_the_room(page, live, place)
    page.get_by_role("button", name="MULAI", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1 dari 100")


def answers_for(live: Live, place: int, right: int) -> list[str]:
    """The letter to press at each position so that exactly `right` answers are right. Read from outside the browser."""

    async def read(database: Database) -> list[str]:
        async with database.staff() as session:
            attempts = await delivery.list_attempts(session, live.world.sitting_id)
            forms = {form.id: form for form in await assembly.list_forms(session, live.world.sitting_id)}
            # Forms are assigned in the order of participant numbers.
            form = sorted(forms.values(), key=lambda form: form.form_no)[place]
            assert form.id in {attempt.form_id for attempt in attempts}
            keys = await itembank.peek_keys(session, form.version_ids)
        letters = []
        for position, (version, order) in enumerate(zip(form.version_ids, form.orders, strict=True), 1):
            shown = order.index(keys[version].key)
            letters.append("ABCD"[shown if position <= right else (shown + 1) % 4])
        return letters

    return list(live.run(read))


def answer_by_keyboard(page: Page, letters: list[str], first: int) -> None:
    for position, letter in enumerate(letters, first):
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"Soal {position} dari 100")
        page.keyboard.press(letter)
        if position < 100:
            page.keyboard.press("ArrowRight")


async def clear_and_release(database: Database, world: World) -> None:
    actor = Actor(world.staff["committee"], world.staff["committee"], "Komite", frozenset({Role.COMMITTEE}))
    async with database.staff() as session, session.begin():
        await delivery.close_sitting(session, world.sitting_id, actor=actor)
    async with database.staff() as session, session.begin():
        sitting = await delivery.get_sitting(session, world.sitting_id)
        await review.clear(session, sitting, "diperiksa", actor=actor)
        await review.release(session, sitting, actor=actor)


@pytest.mark.timeout(CUT_SECONDS + 240)
@pytest.mark.clause("9.3.3", "a candidate takes the exam online in a browser from log-in to receipt")
def test_a_whole_exam_with_the_network_away(live: Live, page: Page) -> None:
    """F-16: the candidate is told and goes on, by keyboard alone; soon after the return all of it is saved."""
    letters = answers_for(live, 0, RIGHT)
    enter(page, live)
    answer_by_keyboard(page, letters[:40], 1)
    expect(page.locator("[data-save=server]")).to_be_visible()

    page.context.set_offline(True)
    cut = time.monotonic()
    expect(page.get_by_text("Jaringan terputus.")).to_be_visible()
    answer_by_keyboard(page, letters[40:70], 41)
    expect(page.get_by_text("Waktu tetap berjalan; jawaban Anda aman di komputer ini.")).to_be_visible()
    expect(page.get_by_text("30 jawaban menunggu dikirim.")).to_be_visible()
    expect(page.get_by_text("Tersimpan di komputer ini, menunggu jaringan")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    picture(page, "offline")
    page.wait_for_timeout(max(0, CUT_SECONDS - (time.monotonic() - cut)) * 1000)
    page.context.set_offline(False)
    back = time.monotonic()
    expect(page.locator("[data-save=server]")).to_be_visible(timeout=RETURN_MS)
    print(f"after {CUT_SECONDS} s without network: 30 answers saved {time.monotonic() - back:.1f} s after its return")
    expect(page.get_by_text("Jaringan terputus.")).to_have_count(0)
    picture(page, "offline-and-back")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 71 dari 100")
    palette = page.get_by_role("button", name=f"Soal 55, dijawab {letters[54]}", exact=False)
    expect(palette.first).to_be_attached()
    answer_by_keyboard(page, letters[70:], 71)

    page.get_by_role("button", name="SELESAI UJIAN", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ringkasan jawaban")
    page.get_by_role("checkbox", name="Saya yakin").press("Space")
    page.get_by_role("button", name="SELESAI UJIAN", exact=True).press("Enter")
    page.get_by_role("button", name="Ya, kumpulkan jawaban").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jawaban Anda sudah dikumpulkan")

    live.work_once()
    live.run(lambda database: clear_and_release(database, live.world))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hasil ujian", timeout=20_000)
    expect(page.get_by_role("main")).to_contain_text(str(RIGHT))
    expect(page.get_by_role("main")).to_contain_text("Rekomendasi: Lulus")
    expect(page.get_by_role("main")).to_contain_text("belum keputusan sertifikasi")


def test_practice_needs_no_account_and_survives_a_cut(live: Live, page: Page) -> None:
    page.goto(f"{live.url}/latihan")
    page.get_by_role("button", name="MULAI", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1 dari 10")
    page.get_by_role("switch", name="Coba putuskan jaringan").press("Space")
    page.keyboard.press("B")
    expect(page.locator("[data-save=here]")).to_be_visible()
    page.get_by_role("switch", name="Coba putuskan jaringan").press("Space")
    expect(page.locator("[data-save=server]")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["ID Bahasa Indonesia", "EN English"], ids=["id", "en"])
def test_no_page_of_the_candidate_has_an_axe_violation(
    live: Live, browser: Browser, size: dict[str, int], language: str
) -> None:
    context = browser.new_context(viewport=size)
    page = context.new_page()
    page.set_default_timeout(USUAL_PATIENCE_MS)
    page.goto(live.url)
    page.get_by_role("button", name=language).click()
    found = axe_violations(page)
    heading = page.get_by_role("heading", level=1)
    before = heading.inner_text()
    card = live.world.cards[0]
    page.get_by_role("textbox").nth(0).fill(card.number)
    page.get_by_label("PIN", exact=True).fill(card.pin)
    page.keyboard.press("Enter")
    headings = set()
    for _ in range(3):  # confirmation, pledge, waiting room: the main button is the last of the page's forward ones
        expect(heading).not_to_have_text(before)
        before = heading.inner_text()
        headings.add(before)
        found += axe_violations(page)
        box = page.locator("main input[type=checkbox]")
        if box.count():
            box.first.check()
        page.get_by_role("button", name=re.compile("SETUJU|AGREE|LANJUT|ON TO|MULAI|START")).first.click()
    expect(page.get_by_role("radio").first).to_be_visible()
    found += axe_violations(page)
    assert len(headings) == 3
    page.get_by_role("button", name=re.compile("Daftar soal|Question list", re.IGNORECASE)).first.click()
    found += axe_violations(page)
    for landmark in ("banner", "main"):
        expect(page.get_by_role(landmark)).to_have_count(1)
    expect(page.get_by_role("timer")).to_be_attached()
    page.keyboard.press("Escape")
    found += violations_to_the_result(live, page)
    assert found == []
    context.close()


def violations_to_the_result(live: Live, page: Page) -> list[str]:
    """Summary, the last question, receipt and result."""
    page.goto(live.url)
    expect(page.get_by_role("radio").first).to_be_visible()
    summary = page.get_by_role("button", name=re.compile("Ringkasan dan selesai|Summary and finish"))
    if not summary.first.is_visible():
        page.get_by_role("button", name=re.compile("Daftar soal|Question list", re.IGNORECASE)).first.click()
    summary.first.click()
    page.get_by_role("checkbox", name=re.compile("Saya yakin|I am sure")).check()
    found = axe_violations(page)
    page.get_by_role("button", name=re.compile("SELESAI UJIAN|FINISH EXAM")).click()
    found += axe_violations(page)
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^(Ya|Yes)")).click()
    expect(page.get_by_role("button", name=re.compile("Periksa hasil|Check|Look"))).to_be_visible(timeout=20_000)
    found += axe_violations(page)
    live.work_once()
    live.run(lambda database: clear_and_release(database, live.world))
    page.reload()
    expect(page.get_by_role("main")).to_contain_text(re.compile("Rekomendasi|Recommendation"), timeout=20_000)
    return found + axe_violations(page)


@pytest.mark.parametrize(
    ("size", "language"), [(LARGE, "ID Bahasa Indonesia"), (SMALL, "EN English")], ids=["desktop-id", "phone-en"]
)
def test_the_screens_of_a_bad_moment_have_no_axe_violation(
    live: Live, browser: Browser, size: dict[str, int], language: str
) -> None:
    """Locked out by another computer, moved there, locked at the bell, handed in by the bell, and a page that must stop."""
    here, there = (browser.new_context(viewport=size, locale="id-ID").new_page() for _ in range(2))
    enter(here, live)
    log_in_again(there, live)
    expect(there.get_by_role("heading", level=1)).to_have_text("Ujian Anda terbuka di komputer lain", timeout=20_000)
    found = axe_in(there, language)
    live.run(lambda database: hand_over(database, live.world))
    expect(there.get_by_role("radio").first).to_be_visible(timeout=20_000)
    expect(here.get_by_role("heading", level=1)).to_have_text("Ujian dilanjutkan di komputer lain", timeout=30_000)
    found += axe_in(here, language)
    live.run(lambda database: shorten(database, 6))
    expect(there.get_by_role("timer")).to_have_count(0, timeout=30_000)
    found += axe_in(there, language)
    live.run(lambda database: shorten(database, 0))
    live.work_once()
    expect(there.get_by_role("button", name=re.compile("Periksa hasil|Check|Look"))).to_be_visible(timeout=30_000)
    found += axe_in(there, language)
    refusal = {"title": "x", "status": 400, "code": "not-json", "retryable": False, "number": 902}
    there.route("**/api/exam/me", lambda route: route.fulfill(status=400, json=refusal))
    there.reload()
    expect(there.get_by_role("main")).to_contain_text("902")
    found += axe_in(there, language)
    assert found == []
    for page in (here, there):
        page.context.close()


def log_in_again(page: Page, live: Live) -> None:
    card = live.world.cards[0]
    page.goto(live.url)
    page.get_by_label("Nomor peserta", exact=True).fill(card.number)
    page.get_by_label("PIN", exact=True).fill(card.pin)
    page.get_by_role("button", name="MASUK", exact=True).click()


def axe_in(page: Page, language: str) -> list[str]:
    switch = page.get_by_role("button", name=language)
    if switch.count():
        switch.first.click()
    return axe_violations(page)


async def hand_over(database: Database, world: World) -> None:
    actor = Actor(world.staff["proctor"], world.staff["proctor"], "P", frozenset({Role.PROCTOR}))
    async with database.staff() as session, session.begin():
        rows = await delivery.list_board(session, await delivery.get_sitting(session, world.sitting_id))
        row = next(row for row in rows if row.device_requested_at)
        await delivery.release_device(
            session, world.sitting_id, row.attempt_id, requested_at=row.device_requested_at, actor=actor
        )


async def shorten(database: Database, seconds: int) -> None:
    """Let the running attempt end so soon."""
    async with database.staff() as session, session.begin():
        await session.execute(
            text(
                "UPDATE attempts SET closes_at = clock_timestamp() + make_interval(secs => :seconds), rev = rev + 1 "
                "WHERE state = 'running'"
            ),
            {"seconds": seconds},
        )


def test_a_tab_stops_when_another_candidate_logs_in_beside_it(live: Live, page: Page) -> None:
    enter(page, live)
    page.keyboard.press("B")
    expect(page.locator("[data-save=server]")).to_be_visible()
    page.context.clear_cookies()
    second = page.context.new_page()
    second.set_default_timeout(USUAL_PATIENCE_MS)
    enter(second, live, 1)
    second.keyboard.press("D")
    expect(second.locator("[data-save=server]")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("C")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ujian lain terbuka di peramban ini", timeout=20_000)
    picture(page, "another-candidate-in-a-tab")
    assert axe_violations(page) == []
    second.reload()
    expect(second.get_by_role("radio").nth(3)).to_be_checked()
    expect(second.get_by_text("1 dari 100 dijawab")).to_be_visible()


def test_storage_emptied_under_the_page_clears_no_answer(live: Live, page: Page) -> None:
    enter(page, live)
    page.keyboard.press("B")
    expect(page.locator("[data-save=server]")).to_be_visible()
    page.evaluate("new Promise((done) => (indexedDB.deleteDatabase('sahih-exam').onsuccess = done))")
    page.keyboard.press("R")
    expect(page.locator("[data-save=here]")).to_be_visible()
    expect(page.locator("[data-save=server]")).to_be_visible()
    page.reload()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    expect(page.get_by_role("button", name="RAGU-RAGU", pressed=True)).to_be_visible()


def test_a_remark_is_shown_again_and_a_half_written_one_is_kept(live: Live, page: Page) -> None:
    enter(page, live)
    page.get_by_role("button", name="Catatan untuk soal ini").press("Enter")
    page.get_by_label("Catatan", exact=True).fill("dua jawaban benar")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Catatan untuk soal ini").press("Enter")
    expect(page.get_by_label("Catatan", exact=True)).to_have_value("dua jawaban benar")
    with page.expect_response("**/api/exam/comment"):
        page.get_by_role("button", name="Simpan catatan").press("Enter")
    page.reload()
    expect(page.get_by_role("button", name="Catatan untuk soal ini")).to_be_enabled()  # fetched beside the question
    page.get_by_role("button", name="Catatan untuk soal ini").press("Enter")
    expect(page.get_by_label("Catatan", exact=True)).to_have_value("dua jawaban benar")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Catatan untuk soal ini").press("Enter")
    expect(page.get_by_label("Catatan", exact=True)).to_have_value("")


def test_what_is_fetched_beside_the_exam_is_fetched_until_it_is_there(live: Live, page: Page) -> None:
    """A lost line and the page of a captive portal come first; the summary then opens without any line."""
    strangers = iter(["abort", "portal", "abort"])

    def stranger(route: Route) -> None:
        match next(strangers, None):
            case "abort":
                route.abort()
            case "portal":
                route.fulfill(status=200, content_type="text/html", body="<p>Wi-Fi</p>")
            case _:
                route.continue_()

    page.route("**/assets/aside-*.js", stranger)
    enter(page, live)
    page.keyboard.press("B")
    expect(page.locator("[data-save=server]")).to_be_visible()
    page.get_by_role("button", name="Ringkasan dan selesai").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ringkasan jawaban", timeout=30_000)
    page.get_by_role("button", name="Kembali ke soal").press("Enter")
    page.context.set_offline(True)
    page.get_by_role("button", name="Ringkasan dan selesai").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ringkasan jawaban")
    page.get_by_role("button", name="EN English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Summary of answers")


def test_arrows_walk_over_the_options_and_the_space_bar_chooses(live: Live, page: Page) -> None:
    enter(page, live)
    options = page.get_by_role("radio")
    options.nth(0).click()
    expect(page.locator("[data-save=server]")).to_be_visible()
    for key, focused in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1)):
        page.keyboard.press(key)
        expect(options.nth(focused)).to_be_focused()
        expect(options.nth(0)).to_be_checked()
    page.get_by_role("checkbox", name="Tombol pintas").uncheck()
    options.nth(1).focus()
    page.keyboard.press("ArrowRight")
    expect(options.nth(2)).to_be_focused()
    expect(options.nth(0)).to_be_checked()
    page.keyboard.press("Space")
    expect(options.nth(2)).to_be_checked()


def test_a_magnified_question_is_not_covered(live: Live, browser: Browser) -> None:
    """200 % zoom of a screen of 1366 by 768, with the largest letters: the whole question can be read and answered."""
    context = browser.new_context(viewport={"width": 683, "height": 384}, locale="id-ID")
    page = context.new_page()
    page.add_init_script("localStorage.setItem('sahih-size', 'xl')")
    enter(page, live)
    for part in (page.locator("#stem"), page.get_by_role("radio").nth(3), page.get_by_role("button", name="RAGU-RAGU")):
        part.scroll_into_view_if_needed()
        seen = part.evaluate(
            """(part) => { const box = part.getBoundingClientRect(); const y = Math.max(box.top, 0) + 2;
            return part.contains(document.elementFromPoint(box.left + box.width / 2, y)); }"""
        )
        assert seen
    boxes = [button.bounding_box() or {} for button in page.locator("footer nav button").all()]
    for one, other in itertools.combinations(boxes, 2):
        beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        below = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
        assert beside or below
    context.close()


def test_a_page_that_must_stay_asks_before_it_closes(live: Live, page: Page) -> None:
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.context.route_web_socket("**/api/exam/socket", lambda socket: socket.close())
    enter(page, live)
    page.keyboard.press("B")
    expect(page.locator("[data-save=server]")).to_be_visible()
    page.context.set_offline(True)
    page.keyboard.press("C")
    expect(page.locator("[data-save=here]")).to_be_visible()
    expect(page.get_by_text("Jangan memuat ulang atau menutup halaman ini.")).to_be_visible(timeout=20_000)
    page.context.set_offline(False)
    page.reload()  # nothing is lost by this: nothing is asked
    assert asked == []
    expect(page.get_by_role("radio").nth(2)).to_be_checked()
    page.context.set_offline(True)
    page.keyboard.press("D")
    page.get_by_role("button", name="Ringkasan dan selesai").press("Enter")
    page.get_by_role("checkbox", name="Saya yakin").press("Space")
    page.get_by_role("button", name="SELESAI UJIAN", exact=True).press("Enter")
    page.get_by_role("button", name="Ya, kumpulkan jawaban").press("Enter")
    expect(page.get_by_text("belum dikumpulkan")).to_be_visible(timeout=20_000)
    page.context.route("**/api/exam/answers", lambda route: route.abort())
    page.context.set_offline(False)
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_role("heading", level=1)).to_have_text("Mengumpulkan jawaban")
    page.context.unroute("**/api/exam/answers")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jawaban Anda sudah dikumpulkan", timeout=20_000)


def test_a_locked_out_computer_and_one_that_was_left_can_log_out(live: Live, page: Page, browser: Browser) -> None:
    enter(page, live)
    other = browser.new_context(viewport=SMALL, locale="id-ID").new_page()
    log_in_again(other, live)
    expect(other.get_by_role("heading", level=1)).to_have_text("Ujian Anda terbuka di komputer lain", timeout=20_000)
    live.run(lambda database: hand_over(database, live.world))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ujian dilanjutkan di komputer lain", timeout=30_000)
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk ujian")
    log_in_again(page, live)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ujian Anda terbuka di komputer lain", timeout=20_000)
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk ujian")
    other.context.close()
