"""The data of a review, read from the sittings of its window and pooled by item lineage."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, itembank, schemes
from app.assembly import ReferenceStandard
from app.core.db import Database
from app.delivery import Sitting
from app.review.data.models import CandidateGroupRow
from app.review.data.periods import Span
from app.review.data.pooling import Known, Planned, pool
from app.review.data.sittings import Taken, reading, take_sitting
from app.review.data.types import ReviewData
from app.schemes import SchemeVersion

AT_ONCE = 5000  # people whose groups are asked for at once
Tell = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class InWindow:
    """The sittings that a review looks at, the oldest first, with the period of each."""

    sittings: tuple[tuple[Sitting, int], ...]
    first_attempts: frozenset[UUID]


async def take(database: Database, scheme_version_id: UUID, span: Span, tell: Tell) -> ReviewData:
    """`tell` hears how many sittings of how many were read."""
    async with reading(database) as session:
        scheme = await schemes.get_scheme_version(session, scheme_version_id)
        window = await in_window(session, scheme, span)
    taken: list[Taken] = []
    for sitting, _ in window.sittings:
        await tell(len(taken), len(window.sittings))
        taken.append(await take_sitting(database, sitting))
    async with reading(database) as session:
        known = await _read_known(session, scheme, taken)
    groups = await _read_groups(database, {person for one in taken for person in one.heads.people.values()})
    periods = [period for _, period in window.sittings]
    return await asyncio.to_thread(pool, scheme, taken, periods, window.first_attempts, groups, known)


async def in_window(session: AsyncSession, scheme: SchemeVersion, span: Span) -> InWindow:
    """By the day on which a sitting began, where it was held. Every edition of the scheme counts."""
    released = await _released(session, scheme.code)
    found = []
    for sitting in released:
        period = span.period_of(sitting.opens_at.astimezone(ZoneInfo(sitting.zone)).date())
        if period is not None:
            found.append((sitting, period))
    first = await delivery.first_attempts(session, [sitting.id for sitting in released])
    return InWindow(tuple(found), frozenset(first))


async def _released(session: AsyncSession, scheme_code: str) -> list[Sitting]:
    codes: dict[UUID, str] = {}
    found = []
    for sitting, _ in await delivery.list_sittings(session):
        version = sitting.scheme_version_id
        if version not in codes:
            codes[version] = (await schemes.get_scheme_version(session, version)).code
        if sitting.results_released_at is not None and codes[version] == scheme_code:
            found.append(sitting)
    return sorted(found, key=lambda one: (one.opens_at, one.code))


async def _read_known(session: AsyncSession, scheme: SchemeVersion, taken: list[Taken]) -> Known:
    """What plans and the standard say of items and forms, and where items stand now."""
    plans = {one.sitting.id: await _read_plan(session, one.heads.plan_id) for one in taken if one.heads.plan_id}
    standards = [plan.standard_id for plan in plans.values()]
    standard: ReferenceStandard | None = await assembly.find_standard(session, scheme)
    if standard is None and standards:
        standard = await assembly.get_standard(session, standards[-1])
    lineages = {edition.lineage_id for one in taken for edition in one.editions.values()}
    return Known(plans, standard, await itembank.states_of(session, lineages))


async def _read_plan(session: AsyncSession, plan_id: UUID) -> Planned:
    plan = await assembly.get_plan(session, plan_id)
    snapshot = await assembly.read_snapshot(session, plan_id)
    certificate = await assembly.read_certificate(session, plan_id) or {}
    expected = {form["form_no"]: (form["expected"], form["se"]) for form in certificate.get("forms", ())}
    return Planned(plan.standard_id, {item.version_id: (item.b, item.se) for item in snapshot.pool}, expected)


async def _read_groups(database: Database, people: Collection[UUID]) -> Mapping[UUID, dict[str, str]]:
    """Of those who agreed to be counted, by attribute."""
    ordered, groups = sorted(people), dict[UUID, dict[str, str]]()
    for first in range(0, len(ordered), AT_ONCE):
        these = CandidateGroupRow.person_id.in_(ordered[first : first + AT_ONCE])
        async with reading(database) as session:
            for row in await session.scalars(select(CandidateGroupRow).where(these)):
                groups.setdefault(row.person_id, {})[row.attribute] = row.value
    return groups
