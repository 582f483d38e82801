"""Reads one JSON document on standard input, prints one line `done N` per finished candidate.

Input: {"url", "seed", "at_once", "cards": [[number, pin], …], "items": [[stem, [option, …], key, expected_p], …]}.
Texts are as a paper holds them.
"""

from __future__ import annotations

import asyncio
import json
import sys

from app.simulator.candidates import Item, as_key, sit_exam

job = json.load(sys.stdin)
items = {
    as_key(stem): Item(tuple(map(as_key, options)), key, expected_p) for stem, options, key, expected_p in job["items"]
}
try:
    asyncio.run(sit_exam(job["url"], job["cards"], items, seed=job["seed"], at_once=job["at_once"]))
except ExceptionGroup as failed:
    first = failed.exceptions[0]
    sys.exit(f"Seorang peserta buatan gagal / a synthetic candidate failed: {type(first).__name__}: {first}")
