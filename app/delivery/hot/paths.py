"""The hot paths as a mechanism: which they are, who may call them, and how a request becomes a reply.

They are plain ASGI, answered before FastAPI looks: a framework costs more than a save. Each names its permission once, here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from starlette.types import Receive, Scope, Send

from app.core.access import Permission
from app.core.errors import AppError, Unavailable, failure
from app.core.logs import tell_refusal
from app.core.metrics import ACKNOWLEDGED
from app.core.pool import is_transient
from app.core.web import REPLY_HEADERS, file_headers, read_body, reply_headers, unsafe_refusal
from app.delivery.hot import messages
from app.delivery.hot.desk import Desk, Verb
from app.delivery.hot.seats import HotSeat
from app.delivery.seb.watch import Watch
from app.identity import FastGuard, LoggedIn, Visitor

R = TypeVar("R")


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
    visitor: Visitor | None = None
    cookie: bytes | None = None

    @property
    def agent(self) -> str:
        return self.headers.get(b"user-agent", b"").decode("latin-1")

    @property
    def seat(self) -> HotSeat:
        assert self.found_seat is not None, "a path with a permission has a seat"
        return self.found_seat

    def logged_in(self, who: LoggedIn) -> None:
        """The reply carries a token for this session."""
        self.cookie = self.guard.cookie_for(who)


Serve = Callable[[Call], Awaitable[Any]]
FindVerb = Callable[[Desk], Verb[Any, Any, Any]]
Reply = tuple[int, bytes, list[tuple[bytes, bytes]]]  # status, body, headers


@dataclass(frozen=True, slots=True)
class HotRoute:
    """One path. `serve` returns the reply once all that it says is committed; bytes are a file that never changes. Where there is
    nothing to say, there is no reply.

    `verb` is there where requests wait in a lane. `asks_for_address`: behind a proxy the client's address is a matter of headers,
    which is looked into for these alone.
    """

    path: str
    operation_id: str
    permission: Permission | None
    request: type[Struct] | None
    response: type[Struct] | None
    serve: Serve
    methods: frozenset[str]
    asks_for_address: bool = False
    verb: FindVerb | None = None


ROUTES: dict[str, HotRoute] = {}
METHOD = "POST"  # of whatever carries a message
MESSAGE_ID = re.compile(r"(?<=^/api/exam/messages/)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=/)")
QUEUED: dict[bytes, HotRoute] = {}  # those with a lane, by the path as it stands in a request


def hot_route(
    path: str,
    operation_id: str,
    permission: Permission | None,
    request: type[Struct] | None,
    response: type[Struct] | None,
    *,
    asks_for_address: bool = False,
) -> Callable[[Serve], Serve]:
    """The only way to register a hot path. Without a request it is read by GET."""

    def register(serve: Serve) -> Serve:
        methods = frozenset({METHOD} if request else {"GET", "HEAD"})
        ROUTES[path] = HotRoute(path, operation_id, permission, request, response, serve, methods, asks_for_address)
        return serve

    return register


def queued_route(
    path: str,
    operation_id: str,
    permission: Permission,
    request: type[Struct],
    response: type[Struct],
    verb: FindVerb,
    *,
    asks_for_address: bool = False,
) -> None:
    """A hot path whose requests wait in a lane."""

    async def serve(call: Call) -> Struct:
        return await verb(call.desk).serve(call.seat, call.message, call)

    hot_route(path, operation_id, permission, request, response, asks_for_address=asks_for_address)(serve)
    ROUTES[path] = QUEUED[path.encode()] = replace(ROUTES[path], verb=verb)


class WrongMethod(AppError):
    status = 405
    code = "method-not-allowed"
    title = "Method Not Allowed"


def find_route(path: str) -> HotRoute | None:
    """The hot path of this request, if it is one; `/papers/{name}` stands for every file of its folder."""
    return (
        ROUTES.get(path)
        or ROUTES.get(path[: path.rfind("/") + 1] + "{name}")
        or ROUTES.get(MESSAGE_ID.sub("{message_id}", path))
    )


class HotPaths:
    """Serves the hot paths of one server process."""

    def __init__(self, desk: Desk, guard: FastGuard, public_url: str, watch: Watch) -> None:
        self._desk = desk
        self._guard = guard
        self._watch = watch
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
            return _refusal(scope["method"], route, error, began)

    async def _served(self, route: HotRoute, scope: Scope, receive: Receive) -> Reply:
        address = scope["client"][0] if scope["client"] else "unknown"
        call = self._admitted(route, scope["method"], dict(scope["headers"]), scope["path"], address)
        if route.request:
            call.message = messages.decode(route.request, await read_body(receive))
        if call.visitor:
            call.found_seat = await self._desk.seats.get(call.visitor.session_id, call.visitor.person_id)
            self._watch.look(call.found_seat, call.headers, scope["path"], scope["query_string"])
        return _reply(call, await answer(route, call))

    def enter(
        self, route: HotRoute, headers: Mapping[bytes, bytes], body: bytes, address: str, then: Callable[[Reply], None]
    ) -> bool:
        """`reply` to a request that waits in a lane and is here as a whole: `then` hears it, and no task waits meanwhile.

        False where it cannot be judged at once, because the seat must be asked for.
        """
        began = time.perf_counter()

        def settle(result: Any) -> None:
            try:
                reply = _reply(call, told(route, call, result))
            except Exception as error:
                reply = _refusal(METHOD, route, error, began)
            then(reply)

        try:
            call = self._admitted(route, METHOD, headers, route.path, address)
            assert route.request, "what waits in a lane has a message"
            assert call.visitor, "and somebody whose it is"
            call.message = messages.decode(route.request, body)
            call.found_seat = self._desk.seats.known(call.visitor.session_id, call.visitor.person_id)
            if call.found_seat:
                self._watch.look(call.found_seat, headers, route.path, b"")
                ask(route, call, settle)
        except Exception as error:
            then(_refusal(METHOD, route, error, began))
            return True
        return call.found_seat is not None

    def _admitted(self, route: HotRoute, method: str, headers: Mapping[bytes, bytes], path: str, address: str) -> Call:
        """All that can be said before the body is read. Raises the refusal."""
        if method not in route.methods:
            raise WrongMethod(headers={"Allow": ", ".join(sorted(route.methods))})
        call = Call(self._desk, self._guard, None, headers, path, address)
        if route.request:
            refusal = unsafe_refusal(headers, self._public_url)
            if refusal:
                raise refusal
        if route.permission:
            call.visitor = self._guard.visitor(headers, route.permission)
            call.cookie = call.visitor.renewed_cookie
        return call


async def answer(route: HotRoute, call: Call) -> Struct | bytes | None:
    """The reply of this route, counted; raises its refusal. Nothing is changed while the database could lose it."""
    _refuse_loss(route, call)
    reply: Struct | bytes | None = await route.serve(call)
    return _counted(route, call, reply)


def ask(route: HotRoute, call: Call, settle: Callable[[Any], None]) -> None:
    """The first half of `answer`, for a route with a lane: `settle` hears what came of it. Raises what is refused at once."""
    assert route.verb, "this route has a lane"
    _refuse_loss(route, call)
    route.verb(call.desk).enter(call.seat, call.message, call, settle)


def told(route: HotRoute, call: Call, result: Any) -> Struct:
    """The second half: the reply, counted; raises its refusal."""
    assert route.verb, "this route has a lane"
    if isinstance(result, Exception):
        raise result
    return _counted(route, call, route.verb(call.desk).tell(call.seat, call.message, result))


def _counted(route: HotRoute, call: Call, reply: R) -> R:
    _refuse_loss(route, call)  # seen while this waited for its commit
    ACKNOWLEDGED.add(route.operation_id)
    return reply


def _refuse_loss(route: HotRoute, call: Call) -> None:
    if route.request and call.desk.durability.missing:
        raise Unavailable


def _reply(call: Call, reply: Struct | bytes | None) -> Reply:
    if isinstance(reply, bytes):
        return 200, reply, file_headers(len(reply))
    cookies = [(b"set-cookie", call.cookie)] if call.cookie else []
    if reply is None:
        return 204, b"", REPLY_HEADERS + cookies
    content = msgspec.json.encode(reply)
    return 200, content, reply_headers(b"application/json", len(content)) + cookies


def _refusal(method: str, route: HotRoute, error: Exception, began: float) -> Reply:
    status, content, extra = refused(error)
    tell_refusal(method, route.path, status, content, began)
    return status, content, reply_headers(b"application/problem+json", len(content)) + extra


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
        for name in re.findall(r"{(\w+)}", route.path):
            operation["parameters"] = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}}]
        if route.request:
            schema = {"schema": shape_of[route.request]}
            operation["requestBody"] = {"required": True, "content": {"application/json": schema}}
        if route.request and not route.response:
            return operation | {"responses": {"204": {"description": "Committed."}}}
        reply = (
            {"application/json": {"schema": shape_of[route.response]}}
            if route.response
            else {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        )
        return operation | {"responses": {"200": {"description": "Committed.", "content": reply}}}

    paths = {route.path: {"post" if route.request else "get": described(route)} for route in ROUTES.values()}
    return paths, schemas
