"""The generating process: reads one job on standard input, lives the timetables of all candidates, answers with one line of JSON.

A process of its own, so that its share of the processors can be named.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
import time
from typing import Any

import uvloop

from tests.load.candidate import GIVE_UP_SECONDS, Candidate, Seat
from tests.load.levels import Level, Size, level_of
from tests.load.log import Log
from tests.load.saying import say
from tests.load.timetables import Timetable


async def live(candidate: Candidate, timetable: Timetable, log: Log) -> None:
    """Each verb at its moment. Nobody works on an exam that has not opened yet, so what follows moves with that moment."""
    shift = 0.0
    for planned, verb in timetable:
        due = planned + shift
        await log.until(due)
        await candidate.do(verb, due)
        if verb == "open":
            shift += log.now() - due


async def run(job: dict[str, Any]) -> dict[str, Any]:
    level: Level = level_of(job["level"], Size(**job["size"]))
    log = Log(job["began_at"], watched=level.proctors > 0)
    candidates, lives = [], []
    for place, seat in enumerate(job["seats"][: level.candidates]):
        rng = random.Random(f"{job['seed']}/{place}")
        timetable = sorted(level.timetable(place, rng), key=lambda step: step[0])
        candidates.append(Candidate(place, Seat(**seat), job["origin"], log, rng, sockets=level.sockets))
        lives.append(live(candidates[-1], timetable, log))
    gc.collect()
    gc.disable()  # a pause here would be a pause of every candidate
    done, unfinished = await asyncio.wait(
        [asyncio.ensure_future(one) for one in lives], timeout=level.seconds - log.now() + GIVE_UP_SECONDS
    )
    for task in done:
        task.result()
    for task in unfinished:
        task.cancel()
    ended = log.now()
    for candidate in candidates:
        candidate.hang_up()
    cpu = time.process_time()
    return log.summary() | {"seconds": ended, "cpu": cpu, "unfinished": len(unfinished)}


if __name__ == "__main__":
    say(uvloop.run(run(json.load(sys.stdin))))
