"""Time belongs to the database server: every instant that is stored or compared comes from there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_NOW = text("SELECT clock_timestamp()")


async def read_clock(session: AsyncSession) -> datetime:
    """The database server's clock, aware, in UTC."""
    return cast(datetime, (await session.execute(_NOW)).scalar_one()).astimezone(UTC)


def rfc3339(instant: datetime) -> str:
    """`2026-11-21T03:42:17.123Z`: UTC with milliseconds, the one form in which times leave the server."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
