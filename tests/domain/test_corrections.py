"""Corrections of keys: what they would do, who may do it, what they do to which scores, and what stays as it was."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app import assembly, delivery, itembank, review
from app.core.db import Database
from app.grading import corrections, corrections_in_force, open_corrections, rules
from app.grading.corrections import FactsChanged
from app.worker import work_once
from tests import rescoring
from tests.databases import TestDatabase
from tests.factories import make_settings, running_app, violations
from tests.rescoring import NEAR_THE_MARK, OTHER, RIGHT, THIRD, Sheet, correct, latest, member, release, sat

UNDURABLE = ("I-45",)


async def rows(database: Database, sql: str) -> list[Any]:
    async with database.staff() as session:
        return [tuple(row) for row in await session.execute(text(sql))]


@pytest.mark.parametrize(
    ("kind", "place", "expected", "scores"),
    [
        ("void", None, {"raised": 3, "lowered": 0, "to_pass": 2, "from_pass": 0}, [68, 68, 68, 67]),
        ("rekey", OTHER, {"raised": 1, "lowered": 1, "to_pass": 1, "from_pass": 1}, [68, 67, 67, 66]),
        ("double", OTHER, {"raised": 1, "lowered": 0, "to_pass": 1, "from_pass": 0}, [68, 68, 67, 66]),
    ],
)
@pytest.mark.clause(
    "9.3.2", "a wrong key is corrected for everyone who had the item, and a void item counts for all of them"
)
@pytest.mark.invariant("I-16", "I-18", "I-19")
async def test_a_correction_does_before_the_release_what_was_said_and_leaves_the_old_run(
    database: TestDatabase, kind: str, place: int | None, expected: dict[str, int], scores: list[int]
) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        before = await rows(opened, "SELECT * FROM scores ORDER BY attempt_id")
        fault = await rescoring.fault_of(opened, item, kind, place, member(world))
        async with opened.staff() as session:
            what_if = await corrections.weigh(session, fault, uuid4())
        said = {name: what_if.expected[name] for name in expected}
        assert said == expected
        assert await latest(opened, world.sitting_id) == [67, 68, 67, 66], "asking changes nothing"
        assert await rows(opened, "SELECT id FROM key_corrections") == []
        correction_id = await correct(opened, world, item, kind, place)
        assert await latest(opened, world.sitting_id) == scores
        assert await rows(opened, "SELECT * FROM scores WHERE run_no = 1 ORDER BY attempt_id") == before
        assert await rows(opened, "SELECT DISTINCT run_no, corrections, rule_version FROM scores WHERE run_no > 1") == [
            (2, [correction_id], "number-right-2")
        ]
        assert await rows(opened, "SELECT state FROM item_versions WHERE id = '" + str(item.version_id) + "'") == [
            ("suspended",)
        ]
        assert await violations(opened, but=UNDURABLE) == []


@pytest.mark.clause("9.3.2", "a correction of a key never lowers a released result")
@pytest.mark.invariant("I-19")
async def test_a_released_result_is_never_lowered_and_later_sittings_go_by_the_new_key_alone(
    database: TestDatabase,
) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        await release(opened, world)
        second = await rescoring.sit_again(app, world, item, NEAR_THE_MARK)
        await work_once(opened)
        third = await rescoring.sit_again(app, world, item, NEAR_THE_MARK, "UJI-3")
        await correct(opened, world, item, "rekey", OTHER)
        assert await latest(opened, world.sitting_id) == [68, 68, 67, 66], "the old key goes on counting"
        assert await latest(opened, second) == [68, 67, 67, 66], "nobody had seen a result"
        assert await latest(opened, third) == [], "nothing to score anew"
        await work_once(opened)
        assert await latest(opened, third) == [68, 67, 67, 66]
        await correct(opened, world, item, "rekey", THIRD)
        assert await latest(opened, world.sitting_id) == [68, 68, 67, 67], "all three count where results were out"
        assert await latest(opened, second) == await latest(opened, third) == [67, 67, 67, 67], "the newest key alone"
        async with opened.staff() as session:
            in_force = await corrections_in_force(session, [item.version_id])
        assert in_force[item.version_id].options == {item.option(THIRD)}
        assert await violations(opened, but=UNDURABLE) == []


async def test_two_persons_say_yes_and_nothing_happens_before(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        first, second = member(world), await rescoring.another_member(opened)
        correction_id = await rescoring.propose(opened, item, "void", None, first)
        assert await latest(opened, world.sitting_id) == [67, 68, 67, 66]
        async with opened.staff() as session:
            assert await open_corrections(session, world.sitting_id) == [item.code]
        assert await rescoring.refused(rescoring.approve(opened, correction_id, first)) == "correction-approved-before"
        again = rescoring.propose(opened, item, "rekey", OTHER, second)
        assert await rescoring.refused(again) == "correction-open", "one at a time"
        await rescoring.approve(opened, correction_id, second)
        assert await rescoring.refused(rescoring.approve(opened, correction_id, second)) == "correction-ended"
        async with opened.staff() as session:
            assert await open_corrections(session, world.sitting_id) == []
        written = await rows(
            opened,
            "SELECT action, facts::text || coalesce(reason, '') FROM journal WHERE action LIKE 'correction.%' ORDER BY id",
        )
        assert [action for action, _ in written] == [
            "correction.proposed",
            "correction.approved",
            "correction.applied",
        ]
        said = ("option", "kunci keliru", "setuju")
        assert not any(word in told for word in said for _, told in written), "reasons may speak of the key"


async def test_what_was_withdrawn_is_on_record_and_never_applied(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        correction_id = await rescoring.propose(opened, item, "void", None, member(world))
        async with opened.staff() as session, session.begin():
            await corrections.withdraw(session, correction_id, "ternyata kunci benar", actor=member(world))
        other = await rescoring.another_member(opened)
        assert await rescoring.refused(rescoring.approve(opened, correction_id, other)) == "correction-ended"
        async with opened.staff() as session:
            view = await corrections.get_correction(session, correction_id)
        assert (view.state, view.end_reason) == ("withdrawn", "ternyata kunci benar")
        assert await latest(opened, world.sitting_id) == [67, 68, 67, 66]


async def test_it_is_refused_where_the_scores_moved_since_it_was_proposed(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        correction_id = await rescoring.propose(opened, item, "void", None, member(world))
        await rescoring.sit_again(app, world, item, [Sheet(50, OTHER)])
        await work_once(opened)
        other = await rescoring.another_member(opened)
        with pytest.raises(FactsChanged) as refusal:
            await rescoring.approve(opened, correction_id, other)
        assert refusal.value.members["expected"]["attempts"] == 5
        async with opened.staff() as session:
            view = await corrections.get_correction(session, correction_id)
        assert len(view.approvals) == 1, "the yes was to something else"
        assert await latest(opened, world.sitting_id) == [67, 68, 67, 66]


@pytest.mark.parametrize(
    ("kind", "place", "code"),
    [
        ("rekey", RIGHT, "correction-option"),
        ("double", RIGHT, "correction-option"),
        ("rekey", None, "correction-option"),
        ("void", OTHER, "correction-option"),
    ],
)
async def test_a_correction_that_names_no_sensible_option_is_refused(
    database: TestDatabase, kind: str, place: int | None, code: str
) -> None:
    async with running_app(make_settings(database)) as app:
        world, item = await sat(app, [Sheet(60, RIGHT)])
        found = rescoring.fault_of(app.state.database, item, kind, place, member(world))
        assert await rescoring.refused(found) == code


async def test_statistics_of_a_sitting_go_by_the_key_that_is_in_force(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app, [Sheet(60, OTHER), Sheet(50, OTHER), Sheet(40, RIGHT)])
        assert await right_of(opened, world.sitting_id, item.code) == 1
        await correct(opened, world, item, "rekey", OTHER)
        assert await right_of(opened, world.sitting_id, item.code) == 2
        await correct(opened, world, item, "double", RIGHT)
        assert await right_of(opened, world.sitting_id, item.code) == 3
        await correct(opened, world, item, "void", None)
        assert await right_of(opened, world.sitting_id, item.code) == 3, "what people answered says what it said"


async def right_of(database: Database, sitting_id: UUID, code: str) -> int:
    async with database.staff() as session:
        panels = review.panels(await review.take_snapshot(session, await delivery.get_sitting(session, sitting_id)))
    return next(int(row["correct"]) for row in panels["items"] if row["code"] == code)


@pytest.mark.invariant("I-16", "I-18")
async def test_every_run_can_be_made_again_from_what_it_names(database: TestDatabase) -> None:
    """Old runs too, after several corrections: score, units, words and the hash of the keys, to the letter."""
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await sat(app)
        await correct(opened, world, item, "rekey", OTHER)
        await release(opened, world)
        await correct(opened, world, item, "double", THIRD)
        await correct(opened, world, item, "void", None)
        async with opened.staff() as session:
            stored = (await session.execute(text("SELECT * FROM scores"))).all()
            answers = await delivery.submitted_answers(session, world.sitting_id)
            attempts = {one.id: one.form_id for one in await delivery.list_attempts(session, world.sitting_id)}
            forms = {form.id: form for form in await assembly.list_forms(session, world.sitting_id)}
            versions = {version for form in forms.values() for version in form.version_ids}
            keyed = await itembank.peek_keys(session, versions)
            every = await corrections.in_sitting(session, world.sitting_id)
        assert len(stored) == 16
        for row in stored:
            form = forms[attempts[row.attempt_id]]
            by = rules.rights(keyed, [one for one in every if one.id in row.corrections])
            marked = rules.mark(form, keyed, answers[row.attempt_id], world.scheme, by)
            assert (marked.score, marked.recommendation) == (row.score, row.recommendation)
            assert [unit.correct for unit in marked.units] == [unit["correct"] for unit in row.units]
            assert rules.key_hash(form, keyed) == row.key_sha256
