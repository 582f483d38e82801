"""How long a workbook of 5,000 items takes from its upload to the bank: read, looked at, agreed to, brought in.

    python -m tests.bench.bank_import [ITEMS]

One JSON line: the dry run, the work itself, both together, and how often progress was told while it went on. Server and worker
are processes of their own, as people run them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from app.itembank import exchange
from app.itembank.exchange import ExchangeItem, Format
from tests.bench.bank import synthetic_items, vocabulary
from tests.factories import PASSWORD
from tests.faults.servers import Installation

BANK = "/api/staff/bank"
PATIENCE = 300


def workbook(count: int) -> bytes:
    """Without codes, as authors write it: the bank numbers them."""
    items = [
        ExchangeItem(
            stem=f"{draft.content.stem} ({number})",
            options=draft.content.options,
            key=draft.answer.key,
            kuk=draft.kuk,
            lang=draft.lang,
            rationale=draft.answer.rationale,
            source=draft.answer.source,
            cognitive_level=draft.answer.cognitive_level,
            expected_p=draft.answer.expected_p,
        )
        for number, draft in enumerate(synthetic_items(count, vocabulary(), random.Random(5)), 1)
    ]
    return exchange.write(Format.XLSX, items, {}, "bench")


async def _until(client: httpx.AsyncClient, place: str, state: str) -> tuple[float, set[int]]:
    """Seconds until the import is there, and the steps of progress seen on the way."""
    began, seen = time.perf_counter(), set[int]()
    while time.perf_counter() - began < PATIENCE:
        shown = (await client.get(f"{place}?size=1")).json()
        seen.add(shown["progress"]["done"])
        if shown["state"] == state:
            return time.perf_counter() - began, seen
        if shown["state"] in ("refused", "failed"):
            raise RuntimeError(shown["faults"] or shown["state"])
        await asyncio.sleep(0.1)
    raise RuntimeError(f"not {state} within {PATIENCE} s")


async def _measure(client: httpx.AsyncClient, content: bytes) -> dict[str, Any]:
    headers = {"Content-Type": "application/octet-stream"}
    asked = {"scheme": "MMu", "name": "soal.xlsx"}
    sent = await client.post(f"{BANK}/imports", params=asked, content=content, headers=headers)
    place = f"{BANK}/imports/{sent.json()['id']}"
    reading, _ = await _until(client, place, "ready")
    shown = (await client.get(f"{place}?size=1")).json()
    agreed = {"revision": shown["revision"], "reason": "ukuran kinerja"}
    assert (await client.post(f"{place}/apply", json=agreed)).status_code == 202
    writing, seen = await _until(client, place, "applied")
    return {
        "items": shown["counts"]["new"],
        "file_kb": len(content) // 1024,
        "dry_run_s": round(reading, 1),
        "apply_s": round(writing, 1),
        "all_s": round(reading + writing, 1),
        "progress_steps": len(seen),
    }


async def bench(count: int) -> dict[str, Any]:
    content = workbook(count)
    with tempfile.TemporaryDirectory(prefix="sahih-import-") as folder:
        Path(folder).chmod(0o755)
        installation = Installation(Path(folder))
        worker: subprocess.Popen[bytes] | None = None
        try:
            await installation.create(1, with_passwords=True)
            await installation.serve()
            worker = subprocess.Popen([sys.executable, "-m", "app.cli", "worker"], env=installation.environment())
            headers = {"Origin": installation.url}
            async with httpx.AsyncClient(base_url=installation.url, headers=headers, timeout=60) as client:
                body = {"username": "committee", "password": PASSWORD}
                assert (await client.post("/api/staff/login", json=body)).status_code == 200
                return await _measure(client, content)
        finally:
            if worker:
                worker.kill()
                worker.wait()
            installation.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", nargs="?", type=int, default=5_000)
    print(json.dumps(asyncio.run(bench(parser.parse_args().items))))
