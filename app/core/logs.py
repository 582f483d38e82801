"""What the server writes of itself: a line for each event, as JSON or for a terminal, and no word of or about a person.

A request that was refused is told by its route's pattern, never by its address: that may hold a number, and its query anything. A
failure is told by where it happened and of which kind it was: messages of the database quote rows.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OURS: Final = "sahih"
LEAST_REFUSAL: Final = 400
FAILURE: Final = 500
BUSY: Final = 503
BEGAN: Final = "sahih.began"

log = logging.getLogger("sahih.request")


def configure(kind: str, stream: TextIO | None = None) -> None:
    """Everything that this process logs goes to standard error in one form; `kind` is json, text, or empty for whichever fits."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(Plain() if (kind or ("text" if out.isatty() else "json")) == "text" else Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.raiseExceptions = False  # a log that cannot be written stops no exam


class Lines(logging.Formatter):
    """One JSON object per event."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_told(record), ensure_ascii=False)


class Plain(logging.Formatter):
    """The same for eyes: time, level, event, then what else there is."""

    def format(self, record: logging.LogRecord) -> str:
        told = _told(record)
        trace = told.pop("trace", [])
        line = f"{told.pop('at')} {told.pop('level'):<7} {told.pop('event')}"
        rest = "".join(f" {name}={value}" for name, value in told.items() if name != "logger")
        return "\n".join([line + rest, *(f"    {place}" for place in trace)])


def _told(record: logging.LogRecord) -> dict[str, Any]:
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    # Libraries put values below their first line; our own events are one line.
    event = record.getMessage().partition("\n")[0]
    told: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name, "event": event}
    told |= getattr(record, "facts", {})
    if record.exc_info and record.exc_info[1] is not None:
        told["trace"] = list(_trace(record.exc_info[1]))
    return told


def _trace(error: BaseException) -> Iterator[str]:
    """Kinds and places, from the first cause to the last: no message, no value."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _trace(earlier)
    state = getattr(error, "sqlstate", None)
    yield type(error).__name__ + (f" {state}" if state else "")
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"


def tell_refusal(method: str, route: str, status: int, body: bytes, began: float) -> None:
    """One line for a request that was refused or failed. Of `body`, the problem document, only code and incident are read."""
    try:
        problem = json.loads(body)
        code, incident = problem["code"], problem.get("incident")
    except (ValueError, KeyError, TypeError):
        code, incident = None, None
    facts = {"method": method, "route": route, "status": status, "code": code, "incident": incident}
    facts["ms"] = round((time.perf_counter() - began) * 1000, 1)
    level = logging.INFO if status < FAILURE else logging.WARNING if status == BUSY else logging.ERROR
    log.log(level, "refused", extra={"facts": {name: fact for name, fact in facts.items() if fact is not None}})


class RefusalLog:
    """ASGI middleware: every refusal of an ordinary route leaves its line. The hot paths tell their own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0
        scope[BEGAN] = began

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif status >= LEAST_REFUSAL and not message.get("more_body"):
                tell_refusal(scope["method"], _pattern(scope), status, message.get("body", b""), began)
            await send(message)

        await self.app(scope, receive, watching)


def tell_failure(scope: Scope, status: int, body: bytes) -> None:
    """For a failure that nobody expected: it is answered outside of every middleware."""
    tell_refusal(scope["method"], _pattern(scope), status, body, scope.get(BEGAN, time.perf_counter()))


def _pattern(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "-"))
