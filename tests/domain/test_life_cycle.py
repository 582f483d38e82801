"""An item from its author's first words to the bank and out of it: what people may do, what stays, and what is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from app import itembank
from app.core.errors import AppError, NotFound
from app.itembank import Kind, LoadReport, lifecycle
from app.itembank.lifecycle import Action, Verdict
from app.itembank.lifecycle.errors import (
    ApprovedAlready,
    NotEditorial,
    NotYourDraft,
    OwnWork,
    ReasonNeeded,
    UnfitItem,
    VersionMoved,
    VersionUnderWay,
)
from tests.databases import TestDatabase
from tests.factories import draft_items, open_database
from tests.writers import WHY, Writers, make_writers, written

A = Action


@pytest.fixture
async def writers(database: TestDatabase) -> AsyncIterator[Writers]:
    opened = open_database(database, pool_size=3)
    yield await make_writers(opened)
    await opened.close()


async def history(writers: Writers, version_id: UUID) -> list[tuple[str, str | None, str, str | None]]:
    async with writers.database.staff() as session:
        rows = await session.execute(
            text("SELECT action, from_state, to_state, reason FROM item_moves WHERE item_version_id = :id ORDER BY id"),
            {"id": version_id},
        )
        return [tuple(row) for row in rows]


async def journal_of(writers: Writers, code: str) -> list[tuple[str, str | None]]:
    async with writers.database.staff() as session:
        rows = await session.execute(
            text("SELECT action, reason FROM journal WHERE subject = 'item' AND subject_id = :code ORDER BY id"),
            {"code": code},
        )
        return [tuple(row) for row in rows]


@pytest.mark.clause("9.3.4", "an item comes into use after two persons approved it who did not write it")
async def test_an_item_is_sent_back_mended_approved_by_two_and_used(writers: Writers) -> None:
    code, first = await writers.write()
    assert code == "MMU-1.1-01"
    await writers.move(first, A.SUBMIT, writers.author)
    await writers.review(first, writers.second)
    await writers.review(first, writers.reviewer, Verdict.SEND_BACK)
    assert await writers.states(code) == ["draft"]

    second = await writers.edit(first, options=("Direksi", "Auditor", "Pemasok", "Pelanggan"))
    assert second != first
    assert await writers.states(code) == ["retired", "draft"], "what reviewers read stays as it was"
    await writers.move(second, A.SUBMIT, writers.author)
    await writers.review(second, writers.reviewer)
    assert await writers.states(code) == ["retired", "in_review"], "an approval of the version before does not count"
    await writers.review(second, writers.committee)
    await writers.move(second, A.ACTIVATE, writers.committee, "")
    assert await writers.states(code) == ["retired", "active"]
    async with writers.database.staff() as session:
        assert [item.version_id for item in await itembank.list_active(session, "MMu")] == [second]
        assert (await itembank.read_contents(session, [second]))[second].options[3] == "Pelanggan"
        assert (await itembank.read_contents(session, [first]))[first].options[3] == "Klien"

    steps = await history(writers, second)
    assert [step[:3] for step in steps] == [
        ("write", None, "draft"),
        ("submit", "draft", "in_review"),
        ("approve", "in_review", "approved"),
        ("activate", "approved", "active"),
    ]
    assert steps[3][3] == "dipakai / taken into use", "every move has a reason"
    said = await journal_of(writers, code)
    assert [action for action, _ in said] == [
        "item.written",
        "item.submitted",
        "item.reviewed",
        "item.reviewed",
        "item.sent_back",
        "item.superseded",
        "item.written",
        "item.submitted",
        "item.reviewed",
        "item.reviewed",
        "item.approved",
        "item.activated",
    ]
    assert not any(reason == WHY for action, reason in said if "review" in action or "sent" in action), (
        "what a reviewer says of the text is for those who may read it"
    )


async def test_a_draft_is_written_in_place_until_somebody_else_reads_it(writers: Writers) -> None:
    code, version = await writers.write()
    assert await writers.edit(version, stem="Siapa meninjau kebijakan mutu?", key=1, kuk="1.2") == version
    async with writers.database.staff() as session:
        assert (await itembank.read_contents(session, [version]))[version].stem == "Siapa meninjau kebijakan mutu?"
        keyed = (await itembank.peek_keys(session, [version]))[version]
        assert (keyed.key, keyed.kuk) == (1, "1.2")
    with pytest.raises(NotFound):
        await writers.edit(version, writers.colleague)
    with pytest.raises(NotYourDraft):
        await writers.edit(version, writers.committee)
    await writers.move(version, A.SUBMIT, writers.author)
    with pytest.raises(VersionMoved):
        await writers.edit(version)
    assert await writers.states(code) == ["in_review"]


async def test_options_that_keep_their_order_are_written_read_and_compared(writers: Writers) -> None:
    code, first = await writers.bring_into_use()
    async with writers.at_work() as session:
        second = await lifecycle.add_version(
            session, code, Kind.REVISION, written(fixed_order=True), None, actor=writers.author
        )
    async with writers.at_work() as session:
        assert (await lifecycle.read_version(session, second, actor=writers.author))["fixed_order"] is True
        found = await lifecycle.compare_versions(session, first, second, actor=writers.author)
        assert [one.op for one in found["fixed_order"]] == ["new"]
    assert await writers.edit(second) == second
    async with writers.at_work() as session:
        assert (await lifecycle.read_version(session, second, actor=writers.author))["fixed_order"] is False


async def test_nobody_approves_their_own_nor_twice(writers: Writers) -> None:
    _, version = await writers.write()
    await writers.move(version, A.SUBMIT, writers.author)
    with pytest.raises(AppError):
        await writers.review(version, writers.author)
    both = replace(writers.author, roles=writers.author.roles | writers.reviewer.roles)
    with pytest.raises(OwnWork):
        await writers.review(version, both)
    await writers.review(version, writers.reviewer)
    with pytest.raises(ApprovedAlready):
        await writers.review(version, writers.reviewer)


async def test_who_wrote_a_version_before_is_an_author_of_what_became_of_it(writers: Writers) -> None:
    """A member of the committee revises, is sent back and withdraws; another goes on: the first may not approve it."""
    code, _ = await writers.bring_into_use()
    async with writers.at_work() as session:
        revision = await lifecycle.add_version(
            session, code, Kind.REVISION, written(key=1), None, actor=writers.committee
        )
    await writers.move(revision, A.WITHDRAW, writers.committee)
    async with writers.at_work() as session:
        again = await lifecycle.add_version(session, code, Kind.REVISION, written(key=2), None, actor=writers.member)
    await writers.move(again, A.SUBMIT, writers.member)
    with pytest.raises(OwnWork):
        await writers.review(again, writers.committee)
    await writers.review(again, writers.reviewer)  # the author of the version in use could, too


async def test_two_who_approve_at_the_same_moment_approve_the_version(writers: Writers) -> None:
    """Each of two connections would see one approval if neither waited for the other."""
    code, version = await writers.write()
    await writers.move(version, A.SUBMIT, writers.author)
    await asyncio.gather(*(writers.review(version, one) for one in (writers.reviewer, writers.second)))
    assert await writers.states(code) == ["approved"]
    _, other = await writers.write()
    await writers.move(other, A.SUBMIT, writers.author)
    again = await asyncio.gather(*(writers.review(other, writers.reviewer) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one) for one in again if one) == [ApprovedAlready]


async def test_what_replaces_a_version_retires_it_and_keeps_or_begins_its_statistics(writers: Writers) -> None:
    code, first = await writers.bring_into_use()
    better = {"stem": "Siapa yang <strong>menetapkan</strong> kebijakan mutu?"}
    async with writers.at_work() as session:
        with pytest.raises(NotEditorial) as refused:
            await lifecycle.add_version(
                session, code, Kind.EDITORIAL, written(key=1, kuk="1.2"), WHY, actor=writers.committee
            )
    assert refused.value.members["fields"] == ["key", "kuk"]
    async with writers.at_work() as session:
        mended = await lifecycle.add_version(
            session, code, Kind.EDITORIAL, written(**better), WHY, actor=writers.committee
        )
        with pytest.raises(VersionUnderWay):
            await lifecycle.add_version(session, code, Kind.REVISION, written(), WHY, actor=writers.member)
    await writers.move(mended, A.SUBMIT, writers.committee)
    with pytest.raises(OwnWork):
        await writers.review(mended, writers.committee)
    await writers.review(mended, writers.reviewer, Verdict.SEND_BACK)
    with pytest.raises(NotEditorial):
        await writers.edit(mended, writers.committee, key=2)
    mended = await writers.edit(mended, writers.committee, **better)
    await writers.move(mended, A.SUBMIT, writers.committee)
    await writers.review(mended, writers.member)
    assert await writers.states(code) == ["active", "retired", "approved"], (
        "one other person is enough for a correction"
    )
    await writers.move(mended, A.ACTIVATE, writers.committee)
    assert await writers.states(code) == ["retired", "retired", "active"]

    async with writers.at_work() as session:
        revised = await lifecycle.add_version(session, code, Kind.REVISION, written(key=2), WHY, actor=writers.author)
    async with writers.database.staff() as session:
        rows = await session.execute(text("SELECT id, lineage_id FROM item_versions"))
        lineage = {row.id: row.lineage_id for row in rows}
    assert (lineage[mended], lineage[revised]) == (first, revised)


async def test_items_are_suspended_rest_and_retire_for_a_reason(writers: Writers) -> None:
    code, version = await writers.bring_into_use()
    for action in (A.SUSPEND, A.RETIRE):
        with pytest.raises(ReasonNeeded):
            await writers.move(version, action, writers.committee, "salah")
    for action, state in ((A.SUSPEND, "suspended"), (A.RESUME, "active"), (A.REST, "approved"), (A.RETIRE, "retired")):
        await writers.move(version, action, writers.committee)
        assert await writers.states(code) == [state]
    with pytest.raises(VersionMoved):
        await writers.move(version, A.ACTIVATE, writers.committee)
    assert ("item.retired", WHY) in await journal_of(writers, code)


async def test_many_move_together_or_not_at_all(writers: Writers) -> None:
    made = [await writers.bring_into_use(stem=f"Pertanyaan nomor {n}?") for n in range(3)]
    ids = [version for _, version in made]
    await writers.move(ids[2], A.SUSPEND, writers.committee)
    with pytest.raises(VersionMoved):
        async with writers.at_work() as session:
            await lifecycle.move_all(session, "MMu", ids, A.SUSPEND, WHY, actor=writers.committee)
    assert [(await writers.states(code))[0] for code, _ in made] == ["active", "active", "suspended"]
    async with writers.at_work() as session:
        await lifecycle.move_all(session, "MMu", ids, A.REST, "", actor=writers.committee)
    assert [(await writers.states(code))[0] for code, _ in made] == ["approved"] * 3


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"options": ("satu", "dua", "tiga")}, {"options"}),
        ({"key": 4}, {"key"}),
        ({"stem": "", "kuk": "9.9"}, {"stem", "kuk"}),
        ({"enemies": ("MMU-9.9-99",)}, {"enemies"}),
        ({"stimulus": "Sebuah kasus."}, {"stimulus"}),
        ({"cognitive_level": "guess", "expected_p": 1.0, "lang": "xx"}, {"cognitive_level", "expected_p", "lang"}),
    ],
)
async def test_what_cannot_be_an_item_is_refused_by_field(
    writers: Writers, changes: dict[str, object], fields: set[str]
) -> None:
    with pytest.raises(UnfitItem) as refused:
        await writers.write(**changes)
    assert {fault["field"] for fault in refused.value.members["faults"]} == fields


async def test_a_draft_may_be_imperfect_and_what_others_read_may_not(writers: Writers) -> None:
    code, version = await writers.write(options=("satu", "dua", "dua", "Semua benar"), rationale="")
    with pytest.raises(UnfitItem) as refused:
        await writers.move(version, A.SUBMIT, writers.author)
    assert {fault["field"] for fault in refused.value.members["faults"]} == {"options.2", "options.3", "rationale"}
    assert await writers.states(code) == ["draft"]


SUBMITTED = "item version .* was submitted and does not change"


@pytest.mark.clause(
    "9.3.5", "an item that reviewers or candidates have read never changes; its correction is a new version"
)
@pytest.mark.parametrize(
    "change",
    [
        "sealed = '\\x00'",
        "kuk = '2.1'",
        "lang = 'en'",
        "n_options = 5",
        "content_hash = 'x'",
        "author_id = NULL",
        "lineage_id = (SELECT min(id::text)::uuid FROM item_versions WHERE id <> v.id)",
        "submitted_at = NULL",
        "state = 'draft', submitted_at = NULL",
        "version_no = 7",
    ],
)
async def test_the_database_itself_keeps_what_was_submitted(
    writers: Writers, database: TestDatabase, change: str
) -> None:
    await writers.write(stem="Soal lain?")
    _, version = await writers.write()
    await writers.move(version, A.SUBMIT, writers.author)
    connection = await asyncpg.connect(database.app_url)
    try:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=SUBMITTED):
            await connection.execute(f"UPDATE item_versions v SET {change} WHERE id = $1", version)
        await connection.execute("SELECT forget_draft_key($1)", version)
        assert await connection.fetchval("SELECT count(*) FROM item_keys WHERE item_version_id = $1", version) == 1
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("UPDATE item_keys SET expected_p = 0.3 WHERE item_version_id = $1", version)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM item_moves")
    finally:
        await connection.close()


async def test_two_versions_of_an_item_are_never_active(writers: Writers, database: TestDatabase) -> None:
    code, _ = await writers.bring_into_use()
    async with writers.at_work() as session:
        second = await lifecycle.add_version(session, code, Kind.REVISION, written(key=1), WHY, actor=writers.author)
    connection = await asyncpg.connect(database.app_url)
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute("UPDATE item_versions SET state = 'active' WHERE id = $1", second)
    await connection.close()


async def load(writers: Writers, drafts: list[itembank.DraftItem]) -> LoadReport:
    async with writers.at_work() as session:
        return await itembank.load_items(session, "MMu", drafts)


async def test_bank_files_overwrite_nothing_that_people_wrote_or_decided(writers: Writers) -> None:
    revised, suspended, retired, *others = draft_items(per_kuk=1)
    files = [revised, suspended, retired, *others]
    await load(writers, files)
    async with writers.database.staff() as session:
        versions = {item.code: item.version_id for item in await itembank.list_active(session, "MMu")}
    own, _ = await writers.bring_into_use()
    await writers.move(versions[suspended.code], A.SUSPEND, writers.committee)
    await writers.move(versions[retired.code], A.RETIRE, writers.committee)
    async with writers.at_work() as session:
        draft = await lifecycle.add_version(
            session, revised.code, Kind.REVISION, written(), WHY, actor=writers.committee
        )
    assert await load(writers, files) == LoadReport(0, 0, len(files) - 1, left=(retired.code,))
    assert await writers.states(revised.code) == ["active", "draft"]
    assert await writers.states(suspended.code) == ["suspended"], "a load does not undo what the committee decided"
    assert await writers.states(own) == ["active"], "an item that was never in a file does not go with it"

    await writers.approve(draft, writers.committee)
    await writers.move(draft, A.ACTIVATE, writers.committee)
    assert (await load(writers, files)).left == (revised.code, retired.code)
    assert await writers.states(revised.code) == ["retired", "active"]


async def test_a_changed_file_leaves_a_draft_of_the_same_item_alone(writers: Writers) -> None:
    first, *others = draft_items(per_kuk=1)
    await load(writers, [first, *others])
    async with writers.at_work() as session:
        await lifecycle.add_version(session, first.code, Kind.REVISION, written(), WHY, actor=writers.committee)
    changed = replace(first, answer=replace(first.answer, key=(first.answer.key + 1) % 4))
    assert await load(writers, [changed, *others]) == LoadReport(0, 1, len(others))
    assert await writers.states(first.code) == ["retired", "draft", "active"]
