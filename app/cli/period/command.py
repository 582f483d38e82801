"""`sahih simulate --period`: into the database of a demo, and into no other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import asyncpg
import typer

from app.cli.environment import environment
from app.cli.period.run import Planted, simulate_periods
from app.cli.period.terms import NO_PLANTS, Plant, Term, read_plants, read_terms
from app.cli.refusals import Refused
from app.core.config import bank_ring
from app.core.db import Database
from app.core.pool import plain_url
from app.core.startup import require_migrated

EVERY = ",".join(Plant)


def simulate_past(period: str, plant: str | None, *, candidates: int, seed: int) -> None:
    """Raises Refused for a half-year that is not over, and for any database but a demo's."""
    terms = read_terms(period, datetime.now(UTC).date())
    plants = read_plants(EVERY if plant is None else plant)
    with environment() as values:
        if values.get("SAHIH_DEMO") != "1" or not values.get("SAHIH_MIGRATE_URL"):
            raise Refused(
                "Hanya untuk data contoh (`sahih demo`): peserta buatan tidak boleh masuk ke basis data lain.",
                "Only for sample data (`sahih demo`): synthetic candidates get into no other database.",
            )
        planted = asyncio.run(_simulate(values, terms, plants, candidates=candidates, seed=seed))
    typer.echo(f"{len(planted.sitting_ids)} sesi selesai / sittings done: {', '.join(f'SIM-{term}' for term in terms)}")
    typer.echo(f"Ditanam / planted: {_said(planted) or NO_PLANTS}")


async def _simulate(
    values: Mapping[str, str], terms: Sequence[Term], plants: frozenset[Plant], *, candidates: int, seed: int
) -> Planted:
    await require_migrated("DATABASE_URL", values["DATABASE_URL"])
    database = Database(
        values["DATABASE_URL"], values["SAHIH_EXAM_URL"], bank_ring(values["SAHIH_BANK_KEYS"]), pool_size=2
    )
    owner = await asyncpg.connect(plain_url(values["SAHIH_MIGRATE_URL"]))
    try:
        return await simulate_periods(
            database, owner, terms, candidates=candidates, plants=plants, seed=seed, tell=typer.echo
        )
    finally:
        await owner.close()
        await database.close()


def _said(planted: Planted) -> str:
    """What lies where: this is a demo, and somebody wants to see it found."""
    lies = {
        Plant.MIS_KEY: planted.mis_key,
        Plant.LEAK: planted.leak,
        Plant.DIF: planted.dif,
        Plant.FORM: planted.form and f"paket/form {planted.form}",
        Plant.COPY: planted.pair and " ← ".join(str(attempt) for attempt in planted.pair),
    }
    return "; ".join(f"{plant}: {where}" for plant, where in lies.items() if where)
