"""The hot paths as a mechanism: which they are, who may call them, and how a request becomes a reply.

They are plain ASGI, answered before FastAPI looks: a framework costs more than a save. Each names its permission once, here.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct
from starlette.types import Receive, Scope, Send

from app.core.access import Permission
from app.core.errors import AppError, Unavailable, failure
from app.core.logs import tell_refusal
from app.core.metrics import ACKNOWLEDGED
from app.core.pool import is_transient
from app.core.web import file_headers, read_body, reply_headers, unsafe_refusal
from app.delivery.hot import messages
from app.delivery.hot.desk import Desk
from app.delivery.hot.seats import HotSeat
from app.identity import FastGuard, LoggedIn


@dataclass(slots=True)
class Call:
    """One request on a hot path. `seat` is whose it is; where none is needed (log-in, a sealed paper), there is none."""

    desk: Desk
    guard: FastGuard
    message: Any
    headers: Mapping[bytes, bytes]
    path: str
    address: str
    found_seat: HotSeat | None = None
    cookie: bytes | None = None

    @property
    def seat(self) -> HotSeat:
        assert self.found_seat is not None, "a path with a permission has a seat"
        return self.found_seat

    def logged_in(self, who: LoggedIn) -> None:
        """The reply carries a token for this session."""
        self.cookie = self.guard.cookie_for(who)


Serve = Callable[[Call], Awaitable[Any]]
Reply = tuple[int, bytes, list[tuple[bytes, bytes]]]  # status, body, headers


@dataclass(frozen=True, slots=True)
class HotRoute:
    """One path. `serve` returns the reply once all that it says is committed; bytes are a file that never changes."""

    path: str
    operation_id: str
    permission: Permission | None
    request: type[Struct] | None
    response: type[Struct] | None
    serve: Serve
    methods: frozenset[str]

    @property
    def asks_for_address(self) -> bool:
        """A log-in counts wrong PINs by address. Behind a proxy that is a matter of headers, which middleware reads."""
        return self.permission is None and self.request is not None


ROUTES: dict[str, HotRoute] = {}


def hot_route(
    path: str,
    operation_id: str,
    permission: Permission | None,
    request: type[Struct] | None,
    response: type[Struct] | None,
) -> Callable[[Serve], Serve]:
    """The only way to register a hot path. Without a request it is read by GET."""

    def register(serve: Serve) -> Serve:
        methods = frozenset({"POST"} if request else {"GET", "HEAD"})
        ROUTES[path] = HotRoute(path, operation_id, permission, request, response, serve, methods)
        return serve

    return register


class WrongMethod(AppError):
    status = 405
    code = "method-not-allowed"
    title = "Method Not Allowed"


def find_route(path: str) -> HotRoute | None:
    """The hot path of this request, if it is one; `/papers/{name}` stands for every file of its folder."""
    return ROUTES.get(path) or ROUTES.get(path[: path.rfind("/") + 1] + "{name}")


class HotPaths:
    """Serves the hot paths of one server process."""

    def __init__(self, desk: Desk, guard: FastGuard, public_url: str) -> None:
        self._desk = desk
        self._guard = guard
        self._public_url = public_url.encode()

    async def __call__(self, route: HotRoute, scope: Scope, receive: Receive, send: Send) -> None:
        status, content, headers = await self.reply(route, scope, receive)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def reply(self, route: HotRoute, scope: Scope, receive: Receive) -> Reply:
        """What this request is answered with, a refusal included."""
        began = time.perf_counter()
        try:
            return await self._served(route, scope, receive)
        except Exception as error:
            status, content, extra = refused(error)
            tell_refusal(scope["method"], route.path, status, content, began)
            return status, content, reply_headers(b"application/problem+json", len(content)) + extra

    async def _served(self, route: HotRoute, scope: Scope, receive: Receive) -> Reply:
        if scope["method"] not in route.methods:
            raise WrongMethod(headers={"Allow": ", ".join(sorted(route.methods))})
        address = scope["client"][0] if scope["client"] else "unknown"
        call = Call(self._desk, self._guard, None, dict(scope["headers"]), scope["path"], address)
        if route.request:
            refusal = unsafe_refusal(call.headers, self._public_url)
            if refusal:
                raise refusal
        if route.permission:
            visitor = self._guard.visitor(call.headers, route.permission)
            call.cookie = visitor.renewed_cookie
        if route.request:
            call.message = messages.decode(route.request, await read_body(receive))
        if route.permission:
            call.found_seat = await self._desk.seats.get(visitor.session_id, visitor.person_id)
        reply = await answer(route, call)
        if isinstance(reply, bytes):
            return 200, reply, file_headers(len(reply))
        content = msgspec.json.encode(reply)
        cookies = [(b"set-cookie", call.cookie)] if call.cookie else []
        return 200, content, reply_headers(b"application/json", len(content)) + cookies


async def answer(route: HotRoute, call: Call) -> Struct | bytes:
    """The reply of this route, counted; raises its refusal. Nothing is changed while the database could lose it."""
    if route.request and call.desk.durability.missing:
        raise Unavailable
    reply: Struct | bytes = await route.serve(call)
    if route.request and call.desk.durability.missing:  # seen while this waited for its commit
        raise Unavailable
    ACKNOWLEDGED.add(route.operation_id)
    return reply


def refused(error: Exception) -> Reply:
    """Any failure as the one shape of a refusal: status, body, headers of its own."""
    if not isinstance(error, AppError) and is_transient(error):
        error = Unavailable()
    response = failure(error)
    ours = (b"content-length", b"content-type")
    return response.status_code, bytes(response.body), [pair for pair in response.raw_headers if pair[0] not in ours]


def openapi_paths(schema_prefix: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The hot paths as OpenAPI: paths, and the schemas of their messages."""
    kinds = {kind for route in ROUTES.values() for kind in (route.request, route.response) if kind}
    shapes, schemas = msgspec.json.schema_components(kinds, ref_template=schema_prefix + "{name}")
    shape_of = dict(zip(kinds, shapes, strict=True))

    def described(route: HotRoute) -> dict[str, Any]:
        operation: dict[str, Any] = {"tags": ["exam"], "operationId": route.operation_id}
        if route.path.endswith("{name}"):
            operation["parameters"] = [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}]
        if route.request:
            schema = {"schema": shape_of[route.request]}
            operation["requestBody"] = {"required": True, "content": {"application/json": schema}}
        reply = (
            {"application/json": {"schema": shape_of[route.response]}}
            if route.response
            else {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        )
        return operation | {"responses": {"200": {"description": "Committed.", "content": reply}}}

    paths = {route.path: {"post" if route.request else "get": described(route)} for route in ROUTES.values()}
    return paths, schemas
