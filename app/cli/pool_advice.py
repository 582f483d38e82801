"""`sahih forms simulate`: how large an active pool the expected candidates can carry, before any form is made."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from app import schemes
from app.assembly import grade_words, outlook
from app.assembly.simulation.outlook import Demand, Question, Simulation, Situation, Wish
from app.cli.environment import environment, in_transaction
from app.cli.refusals import Refused
from app.core.words import both

SYNTHETIC = "synthetic:"
HEADINGS = (
    both("soal", "items"),
    both("pemakaian", "exposure"),
    both("sama antarpaket", "shared by two forms"),
    both("jawaban per soal setahun", "answers to an item a year"),
    both("galat baku p", "SE of p"),
    both("tahun ke Rasch", "years to Rasch"),
    both("tahun ke 2PL", "years to 2PL"),
)


def simulate(
    scheme: Annotated[str, typer.Option(help="scheme code")] = "MMu",
    candidates: Annotated[int, typer.Option(min=1, max=1_000_000, help="candidates in a year")] = 60,
    sittings: Annotated[int, typer.Option(min=1, max=1000, help="sittings in a year")] = 4,
    forms: Annotated[int | None, typer.Option(min=1, max=1000, help="forms of a sitting; default: proposed")] = None,
    exposure_cap: Annotated[float | None, typer.Option(min=0.01, max=1.0, help="most forms that hold an item")] = None,
    pool_size: Annotated[int | None, typer.Option(min=1, help="also look at a pool of so many items")] = None,
    bank: Annotated[
        str | None, typer.Option(help="synthetic:2000 for a bank not written yet; default: active items")
    ] = None,
) -> None:
    """Menghitung besar pool aktif yang sanggup dipikul peserta / how large an active pool the candidates can carry.

    Contoh / example: sahih forms simulate --scheme MMu --candidates 60 --sittings 4 --bank synthetic:2000
    """
    question = Question(scheme, Demand(candidates, sittings), Wish(forms, exposure_cap, pool_size), _size(bank))
    with environment() as values:
        situation = in_transaction(values, lambda session: _read(session, question))
    show(asyncio.run(outlook.answer(situation, question)), question)


async def _read(session: AsyncSession, question: Question) -> Situation:
    if await schemes.find_newest(session, question.scheme) is None:
        raise Refused(f"Skema {question.scheme} belum dimuat.", f"Scheme {question.scheme} is not loaded.")
    return await outlook.read_situation(session, question)


def _size(bank: str | None) -> int | None:
    if bank is None:
        return None
    size = bank.removeprefix(SYNTHETIC)
    if size == bank or not size.isdecimal() or int(size) > 100_000:
        raise Refused(
            f"--bank: tertulis {bank}; tulis synthetic: dan jumlah soal, misalnya synthetic:2000.",
            f"--bank says {bank}; write synthetic: and a number of items, such as synthetic:2000.",
        )
    return int(size)


def show(found: Simulation, question: Question) -> None:
    table = Table()
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    for pool in found.pools:
        table.add_row(
            str(pool.size),
            f"{pool.exposure:.0%}",
            f"{pool.overlap_mean:.0f}",
            f"{pool.n_per_item:.0f}",
            f"{pool.se_p:.3f}",
            f"{pool.years_to_rasch:.1f}",
            f"{pool.years_to_2pl:.1f}",
            style="bold" if pool.size == found.recommended.size else None,
        )
    Console().print(table)
    typer.echo(both(found.recommended.text_id, found.recommended.text_en))
    typer.echo(_comparability(found))
    typer.echo(f"{both('benih', 'seed')} {question.seed.hex()}")


def _comparability(found: Simulation) -> str:
    seen = found.comparability
    if seen is None:
        return "\n".join(both(one.text_id, one.text_en) for one in found.shortfalls)
    grade_id, grade_en = grade_words(seen.evidence)
    return both(
        f"{seen.forms} paket dari {found.planned} soal: nilai harapan di batas lulus {seen.expected_min:.2f}–"
        f"{seen.expected_max:.2f}; dua paket berbeda paling banyak {seen.pair_95_max:.1f} angka (95 %, tingkat bukti: {grade_id})",
        f"{seen.forms} forms of {found.planned} items: expected score at the cut {seen.expected_min:.2f}–{seen.expected_max:.2f};"
        f" two forms lie at most {seen.pair_95_max:.1f} points apart (95 %, evidence: {grade_en})",
    )
