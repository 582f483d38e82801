"""Raw changes behind the server's back: `sahih verify` finds each of them."""

from __future__ import annotations

from typing import Final

import pytest
from sqlalchemy import text

from app.core.db import make_engine, session_factory
from app.core.invariants import find_violations
from app.grading import INVARIANTS
from app.worker import work_once
from tests import rescoring
from tests.databases import TestDatabase
from tests.factories import BANK_RING, make_settings, running_app
from tests.rescoring import NEAR_THE_MARK, OTHER, release, sat

ONE: Final = "attempt_id = (SELECT attempt_id FROM key_correction_effects WHERE score_before <> score_after LIMIT 1)"
DAMAGES: Final = (
    ("UPDATE scores SET score = score - 1 WHERE run_no = 2", {"I-16", "I-17", "I-19"}),
    ("UPDATE scores SET score = score + 1 WHERE run_no = 1", {"I-16", "I-19"}),
    ("UPDATE scores SET corrections = '{}' WHERE run_no = 2", {"I-16", "I-18", "I-19"}),
    ("UPDATE scores SET corrections = ARRAY[gen_random_uuid()] WHERE run_no = 2", {"I-16", "I-19"}),
    ("UPDATE scores SET rule_version = 'number-right-1' WHERE run_no = 2", {"I-16"}),
    (f"DELETE FROM scores WHERE run_no = 2 AND {ONE}", {"I-19"}),
    (f"DELETE FROM scores WHERE run_no = 1 AND {ONE}", {"I-18", "I-19"}),
    (f"UPDATE scores SET run_no = 3 WHERE run_no = 2 AND {ONE}", {"I-18", "I-19"}),
    (f"DELETE FROM key_correction_effects WHERE {ONE}", {"I-19"}),
    ("UPDATE key_correction_effects SET score_after = score_after + 1", {"I-19"}),
    ("UPDATE key_correction_effects SET released = NOT released", {"I-16"}),
    ("DELETE FROM key_correction_approvals WHERE person_id = (SELECT proposed_by FROM key_corrections)", {"I-19"}),
    ("UPDATE key_corrections SET kind = 'void'", {"I-16"}),
    ("UPDATE key_corrections SET state = 'proposed'", {"I-16"}),
    ("UPDATE key_corrections SET version_ids = '{}'", {"I-16"}),
    ("UPDATE key_corrections SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)", {"I-16"}),
    ("UPDATE item_versions SET state = 'active' WHERE state = 'suspended'", {"I-19"}),
    ("DELETE FROM journal WHERE action = 'bank.keys-read'", {"I-40"}),
)


@pytest.mark.invariant("I-16", "I-18", "I-19")
async def test_each_raw_change_around_a_correction_is_found(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app:
        world, item = await sat(app)
        await release(app.state.database, world)
        await rescoring.sit_again(app, world, item, NEAR_THE_MARK)
        await work_once(app.state.database)
        await rescoring.correct(app.state.database, world, item, "rekey", OTHER)
    engine = make_engine(database.superuser_url)
    async with session_factory(engine, BANK_RING)() as session:
        for damage, found in (("SELECT 1", set[str]()), *DAMAGES):
            await session.execute(text(damage))
            assert {one.id for one in INVARIANTS if await find_violations(session, one)} >= found, damage
            if not found:
                assert not [one.id for one in INVARIANTS if await find_violations(session, one)]
            await session.rollback()
    await engine.dispose()
