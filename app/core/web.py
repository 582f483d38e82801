"""What every request passes before a route sees it: origin and content type, body size, strict JSON, security headers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import AppError, Forbidden, problem

LARGEST_BODY = 64 * 1024
LARGEST_UPLOAD = 2 * 1024 * 1024  # of what staff send; which paths take it, and how much of it, their routes say
PICTURES = frozenset({b"image/jpeg", b"image/png"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class WrongOrigin(Forbidden):
    code = "wrong-origin"
    title = "The request does not come from this site's own pages."
    number = 104


class JsonOnly(AppError):
    status = 415
    code = "json-only"
    title = "Send application/json."


class TooLarge(AppError):
    status = 413
    code = "too-large"
    title = "The body is larger than may be sent here."


class PictureOnly(AppError):
    status = 415
    code = "picture-only"
    title = "Send image/jpeg or image/png."


class PictureTooLarge(AppError):
    status = 413
    code = "picture-too-large"
    title = "The picture is larger than may be sent here."


class FileOnly(AppError):
    status = 415
    code = "file-only"
    title = "Send application/octet-stream."


class NotJson(AppError):
    status = 400
    code = "not-json"
    title = "The body is not valid JSON (duplicate keys, NaN and very deep nesting are refused too)."


class ClientGone(AppError):
    """Nobody is there to read this."""

    status = 499
    code = "client-gone"
    title = "The client closed the connection."


class Payload(BaseModel):
    """Base of every request body: unknown members are refused, so nothing can be assigned by the way."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment that can be told in UTC") from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time in a request: with its zone, and one that the database can hold."""


class Body(NamedTuple):
    """What a path takes: so many bytes of JSON, or of a picture or another file with nothing around it."""

    most: int
    picture: bool = False
    file: bool = False

    def takes(self, kind: bytes) -> bool:
        if self.picture:
            return kind in PICTURES
        if self.file:
            return kind == b"application/octet-stream"
        return kind == b"application/json" or kind.split(b";")[0].strip().lower() == b"application/json"

    def wrong_kind(self) -> AppError:
        return PictureOnly() if self.picture else FileOnly() if self.file else JsonOnly()

    def too_large(self) -> AppError:
        return (PictureTooLarge if self.picture else TooLarge)(f"At most {self.most} bytes.")


USUAL = Body(LARGEST_BODY)


class Guard:
    """ASGI middleware: an unsafe request carries our Origin and JSON, and no body is read past the limit.

    `uploads`: paths as routes write them, and what they take instead of the usual body.
    """

    def __init__(self, app: ASGIApp, public_url: str, uploads: Mapping[str, Body] | None = None) -> None:
        self.app = app
        self.public_url = public_url
        self.uploads = [(_path_pattern(path), body) for path, body in (uploads or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = self._body(scope["path"])
        refusal = self._refusal(scope, body)
        if refusal:
            await problem(refusal)(scope, receive, _with_headers(send))
            return
        await self.app(scope, _bounded(receive, body), _with_headers(send))

    def _body(self, path: str) -> Body:
        return next((body for pattern, body in self.uploads if pattern.fullmatch(path)), USUAL)

    def _refusal(self, scope: Scope, body: Body) -> AppError | None:
        if scope["method"] in SAFE_METHODS:
            return None
        return unsafe_refusal(dict(scope["headers"]), self.public_url.encode(), body)


def _path_pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", path))


def unsafe_refusal(headers: Mapping[bytes, bytes], public_url: bytes, body: Body = USUAL) -> AppError | None:
    """Why a request that changes something may not come in; None if it may. Headers as ASGI gives them."""
    if headers.get(b"origin") != public_url:
        return WrongOrigin(f"Open the exam at {public_url.decode()}.")
    if not body.takes(headers.get(b"content-type", b"")):
        return body.wrong_kind()
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > body.most:
        return body.too_large()
    return None


async def read_body(receive: Receive) -> bytes:
    """The whole body, refused as soon as it grows past the limit."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > LARGEST_BODY:
            raise TooLarge
        if not message.get("more_body"):
            return body


REPLY_HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


def reply_headers(content_type: bytes, length: int) -> list[tuple[bytes, bytes]]:
    """The headers of JSON that does not pass the middleware. What a page may do is said with the page; JSON is no page."""
    return [(b"content-type", content_type), (b"content-length", b"%d" % length), *REPLY_HEADERS]


def file_headers(length: int) -> list[tuple[bytes, bytes]]:
    """The headers of a file that never changes under its name: any cache on the way may keep it."""
    return [
        (b"content-type", b"application/octet-stream"),
        (b"content-length", b"%d" % length),
        (b"cache-control", b"public, max-age=86400, immutable"),
        (b"x-content-type-options", b"nosniff"),
    ]


def _bounded(receive: Receive, body: Body) -> Receive:
    """A chunked body announces no length, so it is counted while it is read."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > body.most:
            raise body.too_large()
        return message

    return bounded


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending


class StrictRequest(Request):
    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """A route whose JSON is read strictly; routers of ours use it as `route_class`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            if request.method not in SAFE_METHODS:
                await strict.json()  # here, because the framework turns every failure of its own reading into one 400
            return await inner(strict)

        return handler


def parse_json(body: bytes) -> Any:
    """JSON as RFC 8259 has it; python's parser would keep the last of two equal keys and accept NaN and 1e400."""
    try:
        parsed = json.loads(
            body,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_bounded_int,
        )
        _refuse_unstorable(parsed)
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    return parsed


def _refuse_unstorable(part: Any) -> None:
    """NUL and lone surrogates are legal in JSON and cannot be stored."""
    if isinstance(part, str):
        part.encode()  # a lone surrogate fails here, as a ValueError
        if "\0" in part:
            raise ValueError("NUL")
    elif isinstance(part, dict):
        for name, value in part.items():
            _refuse_unstorable(name)
            _refuse_unstorable(value)
    elif isinstance(part, list):
        for value in part:
            _refuse_unstorable(value)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("too large")
    return number


def _bounded_int(digits: str) -> int:
    if len(digits) > 18:
        raise ValueError("integer too large")
    return int(digits)
