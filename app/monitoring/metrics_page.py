"""`/metrics`: what an operator watches on the day. For who has the settings' token and for administrators only."""

from __future__ import annotations

import asyncio
import hmac
import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse

from app import delivery
from app.core import figures, jobs, metrics
from app.core.access import Permission
from app.core.clock import read_clock
from app.core.db import Database, database_of
from app.core.metrics import Drift, gauge
from app.core.pool import is_transient
from app.core.web import StrictRoute
from app.identity import require, settings_of

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"

router = APIRouter(route_class=StrictRoute, tags=["operations"])
log = logging.getLogger("sahih")
administrator = require(Permission.METRICS_READ)


async def watcher(request: Request, response: Response) -> None:
    """The token needs no database: figures are wanted most when it is away."""
    token = settings_of(request).metrics_token.get_secret_value()
    said = request.headers.get("authorization", "")
    if not token or not hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
        await administrator(request, response)


watcher.permission = Permission.METRICS_READ  # type: ignore[attr-defined]  # read by the test that walks all routes


@router.get("/metrics", operation_id="metrics", response_class=PlainTextResponse)
async def metrics_page(request: Request, _: Annotated[None, Depends(watcher)]) -> PlainTextResponse:
    """The figures of every process of this installation that spoke within half a minute, and of the installation as a whole."""
    database = database_of(request)
    own = process_samples(request.app.state.desk)
    others: dict[str, metrics.Samples] = {}
    whole: dict[str, float] = {gauge("sahih_database_up"): 0.0}
    try:
        async with database.staff() as session:
            others = await figures.told_by_all(session)
            drift: Drift = request.app.state.drift
            own[gauge("sahih_clock_drift_seconds")] = drift.seconds(await read_clock(session))
            whole = {gauge(f"sahih_{name}"): value for name, value in (await delivery.figures(session)).items()}
            whole |= {gauge(f"sahih_{name}"): value for name, value in (await jobs.figures(session)).items()}
            whole[gauge("sahih_database_up")] = 1.0
    except Exception as error:
        if not is_transient(error):
            raise
    page = metrics.render({**others, metrics.this_process(): own}, whole)
    return PlainTextResponse(page, media_type=TEXT_FORMAT)


def process_samples(desk: delivery.Desk | None) -> dict[str, float]:
    samples = metrics.own_samples()
    if desk:
        samples[gauge("sahih_database_durable")] = float(not desk.durability.missing)
        samples |= {gauge("sahih_lane_depth", verb=verb): float(depth) for verb, depth in desk.depths().items()}
    return samples


async def publish_for_ever(database: Database, desk: delivery.Desk | None = None) -> None:
    """Tell this process's figures to the others, again and again. A database that is away is waited for."""
    while True:
        try:
            async with database.staff() as session, session.begin():
                await figures.publish(session, metrics.this_process(), process_samples(desk))
        except Exception as error:
            if not is_transient(error):
                log.exception("figures could not be told")
        await asyncio.sleep(figures.PUBLISH_SECONDS)
