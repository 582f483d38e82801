"""Every hot path: what a room sends at once, or every few seconds."""

from __future__ import annotations

import re
import time

from app.core.access import Permission
from app.core.errors import NotFound
from app.core.pool import connection
from app.delivery.devices import device_hash
from app.delivery.hot import messages
from app.delivery.hot.paths import ROUTES, Call, HotRoute, hot_route, queued_route
from app.delivery.me import agree as record_agreement
from app.delivery.me import find_me, me_of
from app.delivery.papers import PATH as PAPERS
from app.delivery.papers import read_sealed
from app.delivery.record import read_record
from app.identity import WrongCredentials, count_wrong_pin, log_in_candidate

TAKE = Permission.ATTEMPT_TAKE
PAPER_NAME = re.compile(r"[0-9a-f]{32}")


# Wrong PINs are counted by address.
@hot_route("/api/exam/login", "examLogin", None, messages.Login, messages.Me, asks_for_address=True)
async def login(call: Call) -> messages.Me:
    number, pin = call.message.number.strip().upper(), call.message.pin.strip()
    async with connection(call.desk.pool) as held:
        who = await log_in_candidate(held, call.guard.settings, number=number, pin=pin)
        if who is None:
            await count_wrong_pin(held, number=number, address=call.address)
            raise WrongCredentials
        read_at = time.monotonic()
        row = await find_me(held, number)
    call.desk.seats.remember(who, row, read_at=read_at, lives_seconds=call.guard.settings.session_hours * 3600)
    call.logged_in(who)
    return me_of(row, who.session_id)


@hot_route("/api/exam/me", "examMe", TAKE, None, messages.Me)
async def me(call: Call) -> messages.Me:
    async with connection(call.desk.pool) as held:
        return me_of(await find_me(held, call.seat.number), call.seat.session_id)


@hot_route("/api/exam/agree", "examAgree", TAKE, messages.Agree, messages.Me)
async def agree(call: Call) -> messages.Me:
    async with connection(call.desk.pool) as held:
        return me_of(await record_agreement(held, call.seat.number), call.seat.session_id)


@hot_route(PAPERS + "{name}", "paper", None, None, None)
async def paper(call: Call) -> bytes:
    """A sealed paper. It never changes, so whatever stands between server and candidate may keep it."""
    name = call.path.removeprefix(PAPERS)
    if not PAPER_NAME.fullmatch(name):
        raise NotFound
    return await read_sealed(call.desk.pool, name)


queued_route("/api/exam/lobby", "examLobby", TAKE, messages.Request, messages.Envelope, lambda desk: desk.wait)


# Who starts holds the attempt from here on, and a proctor sees with which computer.
queued_route(
    "/api/exam/start",
    "examStart",
    TAKE,
    messages.Start,
    messages.Started,
    lambda desk: desk.start,
    asks_for_address=True,
)


@hot_route("/api/exam/attempt", "examAttempt", TAKE, None, messages.AttemptDetail)
async def attempt(call: Call) -> messages.AttemptDetail:
    device = messages.device_of(call.headers)
    async with connection(call.desk.pool) as held:
        return await read_record(held, call.desk.paper_ring, call.seat.number, device_hash(device) if device else None)


queued_route("/api/exam/answers", "examAnswers", TAKE, messages.Answers, messages.Ack, lambda desk: desk.save)


queued_route(
    "/api/exam/heartbeat", "examHeartbeat", TAKE, messages.DeviceWrite, messages.Envelope, lambda desk: desk.beat
)


queued_route("/api/exam/submit", "examSubmit", TAKE, messages.DeviceWrite, messages.Submitted, lambda desk: desk.submit)


# What may come over a socket: a nonce tells its reply from its neighbours'.
VERBS: dict[str, HotRoute] = {
    route.path.rpartition("/")[2]: route
    for route in ROUTES.values()
    if route.request and issubclass(route.request, messages.Request)
}
