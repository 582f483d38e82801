"""The hot paths over one WebSocket: the same messages, the same refusals, without the price of a request each.

A frame from the page is a verb and the body of the HTTP request: `answers {"epoch":1,…}`. The reply is the status and the body of
the HTTP reply: `200 {"nonce":…}`. Nonces pair them; a socket's messages are answered one after the other, in their order. Who may
open one is asked at the handshake (origin, cookie), whether token and session still live before every message. A page that heard
nothing for a while sends `echo {"nonce":…}` and gets the body back: the line lives. That asks nobody else.
"""

from __future__ import annotations

import time
from typing import Any

import msgspec
from starlette.types import Receive, Scope, Send

from app.core.access import Permission
from app.core.errors import Malformed, Unauthorised
from app.core.logs import tell_refusal
from app.core.web import LARGEST_BODY, TooLarge
from app.delivery.hot import messages
from app.delivery.hot.desk import Desk
from app.delivery.hot.paths import Call, HotRoute, answer, refused
from app.delivery.hot.routes import VERBS
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

    def __init__(self, desk: Desk, guard: FastGuard, public_url: str) -> None:
        self._desk = desk
        self._guard = guard
        self._public_url = public_url.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        headers: dict[bytes, bytes] = dict(scope["headers"])
        try:
            visitor = self._admitted(headers)
            await self._desk.seats.get(visitor.session_id, visitor.person_id)
        except Exception as error:
            refused(error)  # tells the log of what is no refusal
            await send({"type": "websocket.close", "code": REFUSED})
            return
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            status, body = await self._answer(headers, message.get("text") or "")
            await send({"type": "websocket.send", "text": f"{status} {body.decode()}"})
            end = ENDED if status == Unauthorised.status else RENEW if self._guard.wants_renewal(headers) else None
            if end:
                await send({"type": "websocket.close", "code": end})
                return

    def _admitted(self, headers: dict[bytes, bytes]) -> Visitor:
        if headers.get(b"origin") != self._public_url:
            raise Unauthorised
        return self._guard.visitor(headers, PERMISSION)

    async def _answer(self, headers: dict[bytes, bytes], text: str) -> tuple[int, bytes]:
        if text.startswith(ECHO) and len(text) <= LONGEST_ECHO:
            return 200, text.removeprefix(ECHO).encode()
        began, path = time.perf_counter(), PATH
        try:
            route, message = _read(text)
            path = route.path
            visitor = self._guard.visitor(headers, PERMISSION)
            seat = await self._desk.seats.get(visitor.session_id, visitor.person_id)
            call = Call(self._desk, self._guard, message, headers, path, "", seat)
            return 200, msgspec.json.encode(await answer(route, call))
        except Exception as error:
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
