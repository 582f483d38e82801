"""Candidates over HTTP: log in, agree, fetch the sealed paper, start, open it, answer in batches, submit."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import zlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from app.simulator.model import Item, choose

BATCH = 10
PATIENCE = 30  # tries for an answer that says "come again"

__all__ = ["Item", "sit_exam"]


async def sit_exam(
    url: str, cards: Sequence[tuple[str, str]], items: Mapping[str, Item], *, seed: int, at_once: int
) -> None:
    """Let every card take the exam, `at_once` of them at a time."""
    turns = asyncio.Semaphore(at_once)

    async def one(place: int, number: str, pin: str) -> None:
        async with turns:
            rng = random.Random(f"{seed}/{place}")
            async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=30) as client:
                await Synthetic(client, rng.gauss(0, 1), rng).take(number, pin, items)
            print(f"done {place}", flush=True)  # noqa: T201  (the protocol with the parent process)

    async with asyncio.TaskGroup() as group:
        for place, (number, pin) in enumerate(cards):
            group.create_task(one(place, number, pin))


class Synthetic:
    def __init__(self, client: httpx.AsyncClient, ability: float, rng: random.Random) -> None:
        self.client = client
        self.ability = ability
        self.rng = rng
        self.device = secrets.token_hex(16)

    async def take(self, number: str, pin: str, items: Mapping[str, Item]) -> None:
        attempt = (await self._post("login", {"number": number, "pin": pin}))["attempt"]
        await self._post("agree", {"statement_version": "2"})
        sealed = (await self.client.get(attempt["paper"])).raise_for_status().content
        started = await self._post("start", {"device_secret": self.device, "token": None, "nonce": _nonce()})
        write = {"epoch": started["epoch"], "device_secret": self.device}
        paper = _opened(sealed, started["paper_key"], attempt["id"])
        changes = [
            {
                "seq": question["position"],
                "position": question["position"],
                "option": choose(
                    items[as_key(question["stem"])], list(map(as_key, question["options"])), self.ability, self.rng
                ),
            }
            for question in paper["questions"]
        ]
        for first in range(0, len(changes), BATCH):
            batch = changes[first : first + BATCH]
            ack = await self._post("answers", {**write, "nonce": _nonce(), "changes": batch})
            if set(ack["acked"]) != {change["seq"] for change in batch}:
                raise RuntimeError("the server did not acknowledge every answer")
        await self._post("submit", {**write, "nonce": _nonce()})

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST until it is answered: every write can be repeated."""
        for _ in range(PATIENCE):
            try:
                answer = await self.client.post(f"/api/exam/{path}", json=body)
            except httpx.TransportError:
                await asyncio.sleep(0.5)
                continue
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                answered: dict[str, Any] = answer.raise_for_status().json()
                return answered
            await asyncio.sleep(float(answer.headers.get("retry-after", "1")))
        raise RuntimeError(f"no answer to {path}")


def _opened(sealed: bytes, key: str, attempt_id: str) -> dict[str, Any]:
    plain = ChaCha20Poly1305(bytes.fromhex(key)).decrypt(bytes(12), sealed, UUID(attempt_id).bytes)
    paper: dict[str, Any] = json.loads(zlib.decompress(plain))
    return paper


def as_key(text: Any) -> str:
    """A text of a paper, plain or nested nodes, as something to look up."""
    return text if isinstance(text, str) else json.dumps(text, sort_keys=True)


def _nonce() -> str:
    return secrets.token_urlsafe(12)
