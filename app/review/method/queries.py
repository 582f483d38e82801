"""Reads of review methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import read_clock
from app.review.method.content import parse_method
from app.review.method.models import ReviewMethodRow
from app.review.method.types import ReviewMethod

OFFICE: Final = ZoneInfo("Asia/Jakarta")  # a period begins and ends where the body's office is


@dataclass(frozen=True, slots=True)
class MethodVersion:
    """An approved version, and what a review says of it."""

    id: UUID
    version_no: int
    sha256: str
    valid_from: date
    approved_at: datetime
    method: ReviewMethod

    def holds_before(self, day: date) -> bool:
        """Whether it was approved before this day began, and meant for it."""
        return self.valid_from <= day and self.approved_at.astimezone(OFFICE).date() < day


async def list_methods(session: AsyncSession, scheme_code: str) -> list[ReviewMethodRow]:
    """The newest first."""
    rows = await session.scalars(
        select(ReviewMethodRow)
        .where(ReviewMethodRow.scheme_code == scheme_code)
        .order_by(ReviewMethodRow.version_no.desc())
    )
    return list(rows)


async def sha256_of(session: AsyncSession, method_id: UUID) -> str:
    return (await session.get_one(ReviewMethodRow, method_id)).sha256


async def get_method(session: AsyncSession, method_id: UUID) -> MethodVersion:
    """The approved version that a review goes by."""
    return _version(await session.get_one(ReviewMethodRow, method_id))


async def find_method(session: AsyncSession, scheme_code: str, period: tuple[date, date]) -> MethodVersion | None:
    """By which a review of this period goes."""
    rows = await list_methods(session, scheme_code)
    return choose([_version(row) for row in rows if row.approved_at is not None], period)


async def method_in_force(session: AsyncSession, scheme_code: str) -> ReviewMethod:
    """For what is asked outside of a review: as one of today would have it, and as proposed where none was approved."""
    today = (await read_clock(session)).astimezone(OFFICE).date()
    found = await find_method(session, scheme_code, (today, today))
    return found.method if found else ReviewMethod()


def choose(approved: Sequence[MethodVersion], period: tuple[date, date]) -> MethodVersion | None:
    """The version approved last before the period began; else the first that was approved afterwards and is meant for it, since
    thresholds that were chosen later could have been chosen by what they give."""
    before = [one for one in approved if one.holds_before(period[0])]
    if before:
        return max(before, key=lambda one: one.approved_at)
    meant = [one for one in approved if one.valid_from <= period[1]]
    return min(meant, key=lambda one: one.approved_at, default=None)


def _version(row: ReviewMethodRow) -> MethodVersion:
    assert row.approved_at is not None
    return MethodVersion(row.id, row.version_no, row.sha256, row.valid_from, row.approved_at, parse_method(row.content))
