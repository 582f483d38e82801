"""One number per bank that rises with every change of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.models import BankRevision


async def touch(session: AsyncSession, scheme_code: str) -> None:
    """Take a scheme's bank for this transaction, before reading what is about to change.

    Whoever else changes it waits, so that two people who act at the same moment act one after the other; whoever keeps an
    index of it reads again.
    """
    rows = insert(BankRevision).values(scheme_code=scheme_code, revision=1)
    await session.execute(
        rows.on_conflict_do_update(
            index_elements=[BankRevision.scheme_code], set_={"revision": BankRevision.revision + 1}
        )
    )


async def get_revision(session: AsyncSession, scheme_code: str) -> int:
    """0 is a bank that nothing was ever put into."""
    query = select(BankRevision.revision).where(BankRevision.scheme_code == scheme_code)
    return await session.scalar(query) or 0
