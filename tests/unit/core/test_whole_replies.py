"""A reply leaves in one piece, and what was written before a close is sent before it."""

from __future__ import annotations

import asyncio
from typing import Any

from app.core.whole_replies import GatheringTransport


class Wire(asyncio.Transport):
    """Notes each write and the close, in order."""

    def __init__(self) -> None:
        super().__init__(extra={"peername": ("127.0.0.1", 5)})
        self.seen: list[Any] = []

    def write(self, data: Any) -> None:
        self.seen.append(data)

    def is_closing(self) -> bool:
        return "closed" in self.seen

    def close(self) -> None:
        self.seen.append("closed")


async def test_head_and_body_leave_together() -> None:
    wire = Wire()
    transport = GatheringTransport(wire, asyncio.get_running_loop())
    transport.write(b"HTTP/1.1 200 OK\r\n\r\n")
    transport.write(b"{}")
    assert wire.seen == []
    await asyncio.sleep(0)
    transport.write(b"next")
    await asyncio.sleep(0)
    assert wire.seen == [b"HTTP/1.1 200 OK\r\n\r\n{}", b"next"]


async def test_nothing_is_lost_before_a_close_and_nothing_sent_after_it() -> None:
    wire = Wire()
    transport = GatheringTransport(wire, asyncio.get_running_loop())
    transport.write(b"last words")
    transport.close()
    transport.write(b"too late")
    await asyncio.sleep(0)
    assert wire.seen == [b"last words", "closed"]


async def test_all_else_is_the_transports_own() -> None:
    wire = Wire()
    transport = GatheringTransport(wire, asyncio.get_running_loop())
    assert transport.get_extra_info("peername") == ("127.0.0.1", 5)
    assert not transport.is_closing()
