"""`/metrics`: true figures of all processes, for the operator alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from app.core import figures, metrics
from app.core.jobs import enqueue
from app.delivery import ClockGuard
from tests.databases import TestDatabase
from tests.factories import Candidate, client_of, make_settings, make_world, running_app
from tests.faults.test_save_and_submit import outside

TOKEN = "token-untuk-pemantau-1234567890"
WATCHER = {"Authorization": f"Bearer {TOKEN}"}
SAMPLE = re.compile(r'([a-z_]+)(?:\{([a-z_]+="[^"\\]*"(?:,[a-z_]+="[^"\\]*")*)\})? (\S+)')


def parsed(page: str) -> dict[str, float]:
    """Sample → value, after the page was held against the format: known families, each in one piece, no sample twice."""
    samples: dict[str, float] = {}
    family = ""
    for line in page.splitlines():
        if line.startswith("# HELP "):
            assert f"\n# TYPE {line.split()[2]} " in page
            family = line.split()[2]
        elif not line.startswith("#"):
            found = SAMPLE.fullmatch(line)
            assert found, line
            assert found[1].startswith(family), line
            assert line.rpartition(" ")[0] not in samples
            samples[line.rpartition(" ")[0]] = float(found[3])
    return samples


def own(name: str, **labels: str) -> str:
    inner = ",".join(f'{label}="{value}"' for label, value in {"process": metrics.this_process(), **labels}.items())
    return f"{name}{{{inner}}}"


async def test_what_happened_is_counted(database: TestDatabase) -> None:
    """Other tests of this process have counted, too: only the difference is ours."""
    async with running_app(make_settings(database, metrics_token=TOKEN)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        await ClockGuard(app.state.database).tick()
        before = parsed((await client.get("/metrics", headers=WATCHER)).text)
        candidate = Candidate(client, world.cards[0])
        await candidate.enter()
        for option in (0, 1, 2):
            assert (await candidate.save({1: option})).status_code == 200
        assert (await candidate.save({101: 1})).status_code == 422
        assert (await candidate.submit()).status_code == 200
        assert (await candidate.save({1: 3})).json()["code"] == "attempt-closed"
        answer = await client.get("/metrics", headers=WATCHER)
        after = parsed(answer.text)

    def grown(name: str, **labels: str) -> float:
        return after[own(name, **labels)] - before.get(own(name, **labels), 0.0)

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert grown("sahih_acknowledged_total", verb="examAnswers") == 3
    assert grown("sahih_acknowledged_total", verb="examSubmit") == 1
    assert grown("sahih_refused_total", code="no-such-position", status="422") == 1
    assert grown("sahih_refused_total", code="attempt-closed", status="409") == 1
    assert grown("sahih_commit_seconds_count", verb="save") == 4
    assert grown("sahih_commit_seconds_bucket", verb="save", le="+Inf") == 4
    assert grown("sahih_batch_size_bucket", verb="save", le="1") == 4, "one at a time: batches of one"
    assert grown("sahih_pool_wait_seconds_count", pool="hot") >= 4
    assert after[own("sahih_lane_depth", verb="save")] == 0
    assert abs(after[own("sahih_clock_drift_seconds")]) < 0.5
    assert after["sahih_database_up"] == 1
    assert after["sahih_jobs_waiting"] == 1, "the hand-in waits to be scored"


async def test_what_is_overdue_shows(database: TestDatabase) -> None:
    async with (
        running_app(make_settings(database, metrics_token=TOKEN)) as app,
        client_of(app) as client,
        outside(database) as superuser,
    ):
        world = await make_world(app.state.database)
        await Candidate(client, world.cards[0]).enter()
        async with app.state.database.staff() as session, session.begin():
            await enqueue(session, "score", {})
        await superuser.execute("UPDATE jobs SET run_at = clock_timestamp() - interval '90 seconds'")
        await superuser.execute(
            "UPDATE attempts SET closes_at = clock_timestamp() - interval '1 second' WHERE closes_at > '2000-01-01'"
        )
        await superuser.execute(
            "UPDATE clock_guard SET suspect = true, beat_at = clock_timestamp() - interval '9 seconds'"
        )
        shown = parsed((await client.get("/metrics", headers=WATCHER)).text)
    assert shown["sahih_attempts_running"] == shown["sahih_attempts_overdue"] == 1
    assert 90 <= shown["sahih_jobs_oldest_seconds"] < 120
    assert (shown["sahih_clock_suspect"], shown["sahih_clock_held"]) == (1, 1)
    assert 9 <= shown["sahih_clock_guard_silence_seconds"] < 30


async def test_whichever_process_is_asked_shows_all_that_speak(database: TestDatabase) -> None:
    sample = {'sahih_acknowledged_total{verb="examAnswers"}': 7.0, "sahih_of_another_release": 1.0}
    async with running_app(make_settings(database, metrics_token=TOKEN)) as app, client_of(app) as client:
        for process in ("host-b:7", "host-b:8"):
            async with app.state.database.staff() as session, session.begin():
                await figures.publish(session, process, sample)
        async with outside(database) as superuser:
            await superuser.execute(
                "UPDATE process_figures SET told_at = told_at - interval '31 seconds' WHERE process = 'host-b:8'"
            )
        shown = parsed((await client.get("/metrics", headers=WATCHER)).text)
    assert shown['sahih_acknowledged_total{process="host-b:7",verb="examAnswers"}'] == 7
    assert not [name for name in shown if "host-b:8" in name], "a process that ended is forgotten"


async def test_nobody_else_reads_it(database: TestDatabase) -> None:
    async with running_app(make_settings(database, metrics_token=TOKEN)) as app, client_of(app) as client:
        candidate = Candidate(client, (await make_world(app.state.database)).cards[0])
        tries: list[dict[str, Any]] = [
            {},
            {"Authorization": "Bearer x"},
            {"Authorization": f"Bearer {TOKEN}x"},
            {"Authorization": TOKEN},
        ]
        tries.append({"Authorization": "Bearer ä".encode()})
        assert {(await client.get("/metrics", headers=headers)).status_code for headers in tries} == {401}
        await candidate.enter()
        refused = [await client.get("/metrics", headers=headers) for headers in tries]
        assert {answer.status_code for answer in refused} == {403}
        assert all("sahih_" not in answer.text for answer in refused)


async def test_without_a_token_in_the_settings_none_opens_it(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        for said in ("Bearer ", "Bearer", ""):
            assert (await client.get("/metrics", headers={"Authorization": said})).status_code == 401


@pytest.mark.parametrize("token", ["x", "a" * 19])
async def test_a_token_that_could_be_guessed_is_no_setting(database: TestDatabase, token: str) -> None:
    with pytest.raises(ValidationError):
        make_settings(database, metrics_token=token)


async def test_the_page_is_there_while_the_database_is_not(database: TestDatabase) -> None:
    nowhere = "postgresql://sahih_app:x@127.0.0.1:9/sahih"
    settings = make_settings(database, metrics_token=TOKEN, DATABASE_URL=nowhere, exam_url=nowhere)
    async with running_app(settings) as app, client_of(app) as client:
        shown = parsed((await client.get("/metrics", headers=WATCHER)).text)
    assert shown["sahih_database_up"] == 0
    assert own("sahih_lane_depth", verb="save") in shown
