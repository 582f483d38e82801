"""HTTP as uvicorn speaks it, without its detours for what a whole room sends.

A request of a path with a lane (a start, a save, a heartbeat, a hand-in) needs none of what ASGI is for: it is short, so it is judged
when it is there as a whole, waits in its lane as an entry and not as a task, and its reply is written where the batch is told. The
other hot paths come in as always, as tasks; their replies, too, are written in one piece. As ASGI events, a reply of two hundred
bytes would take two events, two writes (so two system calls and two packets) and a check of each header, and the request a
middleware for the client's address that hardly any path asks for.

How bytes become requests, pipelining, flow control, being told to stop: all that stays uvicorn's. Whatever is unusual about a
request sends it the long way.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app.core.web import LARGEST_BODY
from app.delivery.hot.paths import METHOD, QUEUED, HotPaths, HotRoute, Reply, find_route

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

HOT_PATHS: Final = "hot_paths"  # in the state that the application's lifespan hands to the server


class Short(RequestResponseCycle):
    """A request that goes the short way. It stands where uvicorn looks for the request under way, with what is looked at there."""

    message_event = asyncio.Event()  # nobody waits for it

    def __init__(self, route: HotRoute, *, keep_alive: bool) -> None:
        self.route = route
        self.keep_alive = keep_alive
        self.disconnected = self.response_complete = False
        self.body = bytearray()


class HotProtocol(HttpToolsProtocol):
    _arriving: Short | None = None  # not yet here as a whole
    _idle_since = 0.0  # 0 while a request is under way

    def on_message_begin(self) -> None:
        # As the method above, but for the scope: nobody reads it on the short way.
        self._arriving = None
        self.url, self.headers, self.expect_100_continue = b"", [], False

    def on_headers_complete(self) -> None:
        route = QUEUED.get(self.url)
        if route and self._is_usual():
            keep_alive = self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive()
            self.cycle = self._arriving = Short(route, keep_alive=keep_alive)
        else:
            self._begin_the_long_way()

    def _is_usual(self) -> bool:
        return (
            (self.cycle is None or self.cycle.response_complete)
            and self.parser.get_method() == METHOD.encode()
            and not (self.expect_100_continue or self.parser.should_upgrade())
            and not (self.root_path or self.limit_concurrency or self.flow.write_paused or self.transport.is_closing())
        )

    def _begin_the_long_way(self) -> None:
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers += headers  # the list that the scope holds
        super().on_headers_complete()

    def _send_the_long_way(self, short: Short) -> None:
        """For a request that began the short way."""
        self._arriving, self.cycle = None, None  # type: ignore[assignment]  # as uvicorn begins
        self._begin_the_long_way()
        self.cycle.keep_alive &= short.keep_alive  # the server may have been told to stop
        super().on_body(bytes(short.body))

    def on_body(self, body: bytes) -> None:
        short = self._arriving
        if short and len(short.body) + len(body) > LARGEST_BODY:
            self._send_the_long_way(short)
        if self._arriving:
            self._arriving.body += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        short, self._arriving = self._arriving, None
        if short:
            hot: HotPaths = self.app_state[HOT_PATHS]
            address = self._address() if short.route.asks_for_address else ""
            if hot.enter(short.route, dict(self.headers), bytes(short.body), address, partial(self._write, short)):
                return
            self._send_the_long_way(short)
        super().on_message_complete()

    def _address(self) -> str:
        """Whose request this is; where a trusted proxy brings it, for whom, as uvicorn's own middleware would say."""
        host = self.client[0] if self.client else None
        told = b", ".join(value for name, value in self.headers if name == b"x-forwarded-for").decode("latin-1")
        if told and isinstance(self.app, ProxyHeadersMiddleware) and host in self.app.trusted_hosts:
            host = self.app.trusted_hosts.get_trusted_client_address(told)[0] or host
        return host or "unknown"

    def on_response_complete(self) -> None:
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._close_when_idle()

    def _close_when_idle(self) -> None:
        """One timer for a line's life, which looks again: uvicorn would set and cancel one for each request."""
        idle = self.loop.time() - self._idle_since if self._idle_since else 0.0
        if idle < self.timeout_keep_alive:
            self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive - idle, self._close_when_idle)
        else:
            self.timeout_keep_alive_handler()

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = 0.0

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        super()._unset_keepalive_if_required()

    def handle_websocket_upgrade(self) -> None:
        super()._unset_keepalive_if_required()
        super().handle_websocket_upgrade()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        route = find_route(cycle.scope["path"])
        if route and not route.asks_for_address and cycle.scope["method"] != "HEAD" and app is self.app:
            app = partial(self._answer, cycle, route)
        super()._start_asgi_task(cycle, app)

    async def _answer(
        self, cycle: RequestResponseCycle, route: HotRoute, scope: Scope, receive: Receive, _: Send
    ) -> None:
        hot: HotPaths = self.app_state[HOT_PATHS]
        reply = await hot.reply(route, scope, receive)
        if self.flow.write_paused and not cycle.disconnected:
            await self.flow.drain()
        self._write(cycle, reply)

    def _write(self, cycle: RequestResponseCycle, reply: Reply) -> None:
        if cycle.disconnected:
            return
        status, content, headers = reply
        pieces: list[Any] = [STATUS_LINE[status]]
        for name, value in (*self.server_state.default_headers, *headers):
            pieces += (name, b": ", value, b"\r\n")
        pieces += (b"\r\n", content) if cycle.keep_alive else (b"connection: close\r\n\r\n", content)
        self.transport.write(b"".join(pieces))
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()
