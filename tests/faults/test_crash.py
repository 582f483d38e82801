"""Power loss: every process killed at random moments, saves in flight. What was acknowledged must be in the table.

The same run on a cluster with `synchronous_commit=off` must find loss, which proves that the detector detects.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from app.identity import IssuedCard
from tests.factories import Candidate
from tests.faults.servers import Installation

CLIENTS = 6
LEAST_ACKNOWLEDGED = 500
Ledger = dict[tuple[str, int], tuple[int, int, int | None]]


class Recorder:
    """A candidate that keeps saving whatever happens, and writes down what was acknowledged."""

    def __init__(self, url: str, card: IssuedCard, ledger: Ledger, rng: random.Random) -> None:
        self.url, self.card, self.ledger, self.rng = url, card, ledger, rng
        self.acknowledged = 0
        self.client = httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=5)
        self.candidate = Candidate(self.client, card)

    async def enter(self) -> None:
        assert (await self.candidate.enter()).status_code == 200

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            position, option = self.rng.randint(1, 100), self.rng.randint(0, 3)
            body = self.candidate.batch({position: option})
            seq = body["changes"][0]["seq"]
            try:
                answer = await self.candidate.post("answers", body)
            except httpx.TransportError:
                await asyncio.sleep(0.02)
                continue
            if answer.status_code == 200 and seq in answer.json()["acked"]:
                self.ledger[self.card.number, position] = (self.candidate.epoch, seq, option)
                self.acknowledged += 1
            else:
                await asyncio.sleep(0.02)


def lost(ledger: Ledger, stored: Ledger) -> list[str]:
    """Acknowledged saves that are neither in the table nor superseded there by a higher (epoch, seq)."""
    complaints = []
    for place, (epoch, seq, option) in ledger.items():
        held = stored.get(place)
        if held is None or held[:2] < (epoch, seq) or (held[:2] == (epoch, seq) and held[2] != option):
            complaints.append(f"{place}: acknowledged {(epoch, seq, option)}, stored {held}")
    return complaints


async def crash_run(settings: Mapping[str, str], *, kills: int, seed: int, checked: bool) -> tuple[int, list[str]]:
    """How many saves were acknowledged over all kills, and which of them are missing."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="sahih-crash-") as folder:
        Path(folder).chmod(0o755)
        installation = Installation(Path(folder), settings)
        world = await installation.create(CLIENTS)
        ledger: Ledger = {}
        recorders = [Recorder(installation.url, card, ledger, rng) for card in world.cards]
        try:
            await installation.serve(checked=checked)
            for recorder in recorders:
                await recorder.enter()
            missing: list[str] = []
            for _ in range(kills):
                stop = asyncio.Event()
                tasks = [asyncio.create_task(recorder.run(stop)) for recorder in recorders]
                await asyncio.sleep(rng.uniform(0.6, 1.8))
                installation.kill_everything()
                stop.set()
                await asyncio.gather(*tasks)
                installation.cluster.start()
                missing += lost(ledger, await installation.stored())
                if checked:
                    missing += await installation.violations()
                await installation.serve(checked=checked)
            return sum(recorder.acknowledged for recorder in recorders), missing
        finally:
            for recorder in recorders:
                with contextlib.suppress(RuntimeError):
                    await recorder.client.aclose()
            installation.close()


@pytest.mark.timeout(300)
@pytest.mark.invariant("I-01")
async def test_no_acknowledged_answer_is_lost_when_every_process_is_killed() -> None:
    acknowledged, missing = await crash_run({}, kills=5, seed=20261121, checked=True)
    print(f"acknowledged {acknowledged} saves over 5 kills, lost {len(missing)}")
    assert acknowledged >= LEAST_ACKNOWLEDGED
    assert missing == []


@pytest.mark.timeout(300)
async def test_the_detector_finds_loss_where_commits_are_not_durable() -> None:
    unsafe = {"synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "1GB"}
    for seed in range(5):
        acknowledged, missing = await crash_run(unsafe, kills=1, seed=seed, checked=False)
        if missing:
            print(f"acknowledged {acknowledged} saves over 1 kill, lost {len(missing)}")
            return
    pytest.fail("five kills without loss: the detector does not detect")
