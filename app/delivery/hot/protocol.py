"""HTTP as uvicorn speaks it, with the replies of nearly all hot paths written in one piece and without a detour.

What a request is, how its body arrives, keep-alive, pipelining, a client that goes away: all that stays uvicorn's. Only the way
back is shorter. As ASGI events, a reply of two hundred bytes would take two events, two writes (so two system calls and two
packets) and a check of each header, and the request a middleware for the client's address that no seat needs.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app.delivery.hot.paths import HotPaths, HotRoute, find_route

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

HOT_PATHS: Final = "hot_paths"  # in the state that the application's lifespan hands to the server


class HotProtocol(HttpToolsProtocol):
    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        route = find_route(cycle.scope["path"])
        if route and not route.asks_for_address and cycle.scope["method"] != "HEAD" and app is self.app:
            app = partial(self._answer, cycle, route)
        super()._start_asgi_task(cycle, app)

    async def _answer(
        self, cycle: RequestResponseCycle, route: HotRoute, scope: Scope, receive: Receive, _: Send
    ) -> None:
        hot: HotPaths = self.app_state[HOT_PATHS]
        status, content, headers = await hot.reply(route, scope, receive)
        if self.flow.write_paused and not cycle.disconnected:
            await self.flow.drain()
        if not cycle.disconnected:
            self._write(cycle, status, headers, content)

    def _write(
        self, cycle: RequestResponseCycle, status: int, headers: list[tuple[bytes, bytes]], content: bytes
    ) -> None:
        pieces: list[Any] = [STATUS_LINE[status]]
        for name, value in (*cycle.default_headers, *headers):
            pieces += (name, b": ", value, b"\r\n")
        pieces += (b"\r\n", content) if cycle.keep_alive else (b"connection: close\r\n\r\n", content)
        self.transport.write(b"".join(pieces))
        cycle.response_started = cycle.response_complete = True
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
