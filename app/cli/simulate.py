"""`sahih simulate`: a full committee page without waiting for a year of candidates."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from typing import Annotated, Any

import httpx
import typer
from rich.progress import Progress
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity, itembank
from app.cli.content import chosen, items_schema
from app.cli.environment import environment, in_transaction, newest_secret, public_url
from app.cli.forms import give_sample_forms
from app.cli.period.command import simulate_past
from app.cli.refusals import Refused
from app.cli.sittings import create_sitting
from app.core import freeze
from app.core.clock import read_clock
from app.core.config import origin_of
from app.delivery import Admission
from app.identity import IssuedCard


def simulate(
    candidates: Annotated[int, typer.Option(min=1, max=20_000, help="how many synthetic candidates")] = 300,
    seed: Annotated[int, typer.Option(help="same seed, same abilities and luck")] = 7,
    url: Annotated[str | None, typer.Option(help="address of the running server")] = None,
    at_once: Annotated[int, typer.Option(min=1, help="candidates at the same time")] = 16,
    period: Annotated[
        str | None,
        typer.Option(help="past half-years, e.g. 2025-1,2025-2,2026-1: so many candidates in each, written in bulk"),
    ] = None,
    plant: Annotated[
        str | None, typer.Option(help="with --period: mis-key,leak,dif,form,copy or none; all of them unless said")
    ] = None,
) -> None:
    """Peserta buatan mengerjakan ujian lewat HTTP / synthetic candidates take an exam over HTTP.

    Dengan --period: periode yang sudah lewat, langsung ke basis data contoh, untuk kajian validitas / past periods, straight into
    the demo's database, for the validity review.

    Contoh / example: sahih simulate --candidates 300 --seed 7     (while `sahih demo` is running)

    Contoh / example: sahih simulate --candidates 2500 --period 2025-1,2025-2,2026-1
    """
    if period is not None:
        simulate_past(period, plant, candidates=candidates, seed=seed)
        return
    if plant is not None:
        raise Refused("--plant hanya bersama --period.", "--plant goes with --period.")
    with environment() as values:
        secret = newest_secret(values)
        address = origin_of(url) if url else public_url(values)
        _require_server(address)
        code, issued = in_transaction(values, lambda session: _rehearsal(session, secret, candidates, seed))
        try:
            _drive(address, issued, seed, at_once)
        finally:  # whatever happened: no sitting that is open for hours stays on the proctors' list
            in_transaction(values, lambda session: _close(session, code))
    typer.echo(f"{len(issued)} peserta selesai di sesi {code} / candidates finished. Lihat / see {address}/kantor")


def _require_server(address: str) -> None:
    """A server that answers, and by this very address: it refuses what comes from another one."""
    try:
        said = httpx.get(f"{address}/api/public/context", timeout=5).raise_for_status().json()["public_url"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise Refused(
            f"Tidak ada server Sahih di {address}. Apakah `sahih demo` sedang berjalan?",
            f"There is no Sahih server at {address}. Is `sahih demo` running?",
        ) from error
    if said != address:
        raise Refused(
            f"Server di {address} bernama {said}; pakai --url {said}.",
            f"The server at {address} calls itself {said}; use --url {said}.",
        )


async def _rehearsal(
    session: AsyncSession, secret: bytes, candidates: int, seed: int
) -> tuple[str, list[tuple[IssuedCard, str]]]:
    await freeze.require_thawed(session)
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
    await give_sample_forms(session, made.id)
    await delivery.open_sitting(session, made.id)
    proctor = (await identity.list_staff(session)).get("pengawas")
    if proctor:
        await delivery.assign_staff(session, made.id, proctor)
    return code, issued


async def _close(session: AsyncSession, code: str) -> None:
    made = await delivery.find_sitting(session, code)
    assert made is not None, "created by this command"
    await delivery.close_sitting(session, made.id)


def _as_shown(draft: itembank.DraftItem) -> list[Any]:
    """What a candidate's page gets of an item, and what a simulated candidate knows about it."""
    options = [itembank.richtext.tree(option) for option in draft.content.options]
    return [itembank.richtext.tree(draft.content.stem), options, draft.answer.key, draft.answer.expected_p]


def _drive(url: str, issued: list[tuple[IssuedCard, str]], seed: int, at_once: int) -> None:
    """Start the candidates' process. It gets the address, the cards and the bank files: no database, no server secret."""
    bank = itembank.read_bank(chosen(None) / "items", items_schema())
    job: dict[str, Any] = {
        "url": url,
        "seed": seed,
        "at_once": at_once,
        "cards": [[card.number, card.pin] for card, _ in issued],
        "items": [_as_shown(draft) for draft in bank.drafts],
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
        raise Refused("Simulasi berhenti; pesannya ada di atas.", "The simulation stopped; what it said stands above.")
