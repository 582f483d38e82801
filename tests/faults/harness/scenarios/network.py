"""The line between candidates and server: away, half-open, in strange hands, repeating itself."""

from __future__ import annotations

import asyncio
import time

import httpx

from tests.faults.harness.candidates import VirtualCandidate
from tests.faults.harness.registry import Run, Seen, fault
from tests.faults.harness.stage import PATIENCE, Stage


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


SILENT_BOUND, BACK_WITHIN = 6.0, 15.0


@fault(
    "F-18b",
    "the database's host falls silent, its connections stay open",
    bound=SILENT_BOUND,
    words=f"503 within {SILENT_BOUND:.0f} s, never silence; everybody ≤ {BACK_WITHIN:.0f} s after its return",
)
async def silent_database(stage: Stage, run: Run) -> Seen:
    """No byte and no reset: a pulled cable. What was open stays dead after its return, as behind a firewall that forgot it."""
    began, stage.wire.half_open = time.monotonic(), True
    asked = [asyncio.create_task(_look(stage)) for _ in range(5)]
    await asyncio.sleep(8.0 if run.short else 20.0)
    slowest, unheard = stage.ledger.slowest_refusal(began), stage.heard(began)["timeout"]
    stage.wire.half_open, back_at = False, time.monotonic()
    late = stage.latecomers(1)[0]
    recovery, entered, served = await asyncio.gather(stage.recovered(back_at), _enter(late), _staff(stage))
    looks = await asyncio.gather(*asked)
    looked = max(seconds for _, seconds in looks)
    words = f"refused after at most {slowest:.1f} s, /readyz said 503 after {looked:.1f} s"
    words += f"; {recovery}, a new candidate in after {entered:.1f} s, staff served after {served:.1f} s"
    slow = max(recovery.everybody, entered, served)
    seen = Seen(max(slowest, looked), words)
    seen.expect(unheard == 0, f"{unheard} requests heard nothing")
    seen.expect(all(status == 503 for status, _ in looks), "a server without a database said that it is ready")
    seen.expect(slow <= BACK_WITHIN, f"it took {slow:.1f} s to be back")
    return seen


async def _look(stage: Stage) -> tuple[int, float]:
    began = time.monotonic()
    async with httpx.AsyncClient(timeout=60) as client:
        answer = await client.get(f"{stage.installation.url}/readyz")
    return answer.status_code, time.monotonic() - began


async def _enter(candidate: VirtualCandidate) -> float:
    began = time.monotonic()
    await candidate.enter()
    return time.monotonic() - began


async def _staff(stage: Stage) -> float:
    """Until each of the connections for staff, in every process, is a living one: as many requests at once as there are."""
    assert stage.proctor
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        asked = (stage.proctor.client.get("/api/staff/me") for _ in range(20))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        if all(isinstance(answer, httpx.Response) and answer.status_code == 200 for answer in answers):
            break
        await asyncio.sleep(0.2)
    return time.monotonic() - began
