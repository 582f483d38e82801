"""Make a plan that was asked for: read what it depends on, have it computed outside any transaction, lay it before the committee."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, schemes
from app.assembly import CannotPlan, Grounds, Made, Order, PlanState, Shortfall
from app.core import jobs
from app.core.db import Database
from app.core.pool import is_transient
from app.delivery.forms.asking import PLAN_JOB
from app.delivery.forms.history import read_earlier
from app.delivery.queries import get_sitting

COMMAND: Final = (sys.executable, "-I", "-m", "app.assembly.plans.workshop")
LONGEST_LINE: Final = 64 * 1024 * 1024  # a result is one line: hundreds of forms with their certificate
TELL_EVERY: Final = 1.0  # seconds
BROKE: Final = Shortfall(
    "program",
    0,
    "program penyusun berhenti tak terduga; susun lagi, dan bila terulang laporkan dengan log pekerja latar",
    "the program that plans forms ended unexpectedly; plan again, and if it recurs report it with the worker's log",
)

log = logging.getLogger("sahih")
Tell = Callable[[int, int], Awaitable[bool]]


class Unwanted(Exception):
    """The plan was withdrawn while it was made."""


async def make_plan(database: Database, payload: Mapping[str, Any]) -> None:
    """The worker's job. It may run twice: the state says whether anybody still waits for the plan."""
    plan_id = UUID(payload["plan_id"])
    try:
        await _make(database, plan_id)
    except CannotPlan as error:
        await _fail(database, plan_id, error.shortfalls)
    except Unwanted:
        return
    except Exception as error:
        if is_transient(error):
            raise  # the job comes again
        log.exception("plan %s failed", plan_id)
        await _fail(database, plan_id, (BROKE,))


async def _make(database: Database, plan_id: UUID) -> None:
    async with database.staff() as session, session.begin():
        if (await assembly.get_plan(session, plan_id)).state is not PlanState.ASKED:
            return
        order = await read_order(session, plan_id)

    async def tell(done: int, total: int) -> bool:
        try:
            async with database.staff() as session, session.begin():
                return await assembly.note_progress(session, plan_id, done, total)
        except Exception as error:
            if is_transient(error):
                return True  # the database is away for a moment: no reason to begin anew
            raise

    made = await compute(order, tell)
    async with database.staff() as session, session.begin():
        await keep(session, plan_id, order, made)


async def read_order(session: AsyncSession, plan_id: UUID) -> Order:
    """The pool as it is now, and all else that the plan depends on."""
    plan = await assembly.get_plan(session, plan_id)
    sitting = await get_sitting(session, plan.sitting_id)
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    approved = await assembly.get_blueprint(session, plan.blueprint_id)
    standard = await assembly.get_standard(session, plan.standard_id)
    pool = tuple(await assembly.read_pool(session, scheme, standard))
    grounds = Grounds(
        scheme_code=scheme.code,
        scheme_version_no=scheme.version_no,
        sitting_code=sitting.code,
        sitting_title=sitting.title,
        bank_sha256=assembly.pool_sha256(pool),
        blueprint_sha256=approved.sha256,
        standard_sha256=standard.sha256,
    )
    seed = await assembly.read_seed(session, plan_id)
    earlier = await read_earlier(session, plan.sitting_id)
    return Order(pool, approved.blueprint, standard.target, plan.settings, seed, earlier, grounds)


async def keep(session: AsyncSession, plan_id: UUID, order: Order, made: Made) -> bool:
    """False where nobody waits for it any more."""
    return await assembly.propose_plan(
        session, plan_id, made.plan, pool=order.pool, earlier=order.earlier, certificate=made.certificate
    )


async def compute(order: Order, tell: Tell) -> Made:
    """In a process of its own. Raises CannotPlan, and Unwanted as soon as `tell` says that nobody waits for it."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE, env={}, cwd="/"
    )
    try:
        return await _follow(process, order, tell)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _follow(process: Process, order: Order, tell: Tell) -> Made:
    assert process.stdin
    assert process.stdout
    with contextlib.suppress(ConnectionError):  # it ended before it had read everything, and is found so below
        process.stdin.write(json.dumps(assembly.order_out(order)).encode())
        await process.stdin.drain()
    process.stdin.close()
    told_at = 0.0
    async for line in process.stdout:
        answer = json.loads(line)
        if "done" not in answer:
            return assembly.made_in(answer)
        if time.monotonic() - told_at >= TELL_EVERY:
            told_at = time.monotonic()
            if not await tell(answer["done"], answer["total"]):
                raise Unwanted
    raise RuntimeError(f"the planning process ended with {await process.wait()}")


async def fail_given_up(database: Database) -> None:
    """A plan whose job is tried no more says so, and another one can be asked for."""
    async with database.staff() as session, session.begin():
        for plan_id in await assembly.list_asked(session):
            if await jobs.is_given_up(session, PLAN_JOB, {"plan_id": str(plan_id)}):
                await assembly.fail_plan(session, plan_id, (BROKE,))


async def _fail(database: Database, plan_id: UUID, faults: tuple[Shortfall, ...]) -> None:
    async with database.staff() as session, session.begin():
        await assembly.fail_plan(session, plan_id, faults)
