"""Impatient people: fifty starts at once, from two computers."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.factories import Candidate
from tests.faults.harness.registry import Run, Seen, fault
from tests.faults.harness.stage import Stage

TIMES = 50


@fault("F-23", "50 starts at once, from two computers", words="one attempt, one device, never a 500")
async def many_starts(stage: Stage, run: Run) -> Seen:
    """The second computer takes part with the same card; whoever holds the attempt starts it, the other one hears why not."""
    first = stage.latecomers(1)[0]
    second = Candidate(first.new_client(), first.card)
    try:
        for page in (first.page, second):
            assert (await page.log_in()).status_code == 200
        assert (await first.page.post("agree", {"statement_version": "2"})).status_code == 200
        claims = await asyncio.gather(*(page.claim() for page in (first.page, second)))
        starts = await asyncio.gather(*((first.page, second)[turn % 2].start() for turn in range(TIMES)))
    finally:
        await second.client.aclose()
    heard = Counter(answer.status_code for answer in (*claims, *starts))
    seen = Seen(words=f"{TIMES} starts: " + ", ".join(f"{count} x {status}" for status, count in sorted(heard.items())))
    seen.expect(not set(heard) - {200, 409, 503}, "an answer that no page understands")
    seen.expect(heard[200] > 1 and heard[409] > 1, "one computer starts, the other one is told why not")
    deadlines = {answer.json()["closes_at"] for answer in starts if answer.status_code == 200}
    seen.expect(len(deadlines) == 1, f"{len(deadlines)} deadlines for one attempt")
    return seen
