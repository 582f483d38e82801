"""The web server: a table of contents. `create_app(settings)` builds it; nothing happens on import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse
from sqlalchemy import text
from starlette.types import Receive, Scope, Send

from app import __version__, assembly, audit, delivery, identity, itembank, monitoring, proctoring, review
from app.core import errors, garbage, logs
from app.core.assets import Assets
from app.core.clock import read_clock, rfc3339
from app.core.config import Settings, read_settings
from app.core.db import Database, database_of
from app.core.durability import Durability, OnlyDurable
from app.core.errors import Unavailable
from app.core.events import Listener
from app.core.logs import RefusalLog
from app.core.metrics import Drift
from app.core.resources import web_path
from app.core.stopping import told_to_stop
from app.core.web import Guard, StrictRoute
from app.delivery import HOT_PATHS, SOCKET_PATH, find_route
from app.identity import ActorCache, FastGuard
from app.proctoring import Boards

READY_WITHIN_SECONDS = 3
PAGES = {"/": "exam.html", "/latihan": "exam.html", "/pengawas": "proctor.html", "/kantor": "office.html"}

public = APIRouter(route_class=StrictRoute, tags=["public"])
ROUTERS: tuple[APIRouter, ...] = (
    public,
    identity.router,
    identity.undertaking_router,
    audit.router,
    itembank.router,
    itembank.desk_router,
    itembank.image_router,
    itembank.pool_router,
    itembank.transfers.router,
    itembank.transfers.file_router,
    assembly.router,
    assembly.simulation_router,
    delivery.router,
    delivery.practice_router,
    delivery.forms.router,
    delivery.seb.router,
    delivery.signals.router,
    delivery.talk.router,
    proctoring.router,
    proctoring.admission_router,
    proctoring.incident_router,
    proctoring.log_in_router,
    proctoring.photo_router,
    proctoring.rescue_router,
    proctoring.roster_router,
    proctoring.seat_router,
    proctoring.seb_router,
    proctoring.talk_router,
    proctoring.time_router,
    proctoring.invitations.router,
    proctoring.invitations.writing,
    proctoring.irregularities.router,
    proctoring.irregularities.exam_router,
    proctoring.papers.router,
    proctoring.papers.certificate_router,
    proctoring.papers.verify_router,
    review.router,
    review.angoff_router,
    review.finding_router,
    review.group_router,
    review.item_router,
    review.method_router,
    review.part_router,
    review.report_router,
    review.rescore_router,
    review.review_router,
    monitoring.metrics_router,
    monitoring.preflight_router,
)


class Server(FastAPI):
    """FastAPI, with the few hot paths answered before it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = find_route(scope["path"]) if scope["type"] == "http" else None
        if route:
            await self.state.hot(route, scope, receive, send)
        elif scope["type"] == "websocket" and scope["path"] == SOCKET_PATH:
            await self.state.socket(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            schema = super().openapi()
            paths, schemas = delivery.hot_openapi("#/components/schemas/")
            schema["paths"].update(paths)
            schema["components"]["schemas"].update(schemas)
        return super().openapi()


def create_app(settings: Settings, *, durability: Durability | None = None) -> FastAPI:
    """The whole server for these settings. Databases are opened when it starts, not here."""
    app = Server(
        title="Sahih",
        version=__version__,
        lifespan=_lifespan,
        docs_url="/docs" if settings.demo else None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.demo else None,
    )
    app.state.settings = settings
    app.state.actors = ActorCache()
    app.state.bank_index = itembank.BankIndex()
    app.state.durability = durability or Durability()
    errors.install(app)
    for router in ROUTERS:
        app.router.routes += router.routes  # as they are: `include_router` builds each of them a second time
    _serve_pages(app)
    _add_guards(app)
    return app


def create_app_from_environment() -> FastAPI:
    """For uvicorn's worker processes, each of which serves nothing else for the rest of its life."""
    settings = read_settings()
    logs.configure(settings.log)
    app = create_app(settings)
    garbage.collect_seldom()
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    settings: Settings = app.state.settings
    app_url = settings.database_url.get_secret_value()
    app.state.database = Database(
        app_url, settings.exam_url.get_secret_value(), settings.bank_ring, pool_size=settings.pool_size
    )
    listener = Listener(app_url)
    app.state.boards = Boards(app.state.database, listener)
    listener.start()
    hot = await app.state.database.hot()
    app.state.durability.renews(hot.expire_connections, app.state.database.renew)
    desk = delivery.Desk(hot, app.state.durability, app.state.database.paper_ring)
    app.state.seats = desk.seats
    app.state.desk, app.state.drift = desk, Drift()
    guard = app.state.guard = FastGuard(settings)
    app.state.seb = delivery.seb.Watch(hot, settings.public_url)
    app.state.hot = delivery.HotPaths(desk, guard, settings.public_url, app.state.seb)
    pushes = delivery.Pushes(hot, listener)
    app.state.socket = delivery.Socket(desk, guard, settings.public_url, app.state.seb, pushes)
    beside = [
        asyncio.create_task(desk.seats.watch(), name="revoked sessions"),
        asyncio.create_task(desk.contacts.note_for_ever(), name="who was heard"),
        asyncio.create_task(app.state.seb.note_for_ever(), name="what Safe Exam Browser showed"),
        asyncio.create_task(monitoring.publish_for_ever(app.state.database, desk), name="figures"),
    ]
    with told_to_stop(app.state.boards.end):
        yield {HOT_PATHS: app.state.hot}
    for task in beside:
        task.cancel()
    await listener.stop()
    await app.state.database.close()


@public.get("/healthz", operation_id="healthz")
async def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@public.get("/readyz", operation_id="readyz")
async def readyz(request: Request) -> dict[str, str]:
    """Both log-ins reach a database that can be written and keeps what is; 503 where they do not."""
    if request.app.state.durability.missing:
        raise Unavailable
    database = database_of(request)
    async with asyncio.timeout(READY_WITHIN_SECONDS):  # who asks wants to know now, also where the database is silent
        for sessions in (database.staff, database.exam):
            async with sessions() as session:
                if await session.scalar(text("SHOW transaction_read_only")) != "off":
                    raise Unavailable
    return {"status": "ready"}


@public.get("/api/public/context", operation_id="context")
async def context(request: Request) -> dict[str, Any]:
    """What a page needs to know before anybody logged in."""
    settings: Settings = request.app.state.settings
    async with database_of(request).exam() as session:
        now = await read_clock(session)
    return {
        "version": __version__,
        "public_url": settings.public_url,
        "demo": settings.demo,
        "insecure": not settings.https,
        "server_time": rfc3339(now),
    }


def _add_guards(app: FastAPI) -> None:
    """What every request passes: the outermost comes last."""
    settings: Settings = app.state.settings
    uploads = proctoring.UPLOADS | itembank.UPLOADS | review.UPLOADS
    app.add_middleware(OnlyDurable, durability=app.state.durability)
    app.add_middleware(Guard, public_url=settings.public_url, uploads=uploads)
    app.add_middleware(RefusalLog)


def _serve_pages(app: FastAPI) -> None:
    web = web_path()
    app.mount("/assets", Assets(directory=web / "assets", check_dir=False), name="assets")
    for path, page in PAGES.items():
        app.add_api_route(path, _page(page), include_in_schema=False)


def _page(name: str) -> Any:
    async def page() -> FileResponse:
        return FileResponse(web_path() / name, headers={"Cache-Control": "no-cache"})

    return page
