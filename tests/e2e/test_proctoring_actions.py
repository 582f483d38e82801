"""What a proctor does from the board, each within two presses, with a candidate in another browser who lives through it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import text

from app import delivery, identity
from app.core.access import Actor, Role
from app.core.db import Database
from app.delivery import Admission
from app.delivery.admission import Document, Identity
from tests.e2e.conftest import LARGE, TABLET, Live, axe_violations
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import enter
from tests.e2e.test_staff_pages import log_in
from tests.factories import PASSWORD

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def row_of(page: Page, live: Live, place: int = 0) -> Locator:
    return page.get_by_role("row").filter(has_text=live.world.cards[place].number)


def tick(page: Page, live: Live, *places: int) -> None:
    for place in places:
        row_of(page, live, place).get_by_role("checkbox").check()


def press(page: Page, name: str) -> None:
    page.get_by_role("toolbar").get_by_role("button", name=name, exact=True).click()


def second_proctor(live: Live) -> None:
    async def add(database: Database) -> None:
        async with database.staff() as session, session.begin():
            person = await identity.add_staff(session, name="Kepala", username="kepala", roles=[Role.PROCTOR])
            await identity.set_password(session, person, PASSWORD)
            await identity.undertakings.sign_all_needed(session, person, frozenset({Role.PROCTOR}))
            await delivery.assign_staff(session, live.world.sitting_id, person)

    live.run(add)


@pytest.mark.timeout(180)
def test_a_pause_extra_time_and_the_end_of_an_exam(live: Live, page: Page, browser: Browser) -> None:
    second_proctor(live)
    exam = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    enter(exam, live)
    log_in(page, live, "/pengawas", "proctor")
    row = row_of(page, live)
    expect(row).to_contain_text("Sedang ujian")

    tick(page, live, 0, 1)
    expect(page.get_by_role("toolbar")).to_contain_text("2 dipilih")
    press(page, "Jeda")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Jeda", exact=True).click()
    expect(dialog).to_contain_text("Tulis alasannya")
    dialog.get_by_role("button", name="Izin ke toilet").click()
    assert axe_violations(page) == []
    picture(page, "board-pause")
    dialog.get_by_role("button", name="Jeda", exact=True).click()
    report = page.get_by_text("Hasil: Jeda").locator("..")
    expect(report).to_contain_text("1 selesai")
    expect(report).to_contain_text("1 tidak sedang ujian: Peserta 2")
    expect(row).to_contain_text("Dijeda: Izin ke toilet")
    picture(page, "board-paused")

    row.get_by_role("button", name="Lanjutkan").click()
    page.get_by_role("dialog").get_by_role("button", name="Setelah hitung mundur 5 detik").click()
    expect(row).to_contain_text("Sedang ujian")

    press(page, "Tambah waktu")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Sampai 15 menit per peserta Anda putuskan sendiri")
    dialog.get_by_label("Menit lain").fill("20")
    expect(dialog).to_contain_text("menunggu persetujuan orang kedua")
    dialog.get_by_role("button", name="Komputer diganti").click()
    picture(page, "board-time")
    dialog.get_by_role("button", name="Tambah waktu", exact=True).click()
    expect(page.get_by_text("2 menunggu orang kedua")).to_be_visible()
    expect(row).to_contain_text("tambahan waktu menunggu orang kedua")
    expect(page.get_by_text("Permintaan Anda; orang lain yang memutuskan.")).to_have_count(2)

    other = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    log_in(other, live, "/pengawas", "kepala")
    other.get_by_role("button", name="Setujui Peserta 1").click()
    other.get_by_role("dialog").get_by_label("Alasan keputusan").fill("komputer memang diganti")
    picture(other, "board-second-person")
    other.get_by_role("dialog").get_by_role("button", name="Setujui", exact=True).click()
    expect(page.get_by_text("Permintaan Anda; orang lain yang memutuskan.")).to_have_count(1)

    page.get_by_role("button", name="Batalkan pilihan").click()
    tick(page, live, 0)
    press(page, "Tutup ujian")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Ketik nomor peserta").fill("MMU-26-9999")
    dialog.get_by_role("button", name="Peserta sakit").click()
    dialog.get_by_role("button", name="Tutup ujian", exact=True).click()
    expect(dialog).to_contain_text("bukan nomor peserta ini")
    dialog.get_by_label("Ketik nomor peserta").fill(live.world.cards[0].number)
    dialog.get_by_role("button", name="Tutup ujian", exact=True).click()
    expect(row).to_contain_text("Selesai")

    row.get_by_role("button", name="Linimasa Peserta 1").click()
    dialog = page.get_by_role("dialog")
    for event in ("Masuk", "Mulai ujian", "Dijeda", "Dilanjutkan", "Tambahan waktu disetujui", "Ditutup pengawas"):
        expect(dialog.get_by_text(event, exact=True).first).to_be_visible()
    assert axe_violations(page) == []
    picture(page, "board-timeline")
    for one in (exam, other):
        one.context.close()


async def check_all(database: Database, live: Live) -> None:
    """At the door: everybody's document and face were looked at."""
    proctor = Actor(live.world.staff["proctor"], UUID(int=0), "Pengawas", frozenset({Role.PROCTOR}))
    async with database.staff() as session, session.begin():
        for attempt in await delivery.list_attempts(session, live.world.sitting_id):
            seen = Identity(Document.KTP, matched=True)
            await delivery.check_in(session, live.world.sitting_id, attempt.id, seen, actor=proctor)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("live", [{"admission": Admission.PROCTOR}], indirect=True)
def test_all_whose_identity_was_checked_are_admitted_at_once_by_keyboard_alone(live: Live, page: Page) -> None:
    log_in(page, live, "/pengawas", "proctor")
    page.get_by_role("checkbox", name="Pilih 4 yang tampil").press("Space")
    page.get_by_role("toolbar").get_by_role("button", name="Izinkan masuk").press("Enter")
    expect(page.get_by_text("4 identitasnya belum diperiksa")).to_be_visible()
    live.run(lambda database: check_all(database, live))
    page.get_by_role("toolbar").get_by_role("button", name="Izinkan masuk").press("Enter")
    expect(page.get_by_text("4 selesai")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Siap mulai")).to_have_count(4)


@pytest.mark.timeout(180)
def test_the_room_is_frozen_in_two_presses_and_goes_on_together(live: Live, page: Page, browser: Browser) -> None:
    exam = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    enter(exam, live)
    log_in(page, live, "/pengawas", "proctor")
    row = row_of(page, live)
    expect(row).to_contain_text("Sedang ujian")
    page.get_by_role("button", name="Bekukan ruang").click()
    picture(page, "board-freeze")
    page.get_by_role("dialog").get_by_role("button", name="Listrik padam").click()
    expect(row).to_contain_text("Dijeda: Listrik padam")
    expect(page.get_by_text("Dibekukan: seluruh sesi. Listrik padam")).to_be_visible()
    expect(page.get_by_role("heading", name="Catatan kejadian").locator("..")).to_contain_text("Listrik padam")
    picture(page, "board-frozen")
    page.get_by_role("button", name="Buka lagi seluruh sesi").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Apa yang terjadi").fill("genset menyala")
    dialog.get_by_role("button", name="Setelah hitung mundur 10 detik").click()
    expect(row).to_contain_text("▶ 00:00:0")
    expect(row).to_contain_text("Sedang ujian", timeout=20_000)
    assert axe_violations(page) == []
    exam.context.close()


@pytest.mark.timeout(180)
def test_rooms_are_filtered_handed_over_and_missed(live: Live, page: Page, browser: Browser) -> None:
    second_proctor(live)

    async def arrange(database: Database) -> None:
        async with database.staff() as session, session.begin():
            rooms = [await delivery.create_room(session, live.world.sitting_id, name) for name in ("Lab A", "Lab B")]
            rows = list(await session.execute(text("SELECT id FROM roster ORDER BY number")))
            for place, (roster_id,) in enumerate(rows):
                await delivery.seat_candidate(
                    session,
                    live.world.sitting_id,
                    roster_id,
                    room_id=rooms[place // 2],
                    seat=f"{'AB'[place // 2]}{place}",
                )
            await delivery.assign_room(session, live.world.sitting_id, rooms[0], live.world.staff["proctor"])
            await session.execute(
                text("UPDATE sitting_staff SET head = true WHERE person_id <> :p"), {"p": live.world.staff["proctor"]}
            )

    live.run(arrange)
    head = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    log_in(head, live, "/pengawas", "kepala")
    expect(head.get_by_text("Lab B: ruang tanpa pengawas")).to_be_visible()
    log_in(page, live, "/pengawas", "proctor")
    expect(page.get_by_role("row").filter(has_text="Peserta")).to_have_count(2)
    expect(head.get_by_text("Lab A: ruang tanpa pengawas")).to_have_count(0)
    head.get_by_role("combobox", name="Ruang").first.select_option("Lab B")
    expect(head.get_by_role("row").filter(has_text="Peserta")).to_have_count(2)
    head.get_by_role("button", name="Serahkan ruang").click()
    dialog = head.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Ruang").select_option("Lab B")
    dialog.get_by_label("Kepada").select_option("Petugas proctor")
    dialog.get_by_label("Catatan serah terima").fill("pengawas Lab B sakit")
    picture(head, "board-hand-over")
    dialog.get_by_role("button", name="Serahkan ruang").click()
    expect(page.get_by_role("row").filter(has_text="Peserta")).to_have_count(4)
    head.get_by_role("button", name="Ambang perhatian").click()
    head.get_by_role("dialog").get_by_label("Tidak terdengar lebih dari").fill("120")
    picture(head, "board-thresholds")
    with head.expect_response(re.compile("/board/thresholds$")):
        head.get_by_role("dialog").get_by_role("button", name="Simpan").click()
    expect(head.get_by_role("dialog")).to_have_count(0)
    head.reload()
    head.get_by_role("button", name="Ambang perhatian").click()
    expect(head.get_by_role("dialog").get_by_label("Tidak terdengar lebih dari")).to_have_value("120")
    assert axe_violations(head) == []
    head.context.close()


@pytest.mark.timeout(180)
def test_an_incident_has_a_code_candidates_a_photo_and_grants(live: Live, page: Page, tmp_path: Path) -> None:
    log_in(page, live, "/pengawas", "proctor")
    tick(page, live, 0, 1)
    press(page, "Tambah waktu")
    page.get_by_role("dialog").get_by_role("button", name="Jaringan putus").click()
    page.get_by_role("dialog").get_by_role("button", name="Tambah waktu", exact=True).click()
    expect(page.get_by_text("2 selesai")).to_be_visible()
    page.get_by_label("Golongan").select_option("technical")
    page.get_by_label("Rincian").select_option("network")
    page.get_by_role("combobox", name="Peserta").select_option("selected")
    page.get_by_label("Uraian").fill("kabel ruang lepas")
    page.get_by_role("button", name="Catat kejadian").click()
    incident = page.get_by_role("listitem").filter(has_text="kabel ruang lepas")
    expect(incident).to_contain_text("Teknis: jaringan · Peserta 1 (MMU-26-0001), Peserta 2 (MMU-26-0002)")
    expect(row_of(page, live)).to_contain_text("1 kejadian terbuka")
    (tmp_path / "foto.png").write_bytes(PIXEL)
    (tmp_path / "bukan.png").write_bytes(b"halo")
    incident.get_by_label("Tambah foto").set_input_files(tmp_path / "bukan.png")
    expect(page.get_by_text("Berkas itu bukan foto JPEG atau PNG.")).to_be_visible()
    incident.get_by_label("Tambah foto").set_input_files(tmp_path / "foto.png")
    expect(incident.get_by_role("img", name="Foto 1")).to_be_visible()
    incident.get_by_role("button", name=re.compile("^Hubungkan")).click()
    dialog = page.get_by_role("dialog")
    boxes = dialog.get_by_role("checkbox", name=re.compile("Jaringan putus"))
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        box.check()
    picture(page, "board-link")
    dialog.get_by_role("button", name="Hubungkan", exact=True).click()
    expect(incident).to_contain_text("2 tambahan waktu")
    assert axe_violations(page) == []
    picture(page, "board-incident")


async def at_the_door(database: Database, live: Live) -> None:
    """Peserta 1 is who they say, Peserta 2 is not, Peserta 4 did not come."""
    proctor = Actor(live.world.staff["proctor"], UUID(int=0), "Pengawas", frozenset({Role.PROCTOR}))
    async with database.staff() as session, session.begin():
        by_number = text("SELECT a.id FROM attempts a JOIN roster r ON r.id = a.roster_id ORDER BY r.number")
        one, two, _, four = await session.scalars(by_number)
        for attempt_id, seen in (
            (one, Identity(Document.KTP, True)),
            (two, Identity(Document.SIM, False, "wajah lain")),
        ):
            await delivery.check_in(session, live.world.sitting_id, attempt_id, seen, actor=proctor)
        await delivery.mark_absent(session, live.world.sitting_id, [four], absent=True, actor=proctor)


def notice(exam: Page, live: Live) -> None:
    """What the page would say of a candidate who left it four times, and tried to copy."""
    at = datetime.now(UTC).isoformat()
    left = [{"seq": seq, "kind": "focus-lost", "at": at} for seq in range(1, 5)]
    back = [{"seq": seq, "kind": "focus-back", "at": at, "seconds": 18} for seq in range(5, 9)]
    body = {"page": "ab" * 8, "signals": [*left, *back, {"seq": 9, "kind": "copy", "at": at}]}
    sent = exam.request.post(f"{live.url}/api/exam/signals", data=body, headers={"Origin": live.url})
    assert sent.status == 204


@pytest.mark.timeout(180)
def test_what_is_noticed_stands_on_the_row_and_on_the_timeline(live: Live, page: Page, browser: Browser) -> None:
    live.run(lambda database: at_the_door(database, live))
    exam = browser.new_context(viewport=LARGE, locale="id-ID").new_page()
    enter(exam, live)
    exam.get_by_role("button", name="Panggil pengawas").click()
    exam.get_by_role("button", name="Jaringan").click()
    log_in(page, live, "/pengawas", "proctor")
    row = row_of(page, live)
    row.get_by_role("button", name="Saya datang").click()
    row.get_by_role("button", name="Sudah dibantu").click()
    expect(row.get_by_role("button", name="Sudah dibantu")).to_have_count(0)
    notice(exam, live)
    expect(row).to_contain_text("mencoba menyalin 1 kali")
    expect(row).to_contain_text("meninggalkan halaman 4 kali, 1 mnt 12 dtk")
    expect(row).to_contain_text("identitas cocok")
    expect(row).to_contain_text("127.0.0.1")
    expect(row_of(page, live, 1)).to_contain_text("identitas tidak cocok")
    expect(row_of(page, live, 2)).not_to_contain_text("identitas")
    expect(row_of(page, live, 3)).to_contain_text("Tidak hadir")
    assert axe_violations(page) == []
    picture(page, "board-signals")
    page.get_by_label("Saring keadaan").select_option(label="Tidak hadir")
    expect(page.get_by_role("row").filter(has_text="Peserta")).to_have_count(1)
    page.get_by_label("Saring keadaan").select_option(label="Semua")

    tick(page, live, 0)
    press(page, "Kirim pesan")
    page.get_by_role("dialog").get_by_role("textbox").fill("Jaringan sudah diperiksa. Teruskan mengerjakan.")
    page.get_by_role("dialog").get_by_role("button", name="Kirim pesan").click()
    exam.get_by_role("button", name="Sudah saya baca").click(timeout=20_000)
    expect(exam.get_by_role("region", name="Pesan dari pengawas")).to_have_count(0)
    row.get_by_role("button", name="Linimasa Peserta 1").click()
    dialog = page.get_by_role("dialog")
    for told in ("Identitas diperiksa", "Memanggil pengawas", "Pengawas datang", "Panggilan selesai"):
        expect(dialog.get_by_text(told, exact=True)).to_be_visible()
    expect(dialog).to_contain_text("KTP · identitas cocok")
    expect(
        dialog.get_by_text(re.compile(r"Menyalin dari halaman ujian dicoba · \d\d:\d\d:\d\d menurut halaman ujian"))
    ).to_be_visible()
    expect(dialog.get_by_text(re.compile("Teruskan mengerjakan.” · tampil .* · dibaca "))).to_be_visible()
    assert axe_violations(page) == []
    picture(page, "timeline-signals")
    dialog.get_by_text("Pesan kepada peserta", exact=True).scroll_into_view_if_needed()
    picture(page, "timeline-signals-middle")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Ambang perhatian").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Menyalin dari halaman ujian dicoba").fill("0")
    dialog.get_by_label("Halaman ujian ditinggalkan").fill("5")
    dialog.get_by_label("Kembali ke halaman ujian").fill("90")
    assert axe_violations(page) == []
    picture(page, "thresholds-signals")
    dialog.get_by_role("button", name="Simpan").click()
    expect(row).not_to_contain_text("mencoba menyalin")
    expect(row).not_to_contain_text("meninggalkan halaman")
    exam.context.close()


def test_the_board_fits_a_tablet_and_can_be_touched(live: Live, page: Page) -> None:
    log_in(page, live, "/pengawas", "proctor")
    expect(row_of(page, live)).to_be_visible()
    page.set_viewport_size(TABLET)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        """() => [...document.querySelectorAll(':is(.bar, .filters, table) :is(button, select, input[type=search])')]
        .map((one) => ({ name: one.innerText || one.id, box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.height > 0 && box.height < 43.5).map(({ name, box }) => `${name} ${box.height}`)"""
    )
    assert [one for one in small if not one.startswith("←")] == []
    assert axe_violations(page) == []
