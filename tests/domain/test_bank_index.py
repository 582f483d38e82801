"""The index of a bank: read again where the bank changed, forgotten where nobody asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app import itembank
from app.core.db import Database
from app.itembank import BankIndex, DraftItem, ItemContent, Kind, lifecycle
from app.itembank.index import Shelf
from app.itembank.lifecycle import Action, Verdict
from tests.databases import TestDatabase
from tests.factories import draft_items, open_database
from tests.writers import make_writers, written


@pytest.fixture
async def opened(database: TestDatabase) -> AsyncIterator[Database]:
    opened = open_database(database, pool_size=3)
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
    assert {version for entry in after.entries.values() for version in entry.opened} == kept, (
        "what is no longer shown is forgotten"
    )


async def test_what_is_under_way_while_another_bank_changes_is_not_passed_over(opened: Database) -> None:
    """Its steps have smaller numbers than those of the other bank, and can be seen later."""
    first, *others = draft_items(per_kuk=1)
    index = BankIndex()
    await load(opened, [first, *others])
    before = await read(opened, index)
    async with opened.staff() as session, session.begin():
        await itembank.load_items(session, "MMu", [reworded(first, "Pokok lain?"), *others])
        async with opened.staff() as second, second.begin():
            await itembank.load_items(second, "LAIN", [replace(first, code="LAIN-1.1-01")])
            figures = {"p": 0.5, "d": 0.3}
            await itembank.record_statistics(
                second, before.items[1].shown.id, source="kajian", n=40, statistics=figures
            )
        meanwhile = await read(opened, index)
        assert (meanwhile.items[0], meanwhile.items[1].n) == (before.items[0], 40)
    assert (await read(opened, index)).items[0].shown.words.stem.text == "pokok lain?"


async def test_an_item_that_left_the_bank_is_shown_as_retired(opened: Database) -> None:
    first, *others = draft_items(per_kuk=1)
    index = BankIndex()
    await load(opened, [first, *others])
    await read(opened, index)
    await load(opened, others)
    assert [item.shown.state for item in (await read(opened, index)).items][:2] == ["retired", "active"]


async def test_texts_are_forgotten_where_nobody_asks(opened: Database) -> None:
    await load(opened, draft_items(per_kuk=1))
    index = BankIndex(idle_seconds=3)
    before = await read(opened, index)
    for _ in range(4):
        await asyncio.sleep(0.8)
        assert await read(opened, index) is before, "each question begins the wait anew"
    await asyncio.sleep(3.2)
    assert await read(opened, index) is not before


async def test_two_who_ask_at_once_share_one_reading(opened: Database) -> None:
    await load(opened, draft_items(per_kuk=1))
    index = BankIndex()
    one, other = await asyncio.gather(read(opened, index), read(opened, index))
    assert one is other


async def test_figures_follow_the_lineage(opened: Database) -> None:
    """An editorial correction goes on with what is known of the text before it, the newest of it."""
    writers = await make_writers(opened)
    code, old = await writers.bring_into_use()
    async with writers.at_work() as session:
        for n, p in ((10, 0.3), (120, 0.8)):
            await itembank.record_statistics(session, old, source="kajian", n=n, statistics={"p": p, "d": 0.4})
        changed = written(stem="Siapakah yang menetapkan kebijakan mutu?")
        new = await lifecycle.add_version(
            session, code, Kind.EDITORIAL, changed, "ejaan dibetulkan", actor=writers.member
        )
    await writers.move(new, Action.SUBMIT, writers.member)
    await writers.review(new, writers.reviewer)
    await writers.move(new, Action.ACTIVATE, writers.committee)
    (found,) = (await read(opened, BankIndex())).items
    assert (found.shown.id, found.n, found.p, found.d) == (new, 120, 0.8, 0.4)


async def test_a_mended_draft_stands_for_its_item_and_not_what_was_sent_back(opened: Database) -> None:
    writers = await make_writers(opened)
    code, first = await writers.write()
    await writers.move(first, Action.SUBMIT, writers.author)
    await writers.review(first, writers.reviewer, Verdict.SEND_BACK)
    mended = await writers.edit(first, stem="Siapa yang menetapkan sasaran mutu?")
    (found,) = (await read(opened, BankIndex())).items
    assert (found.code, found.shown.id, found.shown.state, found.draft) == (code, mended, "draft", None)
