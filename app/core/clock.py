"""Time belongs to the database server: every instant that is stored or compared comes from there."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_NOW = text("SELECT clock_timestamp()")


async def read_clock(session: AsyncSession) -> datetime:
    """The database server's clock, aware, in UTC."""
    return cast(datetime, (await session.execute(_NOW)).scalar_one()).astimezone(UTC)


@lru_cache(maxsize=4096)  # a candidate's deadline goes out with every acknowledgement
def rfc3339(instant: datetime) -> str:
    """`2026-11-21T03:42:17.123Z`: UTC with milliseconds (cut, not rounded), the one form in which times leave the server."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def maybe_rfc3339(instant: datetime | None) -> str | None:
    return rfc3339(instant) if instant else None
