"""The network goes before the bell and does not come back: a file carries the answers to the score."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app.core.db import Database
from tests.databases import alter
from tests.e2e.conftest import LARGE, Live, axe_violations, run_apart
from tests.e2e.test_exam_in_a_browser import answers_for, clear_and_release, enter
from tests.e2e.test_staff_pages import log_in

# The bell in half a minute: ten seconds of transmission after twenty that the candidate sees.
SOON = """
    UPDATE attempts SET started_at = started_at - (closes_at - (now.at + interval '30 seconds')),
                        closes_at = now.at + interval '30 seconds'
    FROM (SELECT clock_timestamp() AS at) now WHERE state = 'running'
"""
SENT, UNSENT = 2, 3


def answer_until_the_line_is_dead(live: Live, page: Page) -> None:
    letters = answers_for(live, 0, SENT + UNSENT)
    enter(page, live)
    run_apart(alter(live.database, SOON))
    for letter in letters[:SENT]:
        page.keyboard.press(letter)
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-save=server]")).to_be_visible()
    page.context.set_offline(True)
    for letter in letters[SENT : SENT + UNSENT]:
        page.keyboard.press(letter)
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Tersimpan di komputer ini, menunggu jaringan")).to_be_visible()


def save_file(page: Page, folder: Path) -> tuple[Path, str]:
    """The file as the candidate saves it, and the words on their screen."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Waktu ujian sudah habis", timeout=40_000)
    expect(page.get_by_text(f"{UNSENT} jawaban terakhir belum sampai di server")).to_be_visible(timeout=40_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Simpan berkas jawaban").press("Enter")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    words = [line.split()[-1] for line in page.get_by_role("listitem").all_inner_texts()]
    assert len(words) == 6
    return path, " ".join(words)


def note(page: Page, live: Live, words: str) -> None:
    log_in(page, live, "/pengawas", "proctor")
    page.get_by_role("button", name="Catat enam kata Peserta 1").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Enam kata").fill(words.upper())
    dialog.get_by_role("button", name="Catat", exact=True).press("Enter")
    expect(dialog.get_by_text(words)).to_be_visible()
    assert axe_violations(page) == []
    dialog.get_by_role("button", name="Selesai").press("Enter")


def upload(page: Page, live: Live, file: Path) -> None:
    log_in(page, live, "/kantor", "office")
    page.get_by_role("button", name="Berkas jawaban").press("Enter")
    page.get_by_label("Berkas dari komputer peserta").set_input_files(file)
    page.get_by_role("button", name="Unggah berkas").press("Enter")
    expect(page.get_by_text("menunggu keputusan orang ketiga")).to_be_visible()
    assert axe_violations(page) == []


def approve(page: Page, live: Live) -> None:
    log_in(page, live, "/kantor", "committee")
    page.get_by_role("button", name="Berkas jawaban").press("Enter")
    page.get_by_label("Alasan keputusan").fill("jaringan ruang 2 putus, kejadian tercatat")
    page.get_by_role("button", name="Setujui: Peserta 1").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Setujui").press("Enter")
    expect(page.get_by_text("disetujui", exact=True)).to_be_visible()
    assert axe_violations(page) == []


@pytest.mark.timeout(240)
@pytest.mark.clause("9.3.3", "a candidate takes the exam online in a browser from log-in to receipt")
def test_answers_of_a_dead_line_reach_the_score_by_file(
    live: Live, page: Page, browser: Browser, tmp_path: Path
) -> None:
    answer_until_the_line_is_dead(live, page)
    file, words = save_file(page, tmp_path)
    assert axe_violations(page) == []
    live.work_once()

    proctor = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    note(proctor, live, words)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Jawaban Anda sudah dikumpulkan", timeout=30_000)
    expect(page.get_by_role("main")).to_contain_text(f"{SENT} dari 100 soal")
    page.reload()
    with page.expect_download() as again:
        page.get_by_role("button", name="Simpan berkas jawaban").press("Enter")
    assert Path(again.value.path()).read_text() == file.read_text(), "after a reload too, the same file and words"
    office = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    upload(office, live, file)

    committee = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    approve(committee, live)
    live.work_once()
    assert live.run(scores) == [(1, SENT), (2, SENT + UNSENT)]
    live.run(lambda database: clear_and_release(database, live.world))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hasil ujian", timeout=20_000)
    expect(page.get_by_role("main")).to_contain_text(f"{UNSENT} jawaban dari berkas jawaban Anda disetujui")
    for other in (proctor, office, committee):
        other.context.close()


async def scores(database: Database) -> list[tuple[int, int]]:
    async with database.staff() as session:
        found = await session.execute(text("SELECT run_no, score FROM scores ORDER BY run_no"))
    return [(row.run_no, row.score) for row in found]
