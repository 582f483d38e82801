"""The i-th statement fails, for each i and each use case: all or nothing, a polite answer, and the retry works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tests.factories import Candidate
from tests.faults.harness.proxy import Proxy
from tests.faults.harness.registry import Outcome, Run, Seen, fault_alone
from tests.faults.harness.stage import Stage

STATEMENTS = b"EQ"  # the messages Execute and Query
MOST_TRIES = 4
COUNTS = """
    SELECT ARRAY[(SELECT count(*) FROM journal), (SELECT count(*) FROM jobs), (SELECT count(*) FROM sessions),
                 (SELECT count(*) FROM answers), (SELECT count(*) FROM answer_events), (SELECT count(*) FROM attempt_devices),
                 (SELECT count(*) FROM item_comments), (SELECT count(*) FROM roster WHERE agreed_at IS NOT NULL),
                 (SELECT count(*) FROM attempts WHERE state = 'admitted'), (SELECT count(*) FROM attempts WHERE state = 'running'),
                 (SELECT count(*) FROM attempts WHERE state = 'submitted'), (SELECT sum(epoch) FROM attempts)]
"""


class StatementCutter(Proxy):
    """Loses the connection at the n-th statement from the moment when it was armed."""

    counted = 0
    cut_at = 0
    how = "before"  # before the statement arrives, or after it and before its answer

    def arm(self, cut_at: int, how: str) -> None:
        self.counted, self.cut_at, self.how = 0, cut_at, how

    def _fate(self, data: bytes) -> str:
        if not _has_statement(data):
            return ""
        self.counted += 1
        return self.how if self.counted == self.cut_at else ""


def _has_statement(data: bytes) -> bool:
    """Whether one of these protocol messages runs a statement. What opens a connection begins with a zero."""
    at = 0
    while at + 5 <= len(data) and data[at]:
        if data[at] in STATEMENTS:
            return True
        at += 1 + int.from_bytes(data[at + 1 : at + 5], "big")
    return False


@dataclass
class Someone:
    """A candidate of the sitting with a page, a second computer, and a proctor who can act on the attempt."""

    stage: Stage
    page: Candidate
    second: Candidate
    attempt: str = ""

    async def agree(self) -> httpx.Response:
        return await self.page.post("agree", {"statement_version": "2"})

    async def staff(self, verb: str, body: dict[str, Any]) -> httpx.Response:
        assert self.stage.proctor
        path = f"/api/staff/sittings/{self.stage.world.sitting_id}/attempts/{self.attempt}/{verb}"
        return await self.stage.proctor.client.post(path, json=body)


Action = Callable[[], Awaitable[httpx.Response]]


async def _entered(one: Someone, steps: int) -> None:
    page = one.page
    for step in (page.log_in, one.agree, page.claim, page.start)[:steps]:
        answer = await _until_done(step)
        assert answer.status_code == 200, answer.text


async def _until_done(action: Action) -> httpx.Response:
    """As a page does it; connections that were cut a moment ago may still be in a pool."""
    for _ in range(MOST_TRIES):
        if (answer := await action()).status_code != 503:
            break
        await asyncio.sleep(0.05)
    return answer


async def _log_in(one: Someone) -> Action:
    return one.page.log_in


async def _agree(one: Someone) -> Action:
    await _entered(one, 1)
    return one.agree


async def _claim(one: Someone) -> Action:
    await _entered(one, 2)
    return one.page.claim


async def _start(one: Someone) -> Action:
    await _entered(one, 3)
    return one.page.start


async def _save(one: Someone) -> Action:
    await _entered(one, 4)
    body = one.page.batch({1: 2, 2: 3})
    return lambda: one.page.post("answers", body)


async def _comment(one: Someone) -> Action:
    await _entered(one, 4)
    body = {"position": 1, "text": "catatan", "nonce": "n" * 12}
    return lambda: one.page.post("comment", body)


async def _submit(one: Someone) -> Action:
    await _entered(one, 4)
    body = one.page.batch({1: 1})
    await _until_done(lambda: one.page.post("answers", body))
    return one.page.submit


async def _admit(one: Someone) -> Action:
    return lambda: one.staff("admit", {})


async def _release(one: Someone) -> Action:
    """The second computer asked; the proctor grants what the board shows."""
    await _entered(one, 4)
    assert (await _until_done(one.second.log_in)).status_code == 200
    assert (await _until_done(one.second.claim)).status_code == 409
    assert one.stage.proctor
    client, path = one.stage.proctor.client, f"/api/staff/sittings/{one.stage.world.sitting_id}/board"
    board = (await _until_done(lambda: client.get(path))).json()
    (request,) = (row["device_request"] for row in board["candidates"] if row["attempt_id"] == one.attempt)
    return lambda: one.staff("release-device", {"requested_at": request["requested_at"]})


CASES: dict[str, Callable[[Someone], Awaitable[Action]]] = {
    "log in": _log_in, "agree": _agree, "claim": _claim, "start": _start, "save": _save, "comment": _comment,
    "submit": _submit, "admit": _admit, "release": _release,
}  # fmt: skip
REPEATABLE = ("log in",)  # each one makes a session of its own
DONE_ALREADY = {"release": 409}  # what a retry hears after a success whose answer was lost


@fault_alone("F-25", "the i-th statement fails, in each use case", words="all or nothing, 503, the retry works")
async def each_statement(run: Run) -> Outcome:
    stage = Stage(run.folder / "statements", seed=run.seed)
    stage.workers = 1
    stage.wire = cutter = StatementCutter(stage._database, stage.rng)
    seen, words = Seen(), []
    try:
        await stage.open(1, latecomers=300)
        for name in CASES:
            words.append(f"{name} {await _every_statement(stage, cutter, name, seen)}")
        seen.complaints += await stage.complaints(0.0)
    finally:
        await stage.close()
    seen.words = "statements: " + ", ".join(words)
    return Outcome(seen, 0, [])


async def _every_statement(stage: Stage, cutter: StatementCutter, name: str, seen: Seen) -> int:
    """How many statements the use case takes; each has failed twice by then."""
    for _ in range(2):  # the first time some are prepared
        full = await _try(stage, cutter, name, (0, ""), seen, ())
        statements = cutter.counted
    for how in ("before", "after"):
        for number in range(1, statements + 1):
            await _try(stage, cutter, name, (number, how), seen, full)
    return statements


async def _try(
    stage: Stage, cutter: StatementCutter, name: str, cut: tuple[int, str], seen: Seen, full: Sequence[int]
) -> Sequence[int]:
    """Do it once with this fault, and again until it is done. Returns what changed in all."""
    someone = await _somebody(stage)
    action = await CASES[name](someone)
    before = await stage.ask(COUNTS)
    cutter.arm(*cut)
    answer = await action()
    counted = cutter.counted
    cutter.arm(0, "")
    changed = _difference(await stage.ask(COUNTS), before)
    where = f"{name}, statement {cut[0]} cut {cut[1]}: "
    seen.expect(answer.status_code in (200, 204, 503), f"{where}answered {answer.status_code}")
    seen.expect(not full or changed in ([0] * len(full), list(full)), f"{where}done by half: {changed} of {full}")
    if answer.status_code == 503:
        answer = await _until_done(action)
    allowed = (200, 204, DONE_ALREADY.get(name, 200))
    seen.expect(answer.status_code in allowed, f"{where}the retry heard {answer.status_code}")
    at_last = _difference(await stage.ask(COUNTS), before)
    twice = [2 * count for count in full] if name in REPEATABLE else list(full)
    seen.expect(not full or at_last in (list(full), twice), f"{where}{at_last} after the retry, not {full}")
    cutter.counted = counted
    await _leave(someone)
    return at_last


async def _somebody(stage: Stage) -> Someone:
    (virtual,) = stage.latecomers(1)
    number = virtual.card.number
    query = "SELECT a.id::text FROM attempts a JOIN roster r ON r.id = a.roster_id WHERE r.number = $1"
    return Someone(stage, virtual.page, Candidate(virtual.new_client(), virtual.card), await stage.ask(query, number))


async def _leave(someone: Someone) -> None:
    await someone.page.client.aclose()
    await someone.second.client.aclose()


def _difference(now: Sequence[int], before: Sequence[int]) -> list[int]:
    return [int(one - other) for one, other in zip(now, before, strict=True)]
