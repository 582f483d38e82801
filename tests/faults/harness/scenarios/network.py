"""The line between candidates and server: away, half-open, in strange hands, repeating itself."""

from __future__ import annotations

import asyncio
import time

from tests.faults.harness.candidates import VirtualCandidate
from tests.faults.harness.registry import Run, Seen, fault
from tests.faults.harness.stage import Stage


@fault("F-16", "the candidates' network is away", bound=15.0, words="all queued answers within 15 s of its return")
async def network_away(stage: Stage, run: Run) -> Seen:
    away = 2.0 if run.gentle else 8.0 if run.short else 600.0
    stage.line.away = True
    stage.line.cut()
    await asyncio.sleep(away)
    queued = sum(len(candidate.outbox) for candidate in stage.candidates)
    stage.line.away = False
    began = time.monotonic()
    recovery = await stage.recovered(began)
    return Seen(
        recovery.everybody, f"{away:.0f} s away, {queued} answers queued, all saved after {recovery.everybody:.1f} s"
    )


@fault(
    "F-18",
    "half-open connections, and a portal that answers 200",
    bound=15.0,
    words="no false ack; ≤ 15 s after its end",
)
async def half_open_and_portal(stage: Stage, run: Run) -> Seen:
    stage.line.half_open = True
    await asyncio.sleep(3.0)
    stage.line.half_open = False  # what was open stays dead; the page gives up after eight seconds
    waited = await stage.recovered(time.monotonic())
    stage.line.portal = True
    stage.line.cut()
    await asyncio.sleep(0.2)  # what had arrived before is read
    before = stage.ledger.acknowledged
    await asyncio.sleep(3.0)
    believed = stage.ledger.acknowledged - before
    stage.line.portal = False
    recovery = await stage.recovered(time.monotonic())
    slowest = max(waited.everybody, recovery.everybody)
    words = f"everybody saved again {waited.everybody:.1f} s and {recovery.everybody:.1f} s after them"
    seen = Seen(slowest, words, allowed=("not our server",))
    seen.expect(believed == 0, f"{believed} answers were taken for saved on the word of a stranger")
    return seen


@fault("F-21", "20 % of the requests arrive twice, late and out of order", words="one effect each, the newest stays")
async def replayed(stage: Stage, run: Run) -> Seen:
    stage.line.replay, stage.line.replay_within, before = 0.2, 1.0, stage.ledger.acknowledged
    await asyncio.sleep(4.0 if run.short else 20.0)
    stage.line.replay = 0.0
    await asyncio.sleep(1.5)
    seen = Seen(words=_replies(stage))
    seen.expect(stage.ledger.acknowledged > before, "nothing was saved")
    _expect_polite_replies(stage, seen)
    return seen


@fault("F-22", "a balancer sends start and hand-in twice", words="one attempt, one start, one receipt")
async def start_and_submit_twice(stage: Stage, run: Run) -> Seen:
    """In the name of candidates of their own, who come late and hand in: the others go on saving."""
    stage.line.replay, stage.line.replay_within = 1.0, 0.02
    try:
        receipts = await asyncio.gather(*(_sit(stage, late) for late in stage.latecomers(4)))
        await asyncio.sleep(0.5)
    finally:
        stage.line.replay = 0.0
    seen = Seen(words=f"{len(receipts)} attempts; {_replies(stage)}")
    twice = await stage.ask(
        "SELECT count(*) FROM (SELECT 1 FROM journal WHERE action IN ('attempt.started', 'attempt.submitted') "
        "GROUP BY subject_id, action HAVING count(*) > 1) AS twice"
    )
    seen.expect(twice == 0, f"{twice} starts or hand-ins took effect twice")
    seen.expect(all(first == again for first, again in receipts), "a second receipt differs from the first")
    _expect_polite_replies(stage, seen)
    return seen


async def _sit(stage: Stage, candidate: VirtualCandidate) -> tuple[str, str]:
    """From the log-in to the receipt, and the receipt of a hand-in that is sent again."""
    await candidate.enter()
    candidate.answer()
    await candidate.settle()
    first, again = await candidate.page.submit(), await candidate.page.submit()
    return first.json()["receipt"]["hash"], again.json()["receipt"]["hash"]


def _replies(stage: Stage) -> str:
    return "answers to the copies: " + ", ".join(
        f"{count} x {status}" for status, count in sorted(stage.line.replied.items())
    )


def _expect_polite_replies(stage: Stage, seen: Seen) -> None:
    seen.expect(sum(stage.line.replied.values()) > 0, "nothing was repeated")
    seen.expect(not any(status >= 500 for status in stage.line.replied), "a copy was answered with a server's fault")
    stage.line.replied.clear()
