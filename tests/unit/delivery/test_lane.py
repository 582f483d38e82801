"""Group commit without a database: what waits goes together, each key once a turn, and nobody is forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from app.core.errors import Unavailable
from app.delivery.hot import lane as lanes
from app.delivery.hot.lane import Lane


class Commits:
    """Stands for the database: notes each batch, and holds it until told to go on."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.go = asyncio.Event()
        self.stuck = asyncio.Event()

    async def together(self, requests: Sequence[str]) -> list[str | Exception | None]:
        self.batches.append(list(requests))
        await self.go.wait()
        if "storm" in requests:
            raise ConnectionError
        return [self._result(request) for request in requests]

    async def alone(self, request: str) -> str:
        await self.stuck.wait()
        return f"{request.upper()} alone"

    def _result(self, request: str) -> str | Exception | None:
        if request.startswith("locked"):
            return None
        return ValueError(request) if request.startswith("bad") else request.upper()


def lane_of(commits: Commits) -> Lane[str, str]:
    return Lane(commits, key=lambda request: request.split()[0])


async def started(lane: Lane[str, str], *requests: str) -> list[asyncio.Task[str]]:
    tasks = [asyncio.create_task(lane.put(request)) for request in requests]
    await asyncio.sleep(0.01)
    return tasks


async def test_the_first_goes_at_once_and_the_others_together_in_the_next_turn() -> None:
    commits = Commits()
    lane = lane_of(commits)
    first = await started(lane, "a 1")
    others = await started(lane, "b 1", "c 1")
    assert commits.batches == [["a 1"]]
    assert lane.depth == 2
    commits.go.set()
    assert await asyncio.gather(*first, *others) == ["A 1", "B 1", "C 1"]
    assert commits.batches == [["a 1"], ["b 1", "c 1"]]


async def test_whoever_has_arrived_comes_along() -> None:
    """A request is in its socket a few turns of the loop before it is in the queue; it need not wait for a whole commit."""
    commits = Commits()
    commits.go.set()
    lane = lane_of(commits)

    async def arrive(request: str, turns: int) -> str:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await lane.put(request)

    await asyncio.gather(arrive("a 1", 0), arrive("b 1", 2), arrive("c 1", 20))
    assert commits.batches == [["a 1", "b 1"], ["c 1"]]
    commits.batches.clear()
    many = [f"{number} 1" for number in range(lanes.WORTH_A_COMMIT)]
    await asyncio.gather(*(arrive(request, 0) for request in many), arrive("late 1", 2))
    assert commits.batches == [many, ["late 1"]]


async def test_a_batch_holds_each_key_once_and_keeps_the_order_of_the_rest() -> None:
    commits = Commits()
    lane = lane_of(commits)
    tasks = await started(lane, "x")
    tasks += await started(lane, "a 1", "b 1", "a 2", "c 1", "b 2", "a 3")
    commits.go.set()
    await asyncio.gather(*tasks)
    assert commits.batches == [["x"], ["a 1", "b 1", "c 1"], ["a 2", "b 2"], ["a 3"]]


async def test_one_refusal_hurts_nobody_else() -> None:
    commits = Commits()
    commits.go.set()
    good, bad, other = await started(lane_of(commits), "good", "bad", "other")
    assert (await good, await other) == ("GOOD", "OTHER")
    with pytest.raises(ValueError, match="bad"):
        await bad


async def test_who_cannot_be_told_keeps_it_from_nobody_else() -> None:
    commits = Commits()
    commits.go.set()
    lane = lane_of(commits)

    def break_down(_: str | Exception) -> None:
        raise RuntimeError

    lane.enter("broken", break_down)
    assert await lane.put("other") == "OTHER"
    assert commits.batches == [["broken", "other"]]


async def test_a_failed_commit_fails_its_batch_and_the_lane_goes_on() -> None:
    commits = Commits()
    commits.go.set()
    lane = lane_of(commits)
    (storm,) = await started(lane, "storm")
    with pytest.raises(ConnectionError):
        await storm
    assert await lane.put("after") == "AFTER"


async def test_a_client_that_leaves_does_not_take_its_answer_along() -> None:
    commits = Commits()
    lane = lane_of(commits)
    tasks = await started(lane, "a 1")
    tasks += await started(lane, "b 1")
    tasks[1].cancel()
    await asyncio.sleep(0)
    commits.go.set()
    assert await tasks[0] == "A 1"
    await asyncio.sleep(0.01)
    assert commits.batches == [["a 1"], ["b 1"]]


async def test_a_full_lane_refuses_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "MOST_WAITING", 2)
    commits = Commits()
    lane = lane_of(commits)
    waiting = await started(lane, "a")
    waiting += await started(lane, "b", "c")
    with pytest.raises(Unavailable):
        await lane.put("d")
    commits.go.set()
    assert await asyncio.gather(*waiting) == ["A", "B", "C"]


@pytest.mark.invariant("F-09")
async def test_who_waits_behind_a_commit_that_hangs_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "LONGEST_WAIT_SECONDS", 0.05)
    commits = Commits()
    lane = lane_of(commits)
    hanging = await started(lane, "a")
    for waiting in await started(lane, "b", "c") + await started(lane, "d"):
        with pytest.raises(Unavailable):
            await asyncio.wait_for(waiting, 5)
    assert not hanging[0].done()
    monkeypatch.undo()
    commits.go.set()
    assert await hanging[0] == "A"
    assert await lane.put("b") == "B"
    assert commits.batches == [["a"], ["b"]]


async def test_what_must_go_alone_holds_up_nobody() -> None:
    commits = Commits()
    commits.go.set()
    lane = lane_of(commits)
    locked, other = await started(lane, "locked", "other")
    assert await other == "OTHER"
    assert await lane.put("after") == "AFTER"
    assert not locked.done()
    commits.stuck.set()
    assert await locked == "LOCKED alone"
    assert lane.depth == 0
