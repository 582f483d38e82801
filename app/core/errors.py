"""Refusals: one exception tree, one answer format (RFC 9457 `application/problem+json`).

    AppError
    ├── NotFound      404  what you may not see does not exist
    ├── Forbidden     403  you may see it, and may not do this
    ├── Unauthorised  401  log in first
    ├── Conflict      409  a rule of the exam says no; the code is stable
    ├── Malformed     422  the payload itself makes no sense
    ├── Throttled     429  too many failures; try again later
    └── Unavailable   503  nothing is wrong with the request; try again

Domains subclass these in their own `errors.py`. `number` is what a candidate can read aloud to a proctor.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any, ClassVar

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.core import metrics
from app.core.logs import tell_failure
from app.core.pool import NotDurable, is_transient

log = logging.getLogger("sahih")

# What a direct connection raises, as `DBAPIError` is what one behind SQLAlchemy raises.
DIRECT = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, NotDurable)
UNSTORABLE_TEXT = "22021"  # NUL, which an address may hold and no text in the database can


class AppError(Exception):
    """A refusal with a stable code. `title` is English for developers; screens translate the code."""

    status: ClassVar[int] = 500
    code: str = "error"
    title: str = "The request was refused."
    number: int | None = None
    retryable: bool = False

    def __init__(self, detail: str | None = None, *, headers: dict[str, str] | None = None, **members: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.headers = headers or {}
        self.members = members


class NotFound(AppError):
    status = 404
    code = "not-found"
    title = "There is nothing here that you may see."


class Forbidden(AppError):
    status = 403
    code = "forbidden"
    title = "You may not do this."


class Unauthorised(AppError):
    status = 401
    code = "log-in-first"
    title = "Log in first."
    number = 103


class Conflict(AppError):
    status = 409
    code = "conflict"


class Malformed(AppError):
    status = 422
    code = "malformed"
    title = "The request does not have the form it needs."


class Throttled(AppError):
    status = 429
    code = "too-many-tries"
    title = "Too many failed tries. Wait a moment."
    number = 102
    retryable = True


class Unavailable(AppError):
    status = 503
    code = "try-again"
    title = "The server is busy or its database is away. Nothing was saved by this request; send it again."
    number = 901
    retryable = True


def problem(error: AppError) -> JSONResponse:
    """The one shape of a refusal."""
    metrics.REFUSED.add(error.code, str(error.status))
    body: dict[str, Any] = {
        "type": f"urn:sahih:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "retryable": error.retryable,
    }
    if error.detail:
        body["detail"] = error.detail
    if error.number:
        body["number"] = error.number
    body.update(error.members)
    headers = dict(error.headers)
    if error.status == 503:
        headers.setdefault("Retry-After", "1")
    return JSONResponse(body, error.status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Register the handlers that turn every failure into a problem document."""
    app.add_exception_handler(AppError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _database)
    app.add_exception_handler(PoolTimeout, _database)
    app.add_exception_handler(OSError, _database)
    for kind in DIRECT:
        app.add_exception_handler(kind, _database)
    app.add_exception_handler(Exception, _unexpected)


def failure(error: Exception) -> JSONResponse:
    """A refusal as it is; anything else is a fault of ours and becomes an incident."""
    return problem(error) if isinstance(error, AppError) else _incident(error)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)
    return problem(error)


async def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # The offending value is left out on purpose: it may be a PIN or an answer.
    fields = [{"field": ".".join(str(part) for part in e["loc"]), "fault": e["msg"]} for e in error.errors()]
    return problem(Malformed(fields=fields))


async def _http(_: Request, error: Exception) -> JSONResponse:
    """Starlette's own refusals (unknown path, wrong method) in the same shape as ours."""
    assert isinstance(error, HTTPException)
    code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "http-error")
    metrics.REFUSED.add(code, str(error.status_code))
    body = {
        "type": f"urn:sahih:{code}",
        "title": str(error.detail),
        "status": error.status_code,
        "code": code,
        "retryable": False,
    }
    headers = dict(error.headers or {})
    return JSONResponse(body, error.status_code, headers, media_type="application/problem+json")


async def _database(_: Request, error: Exception) -> JSONResponse:
    """A lost connection, a full pool or a failed commit: the outcome is unknown, and trying again is safe."""
    if getattr(getattr(error, "orig", error), "sqlstate", None) == UNSTORABLE_TEXT:
        return problem(Malformed())
    if not is_transient(error):
        return _incident(error)
    log.warning("database unavailable: %s", type(getattr(error, "orig", error)).__name__)
    return problem(Unavailable())


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    answer = _incident(error)
    tell_failure(request.scope, answer.status_code, bytes(answer.body))
    return answer


def _incident(error: Exception) -> JSONResponse:
    """A fault of ours: the log has the trace, the reader has an id to quote."""
    incident = secrets.token_hex(4)
    log.error("incident %s", incident, exc_info=error)
    fault = AppError("Something broke on our side. Tell the proctor this id.", incident=incident)
    fault.code, fault.number = "server-fault", 900
    return problem(fault)
