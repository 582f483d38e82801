"""The load levels, small: what they count must be right on every commit; how fast it was is for a quiet machine to say."""

from __future__ import annotations

import asyncio
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.lag import SAVED, lags
from tests.load.levels import Size, level_of
from tests.load.run import Outcome, run
from tests.load.site import Site

SEED = 20261121
QUICK = Size(people=0.06, time=0.1)
QUICKEST = Size(people=0.02, time=0.02)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="sahih-load-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        site = Site(Path(folder))
        try:
            asyncio.run(site.prepare(30))
            yield site
        finally:
            asyncio.run(site.close())


def passed(site: Site, name: str, size: Size = QUICK) -> Outcome:
    """Run a level; whatever a slow machine cannot change must hold."""
    outcome = asyncio.run(run(site, level_of(name, size), name, size, SEED))
    figures = outcome.figures
    assert (outcome.lost, outcome.violations) == ([], [])
    assert {name: figures[name] for name in ("errors", "leaked", "unanswered", "not closed")} == {
        "errors": 0,
        "leaked": 0,
        "unanswered": 0,
        "not closed": 0,
    }, outcome.seen["statuses"]
    assert figures["started %"] == 100
    return outcome


@pytest.mark.invariant("I-01")
def test_ten_candidates_sit_the_whole_exam_and_a_lost_answer_would_be_found(site: Site) -> None:
    outcome = passed(site, "L0")
    counts = {verb: len(times) for verb, times in outcome.seen["times"].items()}
    assert counts["log in"] == counts["start"] == counts["submit"] == 10
    assert outcome.seen["acks"] == counts["save"] > 500
    # A detector must detect: take one acknowledged answer away, and change another.
    asyncio.run(
        site.ask(
            "DELETE FROM answers WHERE (attempt_id, position) = (SELECT attempt_id, position FROM answers LIMIT 1)"
        )
    )
    asyncio.run(
        site.ask(
            "UPDATE answers SET option = (option + 1) % 4 WHERE (attempt_id, position) = "
            "(SELECT attempt_id, position FROM answers ORDER BY 1 DESC, 2 DESC LIMIT 1)"
        )
    )
    assert len(asyncio.run(site.lost(outcome.seen["ledger"]))) == 2


@pytest.mark.invariant("I-01")
def test_thirty_candidates_start_at_once(site: Site) -> None:
    outcome = passed(site, "L2")
    assert len(outcome.seen["times"]["start"]) == 30
    assert outcome.seen["acks"] > 0


def test_a_message_is_read_once_however_often_the_button_is_pressed(site: Site) -> None:
    outcome = passed(site, "L5")
    counts = {verb: len(times) for verb, times in outcome.seen["times"].items()}
    assert counts["hear"] == counts["messages"] == counts["shown"] == 30
    assert counts["read"] == counts["click"] == 13 * 30
    assert (outcome.figures["acknowledged once"], outcome.figures["effects besides one"]) == (30, 0)
    # A detector must detect: one message that a later click acknowledged again, and one that nobody did.
    for time, least in (("clock_timestamp()", 29), ("NULL", 28)):
        one = "SELECT attempt_id FROM message_copies ORDER BY acknowledged_at LIMIT 1"
        asyncio.run(site.ask(f"UPDATE message_copies SET acknowledged_at = {time} WHERE attempt_id = ({one})"))
        assert asyncio.run(site.acknowledged_once(outcome.seen["read"])) == least


def test_every_proctor_sees_what_was_acknowledged(site: Site) -> None:
    outcome = passed(site, "B6", QUICKEST)
    counts, promises = outcome.seen["planned"], outcome.seen["promises"]
    assert len(promises) == sum(counts[verb] for verb in ("start", "open", "save", "beat", "submit")) > 1_000
    assert (outcome.figures["unseen"], outcome.figures["broken streams"]) == (0, 0)
    # A detector must detect: one more answer than the board ever showed.
    number, field, at, value = next(one for one in promises if one[1] == SAVED)
    found, unseen = lags([(number, field, at, f"9{value}")], outcome.seen["board"]["screens"])
    assert (found, unseen) == ([], outcome.level.proctors)


def test_the_server_takes_as_many_lines_as_the_system_lets_it(site: Site) -> None:
    """Started with the usual limit, which is a fraction of what is allowed, it must not be the limit of an exam."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 512), hard))
    try:
        asyncio.run(site.begin(level_of("L0", QUICK)))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    limits = Path(f"/proc/{site.processes['server']}/limits").read_text()
    (line,) = [line for line in limits.splitlines() if line.startswith("Max open files")]
    assert line.split()[3] == line.split()[4]
