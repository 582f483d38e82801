"""One simulated sitting, from the roster to released results."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, grading, review
from app.assembly import Chair, Form, Order, PlanSettings, Snapshot
from app.cli.period.candidates import COPIERS_ABILITY, Sat, Truth, answer, draw_abilities
from app.cli.period.people import FOCAL, ROOM_SEATS, Sitter, invite, seated_pair
from app.cli.period.terms import ZONE, Term
from app.cli.period.writing import attempted, write_attempts, write_people, write_remarks
from app.cli.refusals import Refused
from app.core.access import Actor
from app.core.db import Database
from app.delivery import Admission, Sitting
from app.schemes import SchemeVersion

WINDOW: Final = timedelta(hours=4)
RELEASED_AFTER: Final = timedelta(days=10)
FORMS: Final = 2
SHARED: Final = (45, 55)  # items that the two forms have in common, at least and at most
MOST_PLANS: Final = 50  # until one holds the items that have to be in it
REMARKS: Final = 3
CHECKED: Final = (
    "Simulasi: butir dan tanda ditelaah, tidak ada yang menahan hasil / simulation: items and signals looked at"
)


class WithoutThem(Exception):
    """The forms of this seed lack an item that the period has to hold."""


@dataclass(frozen=True, slots=True)
class World:
    database: Database
    owner: asyncpg.Connection
    scheme: SchemeVersion
    pool: frozenset[str]  # codes
    committee: Actor
    seed: int


@dataclass(frozen=True, slots=True)
class Held:
    """A sitting that has its forms, and who sits on which."""

    sitting: Sitting
    sitters: Sequence[Sitter]
    forms: Sequence[Form]  # of the sitters
    theta_cut: float


async def hold(world: World, term: Term, candidates: int, must_have: Collection[UUID]) -> Held:
    """With forms in which these versions stand."""
    rng = _chance(world, term, "people")
    async with world.database.staff() as session, session.begin():
        sitting = await _create(session, world, term)
        numbers = await delivery.next_numbers(
            session, delivery.number_prefix(world.scheme.code, sitting.opens_at, ZONE), candidates
        )
    sitters = invite(rng, numbers)
    rooms = [uuid4() for _ in range(-(-candidates // ROOM_SEATS))]
    async with world.owner.transaction():
        await write_people(world.owner, sitting, sitters, rooms)
    plan_id = await _plan(world, sitting.id, frozenset(must_have))
    async with world.database.staff() as session, session.begin():
        await delivery.forms.accept(session, sitting.id, plan_id, actor=world.committee)
        form_ids, theta = await _issue(session, world, plan_id, sitters, rooms)
        forms = {form.id: form for form in await assembly.list_forms(session, sitting.id)}
    return Held(sitting, sitters, [forms[form_id] for form_id in form_ids], theta)


async def _create(session: AsyncSession, world: World, term: Term) -> Sitting:
    code = f"SIM-{term}"
    if await delivery.find_sitting(session, code):
        raise Refused(
            f"Periode {term} sudah disimulasikan (sesi {code}).",
            f"Period {term} was simulated already (sitting {code}).",
        )
    sitting_id = await delivery.create_sitting(
        session,
        world.scheme,
        code=code,
        title=f"Simulasi periode {term}",
        zone=ZONE,
        opens_at=term.opens_at,
        closes_at=term.opens_at + WINDOW,
        admission=Admission.OPEN,
    )
    return await delivery.get_sitting(session, sitting_id)


async def _plan(world: World, sitting_id: UUID, must_have: frozenset[UUID]) -> UUID:
    """Two forms from the pool, as any plan is made. Seed after seed, until the forms hold what has to be in them."""
    for _ in range(MOST_PLANS):
        try:
            async with world.database.staff() as session, session.begin():
                return await _plan_once(session, world, sitting_id, must_have)
        except WithoutThem:
            continue
    raise Refused("Tidak ada paket yang memuat butir itu.", "No forms hold those items.")


async def _plan_once(session: AsyncSession, world: World, sitting_id: UUID, must_have: frozenset[UUID]) -> UUID:
    settings = PlanSettings(FORMS, exposure_cap=1.0, overlap_cap=SHARED[1], overlap_least=SHARED[0])
    plan_id = await delivery.forms.begin(session, sitting_id, settings=settings)
    order = _of_pool(await delivery.forms.read_order(session, plan_id), world.pool)
    made = await asyncio.to_thread(assembly.make, order)
    version_of = {item.code: item.version_id for item in order.pool}
    held = {version_of[code] for form in made.plan.forms for code in form.codes}
    if not must_have <= held:
        raise WithoutThem
    await delivery.forms.keep(session, plan_id, order, made)
    return plan_id


def _of_pool(order: Order, codes: frozenset[str]) -> Order:
    pool = tuple(item for item in order.pool if item.code in codes)
    return replace(order, pool=pool, grounds=replace(order.grounds, bank_sha256=assembly.pool_sha256(pool)))


async def _issue(
    session: AsyncSession, world: World, plan_id: UUID, sitters: Sequence[Sitter], rooms: Sequence[UUID]
) -> tuple[list[UUID], float]:
    """Forms without papers: these would be deleted by now. With the ability at the cut."""
    plan = await assembly.get_plan(session, plan_id)
    snapshot: Snapshot = await assembly.read_snapshot(session, plan_id)
    every = frozenset(form.form_no for form in snapshot.forms)
    given = assembly.assign([Chair(one.roster_id, str(rooms[one.room]), every) for one in sitters], snapshot.seed)
    of_each = [given[one.roster_id] for one in sitters]
    form_ids = await assembly.issue_forms(session, plan, snapshot, of_each, world.scheme, facts={})
    return form_ids, (await assembly.get_standard(session, plan.standard_id)).target.theta


def sat_on(
    world: World, term: Term, held: Held, truth: Truth, *, leaked: int | None, harder: bool, copied: bool
) -> Sat:
    rng, place = _chance(world, term, "abilities"), truth.place
    theta = draw_abilities(rng, held.theta_cut, len(held.sitters))
    pair = seated_pair(rng, held.sitters) if copied else None
    if pair is not None:
        theta[list(pair)] = held.theta_cut + COPIERS_ABILITY
    last = max(form.plan_form_no or 0 for form in held.forms)
    return Sat(
        items=np.array([[place[version] for version in form.version_ids] for form in held.forms]),
        theta=theta,
        focal=np.array([one.group == FOCAL for one in held.sitters]),
        harder=np.array([harder and form.plan_form_no == last for form in held.forms]),
        leaked=leaked,
        pair=pair,
    )


async def sit(world: World, term: Term, held: Held, truth: Truth, sat: Sat, remarked: UUID | None) -> None:
    rng = _chance(world, term, "answers")
    answered = answer(rng, truth, sat, held.sitting.duration_seconds)
    attempts = attempted(rng, held.sitting, held.sitters, held.forms, answered)
    async with world.owner.transaction():
        await write_attempts(world.owner, held.sitting, attempts)
        if remarked is not None:
            await write_remarks(world.owner, held.sitting.id, attempts, remarked, REMARKS)
        await world.owner.execute("UPDATE sittings SET state = 'closed' WHERE id = $1", held.sitting.id)


async def finish(world: World, held: Held) -> None:
    """Scores, key check and release; then what the sitting found out goes into the bank, as the worker does it."""
    sitting, database = held.sitting, world.database
    await grading.score_sitting(database, sitting.id)
    async with database.staff() as session, session.begin():
        closed = await delivery.get_sitting(session, sitting.id)
        shown = await review.read_key_check(session, closed, actor=world.committee)
        for code in sorted({one["code"] for one in (*shown["signals"], *shown["comments"])}):
            await review.look(session, closed, code, review.Outcome.SOUND, CHECKED, actor=world.committee)
        await review.clear(session, closed, CHECKED, actor=world.committee)
    async with database.staff() as session, session.begin():
        await review.release(session, closed, actor=world.committee)
    await _date_back(world.owner, sitting)
    payload: dict[str, Any] = {"sitting_id": str(sitting.id)}
    await review.record_items(database, payload)
    await review.record_calibration(database, payload)


async def _date_back(owner: asyncpg.Connection, sitting: Sitting) -> None:
    """What was done just now was done days after the sitting: windows of years are counted from the release."""
    at = sitting.closes_at + RELEASED_AFTER
    async with owner.transaction():
        await owner.execute("UPDATE scores SET scored_at = $2 WHERE sitting_id = $1", sitting.id, sitting.closes_at)
        await owner.execute("UPDATE key_checks SET cleared_at = $2 WHERE sitting_id = $1", sitting.id, at)
        await owner.execute("UPDATE releases SET released_at = $2 WHERE sitting_id = $1", sitting.id, at)
        await owner.execute("UPDATE sittings SET results_released_at = $2 WHERE id = $1", sitting.id, at)


def _chance(world: World, term: Term, what: str) -> np.random.Generator:
    return np.random.default_rng([world.seed, term.year, term.half, *what.encode()])
