"""The index of a bank: read again where the bank changed, forgotten where nobody asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest

from app import itembank
from app.core.access import Actor, Role
from app.core.db import Database
from app.itembank import BankIndex, DraftItem, ItemContent, Kind, lifecycle
from app.itembank.index import Shelf
from app.itembank.lifecycle import Action, ExpertCard, Verdict, Written
from tests.databases import TestDatabase
from tests.factories import draft_items, make_scheme, make_staff

GOOD = ExpertCard("good", "good", "good")


@pytest.fixture
async def opened(database: TestDatabase) -> AsyncIterator[Database]:
    opened = Database(database.app_url, database.exam_url, pool_size=2)
    yield opened
    await opened.close()


async def load(opened: Database, drafts: list[DraftItem]) -> None:
    async with opened.staff() as session, session.begin():
        await itembank.load_items(session, "MMu", drafts)


async def read(opened: Database, index: BankIndex) -> Shelf:
    async with opened.staff() as session:
        return await index.read(session, "MMu")


def reworded(draft: DraftItem, stem: str) -> DraftItem:
    return replace(draft, content=ItemContent(stem, draft.content.options))


async def test_only_what_changed_is_opened_again(opened: Database) -> None:
    first, *others = draft_items(per_kuk=1)
    index = BankIndex()
    await load(opened, [first, *others])
    before = await read(opened, index)
    assert await read(opened, index) is before
    await load(opened, [reworded(first, "Pokok lain?"), *others])
    after = await read(opened, index)
    assert after.revision > before.revision
    assert after.items[0].shown.words.stem.text == "pokok lain?"
    assert after.items[0].shown.version_no == 2
    pairs = list(zip(before.items, after.items, strict=True))[1:]
    assert all(then.shown.words is now.shown.words for then, now in pairs)
    kept = {item.shown.id for item in after.items}
    assert set(after.words) == kept, "what is no longer shown is forgotten"


async def test_an_item_that_left_the_bank_is_shown_as_retired(opened: Database) -> None:
    first, *others = draft_items(per_kuk=1)
    index = BankIndex()
    await load(opened, [first, *others])
    await read(opened, index)
    await load(opened, others)
    assert [item.shown.state for item in (await read(opened, index)).items][:2] == ["retired", "active"]


async def test_texts_are_forgotten_where_nobody_asks(opened: Database) -> None:
    await load(opened, draft_items(per_kuk=1))
    index = BankIndex(idle_seconds=0.2)
    before = await read(opened, index)
    await asyncio.sleep(0.12)
    assert await read(opened, index) is before
    await asyncio.sleep(0.12)
    assert await read(opened, index) is before, "each question begins the wait anew"
    await asyncio.sleep(0.3)
    assert await read(opened, index) is not before


async def test_two_who_ask_at_once_share_one_reading(opened: Database) -> None:
    await load(opened, draft_items(per_kuk=1))
    index = BankIndex()
    one, other = await asyncio.gather(read(opened, index), read(opened, index))
    assert one is other


async def test_figures_follow_the_lineage(opened: Database) -> None:
    """An editorial correction goes on with what is known of the text before it, the newest of it."""
    first, *others = draft_items(per_kuk=1)
    index = BankIndex()
    async with opened.staff() as session, session.begin():
        await make_scheme(session)
        staff = await make_staff(session)
        await itembank.load_items(session, "MMu", [first, *others])
    old = (await read(opened, index)).items[0].shown.id
    async with opened.staff() as session, session.begin():
        for n, p in ((10, 0.3), (120, 0.8)):
            await itembank.record_statistics(session, old, source="kajian", n=n, statistics={"p": p, "d": 0.4})
    committee, reviewer = (
        Actor(staff[role], uuid4(), role, frozenset({Role(role)})) for role in ("committee", "reviewer")
    )
    content = replace(first.content, stem="Pokok soal dengan ejaan yang benar?")
    written = Written(first.kuk, first.lang, content, first.answer)
    async with opened.staff() as session, session.begin():
        new = await lifecycle.add_version(
            session, first.code, Kind.EDITORIAL, written, "ejaan dibetulkan", actor=committee
        )
        await lifecycle.move(session, new, Action.SUBMIT, None, actor=committee)
        await lifecycle.review(session, new, Verdict.APPROVE, None, GOOD, actor=reviewer)
        await lifecycle.move(session, new, Action.ACTIVATE, None, actor=committee)
    found = (await read(opened, index)).items[0]
    assert (found.shown.id, found.n, found.p, found.d) == (new, 120, 0.8, 0.4)
