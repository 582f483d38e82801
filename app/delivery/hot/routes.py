"""The hot paths themselves: which they are, who may call them, and how a request becomes a reply."""

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
from app.core.web import read_body, reply_headers, unsafe_refusal
from app.delivery.hot import messages
from app.delivery.hot.desk import Desk
from app.delivery.hot.seats import HotSeat
from app.identity.fast import FastGuard, Visitor


@dataclass(frozen=True, slots=True)
class HotRoute:
    """One path. `serve` gets the message and the seat, and returns the reply once it is committed."""

    path: str
    operation_id: str
    permission: Permission
    request: type[messages.Request]
    response: type[Struct]
    serve: Callable[[Desk, HotSeat, Any], Awaitable[Struct]]
    methods: frozenset[str] = frozenset({"POST"})


ROUTES: dict[str, HotRoute] = {}


def hot_route(
    path: str, operation_id: str, permission: Permission, request: type[messages.Request], response: type[Struct]
) -> Callable[[Callable[[Desk, HotSeat, Any], Awaitable[Struct]]], None]:
    """The only way to register a hot path."""

    def register(serve: Callable[[Desk, HotSeat, Any], Awaitable[Struct]]) -> None:
        async def counted(desk: Desk, seat: HotSeat, message: Any) -> Struct:
            reply = await serve(desk, seat, message)
            ACKNOWLEDGED.add(operation_id)
            return reply

        ROUTES[path] = HotRoute(path, operation_id, permission, request, response, counted)

    return register


@hot_route("/api/exam/lobby", "examLobby", Permission.ATTEMPT_TAKE, messages.Request, messages.Envelope)
async def lobby(desk: Desk, seat: HotSeat, message: messages.Request) -> messages.Envelope:
    return await desk.wait(seat, message)


@hot_route("/api/exam/start", "examStart", Permission.ATTEMPT_TAKE, messages.Start, messages.Started)
async def start(desk: Desk, seat: HotSeat, message: messages.Start) -> messages.Started:
    return await desk.start(seat, message)


@hot_route("/api/exam/answers", "examAnswers", Permission.ATTEMPT_TAKE, messages.Answers, messages.Ack)
async def answers(desk: Desk, seat: HotSeat, message: messages.Answers) -> messages.Ack:
    return await desk.save(seat, message)


@hot_route("/api/exam/heartbeat", "examHeartbeat", Permission.ATTEMPT_TAKE, messages.DeviceWrite, messages.Envelope)
async def heartbeat(desk: Desk, seat: HotSeat, message: messages.DeviceWrite) -> messages.Envelope:
    return await desk.beat(seat, message)


@hot_route("/api/exam/submit", "examSubmit", Permission.ATTEMPT_TAKE, messages.DeviceWrite, messages.Submitted)
async def submit(desk: Desk, seat: HotSeat, message: messages.DeviceWrite) -> messages.Submitted:
    return await desk.submit(seat, message)


class HotPaths:
    """Serves the hot paths of one server process."""

    def __init__(self, desk: Desk, guard: FastGuard, public_url: str) -> None:
        self._desk = desk
        self._guard = guard
        self._public_url = public_url.encode()

    async def __call__(self, route: HotRoute, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        extra: list[tuple[bytes, bytes]] = []
        status, kind, began = 200, b"application/json", time.perf_counter()
        try:
            visitor = self._admitted(route, headers)
            message = messages.decode(route.request, await read_body(receive))
            seat = await self._desk.seats.get(visitor.session_id, visitor.person_id)
            content = msgspec.json.encode(await route.serve(self._desk, seat, message))
            if visitor.renewed_cookie:
                extra.append((b"set-cookie", visitor.renewed_cookie))
        except Exception as error:
            status, content, extra = refused(error)
            kind = b"application/problem+json"
            tell_refusal("POST", route.path, status, content, began)
        start = {"type": "http.response.start", "status": status, "headers": reply_headers(kind, len(content)) + extra}
        await send(start)
        await send({"type": "http.response.body", "body": content})

    def _admitted(self, route: HotRoute, headers: dict[bytes, bytes]) -> Visitor:
        refusal = unsafe_refusal(headers, self._public_url)
        if refusal:
            raise refusal
        return self._guard.visitor(headers, route.permission)


def refused(error: Exception) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    """Any failure as the one shape of a refusal: status, body, headers of its own."""
    if not isinstance(error, AppError) and is_transient(error):
        error = Unavailable()
    response = failure(error)
    ours = (b"content-length", b"content-type")
    return response.status_code, bytes(response.body), [pair for pair in response.raw_headers if pair[0] not in ours]


def openapi_paths(schema_prefix: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The hot paths as OpenAPI: paths, and the schemas of their messages."""
    kinds = {kind for route in ROUTES.values() for kind in (route.request, route.response)}
    shapes, schemas = msgspec.json.schema_components(kinds, ref_template=schema_prefix + "{name}")
    shape_of = dict(zip(kinds, shapes, strict=True))

    def content(kind: type[Struct]) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": shape_of[kind]}}}

    paths = {
        route.path: {
            "post": {
                "tags": ["exam"],
                "operationId": route.operation_id,
                "requestBody": {"required": True, **content(route.request)},
                "responses": {"200": {"description": "Committed.", **content(route.response)}},
            }
        }
        for route in ROUTES.values()
    }
    return paths, schemas
