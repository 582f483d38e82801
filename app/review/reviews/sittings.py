"""The sittings of a scheme that a period holds, and whether their results are out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, schemes


@dataclass(frozen=True, slots=True)
class PeriodSitting:
    """`released`: its results are out. Only then is it counted in a review."""

    id: UUID
    code: str
    title: str
    held_on: date
    candidates: int
    released: bool


async def list_sittings_in(session: AsyncSession, scheme_code: str, period: tuple[date, date]) -> list[PeriodSitting]:
    """In the order of their days, each by the day where it is held. All versions of the scheme count."""
    of_scheme: dict[UUID, bool] = {}
    found = []
    for sitting, candidates in await delivery.list_sittings(session):
        held_on = sitting.opens_at.astimezone(ZoneInfo(sitting.zone)).date()
        if not period[0] <= held_on <= period[1]:
            continue
        version = sitting.scheme_version_id
        if version not in of_scheme:
            of_scheme[version] = (await schemes.get_scheme_version(session, version)).code == scheme_code
        if of_scheme[version]:
            released = sitting.results_released_at is not None
            found.append(PeriodSitting(sitting.id, sitting.code, sitting.title, held_on, candidates, released))
    return sorted(found, key=lambda one: (one.held_on, one.code))
