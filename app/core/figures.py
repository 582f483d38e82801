"""The figures of all processes, through the database.

A host runs several server processes behind one port, and a scrape reaches any of them. So each process tells its figures every
few seconds, and whichever is asked shows those of all, each under its `process` label.
"""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Instant
from app.core.metrics import Samples

PUBLISH_SECONDS: Final = 5.0
STALE_SECONDS: Final = 30


class ProcessFigures(Base):
    """The figures of one process, as it last told them."""

    __tablename__ = "process_figures"

    process: Mapped[str] = mapped_column(Text, primary_key=True)
    told_at: Mapped[Instant]
    figures: Mapped[dict[str, float]] = mapped_column(JSONB)


PUBLISH = text(
    """
    WITH stale AS (
        DELETE FROM process_figures WHERE told_at < clock_timestamp() - make_interval(secs => :stale) AND process <> :process
    )
    INSERT INTO process_figures (process, told_at, figures) VALUES (:process, clock_timestamp(), CAST(:figures AS jsonb))
    ON CONFLICT (process) DO UPDATE SET told_at = excluded.told_at, figures = excluded.figures
    """
)
TOLD = text(
    "SELECT process, figures FROM process_figures "
    "WHERE told_at > clock_timestamp() - make_interval(secs => :stale) ORDER BY process"
)


async def publish(session: AsyncSession, process: str, samples: Samples) -> None:
    """Tell the other processes, and forget those that said nothing for long."""
    told = {"process": process, "figures": json.dumps(dict(samples)), "stale": STALE_SECONDS}
    await session.execute(PUBLISH, told)


async def told_by_all(session: AsyncSession) -> dict[str, Samples]:
    rows = await session.execute(TOLD, {"stale": STALE_SECONDS})
    return {row.process: row.figures for row in rows}
