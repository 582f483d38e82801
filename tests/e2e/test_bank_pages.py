"""The item bank in real browsers: who writes does not approve, who approves is two, and what candidates saw stays as it is."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app import delivery, schemes
from app.core.clock import read_clock
from app.core.db import Database
from tests.e2e.conftest import Live, at_desk, run_apart
from tests.e2e.pictures import looking
from tests.factories import make_cards, make_photo
from tests.forms import give_forms

CODE = "MMU-1.1-07"  # the bank of the tests holds six items of each criterion, and a form takes five
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal { color: red }</style></head><body>
<p class=MsoNormal><b style='mso-bidi-font-weight:normal'>Perhatikan</b> dua hal:<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span>mutu<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span>biaya<o:p></o:p></p>
<script>window.ran = 1</script><img src="x" onerror="window.ran = 1"></body></html>"""
NOTE = "Opsi C bukan bahasa baku; tulis ulang."


def office(browser: Browser, live: Live, username: str) -> AbstractContextManager[Page]:
    """A person's own browser, in the item bank."""
    return at_desk(browser, live, username, "bank")


look = looking("bank")


def field(page: Page, name: str, text: str) -> None:
    box = page.get_by_role("textbox", name=name, exact=True)
    box.click()
    box.press("Control+a")
    page.keyboard.type(text)


def open_card(page: Page, code: str) -> None:
    page.get_by_label("Cari").fill(code)
    expect(page.get_by_text("1 soal", exact=True)).to_be_visible()
    page.get_by_role("button", name=code, exact=True).press("Enter")
    expect(page.get_by_role("heading", name=code)).to_be_visible()


def write_item(page: Page) -> None:
    page.get_by_role("button", name="Tulis soal baru").press("Enter")
    page.get_by_label("KUK", exact=True).select_option("1.1")
    field(page, "Pokok soal", "Berapa luas bidang kerja, dalam m")
    page.keyboard.press("Control+.")
    page.keyboard.type("2")
    page.keyboard.press("Control+.")
    page.keyboard.type(", menurut rumus ")
    for letter, said in zip("ABCD", ("satu", "dua", "tiga gitu", "empat"), strict=True):
        field(page, f"Opsi {letter}", said)
    page.get_by_role("radio", name="Opsi B benar").check()
    page.get_by_label("Urutan opsi tetap").check()
    page.get_by_label("Alasan kunci benar dan opsi lain salah").fill("Dua kali satu.")
    page.get_by_label("Sumber").fill("ISO 9000:2015")


def add_formula(page: Page) -> None:
    box = page.get_by_role("textbox", name="Pokok soal")
    box.focus()  # a click in the middle of the text would have to be undone before the next key
    box.press("Control+End")
    box.press("Alt+F10")
    expect(page.get_by_role("button", name="Tebal (Ctrl+B)")).to_be_focused()
    page.get_by_role("button", name="Rumus").click()
    page.get_by_label("Rumus dalam TeX").fill(r"\frac{a}{b}")
    expect(page.get_by_role("status", name="Rumus seperti yang dilihat peserta").locator("mfrac")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Sisipkan").press("Enter")


def add_picture(page: Page) -> None:
    page.get_by_role("button", name="Gambar").click()
    dialog = page.get_by_role("dialog")
    photo = {"name": "denah.jpg", "mimeType": "image/jpeg", "buffer": make_photo(width=400, height=300)}
    dialog.get_by_label("Berkas gambar").set_input_files([photo])
    expect(dialog.get_by_role("img")).to_be_visible()
    expect(dialog.get_by_role("button", name="Sisipkan")).to_be_disabled()
    dialog.get_by_label("Keterangan gambar").fill("Denah bidang kerja")
    dialog.get_by_role("button", name="Sisipkan").press("Enter")


def review(page: Page, *, language: str, note: str, verdict: str) -> None:
    for aspect in ("Materi", "Konstruksi"):
        page.get_by_role("group", name=aspect).get_by_label("baik", exact=True).check()
    page.get_by_role("group", name="Bahasa").get_by_label(language, exact=True).check()
    page.get_by_label("Catatan telaah").fill(note)
    page.get_by_role("button", name=verdict).press("Enter")
    expect(page.get_by_role("heading", name="Versi", exact=True)).to_be_visible()


@pytest.mark.timeout(300)
def test_from_the_author_to_the_forms(live: Live, browser: Browser) -> None:
    with office(browser, live, "author") as author:
        expect(author.get_by_text("Belum ada soal di sini.")).to_be_visible()
        write_item(author)
        add_formula(author)
        add_picture(author)
        seen = author.frame_locator("iframe")
        expect(seen.get_by_role("img", name="Denah bidang kerja")).to_be_visible()
        expect(seen.locator("sup")).to_have_text("2")
        expect(seen.locator("mfrac")).to_be_visible()
        expect(author.get_by_text("pokok soal tidak diakhiri pertanyaan")).to_be_visible()
        width = seen.get_by_role("img").bounding_box()["width"]
        author.get_by_role("button", name="A+ huruf besar").press("Enter")
        author.wait_for_function(
            "was => document.querySelector('iframe').contentDocument.querySelector('img').offsetWidth > was", arg=width
        )
        author.reload()
        expect(author.get_by_text("belum tersimpan di server")).to_be_visible()
        expect(author.get_by_label("Urutan opsi tetap")).to_be_checked()
        field_text = author.get_by_role("textbox", name="Pokok soal")
        expect(field_text).to_contain_text("menurut rumus")
        field_text.focus()  # a click could choose the picture, and what is typed would replace it
        author.keyboard.press("Control+End")
        author.keyboard.type("?")
        expect(author.get_by_text("pokok soal tidak diakhiri pertanyaan")).to_have_count(0)
        look(author, "editor")
        author.get_by_role("button", name="Simpan dan ajukan telaah").press("Enter")
        expect(author.get_by_role("heading", name=CODE)).to_be_visible()
        expect(author.get_by_role("button", name="Telaah")).to_have_count(0)

    with office(browser, live, "reviewer") as reviewer:
        expect(reviewer.get_by_text("1 soal menunggu Anda.")).to_be_visible()
        open_card(reviewer, CODE)
        reviewer.get_by_role("button", name="Telaah").press("Enter")
        expect(reviewer.frame_locator("iframe").get_by_text("tiga gitu")).to_be_visible()
        expect(reviewer.get_by_text("Urutan opsi tetap")).to_be_visible()
        look(reviewer, "review")
        review(reviewer, language="perlu diperbaiki", note=NOTE, verdict="Kembalikan ke penulis")
        look(reviewer, "card")

    with office(browser, live, "author") as author:
        open_card(author, CODE)
        expect(author.get_by_text(NOTE).first).to_be_visible()
        author.get_by_role("button", name="Ubah", exact=True).press("Enter")
        field(author, "Opsi C", "tiga")
        author.get_by_role("button", name="Simpan dan ajukan telaah").press("Enter")
        expect(author.get_by_text("versi 2").first).to_be_visible()

    for approver in ("reviewer", "committee"):
        with office(browser, live, approver) as page:
            open_card(page, CODE)
            page.get_by_role("button", name="Telaah").press("Enter")
            changes = page.get_by_role("region", name="Perubahan sejak versi 1")
            expect(changes.locator("del")).to_have_text("gitu")
            review(page, language="baik", note="", verdict="Setujui")
            if approver == "committee":
                page.get_by_role("button", name="Aktifkan").press("Enter")
                page.get_by_role("dialog").get_by_role("button", name="Aktifkan").press("Enter")
                expect(page.get_by_text("Diaktifkan")).to_be_visible()
                rest_others(page)
    version = run_apart(active_version(live))
    assert version in live.run(forms_of_a_new_sitting)

    with office(browser, live, "author") as author:
        open_card(author, CODE)
        expect(author.get_by_text("sudah dilihat peserta, tidak dapat berubah")).to_be_visible()
        expect(author.get_by_role("button", name="Ubah", exact=True)).to_have_count(0)
        author.goto(f"{live.url}/kantor#halaman=bank/ubah/{version}")
        field(author, "Opsi C", "tiga lagi")
        author.get_by_role("button", name="Simpan konsep").press("Enter")
        expect(author.get_by_role("alert")).to_contain_text("Tulisan Anda masih ada di halaman ini.")


def rest_others(page: Page) -> None:
    """Of the criterion no more stay in use than one form takes, so that every form holds the new item."""
    page.get_by_role("button", name="Daftar soal").press("Enter")
    page.get_by_label("Cari").fill("MMU-1.1")
    expect(page.get_by_text("7 soal", exact=True)).to_be_visible()
    for number in (1, 2):
        page.get_by_role("checkbox", name=f"Pilih MMU-1.1-0{number}").check()
    page.get_by_role("button", name="Tindakan…").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Tindakan").select_option("rest")
    dialog.get_by_role("button", name="Periksa dulu").press("Enter")
    expect(dialog.get_by_text("2 soal akan diubah, 0 ditolak.")).to_be_visible()
    look(page, "bulk")
    dialog.get_by_role("button", name="Lakukan").press("Enter")
    expect(dialog.get_by_text("2 soal sudah diubah.")).to_be_visible()


async def active_version(live: Live) -> UUID:
    connection = await asyncpg.connect(live.database.superuser_url)
    try:
        return await connection.fetchval(
            "SELECT v.id FROM item_versions v JOIN items i ON i.id = v.item_id WHERE i.code = $1 AND v.state = 'active'",
            CODE,
        )
    finally:
        await connection.close()


async def forms_of_a_new_sitting(database: Database) -> set[UUID]:
    """The versions that stand in every form."""
    async with database.staff() as session, session.begin():
        scheme = await schemes.find_newest(session, "MMu")
        assert scheme
        now = await read_clock(session)
        sitting_id = await delivery.create_sitting(
            session,
            scheme,
            code="UJI-2",
            title="Ujian berikutnya",
            zone="Asia/Jakarta",
            opens_at=now + timedelta(days=1),
            closes_at=now + timedelta(days=1, hours=4),
        )
        cards = await make_cards(session, 2, "MMU-27")
        await delivery.add_to_roster(session, sitting_id, [(card, card.number) for card in cards])
        await give_forms(session, sitting_id, scheme)
        rows = await session.execute(
            text("SELECT item_version_ids FROM forms WHERE sitting_id = :sitting"), {"sitting": sitting_id}
        )
        return set.intersection(*[set(row[0]) for row in rows])


SLOW_HINTS = """(() => {
  const ask = window.fetch;
  window.fetch = async (...request) => {
    if (String(request[0]?.url ?? request[0]).endsWith("/preview")) await new Promise((done) => setTimeout(done, 1000));
    return ask(...request);
  };
})()"""


@pytest.mark.timeout(180)
def test_nobody_approves_their_own(live: Live, browser: Browser) -> None:
    with office(browser, live, "committee") as page:
        write_item(page)
        page.get_by_role("button", name="Simpan dan ajukan telaah").press("Enter")
        expect(page.get_by_role("heading", name=CODE)).to_be_visible()
        expect(page.get_by_role("button", name="Telaah")).to_have_count(0)
        version = page.evaluate(
            "async code => (await (await fetch(`/api/staff/bank/items/${code}`)).json()).versions[0].id", CODE
        )
        page.add_init_script(SLOW_HINTS)
        page.goto(f"{live.url}/kantor#halaman=bank/telaah/{version}")
        page.reload()
        card = page.get_by_role("group", name="Materi")
        expect(card).to_be_visible()
        place = card.bounding_box()
        page.wait_for_timeout(2_000)
        assert card.bounding_box() == place, "the card jumps under the pointer"
        for aspect in ("Materi", "Konstruksi", "Bahasa"):
            page.get_by_role("group", name=aspect).get_by_label("baik", exact=True).check()
        page.get_by_role("button", name="Setujui").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Penulis tidak menelaah soalnya sendiri")


PASTE = """([name, html]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  const named = (one) => document.getElementById(one.getAttribute("aria-labelledby"))?.textContent === name;
  const field = [...document.querySelectorAll("[role=textbox]")].find(named);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.timeout(180)
def test_what_word_puts_on_the_clipboard_becomes_plain_lists(live: Live, browser: Browser) -> None:
    with office(browser, live, "author") as page:
        page.get_by_role("button", name="Tulis soal baru").press("Enter")
        stem = page.get_by_role("textbox", name="Pokok soal")
        stem.click()
        page.evaluate(PASTE, ["Pokok soal", WORD])
        expect(stem.locator("ul > li")).to_have_text(["mutu", "biaya"])
        expect(stem.locator("strong")).to_have_text("Perhatikan")
        expect(stem.locator("img, script, [style], [class*=Mso]")).to_have_count(0)
        expect(page.frame_locator("iframe").locator("ul > li")).to_have_text(["mutu", "biaya"])
        assert page.evaluate("window.ran") is None


@pytest.mark.timeout(180)
def test_one_draft_in_two_windows(live: Live, browser: Browser) -> None:
    with office(browser, live, "author") as page:
        write_item(page)
        page.get_by_role("button", name="Simpan konsep").press("Enter")
        expect(page.get_by_role("heading", name=f"Ubah konsep {CODE}")).to_be_visible()
        other = page.context.new_page()
        other.goto(page.url)
        field(other, "Opsi D", "lima")
        other.get_by_role("button", name="Simpan konsep").press("Enter")
        expect(other.get_by_text("Tersimpan.")).to_be_visible()

        field(page, "Opsi D", "enam")
        page.get_by_role("button", name="Simpan konsep").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("disimpan dari tab atau komputer lain")
        expect(page.get_by_role("textbox", name="Opsi D")).to_have_text("enam")
        look(page, "two-windows")
        page.get_by_role("button", name="Timpa dengan tulisan saya").press("Enter")
        expect(page.get_by_text("Tersimpan.")).to_be_visible()
        other.reload()
        expect(other.get_by_role("textbox", name="Opsi D")).to_have_text("enam")


@pytest.mark.timeout(180)
def test_what_a_bank_lacks_and_what_a_period_uses(live: Live, browser: Browser) -> None:
    with office(browser, live, "committee") as page:
        page.get_by_role("button", name="Cakupan").press("Enter")
        expect(page.get_by_role("row").filter(has_text="1.1").first).to_contain_text("4")
        look(page, "coverage")
        with page.expect_download() as kept:
            page.get_by_role("button", name="Unduh CSV").press("Enter")
        assert kept.value.suggested_filename == "cakupan-MMu.csv"
        page.get_by_role("button", name="6 soal KUK 1.1, aktif").press("Enter")
        expect(page.get_by_text("6 soal", exact=True)).to_be_visible()
        look(page, "list")

        page.get_by_role("button", name="Pool aktif").press("Enter")
        page.get_by_role("button", name="Susun pool baru").press("Enter")
        page.get_by_label("Dari tanggal").fill("2027-01-01")
        page.get_by_label("Sampai tanggal").fill("2027-06-30")
        page.get_by_role("button", name="Usulkan ukuran").press("Enter")
        expect(page.get_by_text("Terpilih 120 soal.")).to_be_visible()
        page.get_by_text("KUK 1.1").click()
        page.get_by_role("checkbox", name="MMU-1.1-01").uncheck()
        look(page, "new-pool")
        page.get_by_role("button", name="Simpan pool").press("Enter")
        expect(page.get_by_role("heading", name="Pool 1 Januari 2027 – 30 Juni 2027")).to_be_visible()
        page.get_by_role("button", name="Periksa dulu").press("Enter")
        expect(page.get_by_text("0 soal diaktifkan, 1 soal diistirahatkan.")).to_be_visible()
        look(page, "pool")
        page.get_by_role("button", name="Aktifkan pool").press("Enter")
        expect(page.get_by_text("berlaku", exact=True)).to_be_visible()
