"""A correction of a key and what is computed above the scores: the data of a review, its decision, and what the bank knows of items."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import text

from app import assembly, itembank, review
from app.core.db import Database
from app.itembank import lifecycle
from app.itembank.lifecycle import Action
from app.review.data.freeze import from_bytes, to_bytes
from app.review.data.parts import parts_key, write_parts
from app.review.data.periods import Span
from app.review.data.take import take
from app.review.data.types import ReviewData
from app.review.method.queries import get_method
from app.review.method.versions import approve_default_method
from app.review.rescore import approving
from app.review.reviews import states
from app.review.reviews.computing import begin_computing, find_asked, keep_computed
from app.review.reviews.meeting import decide, keep_meeting, list_missing
from app.review.reviews.queries import get_review
from app.review.reviews.types import CONCLUSIONS, Meeting
from app.worker import work_once
from tests import rescoring
from tests.databases import TestDatabase
from tests.factories import World, make_settings, running_app, violations
from tests.rescoring import (
    OTHER,
    RIGHT,
    Item,
    Sheet,
    another_member,
    correct,
    latest,
    member,
    propose,
    refused,
    release,
    sat,
)

NOBODY_TO_COMPUTE = ("I-45", "I-48")
SHEETS = (Sheet(67, OTHER), Sheet(67, RIGHT), Sheet(67, OTHER))


@dataclass
class Exam:
    """A released sitting, and a review that covers it."""

    app: Any
    database: Database
    world: World
    item: Item
    today: date

    async def plan(self) -> UUID:
        async with self.database.staff() as session, session.begin():
            await approve_default_method(session, "MMu", valid_from=self.today - timedelta(400))
            period = (self.today - timedelta(180), self.today)
            return await states.plan(
                session, self.world.scheme, title="Kajian", period=period, actor=member(self.world)
            )

    async def begin(self, review_id: UUID) -> Any:
        async with self.database.staff() as session, session.begin():
            await begin_computing(session, review_id, actor=member(self.world))
        async with self.database.staff() as session:
            return await find_asked(session, review_id)

    async def end(self, review_id: UUID, asked: Any) -> None:
        """Nothing to speak about was found."""
        snapshot = f"{asked.asking:064d}"
        leads = {"leads": [], "by_chance": {}, "chance": {}, "rules": {}}
        async with self.database.staff() as session, session.begin():
            method = await get_method(session, (await get_review(session, review_id)).method_id)
            await write_parts(session, parts_key(snapshot, method.sha256), {"leads": leads, "items": {"rows": []}})
            known = {"asking": asked.asking, "corrections": asked.corrections}
            assert await keep_computed(session, review_id, [self.world.sitting_id], snapshot, **known)

    async def compute(self, review_id: UUID) -> None:
        await self.end(review_id, await self.begin(review_id))

    async def missing(self, review_id: UUID) -> list[str]:
        async with self.database.staff() as session:
            row = await get_review(session, review_id)
            return [
                one.text_id
                for one in await list_missing(session, row, member(self.world))
                if one.field == "corrections"
            ]

    async def item_at(self, place: int) -> Item:
        """Of the items beside the one at fault: who answered so many of them right had those before."""
        async with self.database.staff() as session:
            (form, *_) = await assembly.list_forms(session, self.world.sitting_id)
            version = sorted(set(form.version_ids) - {self.item.version_id})[place]
            (keyed,) = (await itembank.peek_keys(session, [version])).values()
        return Item(keyed.code, version, keyed.key)

    async def data(self) -> ReviewData:
        async def tell(_done: int, _total: int) -> None:
            pass

        span = Span(self.today - timedelta(180), self.today, 6, 3)
        found = await take(self.database, self.world.scheme.id, span, tell)
        return from_bytes(to_bytes(found))


@pytest.fixture
async def exam(database: TestDatabase) -> AsyncIterator[Exam]:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app, SHEETS)
        await release(opened, world)
        async with opened.staff() as session:
            today = await session.scalar(text("SELECT (clock_timestamp() AT TIME ZONE 'Asia/Jakarta')::date"))
        yield Exam(app, opened, world, item, today)
        assert await violations(opened, but=NOBODY_TO_COMPUTE) == []


@pytest.mark.clause("9.3.5", "a review goes by the scores and keys as corrections left them")
async def test_data_that_a_review_freezes_go_by_the_corrections_in_force(exam: Exam) -> None:
    """Everybody had the rekeyed item right by its first key, which goes on counting since the results were out."""
    rekeyed = await exam.item_at(0)
    await correct(exam.database, exam.world, exam.item, "void", None)
    await correct(exam.database, exam.world, rekeyed, "rekey", OTHER)
    assert await latest(exam.database, exam.world.sitting_id) == [68, 68, 68]
    data = await exam.data()
    assert [person.score for person in data.persons] == [68, 68, 68], "a void item counts for everyone, both keys do"
    place = {item.code: index for index, item in enumerate(data.items)}
    void, changed = data.items[place[exam.item.code]], data.items[place[rekeyed.code]]
    assert (void.void, void.state, void.key) == (True, "suspended", exam.item.key)
    assert (changed.void, changed.state, changed.key) == (False, "suspended", rekeyed.option(OTHER))
    said = data.responses()
    assert place[exam.item.code] not in set(np.asarray(said.item).tolist()), "it says nothing of candidates"
    assert place[exam.item.code] in set(np.asarray(data.responses(with_void=True).item).tolist())
    by_key = data.score[data.item == place[rekeyed.code]]
    assert by_key.tolist() == [0, 0, 0], "statistics of an item go by its newest key alone"


async def meet(exam: Exam, review_id: UUID) -> int:
    other = await another_member(exam.database)
    present = (member(exam.world).person_id, other.person_id)
    kept = Meeting(exam.today, "Kantor", present, "", "Dibahas.", **dict.fromkeys(CONCLUSIONS, "Baik."))
    kept = replace(kept, next_due=exam.today + timedelta(90))
    async with exam.database.staff() as session, session.begin():
        row = await get_review(session, review_id)
        kept = replace(kept, revision=row.meeting.get("revision", 0))
        return await keep_meeting(session, review_id, kept, actor=member(exam.world))


async def decided(exam: Exam, review_id: UUID, revision: int) -> None:
    async with exam.database.staff() as session, session.begin():
        await decide(session, review_id, revision, actor=member(exam.world))


@pytest.mark.clause("9.3.5", "nothing is decided by figures from before a correction")
@pytest.mark.invariant("I-51")
async def test_figures_from_before_a_correction_are_computed_again_before_they_are_decided_on(exam: Exam) -> None:
    review_id = await exam.plan()
    await exam.compute(review_id)
    assert await exam.missing(review_id) == []
    revision = await meet(exam, review_id)
    await correct(exam.database, exam.world, exam.item, "rekey", OTHER)
    (told,) = await exam.missing(review_id)
    assert exam.item.code in told
    assert await refused(decided(exam, review_id, revision)) == "review-incomplete"
    async with exam.database.staff() as session, session.begin():
        await states.reopen(session, review_id, "hitung ulang sesudah koreksi", actor=member(exam.world))
    asked = await exam.begin(review_id)
    second = await exam.item_at(0)
    await correct(exam.database, exam.world, second, "void", None)
    await exam.end(review_id, asked)
    (told,) = await exam.missing(review_id)
    assert (exam.item.code in told, second.code in told) == (False, True), "applied while it was computed"
    async with exam.database.staff() as session, session.begin():
        await states.reopen(session, review_id, "hitung ulang sesudah koreksi", actor=member(exam.world))
    await exam.compute(review_id)
    assert await exam.missing(review_id) == []


async def shares(exam: Exam) -> Sequence[float]:
    """What the bank holds of the item at fault, the oldest first."""
    async with exam.database.staff() as session:
        known = await itembank.list_statistics(session, "MMu")
    (found,) = [one.findings for one in known if one.version_id == exam.item.version_id]
    return [one.statistics["p"] for one in found if one.source.startswith("UJI-1 ")]


async def apply(exam: Exam, place: int) -> None:
    correction = await propose(exam.database, exam.item, "rekey", place, member(exam.world))
    other = await another_member(exam.database, f"Komite {place}")
    async with exam.database.staff() as session, session.begin():
        assert await approving.approve(session, correction, "setuju sesudah menelaah", actor=other)
    await work_once(exam.database)


@pytest.mark.clause("9.3.5", "what the bank knows of an item follows a correction of its key")
async def test_figures_in_the_bank_follow_a_correction_and_another_one_back(exam: Exam) -> None:
    payload = {"sitting_id": str(exam.world.sitting_id)}
    for _ in range(2):
        await review.record_items(exam.database, payload)
    assert await shares(exam) == [pytest.approx(1 / 3)], "once"
    await apply(exam, OTHER)
    assert await shares(exam) == [pytest.approx(1 / 3), pytest.approx(2 / 3)]
    await rescoring.correct(exam.database, exam.world, exam.item, "double", 2)
    await apply(exam, RIGHT)
    assert (await shares(exam))[-1] == pytest.approx(1 / 3), "the newest counts, though it was known before"


async def test_figures_from_before_a_correction_do_not_come_after_newer_ones(
    exam: Exam, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers, of which one is slow."""
    payload = {"sitting_id": str(exam.world.sitting_id)}
    reached, goes_on, to_thread = asyncio.Event(), asyncio.Event(), asyncio.to_thread

    async def slowly(*work: Any, **named: Any) -> Any:
        reached.set()
        await goes_on.wait()
        return await to_thread(*work, **named)

    with monkeypatch.context() as patched:
        patched.setattr(asyncio, "to_thread", slowly)
        slow = asyncio.create_task(review.record_items(exam.database, payload))
        await reached.wait()
    await correct(exam.database, exam.world, exam.item, "rekey", OTHER)
    await review.record_items(exam.database, payload)
    goes_on.set()
    await slow
    assert (await shares(exam))[-1] == pytest.approx(2 / 3)


async def test_a_sitting_released_later_brings_no_correction_that_was_applied_before(exam: Exam) -> None:
    """Its figures are in none of this review; what was corrected before its release changed nothing that the review looks at."""
    resting = await exam.item_at(0)
    async with exam.database.staff() as session, session.begin():
        await lifecycle.move(session, resting.version_id, Action.REST, "", actor=member(exam.world))
    later = await rescoring.sit_again(exam.app, exam.world, exam.item, SHEETS)
    await work_once(exam.database)
    other = await item_of_another_form(exam, later)
    await correct(exam.database, exam.world, other, "rekey", OTHER)
    review_id = await exam.plan()
    await exam.compute(review_id)
    await release(exam.database, exam.world, later)
    assert await exam.missing(review_id) == []


async def item_of_another_form(exam: Exam, sitting_id: UUID) -> Item:
    async with exam.database.staff() as session:
        mine, form = [(await assembly.list_forms(session, one))[0] for one in (exam.world.sitting_id, sitting_id)]
        version = min(set(form.version_ids) - set(mine.version_ids))
        (keyed,) = (await itembank.peek_keys(session, [version])).values()
    return Item(keyed.code, version, keyed.key)
