"""A sitting as its people live it: two candidates, two proctors, a dead network, and minutes that account for every second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from app.cli.verify import find_all
from app.core.db import Database
from app.delivery import Admission
from tests.e2e.conftest import LARGE, Live
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import answer_by_keyboard, log_in_again, wait_in_the_room
from tests.e2e.test_papers import words_of
from tests.e2e.test_proctoring_actions import press, row_of, second_proctor, tick
from tests.e2e.test_staff_pages import log_in

DURATION_SECONDS, TRANSMISSION_SECONDS = 7200, 10
FROM_PRESS_TO_CLOCK_SECONDS = 2.0
PUSHED_MS = 5_000  # a page without a push would hear of it with its next heartbeat only
MESSAGE = "Hujan deras: bila listrik padam, tetap duduk. Waktu Anda dikembalikan."

TOLD_BY_THE_MINUTES = (
    "Ujian dipindahkan ke perangkat lain Peserta 1",
    "jeda Izin ke toilet (oleh Petugas proctor",
    "gangguan, ruang dibekukan Jaringan putus (oleh Petugas proctor",
    "Penyelesaian: sakelar jaringan diganti",
    "tambah waktu Jaringan putus (oleh Petugas proctor",
    "tambah waktu, disetujui orang kedua Komputer diganti (oleh Kepala",
    "Pesan dikirim kepada peserta",
    "Peserta memanggil pengawas Peserta 2",
    "Ujian ditutup oleh pengawas Peserta 2 (MMU-26-0002); Peserta sakit",
)


class Stopwatch:
    """How long the test itself saw a clock stand still."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def stopped(self) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds += time.monotonic() - began


def new_page(browser: Browser) -> Page:
    page = browser.new_context(viewport=LARGE, locale="id-ID", accept_downloads=True).new_page()
    page.set_default_timeout(15_000)
    return page


def start_by_token(page: Page, live: Live, place: int, token: str) -> None:
    wait_in_the_room(page, live, place)
    page.get_by_label("TOKEN", exact=True).fill(token)
    page.get_by_role("button", name="MULAI", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1 dari 100")


def confirm(page: Page, button: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=button, exact=True).click()


def expect_question(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("dari 100", timeout=30_000)


def seconds_left(page: Page) -> int:
    hours, minutes, seconds = map(int, page.get_by_role("timer", name="Sisa waktu").inner_text().split()[-1].split(":"))
    return (hours * 60 + minutes) * 60 + seconds


async def read_clocks(database: Database) -> dict[str, Any]:
    """By number of the candidate: start, end and now as the database has them, and what it granted by kind."""
    async with database.staff() as session:
        rows = await session.execute(
            text(
                "SELECT r.number, a.started_at, a.closes_at, clock_timestamp() AS now, "
                "json_object_agg(g.kind, g.seconds) AS granted FROM attempts a "
                "JOIN roster r ON r.sitting_id = a.sitting_id AND r.id = a.roster_id "
                "JOIN (SELECT attempt_id, kind, sum(seconds) AS seconds FROM time_grants GROUP BY 1, 2) g "
                "ON g.attempt_id = a.id WHERE a.started_at IS NOT NULL GROUP BY 1, 2, 3"
            )
        )
        return {row.number: row for row in rows}


async def broken(database: Database) -> list[str]:
    """What `sahih verify` finds, but for the durability of the database, which tests do without."""
    async with database.staff() as session:
        found = await find_all(session)
    return [
        f"{invariant.id}: {one}"
        for invariant, all_of_it in found.items()
        if invariant.id != "I-45"
        for one in all_of_it
    ]


def length(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()


class Room:
    """The pages of the people in it, and how long the test saw clocks stand still."""

    def __init__(self, live: Live, browser: Browser) -> None:
        self.live, self.browser = live, browser
        self.board, self.second, *self.exams = (new_page(browser) for _ in range(4))
        self.rows = [row_of(self.board, live, place) for place in range(2)]
        self.paused, self.frozen = Stopwatch(), Stopwatch()

    def start_by_the_token_on_the_board(self) -> None:
        log_in(self.board, self.live, "/pengawas", "proctor")
        token = self.board.get_by_role("region", name="TOKEN").locator(".value").inner_text()
        for place, page in enumerate(self.exams):
            start_by_token(page, self.live, place, token)
            answer_by_keyboard(page, list("ABC"), 1)
        for row in self.rows:
            expect(row).to_contain_text("3/100")

    def change_the_computer_of_the_first(self) -> None:
        old, spare = self.exams[0], new_page(self.browser)
        log_in_again(spare, self.live)
        expect(spare.get_by_role("heading", level=1)).to_have_text(
            "Ujian Anda terbuka di komputer lain", timeout=20_000
        )
        self.board.get_by_role("button", name="Lepaskan kunci perangkat Peserta 1").click()
        picture(self.board, "story-device")
        confirm(self.board, "Lepaskan kunci perangkat")
        expect(spare.get_by_role("heading", level=1)).to_contain_text("Soal 3 dari 100", timeout=30_000)
        expect(spare.get_by_role("radio").nth(2)).to_be_checked()
        expect(spare.get_by_text("3 dari 100 dijawab")).to_be_visible()
        spare.keyboard.press("ArrowRight")
        expect(old.get_by_role("heading", level=1)).to_have_text("Ujian dilanjutkan di komputer lain", timeout=30_000)
        old.context.close()
        self.exams[0] = spare

    def pause_the_first_while_the_second_works_on(self) -> None:
        first, second = self.exams
        tick(self.board, self.live, 0)
        press(self.board, "Jeda")
        self.board.get_by_role("dialog").get_by_role("button", name="Izin ke toilet").click()
        confirm(self.board, "Jeda")
        with self.paused.stopped():
            expect(first.get_by_role("heading", level=1)).to_have_text("Ujian dijeda", timeout=PUSHED_MS)
            expect(second.get_by_role("heading", level=1)).to_contain_text("Soal 4 dari 100")
            first.wait_for_timeout(3_000)
            self.rows[0].get_by_role("button", name="Lanjutkan").click()
            confirm(self.board, "Setelah hitung mundur 5 detik")
            expect(self.rows[0]).to_contain_text("Sedang ujian", timeout=15_000)
        expect_question(first)

    def freeze_for_a_dead_line_and_go_on_together(self) -> None:
        for page in self.exams:
            page.context.set_offline(True)
            answer_by_keyboard(page, ["D"], 4)
            expect(page.locator("[data-save=here]")).to_be_visible()
        self.board.get_by_role("button", name="Bekukan ruang").click()
        confirm(self.board, "Jaringan putus")
        with self.frozen.stopped():
            for row in self.rows:
                expect(row).to_contain_text("Dijeda: Jaringan putus")
            for page in self.exams:
                page.context.set_offline(False)
                expect(page.get_by_role("heading", level=1)).to_have_text("Ujian dijeda", timeout=30_000)
            for row in self.rows:
                expect(row).to_contain_text("4/100")  # what was written without a line has arrived
            self.board.get_by_role("button", name="Buka lagi seluruh sesi").click()
            self.board.get_by_role("dialog").get_by_label("Apa yang terjadi").fill("sakelar jaringan diganti")
            confirm(self.board, "Setelah hitung mundur 10 detik")
            for page in self.exams:
                expect_question(page)
        for row in self.rows:
            expect(row).to_contain_text("Sedang ujian", timeout=15_000)

    def give_five_minutes_alone_and_twenty_with_a_second_person(self) -> None:
        self._ask_for_time(1, "5", "Jaringan putus")
        expect(self.board.get_by_text("1 selesai")).to_be_visible()
        self._ask_for_time(0, "20", "Komputer diganti")
        expect(self.rows[0]).to_contain_text("tambahan waktu menunggu orang kedua")
        log_in(self.second, self.live, "/pengawas", "kepala")
        self.second.get_by_role("button", name="Setujui Peserta 1").click()
        self.second.get_by_role("dialog").get_by_label("Alasan keputusan").fill("komputernya memang diganti")
        confirm(self.second, "Setujui")
        expect(self.rows[0]).not_to_contain_text("menunggu orang kedua")

    def _ask_for_time(self, place: int, minutes: str, reason: str) -> None:
        self.choose(place)
        press(self.board, "Tambah waktu")
        dialog = self.board.get_by_role("dialog")
        dialog.get_by_label("Menit lain").fill(minutes)
        dialog.get_by_role("button", name=reason).click()
        confirm(self.board, "Tambah waktu")

    def choose(self, *places: int) -> None:
        self.board.get_by_role("button", name="Batalkan pilihan").click()
        tick(self.board, self.live, *places)

    def send_a_message_that_both_read(self) -> None:
        self.choose(0, 1)
        press(self.board, "Kirim pesan")
        self.board.get_by_role("dialog").get_by_label("Pesan").fill(MESSAGE)
        confirm(self.board, "Kirim pesan")
        for page in self.exams:
            message = page.get_by_role("region", name="Pesan dari pengawas")
            expect(message).to_contain_text(MESSAGE, timeout=PUSHED_MS)
            message.get_by_role("button", name="Sudah saya baca").click()
            expect(message).to_have_count(0)

    def answer_the_second_one_who_calls(self) -> None:
        page = self.exams[1]
        page.get_by_role("button", name="Panggil pengawas").click()
        page.get_by_role("button", name="Komputer atau layar").click()
        expect(self.rows[1]).to_contain_text("memanggil: komputer bermasalah")
        picture(self.board, "story-help")
        self.board.get_by_role("button", name="Saya datang Peserta 2").click()
        expect(page.get_by_text("Pengawas datang.")).to_be_visible()
        self.board.get_by_role("button", name="Sudah dibantu Peserta 2").click()
        expect(self.rows[1]).not_to_contain_text("memanggil")

    def compare_the_clocks_on_the_screens(self) -> None:
        for place, page in enumerate(self.exams):
            clock = self.clocks()[place]
            ends_in = length(clock.now, clock.closes_at) - TRANSMISSION_SECONDS
            assert seconds_left(page) == pytest.approx(ends_in, abs=FROM_PRESS_TO_CLOCK_SECONDS)

    def end_the_exam_of_the_second_and_let_the_first_hand_in(self) -> None:
        first, second = self.exams
        self.choose(1)
        press(self.board, "Tutup ujian")
        dialog = self.board.get_by_role("dialog")
        dialog.get_by_label("Ketik nomor peserta").fill(self.live.world.cards[1].number)
        dialog.get_by_role("button", name="Peserta sakit").click()
        confirm(self.board, "Tutup ujian")
        expect(second.get_by_text("Pengawas mengakhiri ujian ini")).to_be_visible(timeout=30_000)
        first.get_by_role("button", name="Ringkasan dan selesai").click()
        first.get_by_role("checkbox", name="Saya yakin").check()
        first.get_by_role("button", name="SELESAI UJIAN", exact=True).click()
        first.get_by_role("button", name="Ya, kumpulkan jawaban").click()
        for row in self.rows:
            expect(row).to_contain_text("Selesai")
        self.live.work_once()

    def print_the_minutes(self) -> str:
        with self.board.expect_download() as download:
            self.board.get_by_role("region", name="Cetak").get_by_role("link", name="Berita acara").click()
        return words_of(download.value)

    def clocks(self) -> list[Any]:
        clocks = self.live.run(read_clocks)
        return [clocks[card.number] for card in self.live.world.cards[:2]]

    def leave(self) -> None:
        for page in (self.board, self.second, *self.exams):
            page.context.close()


@pytest.mark.timeout(300)
@pytest.mark.invariant("I-07")
@pytest.mark.invariant("I-14")
@pytest.mark.parametrize("live", [{"admission": Admission.TOKEN}], indirect=True)
def test_two_candidates_and_their_proctors(live: Live, browser: Browser) -> None:
    second_proctor(live)
    room = Room(live, browser)
    room.start_by_the_token_on_the_board()
    room.change_the_computer_of_the_first()
    room.pause_the_first_while_the_second_works_on()
    room.freeze_for_a_dead_line_and_go_on_together()
    room.give_five_minutes_alone_and_twenty_with_a_second_person()
    room.send_a_message_that_both_read()
    room.answer_the_second_one_who_calls()
    room.compare_the_clocks_on_the_screens()
    room.end_the_exam_of_the_second_and_let_the_first_hand_in()

    # Every second of both clocks is accounted for, and what was given back is what was seen to stand still.
    first, second = room.clocks()
    for clock in (first, second):
        assert length(clock.started_at, clock.closes_at) == DURATION_SECONDS + sum(clock.granted.values())
    assert set(first.granted) == {"transmission", "pause", "outage", "approved"}
    assert set(second.granted) == {"transmission", "outage", "extra"}
    assert first.granted["pause"] == pytest.approx(room.paused.seconds, abs=FROM_PRESS_TO_CLOCK_SECONDS)
    assert first.granted["outage"] == pytest.approx(room.frozen.seconds, abs=FROM_PRESS_TO_CLOCK_SECONDS)
    assert first.granted["outage"] == second.granted["outage"]
    assert (first.granted["approved"], second.granted["extra"]) == (20 * 60, 5 * 60)
    assert live.run(broken) == []

    minutes = room.print_the_minutes()
    for said in TOLD_BY_THE_MINUTES:
        assert said in minutes
    granted = sum(first.granted.values()) + sum(second.granted.values())
    assert f"tambahan tercatat {granted:,} detik, selisih 0 detik".replace(",", ".", 1) in minutes
    room.leave()
