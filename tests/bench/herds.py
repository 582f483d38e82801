"""B3, B4: a whole room starts, and hands in, in the same second."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import UUID

from app import assembly
from app.delivery import papers
from tests.bench.cpu import measured
from tests.bench.ground import Ground
from tests.bench.installation import generate
from tests.bench.report import row

SHOWN = """
    SELECT p.name, p.attempt_id, f.shown_sha256, encode(a.device_sha256, 'hex') AS device
    FROM papers p JOIN attempts a ON a.id = p.attempt_id JOIN forms f ON f.sitting_id = a.sitting_id AND f.id = a.form_id
    WHERE a.device_sha256 = ANY($1::bytea[])
"""


def starts(ground: Ground, run: int) -> list[dict[str, Any]]:
    """B3: a thousand candidates start at t = 0; before that they fetched their sealed papers. Each opens to its stored form."""
    herd = ground.herd_of(run)
    with measured(ground.roots) as spent:
        fetched = generate("papers", url=ground.url, seats=herd, clients=64, seconds=60, keep=True)
    waiting = row("B3-paper", spent.cpu / len(herd) * 1e6, spent, fetched, len(herd))
    with measured(ground.roots) as spent:
        seen = generate("starts", url=ground.url, seats=herd, clients=len(herd), seconds=60, keep=True)
    result = row("B3", spent.cpu / len(herd) * 1e6, spent, seen, len(herd))
    result["gate"] = _opened(ground, herd, fetched["bodies"], seen["bodies"])
    return [waiting, result]


def _opened(ground: Ground, herd: list[dict[str, Any]], files: dict[str, str], replies: dict[str, str]) -> str:
    """Every paper opened with the key that its own start returned."""
    wrong = 0
    for seat in herd:
        started = json.loads(bytes.fromhex(replies.get(seat["number"], "") or "7b7d"))
        sealed = bytes.fromhex(files.get(seat["number"], ""))
        try:
            paper = papers.unseal(sealed, bytes.fromhex(started["paper_key"]), UUID(seat["attempt_id"]))
            shown = assembly.shown_hash(paper["questions"])
        except Exception:  # whatever it is, this candidate sees no question
            shown = ""
        wrong += shown != seat["shown_sha256"]
    return f"{wrong} of {len(herd)} candidates see no paper or a wrong one" if wrong else "pass"


def submits(ground: Ground, run: int) -> list[dict[str, Any]]:
    """B4: a thousand hand-ins at once, closing and scoring in one figure. The gate: closed, scored, and within 2 s."""
    herd = ground.herd_of(run)
    before = ground.value("SELECT count(*) FROM scores")
    with measured(ground.roots) as spent:
        seen = generate("submits", url=ground.url, seats=herd, clients=len(herd), seconds=60)
        give_up = time.monotonic() + 30
        while ground.value("SELECT count(*) FROM scores") - before < len(herd) and time.monotonic() < give_up:
            time.sleep(0.2)
    result = row("B4", spent.cpu / len(herd) * 1e6, spent, seen, len(herd))
    slowest = ground.value(
        "SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM s.scored_at - a.submitted_at)) "
        "FROM scores s JOIN attempts a ON a.id = s.attempt_id WHERE s.attempt_id = ANY($1::uuid[])",
        [UUID(seat["attempt_id"]) for seat in herd],
    )
    scored = ground.value("SELECT count(*) FROM scores") - before
    if seen["statuses"] != {"200": len(herd)} or scored != len(herd):
        result["gate"] = f"{seen['statuses']} and {scored} scores for {len(herd)} hand-ins"
    elif slowest > 2:
        result["gate"] = f"p99 from hand-in to score {slowest:.1f} s"
    return [result | {"scored_p99_s": round(float(slowest or 0), 2)}]
