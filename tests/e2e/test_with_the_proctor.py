"""The exam page while the proctor acts: messages, calls for help, pauses, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Page, expect

from app import delivery
from app.core.db import Database
from tests.e2e.conftest import SMALL, Live, axe_violations
from tests.e2e.pictures import picture
from tests.e2e.test_exam_in_a_browser import enter, log_in, wait_in_the_room
from tests.factories import PASSWORD

TEXT = "Sepuluh menit lagi ujian dijeda sebentar: listrik gedung diperiksa. Teruskan mengerjakan."


class Desk:
    """The proctor of the sitting, without a browser."""

    def __init__(self, live: Live, client: httpx.Client) -> None:
        self._client = client
        self._place = f"/api/staff/sittings/{live.world.sitting_id}"

    def ask(self, path: str, body: dict[str, Any]) -> httpx.Response:
        answer = self._client.post(f"{self._place}/{path}", json=body)
        assert answer.is_success, answer.text
        return answer

    def attempt_of(self, number: str) -> str:
        rows = self._client.get(f"{self._place}/board").json()["candidates"]
        return next(str(row["attempt_id"]) for row in rows if row["number"] == number)

    def counts(self) -> tuple[int, int]:
        (sent,) = self._client.get(f"{self._place}/messages").json()["messages"]
        return sent["shown"], sent["acknowledged"]


@contextmanager
def desk_of(live: Live) -> Iterator[Desk]:
    with httpx.Client(base_url=live.url, headers={"Origin": live.url}) as client:
        client.post("/api/staff/login", json={"username": "proctor", "password": PASSWORD}).raise_for_status()
        yield Desk(live, client)


async def the_open_call(database: Database, sitting_id: UUID) -> str:
    async with database.staff() as session:
        (call,) = await delivery.talk.list_open_calls(session, sitting_id)
        return str(call.id)


def test_a_message_stands_below_the_clock_until_it_is_read(live: Live, page: Page) -> None:
    enter(page, live)
    with desk_of(live) as desk:
        desk.ask("messages", {"text": TEXT})
        message = page.get_by_role("region", name="Pesan dari pengawas")
        expect(message).to_contain_text(TEXT)
        expect(page.get_by_role("timer", name="Sisa waktu")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("heading", level=1)).to_be_focused()  # nothing was taken from the question
        page.keyboard.press("b")
        expect(page.get_by_role("radio").nth(1)).to_be_checked()
        picture(page, "message")
        assert axe_violations(page) == []
        page.set_viewport_size(SMALL)
        expect(page.get_by_role("timer", name="Sisa waktu")).to_be_in_viewport(ratio=1)
        page.reload()
        expect(message).to_contain_text(TEXT)
        assert desk.counts() == (1, 0)
        message.get_by_role("button", name="Sudah saya baca").press("Enter")
        expect(message).to_have_count(0)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1 dari 100")
        assert desk.counts() == (1, 1)
        expect(message).to_have_count(0)


@pytest.mark.parametrize("where", ["question", "waiting"])
def test_a_call_for_help_is_answered(live: Live, page: Page, where: str) -> None:
    (enter if where == "question" else wait_in_the_room)(page, live)
    with desk_of(live) as desk:
        page.get_by_role("button", name="Panggil pengawas").press("Enter")
        picture(page, f"help-{where}")
        assert axe_violations(page) == []
        page.get_by_role("button", name="Jaringan").press("Enter")
        expect(page.get_by_text(re.compile(r"Pengawas sudah diberi tahu pukul \d\d\.\d\d WIB"))).to_be_visible()
        expect(page.get_by_role("button", name="Panggil pengawas")).to_have_count(0)
        picture(page, f"help-called-{where}")
        call = live.run(lambda database: the_open_call(database, live.world.sitting_id))
        desk.ask(f"help/{call}/answer", {})
        expect(page.get_by_text("Pengawas datang.")).to_be_visible()
        desk.ask(f"help/{call}/end", {})
        expect(page.get_by_role("button", name="Panggil pengawas")).to_be_visible()


def test_a_pause_counts_down_and_ends_by_itself_while_the_network_is_away(live: Live, page: Page) -> None:
    enter(page, live)
    with desk_of(live) as desk:
        attempt = desk.attempt_of(live.world.cards[0].number)
        desk.ask("pause", {"attempt_ids": [attempt], "reason": "gempa"})
        expect(page.get_by_role("heading", level=1)).to_have_text("Ujian dijeda")
        picture(page, "paused")
        desk.ask("resume", {"attempt_ids": [attempt], "in_seconds": 12})
        expect(page.get_by_text(re.compile(r"Dilanjutkan dalam 0:\d\d"))).to_be_visible()
        picture(page, "paused-counting")
        assert axe_violations(page) == []
        page.context.set_offline(True)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1 dari 100")
        page.context.set_offline(False)


def test_what_is_recorded_is_told_before_the_start_and_shown_after_the_end(live: Live, page: Page) -> None:
    log_in(page, live)
    page.get_by_role("button", name="SETUJU", exact=True).press("Enter")
    expect(page.get_by_text("Catatan ini tidak menilai Anda; pengawas melihatnya bila perlu membantu.")).to_be_visible()
    expect(page.get_by_text("Menyalin dari halaman ujian dicoba")).to_be_visible()
    picture(page, "rules")
    assert axe_violations(page) == []
    page.get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="LANJUT KE RUANG TUNGGU").press("Enter")
    page.get_by_role("button", name="MULAI", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Soal 1 dari 100")
    expect(page.get_by_role("button", name="Panggil pengawas")).to_be_visible()  # what is beside the exam is there
    with page.expect_request(lambda request: request.url.endswith("/api/exam/signals")):
        page.evaluate("dispatchEvent(new Event('blur')); document.dispatchEvent(new Event('copy'))")
    page.wait_for_timeout(1_100)
    with page.expect_response(lambda response: response.url.endswith("/api/exam/signals") and response.status == 204):
        page.evaluate("dispatchEvent(new Event('focus'))")
    with desk_of(live) as desk:
        number = live.world.cards[0].number
        desk.ask(f"attempts/{desk.attempt_of(number)}/close", {"number": number, "reason": "selesai"})
    expect(page.get_by_text("Pengawas mengakhiri ujian ini")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Apa yang dicatat tentang saya").press("Enter")
    record = page.get_by_role("dialog", name="Apa yang dicatat selama ujian Anda")
    expect(record).to_contain_text("Menyalin dari halaman ujian dicoba: 1 kali")
    expect(record).to_contain_text("127.0.0.1")
    picture(page, "recorded")
    assert axe_violations(page) == []
