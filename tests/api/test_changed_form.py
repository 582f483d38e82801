"""A form that is not what was assembled is not shown: better no question than another one."""

from __future__ import annotations

from tests.databases import TestDatabase, alter
from tests.factories import Candidate, client_of, make_settings, make_world, running_app


async def test_a_form_that_changed_after_it_was_assembled_is_not_shown(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        await candidate.enter()
        assert len((await candidate.read("paper")).json()["questions"]) == 100
        await alter(database, "UPDATE forms SET item_version_ids = item_version_ids[2:100] || item_version_ids[1:1]")
        changed = await candidate.read("paper")
    assert changed.status_code == 500
    assert "questions" not in changed.json()
