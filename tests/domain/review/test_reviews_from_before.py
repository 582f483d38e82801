"""Reviews, findings and corrections of an earlier release, after the database was brought to this one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest
from alembic import command

from app.core.db import make_engine
from app.core.migrate import alembic_config, upgrade
from app.core.postgres import Cluster, create_database
from app.core.postgres.roles import stored_passwords
from tests.databases import TestDatabase, addresses, alter, drop_database

BEFORE = "0027"
REVIEW = """
    INSERT INTO reviews (id, scheme_version_id, scheme_code, method_id, title, period_from, period_to, state, snapshot_sha256,
                         planned_by, quorum, computed_at, decided_at)
    VALUES ($1, $1, 'MMu', $1, 'Kajian', '2026-01-01', '2026-06-30', $2, $3, $1, 2, $4::text::timestamptz, $5::text::timestamptz)
"""
CORRECTION = """
    INSERT INTO key_corrections (id, scheme_code, item_code, version_ids, kind, sealed, reason, state, expected, expected_sha256,
                                 proposed_by, ended_by, ended_at)
    VALUES ($1, 'MMu', 'MMU-1.1-01', '{}', 'void', '', '', 'applied', '{}', '', $1, $2, $3::text::timestamptz)
"""
FINDING = """
    INSERT INTO findings (id, scheme_code, finding_no, subject_kind, subject, subject_label, grade, statement, evidence, state,
                          raised_by, closed_by, closed_at)
    VALUES ($1, 'MMu', $2, 'exam', '', '', 'major', '', '', 'closed', $1, $1, now())
"""
ACTION = """
    INSERT INTO corrective_actions (id, finding_id, kind, description, owner_id, due_on, asked_by, done_by, done_at)
    VALUES ($1, $2, 'item-revised', '', $1, '2026-01-01', $1, $1, '2025-12-01')
"""
PROOF = """
    INSERT INTO finding_verifications (finding_id, review_id, effective, evidence, verified_by, verified_at)
    VALUES ($1, $2, true, '', $1, $3::text::timestamptz)
"""
# Who and what the rows refer to is of no concern here.
ALONE = """
    DO $$ DECLARE one record; BEGIN
        FOR one IN SELECT conrelid::regclass AS name, conname FROM pg_constraint WHERE contype = 'f' LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.name, one.conname);
        END LOOP;
    END $$
"""


@pytest.fixture
async def before(cluster: Cluster) -> AsyncIterator[TestDatabase]:
    """A database as the earlier release left it, whose rows need not refer to anything."""
    database = addresses(cluster, "from_before")
    await create_database(cluster.superuser_url(), stored_passwords(cluster.home), database.name)
    engine = make_engine(database.owner_url, pool_size=1, application_name="sahih-migrate")
    async with engine.begin() as connection:
        await connection.run_sync(lambda one: command.upgrade(alembic_config(one), BEFORE))
    await engine.dispose()
    await alter(database, ALONE)
    yield database
    await drop_database(cluster, database)


async def add_closed(connection: asyncpg.Connection, number: int, review: UUID, verified_at: str) -> UUID:
    finding = uuid4()
    await connection.execute(FINDING, finding, number)
    await connection.execute(ACTION, uuid4(), finding)
    await connection.execute(PROOF, finding, review, verified_at)
    return finding


@pytest.mark.clause("9.3.5", "a finding is closed by the figures of a review as they stand")
async def test_what_rests_on_figures_that_are_gone_waits_for_verification_again(before: TestDatabase) -> None:
    as_it_stands, computed_anew, reopened, withdrawn = (uuid4() for _ in range(4))
    connection = await asyncpg.connect(before.superuser_url)
    await connection.execute(REVIEW, as_it_stands, "closed", "a", "2026-07-01", "2026-07-03")
    await connection.execute(REVIEW, computed_anew, "discussion", "b", "2026-07-20", None)
    await connection.execute(REVIEW, reopened, "planned", None, None, None)
    await connection.execute(REVIEW, withdrawn, "withdrawn", "c", "2026-07-01", None)
    found = [
        await add_closed(connection, number, review, "2026-07-10")
        for number, review in enumerate((as_it_stands, computed_anew, reopened, withdrawn), start=1)
    ]
    await upgrade(before.owner_url)
    rows = await connection.fetch(
        "SELECT f.id, f.state, f.closed_at IS NULL AS waits, v.taken_back_at IS NOT NULL AS gone "
        "FROM findings f JOIN finding_verifications v ON v.finding_id = f.id ORDER BY f.finding_no"
    )
    await connection.close()
    assert [tuple(row) for row in rows] == [
        (found[0], "closed", False, False),
        *((one, "verifying", True, True) for one in found[1:]),
    ]


async def test_a_review_goes_by_what_was_corrected_before_it_was_computed_or_decided_on(before: TestDatabase) -> None:
    decided, discussed, planned = (uuid4() for _ in range(3))
    first, between, last = (uuid4() for _ in range(3))
    connection = await asyncpg.connect(before.superuser_url)
    for correction, day in ((first, "2026-06-30"), (between, "2026-07-02"), (last, "2026-07-04")):
        await connection.execute(CORRECTION, correction, uuid4(), day)
    await connection.execute(REVIEW, decided, "decided", "a", "2026-07-01", "2026-07-03")
    await connection.execute(REVIEW, discussed, "discussion", "b", "2026-07-01", None)
    await connection.execute(REVIEW, planned, "planned", None, None, None)
    await upgrade(before.owner_url)
    rows = {row["id"]: row for row in await connection.fetch("SELECT id, corrections, program FROM reviews")}
    await connection.close()
    assert {one: rows[one]["corrections"] for one in rows} == {
        decided: [first, between],
        discussed: [first],
        planned: [],
    }
    assert [rows[one]["program"] for one in (decided, discussed, planned)] == ["kajian-2", "kajian-2", None]
