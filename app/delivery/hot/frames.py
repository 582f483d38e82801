"""A candidate's line as uvicorn speaks it, with the frames of an exam handed over at once.

As ASGI events, a frame would pass a parser that can do more, a queue, two events and a task that wakes for it, and reading would
be switched off and on again. Here a plain text frame goes straight to whoever listens, and its reply is written where the batch is
told. Handshake, pings, closing, being told to stop: all that stays uvicorn's, and so does a line from the first frame on that is
anything else (compressed, in pieces, binary).

Frames are answered one after the other, in their order: while one waits for its reply, what comes behind it is held, and nothing
more is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import apply_mask  # type: ignore[attr-defined]  # the quick one, where there is one

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent
    from websockets.http11 import Request

SWITCHING: Final = 101
PUSH: Final = "push {}"  # comes between replies, and is none: what waits for its reply goes on waiting
LISTEN: Final = "sahih.listen"  # the extension of the scope in which the application finds `to`
TEXT: Final = 0x81  # whole and not compressed
PLAIN: Final = (TEXT, 0x88, 0x89, 0x8A)  # and closing, ping, pong
MASKED: Final = 0x80
LENGTH: Final = 0x7F
TWO_BYTES, EIGHT_BYTES = 126, 127  # that the length takes behind the second byte, instead of a length

Told = Callable[[int, bytes, int | None], None]  # status, body, and the code to close with, if any
Listener = Callable[[str, Told], bool]


class HotFrames(WebSocketsSansIOProtocol):
    _listener: Listener | None = None
    _held = b""  # what came and was not looked at yet; it begins with a frame
    _asked = False  # a frame waits for its reply

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == SWITCHING:
            self.scope["extensions"][LISTEN] = {"to": self._listen}

    def _listen(self, listener: Listener) -> None:
        """From here on frames go to the listener. It says False to one that is to come as an event instead."""
        del self.scope["extensions"][LISTEN]  # a circle of references
        if self.queue.empty():
            self._listener = listener

    def data_received(self, data: bytes) -> None:
        if self._listener is None and not self._held:
            super().data_received(data)
            return
        self._held += data
        if not self._asked:
            self._look()
        elif not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    def _look(self) -> None:
        """At all that is held, up to a frame that must wait for its reply or is not here as a whole."""
        while self._held and not self._asked:
            if not _is_plain(self._held):
                self._listener = None
            size = _size(self._held) if self._listener else len(self._held)
            if size > len(self._held):
                return
            frame, self._held = self._held[:size], self._held[size:]
            if not (self._listener and frame[0] == TEXT and self._hand_over(frame, self._listener)):
                super().data_received(frame)

    def _hand_over(self, frame: bytes, listener: Listener) -> bool:
        """False for a frame that is to go uvicorn's way."""
        start = 8 if frame[1] & LENGTH == TWO_BYTES else 6
        self._asked = True
        try:
            text = apply_mask(frame[start:], frame[start - 4 : start]).decode()
        except UnicodeDecodeError:
            return False
        return self.writable.is_set() and listener(text, self._tell)

    def _tell(self, status: int, body: bytes, end: int | None) -> None:
        if not (self.disconnected or self.close_sent or self.transport.is_closing()):
            self.transport.write(_text(b"%d %s" % (status, body)))
            if end:
                self._hang_up(end)
            else:
                self._go_on()

    def _hang_up(self, code: int) -> None:
        task = self.loop.create_task(self.send({"type": "websocket.close", "code": code, "reason": None}))
        task.add_done_callback(self.on_task_complete)
        self.tasks.add(task)

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.close":
            self._listener = None  # uvicorn knows what may still come behind
        if message["type"] != "websocket.accept" and message.get("text") != PUSH:
            self._go_on()

    def _go_on(self) -> None:
        """With what came behind the frame that was just answered."""
        self._asked = False
        if self.read_paused and self.queue.empty():
            self.read_paused = False
            self.transport.resume_reading()
        if self._held:
            self.loop.call_soon(self._look)


def _is_plain(held: bytes) -> bool:
    return held[0] in PLAIN and (len(held) < 2 or (held[1] & MASKED > 0 and held[1] & LENGTH != EIGHT_BYTES))


def _size(held: bytes) -> int:
    """Of the frame that this begins with, mask and all; while that is not to be seen yet, more than there is."""
    if len(held) < 2:
        return 2
    length = held[1] & LENGTH
    if length < TWO_BYTES:
        return 6 + length
    return 8 + int.from_bytes(held[2:4], "big") if len(held) >= 4 else 4


def _text(payload: bytes) -> bytes:
    """A whole frame from a server, which masks nothing."""
    size = len(payload)
    if size < TWO_BYTES:
        return b"%c%c%s" % (TEXT, size, payload)
    if size < 1 << 16:
        return b"%c%c%s%s" % (TEXT, TWO_BYTES, size.to_bytes(2, "big"), payload)
    return b"%c%c%s%s" % (TEXT, EIGHT_BYTES, size.to_bytes(8, "big"), payload)
