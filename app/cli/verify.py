"""`sahih verify`: does everything that must hold of the stored data hold?"""

from __future__ import annotations

import sys
from typing import Final

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, grading, proctoring, review
from app.cli.environment import environment, in_transaction
from app.core.invariants import INVARIANTS as OF_THE_DATABASE
from app.core.invariants import MOST_SHOWN, Invariant, find_violations

INVARIANTS: Final = (
    *assembly.INVARIANTS,
    *delivery.INVARIANTS,
    *delivery.rescue.INVARIANTS,
    *grading.INVARIANTS,
    *proctoring.irregularities.INVARIANTS,
    *review.INVARIANTS,
    *OF_THE_DATABASE,
)


def verify() -> None:
    """Memeriksa semua invarian pada basis data / check every invariant on the database; changes nothing.

    Kode keluar 1 bila ada yang dilanggar / exit code 1 where one is broken.

    Contoh / example: sahih verify
    """
    with environment() as values:
        found = in_transaction(values, find_all)
        remarks = in_transaction(values, find_remarks)
    for invariant in INVARIANTS:
        broken = found[invariant]
        typer.echo(f"{'✗' if broken else '✓'} {invariant.id}  {invariant.says_id} / {invariant.says_en}")
        for violation in broken:
            typer.echo(f"    {violation}")
        for remark in remarks.get(invariant, ()):
            typer.echo(f"    tidak diperiksa / not checked: {remark}")
    sys.exit(int(any(found.values())))


async def find_all(session: AsyncSession) -> dict[Invariant, list[str]]:
    return {invariant: await find_violations(session, invariant) for invariant in INVARIANTS}


async def find_remarks(session: AsyncSession) -> dict[Invariant, list[str]]:
    return {one: (await one.remarks(session))[:MOST_SHOWN] for one in INVARIANTS if one.remarks}
