"""A sitting as its people live it: two candidates, two proctors, a dead network, and minutes that account for every second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect
from sqlalchemy import text

from app.cli.verify import find_all
from app.core.db import Database
from app.delivery import Admission
from tests.e2e.conftest import LARGE, USUAL_PATIENCE_MS, Live
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import answer_by_keyboard, log_in_again, wait_in_the_room
from tests.e2e.test_papers import words_of
from tests.e2e.test_proctoring_actions import press, row_of, second_proctor, tick
from tests.e2e.test_staff_pages import log_in

DURATION_SECONDS, TRANSMISSION_SECONDS = 7200, 10
FROM_SERVER_TO_SCREEN_SECONDS = 2.0
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
    """How long a clock stood still, as far as the test itself saw it: at least from when it was seen to stand until it was to go on,
    at most from the press that stopped it until it was seen to go."""

    def __init__(self) -> None:
        self.least = self.most = 0.0

    @contextmanager
    def stopped(self, countdown: float) -> Iterator[Callable[[], None]]:
        """From before the press until it goes on again, after this countdown. Calls tell that it stands, and that it is to go on."""
        marks = [time.monotonic()]
        yield lambda: marks.append(time.monotonic())
        pressed, standing, ending = marks
        self.least = ending - standing + countdown
        self.most = time.monotonic() - pressed

    def agrees_with(self, granted: float) -> bool:
        """Time is granted to the second."""
        return self.least <= granted <= self.most + 1


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
        self.lines: dict[Page, WebSocket] = {}
        self.board, self.second, *self.exams = (self.new_page() for _ in range(4))
        self.rows = [row_of(self.board, live, place) for place in range(2)]
        self.paused, self.frozen = Stopwatch(), Stopwatch()

    def new_page(self) -> Page:
        page = self.browser.new_context(viewport=LARGE, locale="id-ID", accept_downloads=True).new_page()
        page.set_default_timeout(USUAL_PATIENCE_MS)
        page.on("websocket", lambda line: self.lines.update({page: line}))
        return page

    def pushed_to(self, page: Page) -> AbstractContextManager[Any]:
        """What is done meanwhile is pushed to this page: it need not wait for its next heartbeat."""
        return self.lines[page].expect_event("framereceived", lambda frame: frame == "push {}")

    def start_by_the_token_on_the_board(self) -> None:
        log_in(self.board, self.live, "/pengawas", "proctor")
        token = self.board.get_by_role("region", name="TOKEN").locator(".value").inner_text()
        for place, page in enumerate(self.exams):
            start_by_token(page, self.live, place, token)
            answer_by_keyboard(page, list("ABC"), 1)
        for row in self.rows:
            expect(row).to_contain_text("3/100")

    def change_the_computer_of_the_first(self) -> None:
        old, spare = self.exams[0], self.new_page()
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
        with self.paused.stopped(5) as mark:
            with self.pushed_to(first):
                confirm(self.board, "Jeda")
            expect(first.get_by_role("heading", level=1)).to_have_text("Ujian dijeda")
            mark()
            expect(second.get_by_role("heading", level=1)).to_contain_text("Soal 4 dari 100")
            first.wait_for_timeout(3_000)
            self.rows[0].get_by_role("button", name="Lanjutkan").click()
            mark()
            confirm(self.board, "Setelah hitung mundur 5 detik")
            expect(self.rows[0]).to_contain_text("Sedang ujian")
        expect_question(first)

    def freeze_for_a_dead_line_and_go_on_together(self) -> None:
        for page in self.exams:
            page.context.set_offline(True)
            answer_by_keyboard(page, ["D"], 4)
            expect(page.locator("[data-save=here]")).to_be_visible()
        self.board.get_by_role("button", name="Bekukan ruang").click()
        with self.frozen.stopped(10) as mark:
            confirm(self.board, "Jaringan putus")
            for row in self.rows:
                expect(row).to_contain_text("Dijeda: Jaringan putus")
            mark()
            for page in self.exams:
                page.context.set_offline(False)
                expect(page.get_by_role("heading", level=1)).to_have_text("Ujian dijeda", timeout=30_000)
            for row in self.rows:
                expect(row).to_contain_text("4/100")  # what was written without a line has arrived
            self.board.get_by_role("button", name="Buka lagi seluruh sesi").click()
            self.board.get_by_role("dialog").get_by_label("Apa yang terjadi").fill("sakelar jaringan diganti")
            mark()
            confirm(self.board, "Setelah hitung mundur 10 detik")
            for page in self.exams:
                expect_question(page)
        for row in self.rows:
            expect(row).to_contain_text("Sedang ujian")

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
        with self.pushed_to(self.exams[0]), self.pushed_to(self.exams[1]):
            confirm(self.board, "Kirim pesan")
        for page in self.exams:
            message = page.get_by_role("region", name="Pesan dari pengawas")
            expect(message).to_contain_text(MESSAGE)
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
            before, shown, after = self.ends_in(place), seconds_left(page), self.ends_in(place)
            assert after - FROM_SERVER_TO_SCREEN_SECONDS <= shown <= before + FROM_SERVER_TO_SCREEN_SECONDS

    def ends_in(self, place: int) -> float:
        clock = self.clocks()[place]
        return length(clock.now, clock.closes_at) - TRANSMISSION_SECONDS

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
    assert room.paused.agrees_with(first.granted["pause"])
    assert room.frozen.agrees_with(first.granted["outage"])
    assert first.granted["outage"] == second.granted["outage"]
    assert (first.granted["approved"], second.granted["extra"]) == (20 * 60, 5 * 60)
    assert live.run(broken) == []

    minutes = room.print_the_minutes()
    for said in TOLD_BY_THE_MINUTES:
        assert said in minutes
    granted = sum(first.granted.values()) + sum(second.granted.values())
    assert f"tambahan tercatat {granted:,} detik, selisih 0 detik".replace(",", ".", 1) in minutes
    room.leave()
