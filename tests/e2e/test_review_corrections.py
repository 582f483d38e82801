"""A wrong key in real browsers: from the item to what correcting it does, a second person's yes, letters, and the candidate's page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app import identity
from app.core.access import Role
from app.core.db import Database
from app.itembank import LETTERS
from app.worker import work_once
from tests import rescoring
from tests.e2e.conftest import Live, at_desk, run_apart
from tests.e2e.figures_on_page import LANGUAGES, speak, unexplained
from tests.e2e.pictures import looking
from tests.factories import PASSWORD, make_settings, running_app
from tests.rescoring import NEAR_THE_MARK, OTHER, Item

SECOND = "komite-2"
ON_A_CORRECTION = {
    r"(Pokok soal|Opsi [A-D]) MMU-.*": "the item itself",
    r"UJI-\d \(.*\)": "a sitting",
    r"\d+ · (Belum )?Lulus.*": "a score and what it recommends",
}


async def sit_and_release(live: Live) -> Item:
    """As candidates do it, through a server of its own on the same database."""
    async with running_app(make_settings(live.database)) as app:
        world = live.world
        item = await rescoring.any_item(app.state.database, world.sitting_id)
        await rescoring.sit(app, world.sitting_id, world.cards, item, NEAR_THE_MARK)
        await work_once(app.state.database)
        await rescoring.release(app.state.database, world)
        await rescoring.sit_again(app, world, item, NEAR_THE_MARK)
        await work_once(app.state.database)
    return item


def add_second_member(live: Live) -> None:
    async def add(database: Database) -> None:
        async with database.staff() as session, session.begin():
            person = await identity.add_staff(session, name="Anggota kedua", username=SECOND, roles=[Role.COMMITTEE])
            await identity.undertakings.sign_all_needed(session, person, frozenset({Role.COMMITTEE}))
            await identity.set_password(session, person, PASSWORD)

    live.run(add)


look = looking("correction")


def ask_what_if(page: Page, item: Item) -> None:
    expect(page.get_by_text("Belum ada koreksi kunci.")).to_be_visible()
    page.get_by_label("Kode soal").fill(item.code)
    page.keyboard.press("Enter")
    expect(page.get_by_text("kunci di bank soal")).to_be_visible()
    page.get_by_label("Kunci yang tepat").select_option(LETTERS[item.option(OTHER)])
    page.get_by_role("button", name="Hitung akibatnya").press("Enter")
    expect(page.get_by_text("Ini baru perhitungan; belum ada yang disimpan.")).to_be_visible()


def propose(page: Page) -> None:
    expect(page.get_by_role("row").filter(has_text="UJI-1").first).to_contain_text("sudah dirilis")
    changed = page.get_by_role("region", name="Rekomendasi yang berubah")
    expect(changed.get_by_role("row")).to_have_count(4)  # two rise to the mark, one falls where nothing was released
    expect(changed).to_contain_text("MMU-26-0001")
    expect(page.get_by_text("Peserta 1")).to_have_count(0)
    for lang in LANGUAGES:
        speak(page, lang)
        assert unexplained(page, {}, lang, ON_A_CORRECTION) == []
    speak(page, "id")
    look(page, "what-if")
    page.get_by_role("region", name="Soal ini menurut kedua kunci").get_by_role("button", name="25,0 %").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("berapa persen mendapat angkanya")
    page.keyboard.press("Escape")
    page.get_by_label("Alasan").fill("Dua ahli menunjukkan bahwa pilihan lain yang benar.")
    page.get_by_role("button", name="Usulkan koreksi").press("Enter")
    expect(page.get_by_text("Koreksi menunggu persetujuan satu anggota komite lain.")).to_be_visible()
    expect(page.get_by_role("button", name="Setujui dan terapkan")).to_have_count(0)
    look(page, "proposed")


def approve(page: Page) -> None:
    page.get_by_role("button", name="Kunci diganti").press("Enter")
    page.get_by_role("button", name="Setujui dan terapkan").press("Enter")
    page.get_by_label("Catatan telaah").fill("Sudah ditelaah bersama buku sumber.")
    look(page, "approving")
    page.get_by_role("dialog").get_by_role("button", name="Setujui dan terapkan").press("Enter")
    expect(page.get_by_text("Koreksi diterapkan")).to_be_visible()
    letters = page.get_by_role("region", name="Peserta yang hasilnya berubah")
    expect(letters.get_by_role("row").nth(1)).to_contain_text("Peserta 1")
    expect(letters.get_by_role("row").nth(1)).to_contain_text("68 · Lulus")
    look(page, "applied")


@pytest.mark.parametrize("live", [{"forms": 1}], indirect=True)
@pytest.mark.clause(
    "9.3.5", "a wrong key is corrected by two persons, who see first what it changes, and whoever is concerned is told"
)
def test_a_wrong_key_from_the_item_to_the_letters(live: Live, browser: Browser, page: Page, tmp_path: Path) -> None:
    item = run_apart(sit_and_release(live))
    add_second_member(live)
    with at_desk(browser, live, "committee", "kajian/koreksi") as first:
        ask_what_if(first, item)
        propose(first)
    with at_desk(browser, live, SECOND, "kajian/koreksi") as second:
        approve(second)
        with second.expect_download() as download:
            second.get_by_role("link", name="Cetak surat sesi UJI-1 (PDF)").click()
        letters = tmp_path / "surat.pdf"
        download.value.save_as(letters)
        assert letters.read_bytes().startswith(b"%PDF-")
        second.get_by_role("button", name="Buka soal di bank").press("Enter")
        expect(second.get_by_text("Kunci terbukti keliru menurut koreksi").first).to_be_visible()
        expect(second.get_by_role("button", name="Pakai lagi")).to_have_count(0)
        expect(second.get_by_role("button", name="Telaah lagi")).to_be_visible()
        look(second, "found-wrong")
    page.goto(live.url)
    page.get_by_label("Nomor peserta").fill(live.world.cards[0].number)
    page.get_by_label("PIN", exact=True).fill(live.world.cards[0].pin)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jawaban Anda sudah dikumpulkan")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hasil ujian")
    expect(page.get_by_text("Hasil ini dihitung ulang pada")).to_be_visible()
    expect(page.get_by_text("68 dari 100")).to_be_visible()
    look(page, "candidate")


@pytest.mark.parametrize("live", [{"forms": 1}], indirect=True)
def test_an_item_that_nobody_had_leads_to_the_bank(live: Live, browser: Browser) -> None:
    with at_desk(browser, live, "committee", "kajian/koreksi/baru:MMU-9.9-99") as committee:
        expect(committee.get_by_role("alert")).to_contain_text("Periksa kodenya")
