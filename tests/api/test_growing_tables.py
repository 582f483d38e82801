"""What is read in the middle of an exam does not take longer with every sitting that there was."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from app import delivery
from tests.databases import TestDatabase, alter
from tests.factories import Candidate, client_of, make_settings, make_world, running_app

# Two thousand attempts of last month.
HISTORY = """
    INSERT INTO answer_events (sitting_id, attempt_id, at, seq, epoch, position, option, doubtful, late)
    SELECT gen_random_uuid(), gen_random_uuid(), clock_timestamp() - interval '30 days' + make_interval(secs => n), n, 1, 1, 1, false, false
    FROM generate_series(1, 200000) AS n
"""


async def test_a_timeline_does_not_read_the_answers_of_last_month(database: TestDatabase) -> None:
    asked: list[tuple[str, Any]] = []
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        await alter(database, HISTORY)
        candidate = Candidate(client, world.cards[0])
        assert (await candidate.enter()).status_code == 200
        assert (await candidate.save({1: 1, 2: 2})).status_code == 200
        attempt = (await client.get("/api/exam/me")).json()["attempt"]["id"]
        await alter(database, "VACUUM ANALYZE answer_events")
        engine = app.state.database.staff_engine.sync_engine
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        async with app.state.database.staff() as session:
            (minute,) = await delivery.list_minutes(session, world.sitting_id, attempt)
            connection = (await (await session.connection()).get_raw_connection()).driver_connection
            plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {asked[-1][0]}", *asked[-1][1]))
    assert minute.first == 2
    assert "ix_answer_events_at" in plan
    assert "Seq Scan" not in plan
