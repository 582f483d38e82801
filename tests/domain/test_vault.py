"""The bank lies sealed; a new key takes the old one's place while exams go on; whoever reads keys is written down."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from alembic import command
from sqlalchemy import text

from app import itembank
from app.core.config import bank_ring, new_bank_key
from app.core.db import make_engine
from app.core.keyring import SealBroken
from app.core.migrate import alembic_config, upgrade
from app.core.postgres import Cluster, create_database
from app.core.postgres.roles import stored_passwords
from app.core.seals import STORED, count_by_key
from app.core.startup import StartupRefusal, require_bank_keys
from app.itembank.keys import read_answers
from app.itembank.richtext import Image, read_image
from app.itembank.sealing import open_
from app.models import Base
from app.worker import work_once
from tests.canaries import unseal_everything
from tests.commands import installed, refused, sahih
from tests.databases import TestDatabase, addresses, alter, drop_database
from tests.factories import (
    BANK_KEYS,
    BANK_RING,
    Candidate,
    client_of,
    make_photo,
    make_settings,
    make_world,
    open_database,
    running_app,
    violations,
)

NEW_KEY = new_bank_key("uji2")


def picture() -> dict[str, Image]:
    image = read_image(make_photo())
    return {image.hash: image}


async def counted(database: TestDatabase) -> dict[str, dict[str, int]]:
    connection = await asyncpg.connect(database.app_url)
    counts = {stored.table: by_key for stored, by_key in (await count_by_key(connection)).items()}
    await connection.close()
    return counts


def keys_in(counts: dict[str, dict[str, int]]) -> set[str]:
    return {name for by_key in counts.values() for name in by_key}


async def entries(database: TestDatabase, action: str) -> list[Any]:
    connection = await asyncpg.connect(database.superuser_url)
    rows = await connection.fetch(
        "SELECT actor_id, subject, subject_id, sitting_id, reason, facts FROM journal WHERE action = $1 ORDER BY id",
        action,
    )
    await connection.close()
    return list(rows)


def test_every_column_of_sealed_values_is_brought_under_a_new_key() -> None:
    tables = Base.metadata.tables.values()
    sealed = {
        (table.name, column.name) for table in tables for column in table.columns if column.name.startswith("sealed")
    }
    files = {("papers", "sealed")}  # each under a key of its own, which is among the stored
    assert sealed - files == {(stored.table, stored.column) for stored in STORED} - {("papers", "key")}


async def test_the_old_key_can_go_after_a_rotation_in_the_middle_of_an_exam(database: TestDatabase) -> None:
    both = f"{NEW_KEY},{BANK_KEYS}"
    async with (
        running_app(make_settings(database, bank_keys=both)) as app,
        client_of(app) as client,
        client_of(app) as late,
    ):
        world = await make_world(open_database(database), images=picture())
        candidates = [Candidate(one, card) for one, card in zip((client, late), world.cards, strict=False)]
        await candidates[0].enter()
        await candidates[0].save({1: 1})
        assert keys_in(await counted(database)) == {"uji1"}
        environment = installed(database, SAHIH_BANK_KEYS=both)
        done = await sahih(environment, "bank", "rotate-key")
        assert (done.code, done.err) == (0, "")
        counts = await counted(database)
        assert keys_in(counts) == {"uji2"}
        assert [sum(by_key.values()) for by_key in counts.values()] == [120, 120, 1, 2]
        assert len((await candidates[0].paper())["questions"]) == 100
        assert (await sahih(environment, "bank", "rotate-key")).code == 0, "again: nothing to do"
    (entry,) = await entries(database, "bank.key-rotated")
    assert '"key": "uji2"' in entry["facts"]
    await require_bank_keys(database.app_url, bank_ring(NEW_KEY))
    async with running_app(make_settings(database, bank_keys=NEW_KEY)) as app, client_of(app) as client:
        candidate = Candidate(client, world.cards[1])
        assert (await candidate.enter()).status_code == 200
        assert len((await candidate.paper())["questions"]) == 100
        await candidate.submit()
        await work_once(app.state.database)
        assert await violations(app.state.database, but=("I-45",)) == []


async def test_what_was_stored_before_there_were_keys_opens_is_named_and_gets_sealed(
    database: TestDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database, images=picture())
        await unseal_everything(database)
        assert keys_in(await counted(database)) == {"-"}
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        assert len((await candidate.paper())["questions"]) == 100
        found = await violations(app.state.database, but=("I-45",))
        assert found
        assert all(one.startswith("I-39") for one in found)
        await require_bank_keys(database.app_url, BANK_RING)
        assert "item_keys holds values that are not sealed: run `sahih bank rotate-key`" in caplog.text
        said = (await sahih(installed(database), "bank", "rotate-key", "--check")).out
        assert "BELUM TERSEGEL" in said
        said = (await sahih(installed(database), "bank", "rotate-key")).out
        assert "BELUM TERSEGEL" not in said
        assert keys_in(await counted(database)) == {"uji1"}
        assert await violations(app.state.database, but=("I-45",)) == []


async def test_a_rotation_that_was_interrupted_goes_on(database: TestDatabase) -> None:
    await make_world(open_database(database))
    await alter(
        database,
        "ALTER TABLE item_keys ADD CONSTRAINT stumble CHECK (length(sealed) > 0 AND item_version_id IS NULL) NOT VALID",
    )
    environment = installed(database, SAHIH_BANK_KEYS=f"{NEW_KEY},{BANK_KEYS}")
    assert (await sahih(environment, "bank", "rotate-key")).code == 1
    counts = await counted(database)
    assert (keys_in({"": counts["item_versions"]}), keys_in({"": counts["item_keys"]})) == ({"uji2"}, {"uji1"})
    await alter(database, "ALTER TABLE item_keys DROP CONSTRAINT stumble")
    assert (await sahih(environment, "bank", "rotate-key")).code == 0
    assert keys_in(await counted(database)) == {"uji2"}


async def test_no_server_starts_without_the_key_of_what_is_stored(database: TestDatabase) -> None:
    await make_world(open_database(database))
    with pytest.raises(StartupRefusal, match="'uji1' is not in SAHIH_BANK_KEYS"):
        await require_bank_keys(database.app_url, bank_ring(NEW_KEY))
    with pytest.raises(StartupRefusal, match="is not the one that sealed it"):
        await require_bank_keys(database.app_url, bank_ring(NEW_KEY.replace("uji2", "uji1")))
    assert "'uji1' is not in" in await refused(installed(database, SAHIH_BANK_KEYS=NEW_KEY), "bank", "rotate-key")
    assert "SAHIH_BANK_KEYS is not set" in await refused(installed(database, SAHIH_BANK_KEYS=None), "verify")


async def test_a_session_of_candidates_opens_nothing(database: TestDatabase) -> None:
    opened = open_database(database)
    await make_world(opened)
    async with opened.staff() as session:
        version_id, sealed = (await session.execute(text("SELECT id, sealed FROM item_versions LIMIT 1"))).one()
    async with opened.exam() as session:
        with pytest.raises(SealBroken):
            open_(session, sealed, version_id)
    await opened.close()


async def test_each_reading_of_keys_is_written_down_once(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client, client_of(app) as committee:
        world = await make_world(app.state.database, with_passwords=True)
        for card in world.cards:
            candidate = Candidate(client, card)
            await candidate.enter()
            await candidate.submit()
        await work_once(app.state.database)
        (scoring,) = await entries(database, "bank.keys-read")
        assert (scoring["actor_id"], scoring["sitting_id"]) == (None, world.sitting_id)
        assert scoring["reason"] == "penilaian / scoring"
        await world.log_in(committee, "committee")
        for page in ("statistics", "statistics/items.csv", "key-check"):
            assert (await committee.get(f"/api/staff/sittings/{world.sitting_id}/{page}")).status_code == 200
        await sahih(installed(database), "stats", "UJI-1")
        readings = (await entries(database, "bank.keys-read"))[1:]
    people = [row["actor_id"] for row in readings]
    assert people == [world.staff["committee"]] * 3 + [None]
    assert [row["reason"] for row in readings] == [
        "statistik / statistics",
        "statistik / statistics",
        "pemeriksaan kunci / key check",
        "sahih stats",
    ]
    assert all(row["facts"].startswith('{"keys": 1') for row in readings), "how many, and no key"


CONTENT, RATIONALE = b'plain1:{"options":["a","b"],"stem":"Pokok"}', 'sebab "dan"\n\\ akibat é'
KEPT_IN_CLEAR = """
    WITH item AS (INSERT INTO items (id, code, scheme_code) VALUES (gen_random_uuid(), 'MMU-1', 'MMu') RETURNING id),
    version AS (
        INSERT INTO item_versions (id, item_id, version_no, kuk, lang, n_options, sealed, content_hash, state)
        SELECT gen_random_uuid(), id, 1, '1.1', 'id', 4, :content, 'x', 'active' FROM item
        RETURNING id)
    INSERT INTO item_keys (item_version_id, key, rationale, source, cognitive_level, expected_p)
    SELECT id, 2, :rationale, 'sumber', 'apply', 0.6 FROM version RETURNING item_version_id
"""


async def test_keys_that_stood_in_clear_come_over(cluster: Cluster) -> None:
    await create_database(cluster.superuser_url(), stored_passwords(cluster.home), "in_clear")
    database = addresses(cluster, "in_clear")
    try:
        engine = make_engine(database.owner_url)
        async with engine.begin() as connection:
            await connection.run_sync(lambda held: command.upgrade(alembic_config(held), "0022"))
            version_id = await connection.scalar(text(KEPT_IN_CLEAR), {"content": CONTENT, "rationale": RATIONALE})
        await engine.dispose()
        await upgrade(database.owner_url)
        for sealed in (False, True):
            opened = open_database(database)
            async with opened.staff() as session:
                answer = (await read_answers(session, [version_id]))[version_id]
                content = (await itembank.read_contents(session, [version_id]))[version_id]
            await opened.close()
            assert (answer.key, answer.rationale, answer.source) == (2, RATIONALE, "sumber")
            assert content.stem == "Pokok"
            assert keys_in(await counted(database)) == {"uji1" if sealed else "-"}
            assert (await sahih(installed(database), "bank", "rotate-key")).code == 0
    finally:
        await drop_database(cluster, database)
