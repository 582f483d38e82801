"""`sahih simulate`: a full committee page without waiting for a year of candidates."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.progress import Progress
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity, itembank
from app.cli.content import chosen, items_schema
from app.cli.environment import environment, newest_secret, open_database
from app.cli.sittings import create_sitting, run_verb
from app.core.clock import read_clock
from app.core.startup import StartupRefusal
from app.delivery import Admission
from app.identity import IssuedCard


def simulate(
    candidates: Annotated[int, typer.Option(min=1, max=20_000, help="how many synthetic candidates")] = 300,
    seed: Annotated[int, typer.Option(help="same seed, same abilities and luck")] = 7,
    url: Annotated[str | None, typer.Option(help="address of the running server")] = None,
    at_once: Annotated[int, typer.Option(min=1, help="candidates at the same time")] = 16,
) -> None:
    """Peserta buatan mengerjakan ujian lewat HTTP / synthetic candidates take an exam over HTTP.

    Contoh / example: sahih simulate --candidates 300 --seed 7     (while `sahih demo` is running)
    """
    with environment() as values:
        secret = newest_secret(values)
        code, issued = asyncio.run(
            run_verb(open_database(values), lambda session: _rehearsal(session, secret, candidates, seed))
        )
        address = url or values["SAHIH_PUBLIC_URL"]
        _drive(address, issued, seed, at_once)
        asyncio.run(run_verb(open_database(values), lambda session: _close(session, code)))
    typer.echo(f"{len(issued)} peserta selesai di sesi {code} / candidates finished. Lihat / see {address}/kantor")


async def _rehearsal(
    session: AsyncSession, secret: bytes, candidates: int, seed: int
) -> tuple[str, list[tuple[IssuedCard, str]]]:
    now = await read_clock(session)
    code = f"SIM-{now:%Y%m%d-%H%M%S}"
    issued = await create_sitting(
        session,
        secret,
        scheme_code="MMu",
        code=code,
        title=f"Simulasi {candidates} peserta, benih {seed}",
        zone="Asia/Jakarta",
        opens_at=now - timedelta(minutes=1),
        closes_at=now + timedelta(hours=6),
        names=[f"Peserta buatan {number}" for number in range(1, candidates + 1)],
        admission=Admission.OPEN,
    )
    made = await delivery.find_sitting(session, code)
    assert made is not None, "created a moment ago"
    await delivery.open_sitting(session, made.id)
    proctor = (await identity.list_staff(session)).get("pengawas")
    if proctor:
        await delivery.assign_staff(session, made.id, proctor)
    return code, issued


async def _close(session: AsyncSession, code: str) -> None:
    made = await delivery.find_sitting(session, code)
    assert made is not None, "created by this command"
    await delivery.close_sitting(session, made.id)


def _drive(url: str, issued: list[tuple[IssuedCard, str]], seed: int, at_once: int) -> None:
    """Start the candidates' process. It gets the address, the cards and the bank files: no database, no server secret."""
    drafts = itembank.read_bank(chosen(None) / "items", items_schema())
    job: dict[str, Any] = {
        "url": url,
        "seed": seed,
        "at_once": at_once,
        "cards": [[card.number, card.pin] for card, _ in issued],
        "items": [[d.content.stem, list(d.content.options), d.key, d.expected_p] for d in drafts],
    }
    command = [sys.executable, "-m", "app.simulator"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={}) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        json.dump(job, child.stdin)
        child.stdin.close()
        with Progress() as progress:
            bar = progress.add_task("Peserta selesai / candidates finished", total=len(issued))
            for line in child.stdout:
                progress.advance(bar, line.startswith("done"))
    if child.returncode != 0:
        raise StartupRefusal("The simulation stopped; what it said stands above. Is the server running?")
