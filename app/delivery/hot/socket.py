"""The hot paths over one WebSocket: the same messages, the same refusals, without the price of a request each.

A frame from the page is a verb and the body of the HTTP request: `answers {"epoch":1,…}`. The reply is the status and the body of
the HTTP reply: `200 {"nonce":…}`. Nonces pair them; a socket's messages are answered one after the other, in their order. Who may
open one is asked at the handshake (origin, cookie), whether token and session still live before every message. A page that heard
nothing for a while sends `echo {"nonce":…}` and gets the body back: the line lives. That asks nobody else. Between replies a frame
`push {}` may come: something changed, and a heartbeat tells what.

Where the server's protocol can hand over frames by itself (`frames`), they need no task that waits for them.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import msgspec
from starlette.types import Receive, Scope, Send

from app.core.access import Permission
from app.core.errors import Malformed, Unauthorised
from app.core.logs import tell_refusal
from app.core.web import LARGEST_BODY, TooLarge
from app.delivery.hot import messages
from app.delivery.hot.desk import Desk
from app.delivery.hot.frames import LISTEN, Told
from app.delivery.hot.paths import Call, HotRoute, answer, ask, refused, told
from app.delivery.hot.pushes import Pushes
from app.delivery.hot.routes import VERBS
from app.delivery.seb.watch import Watch
from app.identity import FastGuard, Visitor

PATH = "/api/exam/socket"
PERMISSION = Permission.ATTEMPT_TAKE  # of every verb
REFUSED = (
    4400  # close codes: the handshake was refused, the session ended, the cookie is to be renewed (HTTP alone can)
)
ENDED = 4401
RENEW = 4402
ECHO = "echo "
LONGEST_ECHO = 100


class Socket:
    """One open line of one candidate's page."""

    def __init__(self, desk: Desk, guard: FastGuard, public_url: str, watch: Watch, pushes: Pushes) -> None:
        self._pushes = pushes
        self._desk = desk
        self._guard = guard
        self._watch = watch
        self._public_url = public_url.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        headers: dict[bytes, bytes] = dict(scope["headers"])
        try:
            visitor = self._admitted(headers)
            seat = await self._desk.seats.get(visitor.session_id, visitor.person_id)
        except Exception as error:
            refused(error)  # tells the log of what is no refusal
            await send({"type": "websocket.close", "code": REFUSED})
            return
        await send({"type": "websocket.accept"})
        if listen := scope.get("extensions", {}).get(LISTEN):
            listen["to"](partial(self._enter, scope["query_string"], headers))
        with self._pushes.line(seat, send):
            await self._talk(scope["query_string"], headers, receive, send)

    async def _talk(self, query: bytes, headers: dict[bytes, bytes], receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            status, body = await self._answer(query, headers, message.get("text") or "")
            await send({"type": "websocket.send", "text": f"{status} {body.decode()}"})
            if end := self._end(headers, status):
                await send({"type": "websocket.close", "code": end})
                return

    def _admitted(self, headers: dict[bytes, bytes]) -> Visitor:
        if headers.get(b"origin") != self._public_url:
            raise Unauthorised
        return self._guard.visitor(headers, PERMISSION)

    def _end(self, headers: dict[bytes, bytes], status: int) -> int | None:
        """The code to close with behind a reply, if this was the last."""
        return ENDED if status == Unauthorised.status else RENEW if self._guard.wants_renewal(headers) else None

    async def _answer(self, query: bytes, headers: dict[bytes, bytes], text: str) -> tuple[int, bytes]:
        if _is_echo(text):
            return 200, text.removeprefix(ECHO).encode()
        began, path = time.perf_counter(), PATH
        try:
            route, message = _read(text)
            path = route.path
            visitor = self._guard.visitor(headers, PERMISSION)
            seat = await self._desk.seats.get(visitor.session_id, visitor.person_id)
            self._watch.look(seat, headers, PATH, query)
            call = Call(self._desk, self._guard, message, headers, path, "", seat)
            return 200, msgspec.json.encode(await answer(route, call))
        except Exception as error:
            return _refusal(error, path, began)

    def _enter(self, query: bytes, headers: dict[bytes, bytes], text: str, then: Told) -> bool:
        """The same without a task that waits: `then` hears status, body and closing code. False where the seat must be asked for."""
        began, path = time.perf_counter(), PATH

        def reply(status: int, body: bytes) -> None:
            then(status, body, self._end(headers, status))

        def settle(result: Any) -> None:
            try:
                body = msgspec.json.encode(told(route, call, result))
            except Exception as error:
                reply(*_refusal(error, path, began))
            else:
                reply(200, body)

        if _is_echo(text):
            reply(200, text.removeprefix(ECHO).encode())
            return True
        try:
            route, message = _read(text)
            path = route.path
            visitor = self._guard.visitor(headers, PERMISSION)
            seat = self._desk.seats.known(visitor.session_id, visitor.person_id)
            if seat is None:
                return False
            self._watch.look(seat, headers, PATH, query)
            call = Call(self._desk, self._guard, message, headers, path, "", seat)
            ask(route, call, settle)
        except Exception as error:
            reply(*_refusal(error, path, began))
        return True


def _is_echo(text: str) -> bool:
    return text.startswith(ECHO) and len(text) <= LONGEST_ECHO


def _refusal(error: Exception, path: str, began: float) -> tuple[int, bytes]:
    status, body, _ = refused(error)
    tell_refusal("WS", path, status, body, began)
    return status, body


def _read(text: str) -> tuple[HotRoute, Any]:
    verb, _, body = text.partition(" ")
    route = VERBS.get(verb)
    if route is None:
        raise Malformed(f"the first word of a frame is echo or one of {', '.join(VERBS)}")
    if len(body) > LARGEST_BODY:
        raise TooLarge
    assert route.request is not None
    return route, messages.decode(route.request, body.encode())
