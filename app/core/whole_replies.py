"""HTTP as uvicorn speaks it, with each reply leaving in one piece.

uvicorn writes head and body apart, and uvloop sends what is written at once: two system calls and two packets for each
acknowledgement of two hundred bytes.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class GatheringTransport:
    """A transport whose writes of one turn of the event loop leave together; all else is the transport's own."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self.plain = transport
        self._call_soon = loop.call_soon
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._call_soon(self._send)
        self._waiting.append(data)

    def close(self) -> None:
        self._send()
        self.plain.close()

    def _send(self) -> None:
        if self._waiting and not self.plain.is_closing():
            self.plain.write(b"".join(self._waiting))
        self._waiting.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)


class WholeReplies(HttpToolsProtocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(cast(asyncio.Transport, GatheringTransport(transport, self.loop)))

    def handle_websocket_upgrade(self) -> None:
        """A socket's frames are whole already."""
        self.transport = cast(GatheringTransport, self.transport).plain
        super().handle_websocket_upgrade()
