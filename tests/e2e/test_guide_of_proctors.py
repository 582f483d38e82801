"""The guide of proctors, walked: each action is found within two presses from the board, and looks as `docs/panduan/pengawas.md` shows it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app import delivery, identity
from app.core.access import Role
from app.core.db import Database
from app.delivery import Admission
from tests.databases import alter
from tests.e2e.conftest import Live, axe_violations, run_apart
from tests.e2e.pictures import guide_picture, picture
from tests.e2e.test_proctoring_actions import press, row_of, tick
from tests.e2e.test_staff_pages import log_in
from tests.factories import PASSWORD, Candidate

# Narrow enough that a picture is read without enlarging it.
GUIDE, WHOLE = {"width": 1140, "height": 760}, {"width": 1140, "height": 1180}
NAMES = ("Ayu Lestari", "Bagus Pratama", "Citra Anggraini", "Dimas Saputra")
SEATS = ("01", "02", "03", "04")
TOKEN = "KOPI42"
# Presses are counted where they arrive: of buttons and links. Choosing a row or writing a reason is none.
COUNT = """
window.presses = 0;
addEventListener('click', (event) => {
  if (event.isTrusted && event.target.closest('button, a, summary, [type=file]')) window.presses += 1;
}, true);
"""
FACE = """
<body style="margin:0"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 320" width="240" height="320">
<rect width="240" height="320" fill="#c8322b"/><path d="M20 320q0-110 100-110t100 110z" fill="#24405f"/>
<path d="M90 320l30-96 30 96z" fill="#fff"/><rect x="98" y="170" width="44" height="60" rx="20" fill="#c99a74"/>
<ellipse cx="120" cy="130" rx="58" ry="72" fill="#d9ab86"/><path d="M58 130q-6-84 62-84t62 84q-14-52-62-52t-62 52z" fill="#2a211c"/>
</svg></body>
"""

DESK = """
<body style="margin:0"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200" width="320" height="200">
<rect width="320" height="200" fill="#b08457"/><rect x="70" y="20" width="180" height="90" rx="6" fill="#30363f"/>
<path d="M80 34h160M80 54h160M80 74h160M80 94h160" stroke="#59626f" stroke-width="12" stroke-dasharray="14 4"/>
<path d="M170 92l90 20-16 66-92-22z" fill="#fffdf2"/><path d="M182 112l60 14M178 126l60 14M174 140l40 9" stroke="#4a5768" stroke-width="4"/>
</svg></body>
"""


@contextmanager
def two_presses(page: Page, *, most: int = 2) -> Iterator[None]:
    """From the board: what is done inside takes two presses at most."""
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Papan peserta").click()
    expect(page.get_by_role("table")).to_be_visible()
    with counted(page, most):
        yield


@contextmanager
def counted(page: Page, most: int) -> Iterator[None]:
    page.evaluate("window.presses = 0")
    yield
    presses = page.evaluate("window.presses")
    assert presses <= most, f"{presses} presses from the board"


def show(name: str, *parts: Locator) -> None:
    guide_picture(f"pengawas/{name}", *parts)
    picture(parts[0].page, f"guide-{name}")


def dialog_of(page: Page) -> Locator:
    return page.get_by_role("dialog")


def leave(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(dialog_of(page)).to_have_count(0)


def arrange(live: Live) -> None:
    """Two rooms with seats and proctors, and people with names."""

    async def seat(database: Database) -> None:
        async with database.staff() as session, session.begin():
            other = await identity.add_staff(session, name="Hendra Wijaya", username="kepala", roles=[Role.PROCTOR])
            await identity.set_password(session, other, PASSWORD)
            await identity.undertakings.sign_all_needed(session, other, frozenset({Role.PROCTOR}))
            await delivery.assign_staff(session, live.world.sitting_id, other)
            rooms = [await delivery.create_room(session, live.world.sitting_id, name) for name in ("Lab 1", "Lab 2")]
            roster = await delivery.list_roster(session, live.world.sitting_id)
            for entry, place in zip(roster, SEATS, strict=True):
                room = rooms[0] if place != SEATS[-1] else rooms[1]
                await delivery.seat_candidate(session, live.world.sitting_id, entry.id, room_id=room, seat=place)
            await delivery.assign_room(session, live.world.sitting_id, rooms[0], live.world.staff["proctor"])

    live.run(seat)
    change(live, "UPDATE sitting_staff SET head = true")
    change(live, "UPDATE sittings SET token = $1 WHERE token IS NOT NULL", TOKEN)
    change(live, "UPDATE people SET name = 'Rina Hartati' WHERE id = $1", live.world.staff["proctor"])
    for card, name in zip(live.world.cards, NAMES, strict=True):
        change(live, "UPDATE roster SET name = $1 WHERE number = $2", name, card.number)


def change(live: Live, statement: str, *values: object) -> None:
    run_apart(alter(live.database, statement, *values))


@contextmanager
def desk(live: Live, username: str) -> Iterator[httpx.Client]:
    place = f"{live.url}/api/staff/sittings/{live.world.sitting_id}/"
    with httpx.Client(base_url=place, headers={"Origin": live.url}) as client:
        log_in = client.post(f"{live.url}/api/staff/login", json={"username": username, "password": PASSWORD})
        log_in.raise_for_status()
        yield client


def drawn(page: Page, drawing: str, width: int, height: int) -> bytes:
    page.set_viewport_size({"width": width, "height": height})
    page.set_content(drawing)
    image = page.screenshot()
    page.set_viewport_size(GUIDE)
    return image


def bring_a_photograph(live: Live, page: Page) -> None:
    image = base64.b64encode(drawn(page, FACE, 240, 320)).decode()
    with desk(live, "office") as office:
        first = office.get("arrivals").json()["candidates"][0]
        office.post(f"roster/{first['roster_id']}/photo", json={"image": image}).raise_for_status()


async def wait_at_computers(live: Live) -> None:
    """Two candidates logged in; the computer of the second one is not as it should be."""
    for place, trip in ((0, 18), (1, 2_600)):
        async with httpx.AsyncClient(base_url=live.url, headers={"Origin": live.url}) as client:
            candidate = Candidate(client, live.world.cards[place])
            report = {"clock_offset_ms": 120, "round_trip_ms": trip, "saves": True, "persisted": True, "quota_mb": 900}
            assert (await candidate.log_in()).status_code == 200
            assert (await candidate.post("readiness", report)).status_code == 204


@pytest.mark.timeout(180)
@pytest.mark.parametrize("live", [{"admission": Admission.PROCTOR, "opens_in": timedelta(minutes=-20)}], indirect=True)
def test_at_the_door_each_action_is_two_presses_away(live: Live, page: Page) -> None:
    arrange(live)
    run_apart(wait_at_computers(live))
    bring_a_photograph(live, page)
    page.add_init_script(COUNT)
    log_in(page, live, "/pengawas", "proctor")
    dialog = dialog_of(page)

    with two_presses(page, most=1):
        row_of(page, live).get_by_role("button", name="Izinkan masuk").click()
        dialog.get_by_label("Terlambat").or_(dialog.get_by_label("foto cocok")).first.wait_for()
    dialog.get_by_label("foto cocok").check()
    dialog.get_by_label("Terlambat").fill("Kereta terlambat, surat stasiun dilihat")
    show("izinkan", dialog)
    dialog.get_by_role("button", name="Catat dan izinkan masuk").click()
    expect(row_of(page, live)).to_contain_text("Siap mulai")

    with two_presses(page):
        page.get_by_role("button", name="Pintu masuk").click()
        page.get_by_role("button", name=f"Tidak hadir {NAMES[3]}").click()
        expect(page.get_by_text("Tidak hadir (Rina Hartati")).to_be_visible()
    show("pintu", page.get_by_role("region", name="Pintu masuk"))

    with two_presses(page):
        page.get_by_role("button", name="Pintu masuk").click()
        page.get_by_role("button", name=f"Pindahkan {NAMES[1]}").click()
        dialog.get_by_label("Tempat").fill("12")
    show("pindah", dialog)
    leave(page)

    with two_presses(page, most=1):
        page.get_by_role("button", name="Kesiapan komputer").click()
        expect(page.get_by_text("1 dari 4 komputer siap")).to_be_visible()
    show("komputer", page.get_by_role("region", name="Kesiapan komputer"))


async def start_exams(live: Live) -> None:
    """Two take the exam; one of them calls."""
    for place, answers in ((0, 62), (1, 40)):
        async with httpx.AsyncClient(base_url=live.url, headers={"Origin": live.url}) as client:
            candidate = Candidate(client, live.world.cards[place])
            assert (await candidate.enter(TOKEN)).status_code == 200
            assert (await candidate.save(dict.fromkeys(range(1, answers + 1), 0))).status_code == 200
            if place == 0:
                assert (await candidate.post("help", {"need": "computer"})).status_code == 200


async def ask_from_another_computer(live: Live) -> None:
    """For the second one. A computer that asks no more is forgotten after 20 s."""
    async with httpx.AsyncClient(base_url=live.url, headers={"Origin": live.url, "User-Agent": "Lab-1-PC-7"}) as client:
        other = Candidate(client, live.world.cards[1])
        await other.log_in()
        await other.claim()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("live", [{"admission": Admission.TOKEN}], indirect=True)
def test_during_the_exam_each_action_is_two_presses_away(live: Live, page: Page, browser: Browser) -> None:
    arrange(live)
    run_apart(start_exams(live))
    photo = drawn(page, DESK, 320, 200)
    run_apart(ask_from_another_computer(live))
    page.add_init_script(COUNT)
    log_in(page, live, "/pengawas", "proctor")
    dialog, ayu, bagus, citra = dialog_of(page), row_of(page, live, 0), row_of(page, live, 1), row_of(page, live, 2)
    toolbar = page.get_by_role("toolbar")
    expect(ayu).to_contain_text("memanggil: komputer bermasalah")
    expect(bagus).to_contain_text("perangkat lain meminta")
    page.set_viewport_size(WHOLE)
    show("papan", page.locator("main > *").first, page.get_by_role("toolbar"))
    page.set_viewport_size(GUIDE)

    token = page.get_by_role("region", name="TOKEN")
    show("token", token)
    with two_presses(page, most=1):
        token.get_by_role("button", name="Tampilkan besar").click()
        expect(dialog).to_contain_text(TOKEN)
    show("token-besar", dialog)
    leave(page)
    for name in ("Perbarui token", "Kunci token"):
        with two_presses(page, most=1):
            token.get_by_role("button", name=name).click()
            expect(dialog.get_by_role("button", name=name)).to_be_visible()
        show(name.lower().replace(" ", "-"), dialog)
        leave(page)

    with two_presses(page, most=1):
        ayu.get_by_role("button", name="Saya datang").click()
        expect(ayu.get_by_role("button", name="Sudah dibantu")).to_be_visible()
    show("panggilan", ayu)

    run_apart(ask_from_another_computer(live))
    with two_presses(page, most=1):
        bagus.get_by_role("button", name="Lepaskan kunci perangkat").click()
        expect(dialog).to_contain_text("Lab-1-PC-7")
    show("perangkat", dialog)
    leave(page)

    with two_presses(page, most=1):
        citra.get_by_role("button", name="Reset log-in").click()
        expect(citra).to_contain_text("dapat mencoba log-in lagi sekarang")
    show("reset-log-in", citra)

    tick(page, live, 3)
    show("pilih", row_of(page, live, 3), toolbar)
    toolbar.get_by_role("button", name="Batalkan pilihan").click()
    tick(page, live, 0)
    with two_presses(page, most=1):
        press(page, "Tambah waktu")
        dialog.get_by_role("button", name="Komputer diganti").wait_for()
    dialog.get_by_role("button", name="10 menit").click()
    dialog.get_by_role("button", name="Komputer diganti").click()
    show("waktu", dialog)
    dialog.get_by_label("Menit lain").fill("20")
    dialog.get_by_role("button", name="Tambah waktu", exact=True).click()
    expect(page.get_by_text("1 menunggu orang kedua")).to_be_visible()

    other = browser.new_context(viewport=GUIDE, locale="id-ID").new_page()
    other.add_init_script(COUNT)
    log_in(other, live, "/pengawas", "kepala")
    with two_presses(other, most=1):
        other.get_by_role("button", name=f"Setujui {NAMES[0]}").click()
        dialog_of(other).get_by_label("Alasan keputusan").fill("Komputer memang diganti, saya lihat sendiri")
    leave(other)
    show("orang-kedua", other.get_by_role("region", name="Menunggu orang kedua"))
    other.context.close()

    with two_presses(page, most=1):
        press(page, "Kirim pesan")
        dialog.get_by_label("Pesan").fill("Sepuluh menit lagi listrik gedung diperiksa. Teruskan mengerjakan.")
    show("pesan", dialog)
    leave(page)

    with two_presses(page, most=1):
        press(page, "Tutup ujian")
        dialog.get_by_label("Ketik nomor peserta").fill(live.world.cards[0].number)
    dialog.get_by_role("button", name="Peserta sakit").click()
    show("tutup", dialog)
    leave(page)

    tick(page, live, 1)
    with two_presses(page, most=1):
        press(page, "Jeda")
        dialog.get_by_role("button", name="Izin ke toilet").wait_for()
    dialog.get_by_role("button", name="Izin ke toilet").click()
    show("jeda", dialog)
    dialog.get_by_role("button", name="Jeda", exact=True).click()
    expect(page.get_by_text("2 selesai")).to_be_visible()
    show("hasil", page.get_by_text("Hasil: Jeda").locator("../.."))
    with two_presses(page, most=1):
        press(page, "Lanjutkan")
        expect(dialog.get_by_role("button", name="Setelah hitung mundur 5 detik")).to_be_visible()
    show("lanjutkan", dialog)
    dialog.get_by_role("button", name="Setelah hitung mundur 5 detik").click()
    expect(bagus).to_contain_text("Sedang ujian")
    toolbar.get_by_role("button", name="Batalkan pilihan").click()

    with two_presses(page, most=1):
        page.get_by_role("button", name="Bekukan ruang").click()
        dialog.get_by_role("button", name="Listrik padam").wait_for()
    show("bekukan", dialog)
    dialog.get_by_role("button", name="Listrik padam").click()
    frozen = page.get_by_text("Dibekukan: seluruh sesi").locator("../..")
    expect(frozen).to_be_visible()
    show("dibekukan", frozen)
    with two_presses(page, most=1):
        page.get_by_role("button", name="Buka lagi seluruh sesi").click()
        dialog.get_by_label("Apa yang terjadi").fill("Genset menyala")
    show("buka-lagi", dialog)
    dialog.get_by_role("button", name="Setelah hitung mundur 5 detik").click()
    expect(ayu).to_contain_text("Sedang ujian")

    with two_presses(page, most=1):
        ayu.get_by_role("button", name=f"Linimasa {NAMES[0]}").click()
        expect(dialog.get_by_text("Mulai ujian")).to_be_visible()
    show("linimasa", dialog)
    leave(page)

    with two_presses(page, most=1):
        page.get_by_role("button", name="Ambang perhatian").click()
        expect(dialog.get_by_label("Tidak terdengar lebih dari")).to_be_visible()
    show("ambang", dialog)
    leave(page)

    with two_presses(page, most=1):
        page.get_by_role("button", name="Serahkan ruang").click()
        dialog.get_by_label("Catatan serah terima").fill("Istirahat sampai pukul 10.30")
    show("serah", dialog)
    leave(page)

    incidents = page.get_by_role("region", name="Catatan kejadian")
    with two_presses(page):
        page.get_by_role("button", name=re.compile("^Catatan kejadian")).click()
        expect(incidents.get_by_role("heading")).to_be_focused()
        incidents.get_by_label("Golongan").select_option("candidate")
        incidents.get_by_label("Rincian").select_option("behaviour")
        incidents.get_by_role("combobox", name="Peserta").select_option(index=1)
        incidents.get_by_label("Uraian").fill("Secarik kertas berisi catatan di bawah papan ketik.")
        show("kejadian", incidents.locator("form").first)
        incidents.get_by_role("button", name="Catat kejadian").click()
        expect(incidents.get_by_role("button", name=re.compile("^Buka dugaan"))).to_be_visible()
    noted = incidents.get_by_role("listitem").filter(has_text="Secarik kertas")
    with two_presses(page), page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=re.compile("^Catatan kejadian")).click()
        noted.get_by_label("Tambah foto").click()
    chooser.value.set_files({"name": "meja.png", "mimeType": "image/png", "buffer": photo})
    expect(noted.get_by_role("img", name="Foto 1")).to_be_visible()
    show("foto", noted)
    with two_presses(page):
        page.get_by_role("button", name=re.compile("^Catatan kejadian")).click()
        noted.get_by_role("button", name=re.compile("^Hubungkan")).click()
        expect(dialog.get_by_role("checkbox", name=re.compile("gangguan")).first).to_be_visible()
    show("hubungkan", dialog)
    leave(page)
    with two_presses(page):
        page.get_by_role("button", name=re.compile("^Catatan kejadian")).click()
        noted.get_by_role("button", name=re.compile("^Buka dugaan pelanggaran")).click()
        dialog.get_by_label("Yang diduga").select_option("notes")
    show("dugaan", dialog)
    leave(page)

    papers = page.get_by_role("region", name="Cetak")
    with two_presses(page), page.expect_download():
        page.get_by_role("button", name="Cetak", exact=True).click()
        papers.get_by_role("link", name="Berita acara").click()
    show("cetak", papers)
    assert axe_violations(page) == []


def test_a_third_press_is_one_too_many(page: Page) -> None:
    page.add_init_script(COUNT)
    page.goto("data:text/html,<button>tekan</button><input type=checkbox>")
    with pytest.raises(AssertionError, match="3 presses"), counted(page, 2):
        page.get_by_role("checkbox").check()
        page.get_by_role("button").click()
        page.get_by_role("button").dblclick()
