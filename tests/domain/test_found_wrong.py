"""An item after a correction found its key wrong: out of use, and back only by what a new version needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from app import itembank
from app.core.access import Actor, Role
from app.core.db import Database
from app.itembank import DraftItem, Kind, lifecycle
from app.itembank.lifecycle import Action, Verdict
from tests import rescoring
from tests.databases import TestDatabase
from tests.factories import draft_items, make_settings, open_database, running_app, violations
from tests.rescoring import OTHER, Sheet, member, refused, sat
from tests.writers import GOOD, WHY, Writers, make_person, make_writers, written

A = Action
UNDURABLE = ("I-45",)
REASON = "ahli mengatakan butir ini tetap layak"


async def move(database: Database, version_id: UUID, action: Action, actor: Actor) -> None:
    async with database.staff() as session, session.begin():
        await lifecycle.move(session, version_id, action, REASON, actor=actor)


async def say(database: Database, version_id: UUID, actor: Actor, verdict: Verdict = Verdict.APPROVE) -> None:
    async with database.staff() as session, session.begin():
        await lifecycle.review(session, version_id, verdict, REASON, GOOD, actor=actor)


async def states_of(database: Database, code: str) -> list[str]:
    async with database.staff() as session:
        rows = text(
            "SELECT state FROM item_versions v JOIN items i ON i.id = v.item_id WHERE code = :code ORDER BY version_no"
        )
        return list(await session.scalars(rows, {"code": code}))


async def reviewer(database: Database, name: str) -> Actor:
    async with database.staff() as session, session.begin():
        return await make_person(session, name, Role.REVIEWER)


@pytest.mark.clause("9.3.5", "an item whose key was found wrong comes back only after two persons approved it anew")
@pytest.mark.invariant("I-19")
async def test_it_is_resumed_by_two_persons_and_a_reason_never_by_one_member(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app, [Sheet(60, OTHER)])
        await rescoring.correct(opened, world, item, "rekey", OTHER)
        committee, version = member(world), item.version_id
        assert await refused(move(opened, version, A.RESUME, committee)) == "key-found-wrong"
        await move(opened, version, A.REST, committee)
        assert await refused(move(opened, version, A.ACTIVATE, committee)) == "key-found-wrong", "nor by a way round"
        await move(opened, version, A.RECHECK, committee)
        first, second = await reviewer(opened, "Gita"), await reviewer(opened, "Hadi")
        await say(opened, version, first)
        assert await states_of(opened, item.code) == ["in_review"], "one is not enough"
        await say(opened, version, second)
        assert await states_of(opened, item.code) == ["approved"]
        await move(opened, version, A.ACTIVATE, committee)
        assert await states_of(opened, item.code) == ["active"]
        assert await violations(opened, but=UNDURABLE) == []
        await rescoring.correct(opened, world, item, "void", None)
        assert await refused(move(opened, version, A.RESUME, committee)) == "key-found-wrong", "found wrong once more"


async def test_what_was_said_before_is_on_its_card(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app, [Sheet(60, OTHER)])
        await rescoring.correct(opened, world, item, "rekey", OTHER)
        async with opened.staff() as session:
            card = await lifecycle.read_card(session, item.code, member(world))
    (version,) = card["versions"]
    assert version["may"] == ["rest", "recheck", "retire", "revise"]
    assert (version["reviews"][-1]["verdict"], version["reviews"][-1]["card"]) == ("found_wrong", None)
    assert "koreksi" in version["reviews"][-1]["reason"]


@pytest.fixture
async def writers(database: TestDatabase) -> AsyncIterator[Writers]:
    opened = open_database(database, pool_size=3)
    yield await make_writers(opened)
    await opened.close()


async def find_wrong(writers: Writers, code: str, *versions: UUID) -> None:
    async with writers.at_work() as session:
        await lifecycle.find_wrong(session, code, versions, "kunci terbukti keliru", actor=writers.committee)


async def revise(
    writers: Writers, code: str, kind: Kind = Kind.REVISION, *, key: int = 0, stem: str = "Siapa?"
) -> UUID:
    async with writers.at_work() as session:
        body = written(key=key, stem=stem)
        return await lifecycle.add_version(session, code, kind, body, WHY, actor=writers.author)


async def test_a_sibling_with_the_same_key_waits_for_two_and_the_repair_does_not(writers: Writers) -> None:
    code, first = await writers.bring_into_use()
    sibling = await revise(writers, code)
    await writers.approve(sibling)
    await find_wrong(writers, code, first)
    assert await writers.states(code) == ["suspended", "approved"]
    assert await refused(writers.move(sibling, A.ACTIVATE, writers.committee)) == "key-found-wrong"
    repair = await revise(writers, code, key=2)
    await writers.approve(repair)
    await writers.move(repair, A.ACTIVATE, writers.committee)
    assert await writers.states(code) == ["retired", "retired", "active"]


async def test_an_approval_of_a_sibling_with_the_same_key_no_longer_counts(writers: Writers) -> None:
    code, first = await writers.bring_into_use()
    sibling = await revise(writers, code)
    await writers.move(sibling, A.SUBMIT, writers.author)
    await writers.review(sibling, writers.reviewer)
    await find_wrong(writers, code, first)
    await writers.review(sibling, writers.second)
    assert await writers.states(code) == ["suspended", "in_review"], "the first word was said of the wrong key"


async def test_a_repair_that_is_in_use_already_stays_in_use(writers: Writers) -> None:
    """Its author mended the second right answer and kept the key."""
    code, first = await writers.bring_into_use()
    repair = await revise(writers, code)
    await writers.approve(repair)
    await writers.move(repair, A.ACTIVATE, writers.committee)
    await find_wrong(writers, code, first)
    assert await writers.states(code) == ["retired", "active"]


async def test_an_editorial_correction_under_way_needs_two_and_none_is_begun(writers: Writers) -> None:
    code, first = await writers.bring_into_use()
    async with writers.at_work() as session:
        words = written(stem="Siapa yang menetapkan kebijakan mutu itu?")
        editorial = await lifecycle.add_version(session, code, Kind.EDITORIAL, words, WHY, actor=writers.committee)
    await writers.move(editorial, A.SUBMIT, writers.committee)
    await find_wrong(writers, code, first)
    await writers.review(editorial, writers.reviewer)
    assert await writers.states(code) == ["suspended", "in_review"], "its key is the wrong one"
    await writers.review(editorial, writers.second, Verdict.SEND_BACK)
    await writers.move(editorial, A.WITHDRAW, writers.committee)
    async with writers.at_work() as session:
        begun = lifecycle.add_version(session, code, Kind.EDITORIAL, words, WHY, actor=writers.committee)
        assert await refused(begun) == "key-found-wrong"


async def load(writers: Writers, files: Sequence[DraftItem]) -> UUID | None:
    """The version of the first item that is in use now."""
    async with writers.at_work() as session:
        await itembank.load_items(session, "MMu", files)
        active = {one.code: one.version_id for one in await itembank.list_active(session, "MMu")}
    return active.get(files[0].code)


async def test_bank_files_do_not_bring_it_back(writers: Writers) -> None:
    files = draft_items(per_kuk=1)
    async with writers.at_work() as session:
        await itembank.load_items(session, "MMu", files)
        (version,) = [one for one in await itembank.list_active(session, "MMu") if one.code == files[0].code]
    await find_wrong(writers, files[0].code, version.version_id)
    for some in (files[1:], files):
        async with writers.at_work() as session:
            report = await itembank.load_items(session, "MMu", some)
    assert files[0].code in report.left
    assert await writers.states(files[0].code) == ["retired"]


async def test_bank_files_do_not_bring_back_what_they_had_retired_before(writers: Writers) -> None:
    """They dropped the item after its exam; that its key was wrong was found later."""
    files = draft_items(per_kuk=1)
    version = await load(writers, files)
    await load(writers, files[1:])
    await find_wrong(writers, files[0].code, version)
    await load(writers, files)
    assert await writers.states(files[0].code) == ["retired"]


async def test_bank_files_write_no_version_beside_one_that_is_looked_at_again(writers: Writers) -> None:
    files = draft_items(per_kuk=1)
    await load(writers, [replace(files[0], kuk=files[1].kuk), *files[1:]])
    version = await load(writers, files)
    await find_wrong(writers, files[0].code, version)
    await writers.move(version, A.RECHECK, writers.committee, reason=REASON)
    await load(writers, files)
    assert await writers.states(files[0].code) == ["retired", "in_review"]


async def test_other_words_in_the_bank_files_do_not_bring_a_wrong_key_back(writers: Writers) -> None:
    files = draft_items(per_kuk=1)
    version = await load(writers, files)
    await find_wrong(writers, files[0].code, version)
    await load(writers, [replace(files[0], kuk=files[1].kuk), *files[1:]])
    assert await writers.states(files[0].code) == ["suspended"]
