"""Simulate periods one after the other, the oldest first, and plant what a review of the last one must find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, identity, itembank, schemes
from app.assembly import PoolItem
from app.cli.forms import SAMPLE_COMMITTEE
from app.cli.period.candidates import Truth, make_truth
from app.cli.period.sitting import Held, World, finish, hold, sat_on, sit
from app.cli.period.terms import Plant, Term
from app.cli.refusals import Refused
from app.core import freeze
from app.core.access import Actor
from app.core.db import Database
from app.review.method.queries import find_method
from app.review.method.versions import approve_default_method
from app.schemes import SchemeVersion

SCHEME: Final = "MMu"
POOL: Final = 200
MIDDLING: Final = (0.5, 0.75)  # what is planted has room to become easier, and harder
WHY: Final = "simulasi periode / simulation of periods"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Planted:
    """Where the plants lie, for who looks whether a review finds them: codes of items, attempts, the number of the form."""

    sitting_ids: tuple[UUID, ...]
    mis_key: str | None = None
    leak: str | None = None
    dif: str | None = None
    form: int | None = None
    pair: tuple[UUID, UUID] | None = None


async def simulate_periods(
    database: Database,
    owner: asyncpg.Connection,
    terms: Sequence[Term],
    *,
    candidates: int,
    plants: frozenset[Plant],
    seed: int,
    tell: Tell,
) -> Planted:
    """`candidates` in each of the terms, which stand in their order. `owner` is a connection of the owner of the tables."""
    if Plant.LEAK in plants and len(terms) == 1:
        raise Refused(
            "Kebocoran tampak hanya terhadap periode sebelumnya: tambahkan periode, atau --plant tanpa leak.",
            "A leak shows only beside an earlier period: add one, or leave leak out of --plant.",
        )
    async with database.staff() as session, session.begin():
        await freeze.require_thawed(session)
        scheme, committee = await _ground(session, terms)
        pool = await _pool(session, scheme)
        keys = await itembank.read_keys(session, [item.version_id for item in pool], why=WHY)
    world = World(database, owner, scheme, frozenset(item.code for item in pool), committee, seed)
    chosen = _choose(pool, seed, plants)
    assert scheme.exam is not None, "its pool makes forms"
    mis_key, dif = chosen.get(Plant.MIS_KEY), chosen.get(Plant.DIF)
    right = {version: keyed.key for version, keyed in keys.items()}
    truth = make_truth(pool, right, scheme.exam.options, seed, mis_key=mis_key, dif=dif)
    course = _Course(world, pool, truth, chosen, Counter())
    codes = {plant: pool[place].code for plant, place in chosen.items()}
    planted = Planted((), mis_key=codes.get(Plant.MIS_KEY), dif=codes.get(Plant.DIF))
    for term in terms:
        tell(f"{term}: {candidates} peserta / candidates")
        last = plants if term == terms[-1] else frozenset[Plant]()
        planted = await _simulate(course, term, candidates, last, planted)
    return planted


@dataclass(frozen=True, slots=True)
class _Course:
    """What holds over all terms. `seen`: how many candidates had each version before."""

    world: World
    pool: Sequence[PoolItem]
    truth: Truth
    chosen: Mapping[Plant, int]
    seen: Counter[UUID]


async def _simulate(
    course: _Course, term: Term, candidates: int, plants: frozenset[Plant], planted: Planted
) -> Planted:
    """One term with the plants that are its own; what was planted before and now."""
    world, pool, truth, chosen = course.world, course.pool, course.truth, course.chosen
    held = await hold(world, term, candidates, [pool[place].version_id for place in chosen.values()])
    leaked = _leaked(held, truth, pool, course.seen, set(chosen.values())) if Plant.LEAK in plants else None
    sat = sat_on(world, term, held, truth, leaked=leaked, harder=Plant.FORM in plants, copied=Plant.COPY in plants)
    mis_key = chosen.get(Plant.MIS_KEY)
    await sit(world, term, held, truth, sat, pool[mis_key].version_id if mis_key is not None else None)
    await finish(world, held)
    course.seen.update(version for form in held.forms for version in form.version_ids)
    return replace(
        planted,
        sitting_ids=(*planted.sitting_ids, held.sitting.id),
        leak=pool[leaked].code if leaked is not None else None,
        form=max(form.plan_form_no or 0 for form in held.forms) if Plant.FORM in plants else None,
        pair=(held.sitters[sat.pair[0]].attempt_id, held.sitters[sat.pair[1]].attempt_id) if sat.pair else None,
    )


async def _ground(session: AsyncSession, terms: Sequence[Term]) -> tuple[SchemeVersion, Actor]:
    """The sample scheme with what forms and reviews need, and the demo's committee."""
    member = (await identity.list_staff(session)).get(SAMPLE_COMMITTEE)
    scheme = await schemes.find_newest(session, SCHEME)
    if member is None or scheme is None:
        raise Refused(
            "Hanya pada data contoh: jalankan `sahih demo` lebih dahulu.",
            "Only with sample data: run `sahih demo` first.",
        )
    await assembly.approve_defaults(session, scheme)
    if await find_method(session, SCHEME, (terms[-1].first, terms[-1].last)) is None:
        await approve_default_method(session, SCHEME, valid_from=terms[0].first)
    name = (await identity.names_of(session, [member]))[member]
    return scheme, Actor(member, uuid4(), name, await identity.roles_of(session, member))


async def _pool(session: AsyncSession, scheme: SchemeVersion) -> list[PoolItem]:
    """As many of the bank's items as two forms need to share half of theirs; the same from every criterion."""
    standard = await assembly.require_standard(session, scheme)
    left = {kuk: count * POOL // sum(scheme.items_per_kuk.values()) for kuk, count in scheme.items_per_kuk.items()}
    pool = []
    for item in await assembly.read_pool(session, scheme, standard):
        if left[item.kuk] > 0:
            left[item.kuk] -= 1
            pool.append(item)
    return pool


def _choose(pool: Sequence[PoolItem], seed: int, plants: frozenset[Plant]) -> dict[Plant, int]:
    """The items that are at fault in every period, by their place in the pool."""
    middling = [place for place, item in enumerate(pool) if _middling(item)]
    drawn = np.random.default_rng([seed, 0]).permutation(middling).tolist()
    return {plant: drawn.pop() for plant in (Plant.MIS_KEY, Plant.DIF) if plant in plants}


def _leaked(held: Held, truth: Truth, pool: Sequence[PoolItem], seen: Mapping[UUID, int], taken: set[int]) -> int:
    """An item that the most candidates have now, of those that candidates had before."""
    now = Counter(version for form in held.forms for version in form.version_ids)
    place = truth.place
    fit = [v for v in now if seen.get(v, 0) and place[v] not in taken and _middling(pool[place[v]])]
    return place[max(fit, key=lambda version: (now[version] + seen[version], str(pool[place[version]].code)))]


def _middling(item: PoolItem) -> bool:
    least, most = MIDDLING
    return least <= 1 / (1 + float(np.exp(item.b))) <= most
