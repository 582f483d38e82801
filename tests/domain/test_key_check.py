"""The key check in full: each item with a signal or a remark is looked at by name, and one that is wrong holds up the results."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import delivery, review
from app.core.db import Database
from app.core.errors import AppError
from app.grading import corrections
from app.review import Outcome
from tests.databases import TestDatabase
from tests.factories import World, make_settings, running_app
from tests.rescoring import OTHER, Item, Sheet, correct, member, propose, sat

NOTE = "Kunci sudah dicocokkan dengan sumbernya."
FEW = (Sheet(70, OTHER), Sheet(60, OTHER))


async def remarked(app: FastAPI) -> tuple[World, Item]:
    """A sitting that is over and scored; somebody wrote a remark about one item."""
    world, item = await sat(app, FEW)
    async with app.state.database.staff() as session, session.begin():
        place = "array_position(f.item_version_ids, :version)"
        await session.execute(
            text(
                "INSERT INTO item_comments (sitting_id, attempt_id, position, text) "
                f"SELECT a.sitting_id, a.id, {place}, 'B dan C sama?' FROM attempts a "
                "JOIN forms f ON f.sitting_id = a.sitting_id AND f.id = a.form_id ORDER BY a.id LIMIT 1"
            ),
            {"version": item.version_id},
        )
    return world, item


async def asked(database: Database, world: World, verb: str, *words: Any) -> str | None:
    """The code of the refusal, or None."""
    try:
        async with database.staff() as session, session.begin():
            sitting = await delivery.get_sitting(session, world.sitting_id)
            await getattr(review, verb)(session, sitting, *words, actor=member(world))
    except AppError as error:
        return error.code
    return None


async def item_of(database: Database, world: World, code: str) -> dict[str, Any]:
    async with database.staff() as session:
        sitting = await delivery.get_sitting(session, world.sitting_id)
        check = await review.read_key_check(session, sitting, actor=member(world))
    found: dict[str, Any] = next(one for one in check["items"] if one["code"] == code)
    return found


@pytest.mark.clause("9.3.5", "scores are released only after the key check is cleared by a named person")
async def test_an_item_with_a_remark_is_looked_at_before_anything_is_cleared(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await remarked(app)
        assert (await item_of(opened, world, item.code))["state"] == "unseen"
        assert await asked(opened, world, "clear", "diperiksa") == "items-unseen"
        assert await asked(opened, world, "look", item.code, Outcome.SOUND, NOTE) is None
        seen = await item_of(opened, world, item.code)
        assert (seen["state"], seen["look"]["note"], seen["look"]["by"]) == ("sound", NOTE, "Petugas committee")
        assert seen["comments"][0]["text"] == "B dan C sama?"
        assert await asked(opened, world, "clear", "diperiksa") is None
        assert await asked(opened, world, "release") is None
        assert await asked(opened, world, "look", item.code, Outcome.TO_CORRECT, NOTE) == "results-out"
        async with opened.staff() as session:
            facts = await session.scalar(text("SELECT facts FROM journal WHERE action = 'key_check.looked'"))
    assert facts == {"item": item.code, "outcome": "sound"}, "the note may speak of the key"


async def test_an_item_to_correct_holds_up_the_results_until_its_key_is_corrected(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await remarked(app)
        assert await asked(opened, world, "look", item.code, Outcome.SOUND, NOTE) is None
        assert await asked(opened, world, "clear", "diperiksa") is None
        assert await asked(opened, world, "look", item.code, Outcome.TO_CORRECT, NOTE) is None
        assert await asked(opened, world, "release") == "items-to-correct", "though it was cleared before"
        await correct(opened, world, item, "rekey", OTHER)
        assert (await item_of(opened, world, item.code))["state"] == "settled"
        assert await asked(opened, world, "release") is None


async def test_a_correction_that_was_withdrawn_settles_nothing_and_another_look_does(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await remarked(app)
        assert await asked(opened, world, "look", item.code, Outcome.TO_CORRECT, NOTE) is None
        assert await asked(opened, world, "clear", "diperiksa") == "items-to-correct"
        proposed = await propose(opened, item, "void", None, member(world))
        assert await asked(opened, world, "clear", "diperiksa") == "items-to-correct", "nobody has decided yet"
        async with opened.staff() as session, session.begin():
            await corrections.withdraw(session, proposed, "kunci ternyata benar", actor=member(world))
        assert (await item_of(opened, world, item.code))["state"] == "to-correct"
        assert await asked(opened, world, "clear", "diperiksa") == "items-to-correct", "what was seen is still said"
        assert await asked(opened, world, "look", item.code, Outcome.SOUND, NOTE) is None
        assert await asked(opened, world, "clear", "diperiksa") is None


async def test_a_proposed_correction_holds_up_the_results_until_it_is_decided_on(database: TestDatabase) -> None:
    """Its key was called sound before somebody proposed to change it."""
    async with running_app(make_settings(database)) as app:
        opened = app.state.database
        world, item = await remarked(app)
        assert await asked(opened, world, "look", item.code, Outcome.SOUND, NOTE) is None
        assert await asked(opened, world, "clear", "diperiksa") is None
        proposed = await propose(opened, item, "rekey", OTHER, member(world))
        assert await asked(opened, world, "release") == "items-to-correct"
        async with opened.staff() as session, session.begin():
            await corrections.withdraw(session, proposed, "kunci ternyata benar", actor=member(world))
        assert await asked(opened, world, "release") is None


async def test_an_item_that_no_form_held_is_not_looked_at(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world, _ = await sat(app, FEW)
        assert await asked(app.state.database, world, "look", "MMU-9.9-99", Outcome.SOUND, NOTE) == "not-found"
