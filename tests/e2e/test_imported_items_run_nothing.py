"""Two hundred hostile texts come in by a file, are approved, and are shown on every page that shows items: none of them runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app import delivery
from app.core.access import Actor, Role
from app.core.db import Database
from app.core.errors import AppError
from app.itembank import lifecycle
from app.itembank.lifecycle import Action, ExpertCard, Verdict
from app.itembank.models import Item, ItemVersion
from app.itembank.types import State
from tests.domain.itembank.importing import Importing, actor_of, second_member
from tests.e2e.conftest import LARGE, Live
from tests.e2e.test_bank_pages import office
from tests.e2e.test_exam_in_a_browser import enter
from tests.e2e.test_staff_pages import log_in
from tests.factories import kuks
from tests.forms import give_forms
from tests.unit.itembank.exchange.samples import payloads

EVERY = 14  # one of so many stays a draft, one stays in review
GOOD = ExpertCard("good", "good", "good")


def hostile_file() -> bytes:
    """Each payload in the stem, an option and the rationale of an item of its own, as somebody writes it by hand."""
    texts = ("".join(sign for sign in text if sign.isprintable() or sign in "\t\n") for text in payloads())
    questions = "".join(question(number, text) for number, text in enumerate(texts))
    return f"<?xml version='1.0'?><quiz>{questions}</quiz>".encode()


def question(number: int, text: str) -> str:
    def said(words: str) -> str:
        return f"<text>{escape(words)}</text>"

    options = (f"satu {text}", f"dua {number}", f"tiga {number}", f"empat {number}")
    shares = ("100" if place == number % 4 else "0" for place in range(4))
    answers = (
        f"<answer fraction='{share}' format='html'>{said(option)}</answer>"
        for share, option in zip(shares, options, strict=True)
    )
    tags = (
        f"<tag>{said(tag)}</tag>"
        for tag in (f"kuk:{kuks()[number % len(kuks())]}", "source:sumber", "level:apply", "p:0.6")
    )
    return (
        f"<question type='multichoice'><name>{said(f'uji {number}')}</name><single>true</single>"
        f"<questiontext format='html'>{said(f'Apa arti uji {number}? {text}')}</questiontext>"
        f"<generalfeedback format='html'>{said(f'Alasan {text}')}</generalfeedback>"
        f"{''.join(answers)}<tags>{''.join(tags)}</tags></question>"
    )


@dataclass
class Brought:
    """What of it is in the bank: drafts to be edited, versions in review, versions in use."""

    codes: list[str] = field(default_factory=list)
    drafts: list[UUID] = field(default_factory=list)
    reviewed: list[UUID] = field(default_factory=list)


async def bring_in(database: Database, author: Actor) -> None:
    """By the real way. What is refused is left out by name."""
    importing = Importing(database, author)
    import_id = await importing.read(hostile_file(), name="soal.xml", format=None)
    rows = (await importing.report(import_id))["rows"]
    assert sum(row["outcome"] == "new" for row in rows) >= 140
    await importing.apply(import_id, skip=tuple(row["line"] for row in rows if row["outcome"] == "refused"))
    assert (await importing.now(import_id)).state == "applied"


async def approve(database: Database, author: Actor, reviewers: tuple[Actor, Actor]) -> Brought:
    """A dozen stay drafts and a dozen in review; of the others each criterion takes five into use, and no other item."""
    brought = Brought()
    async with database.staff() as session, session.begin():
        rows = await session.execute(
            select(Item.code, ItemVersion.id, ItemVersion.kuk)
            .join(ItemVersion, ItemVersion.item_id == Item.id)
            .where(ItemVersion.state == State.DRAFT)
            .order_by(Item.code)
        )
        for place, (code, version_id, _) in enumerate(rows.all()):
            if place % EVERY == 0:
                brought.drafts.append(version_id)
                continue
            try:
                async with session.begin_nested():
                    await lifecycle.move(session, version_id, Action.SUBMIT, None, actor=author)
            except AppError:
                continue  # a reviewer would not get it like this either
            if place % EVERY == 1:
                brought.reviewed.append(version_id)
                continue
            for reviewer in reviewers:
                await lifecycle.review(session, version_id, Verdict.APPROVE, None, GOOD, actor=reviewer)
            brought.codes.append(code)
        old = select(ItemVersion.id).where(ItemVersion.state == State.ACTIVE)
        await lifecycle.move_all(session, "MMu", list(await session.scalars(old)), Action.REST, None, actor=author)
        approved = select(ItemVersion.id).where(
            ItemVersion.state == State.APPROVED, ItemVersion.author_id == author.person_id
        )
        ids = list(await session.scalars(approved))
        await lifecycle.move_all(session, "MMu", ids, Action.ACTIVATE, None, actor=author)
    return brought


@contextmanager
def watched(page: Page, live: Live) -> Iterator[None]:
    """Nothing runs, asks or goes elsewhere while this page is used."""
    signs: list[str] = []
    page.on("dialog", lambda dialog: (signs.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: signs.append(f"popup: {popup.url}"))
    page.on("request", lambda request: signs.append(request.url) if elsewhere(request.url, live) else None)
    yield
    ran = [frame.url for frame in page.frames if frame.evaluate("() => window.__ran !== undefined")]
    assert (signs, ran) == ([], [])


def elsewhere(url: str, live: Live) -> bool:
    return not url.startswith((live.url, "data:image/png", "blob:", "about:"))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("live", [{"prepared": False}], indirect=True)
def test_no_text_of_a_file_runs_on_any_page(live: Live, browser: Browser) -> None:
    author = actor_of(live.world, Role.COMMITTEE)
    second = live.run(second_member)
    reviewers = (actor_of(live.world, Role.REVIEWER), second)
    live.run(lambda database: bring_in(database, author))
    brought = live.run(lambda database: approve(database, author, reviewers))
    assert len(brought.codes) >= 100
    assert brought.drafts
    assert brought.reviewed

    with office(browser, live, "committee") as page, watched(page, live):
        for version in brought.drafts:
            page.goto(f"{live.url}/kantor#halaman=bank/ubah/{version}")
            expect(page.frame_locator("iframe").get_by_text("Apa arti uji").first).to_be_visible()
        for code in brought.codes[::12]:
            page.goto(f"{live.url}/kantor#halaman=bank/soal/{code}")
            expect(page.get_by_role("heading", name=code)).to_be_visible()
    with office(browser, live, "reviewer") as page, watched(page, live):
        for version in brought.reviewed:
            page.goto(f"{live.url}/kantor#halaman=bank/telaah/{version}")
            expect(page.frame_locator("iframe").get_by_text("Apa arti uji").first).to_be_visible()

    live.run(lambda database: open_sitting(database, live))
    context = browser.new_context(viewport=LARGE, locale="id-ID")
    page = context.new_page()
    with watched(page, live):
        enter(page, live)
        for place in range(1, 101):
            expect(page.get_by_role("heading", level=1)).to_contain_text(f"Soal {place} dari 100")
            expect(page.locator(".stem")).to_contain_text("Apa arti uji")
            page.keyboard.press("ArrowRight")
    context.close()
    context = browser.new_context(viewport=LARGE, locale="id-ID")
    page = context.new_page()
    with watched(page, live):
        log_in(page, live, "/pengawas", "proctor")
        expect(page.get_by_text("Peserta 1").first).to_be_visible()
    context.close()


async def open_sitting(database: Database, live: Live) -> None:
    async with database.staff() as session, session.begin():
        await give_forms(session, live.world.sitting_id, live.world.scheme)
        await delivery.open_sitting(session, live.world.sitting_id)
