"""Sittings from the command line."""

from __future__ import annotations

import asyncio
import csv
import os
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity, schemes
from app.cli.environment import environment, newest_secret, open_database
from app.core.db import Database
from app.core.errors import NotFound
from app.delivery import Admission, Takeover
from app.identity import IssuedCard

T = TypeVar("T")

sitting = typer.Typer(no_args_is_help=True, help="Sesi ujian / sittings.")


@sitting.command("create")
def create(
    code: Annotated[str, typer.Argument(help="code of the sitting")],
    roster: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="text file, one candidate's name per line")],
    cards: Annotated[Path, typer.Option(help="CSV to write the cards with PINs to; must not exist")],
    opens: Annotated[datetime, typer.Option(formats=["%Y-%m-%d %H:%M"], help="local time in the zone")],
    hours: Annotated[float, typer.Option(min=0.1, help="length of the window in which one may start")] = 1.0,
    zone: Annotated[str, typer.Option(help="Asia/Jakarta, Asia/Makassar or Asia/Jayapura")] = "Asia/Jakarta",
    title: Annotated[str, typer.Option(help="title on the screens")] = "Ujian sertifikasi",
    scheme: Annotated[str, typer.Option(help="scheme code")] = "MMu",
    admission: Annotated[Admission, typer.Option(help="what lets a candidate start")] = Admission.TOKEN,
    takeover: Annotated[Takeover, typer.Option(help="who may move an attempt to another device")] = Takeover.PROCTOR,
) -> None:
    """Membuat sesi, peserta dan formulir soalnya / create a sitting, its candidates and their forms.

    Contoh / example: sahih sitting create TUK-1 --roster nama.txt --cards kartu.csv --opens "2026-12-05 08:00"
    """
    names = [line.strip() for line in roster.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    opens_at = opens.replace(tzinfo=ZoneInfo(zone)) if zone in delivery.ZONES else opens.astimezone()

    async def make(session: AsyncSession, secret: bytes) -> list[tuple[IssuedCard, str]]:
        return await create_sitting(
            session,
            secret,
            scheme_code=scheme,
            code=code,
            title=title,
            zone=zone,
            opens_at=opens_at,
            closes_at=opens_at + timedelta(hours=hours),
            names=names,
            admission=admission,
            takeover=takeover,
        )

    if cards.exists():
        raise typer.BadParameter(f"{cards} sudah ada / exists", param_hint="--cards")
    with environment() as values:
        secret = newest_secret(values)
        issued = asyncio.run(run_verb(open_database(values), lambda session: make(session, secret)))
    write_cards(cards, issued)
    typer.echo(f"{len(issued)} peserta/candidates; kartu/cards: {cards}")


@sitting.command("open")
def open_(code: Annotated[str, typer.Argument(help="code of the sitting")]) -> None:
    """Membuka sesi / let candidates of a prepared sitting start within its window.

    Contoh / example: sahih sitting open TUK-1
    """
    token = _change(code, delivery.open_sitting)
    typer.echo(f"{code} dibuka / open. TOKEN: {token}")


@sitting.command("close")
def close(code: Annotated[str, typer.Argument(help="code of the sitting")]) -> None:
    """Menutup sesi; yang sedang ujian tetap sampai waktunya / nobody starts any more.

    Contoh / example: sahih sitting close TUK-1
    """
    _change(code, delivery.close_sitting)
    typer.echo(f"{code} ditutup / closed.")


def _change(code: str, verb: Callable[..., Awaitable[None]]) -> str | None:
    async def change(session: AsyncSession) -> str | None:
        found = await delivery.find_sitting(session, code)
        if found is None:
            raise NotFound(f"Sesi {code} tidak ada / there is no sitting {code}.")
        await verb(session, found.id)
        session.expire_all()
        return (await delivery.get_sitting(session, found.id)).token

    with environment() as values:
        return asyncio.run(run_verb(open_database(values), change))


async def create_sitting(
    session: AsyncSession,
    secret: bytes,
    *,
    scheme_code: str,
    code: str,
    title: str,
    zone: str,
    opens_at: datetime,
    closes_at: datetime,
    names: list[str],
    admission: Admission = Admission.TOKEN,
    takeover: Takeover = Takeover.PROCTOR,
) -> list[tuple[IssuedCard, str]]:
    """A sitting with candidates and forms, still a draft. Returns each candidate's card and name."""
    version = await schemes.find_newest(session, scheme_code)
    if version is None:
        raise NotFound(f"Skema {scheme_code} belum dimuat / scheme {scheme_code} is not loaded.")
    sitting_id = await delivery.create_sitting(
        session,
        version,
        code=code,
        title=title,
        zone=zone,
        opens_at=opens_at,
        closes_at=closes_at,
        admission=admission,
        takeover=takeover,
    )
    numbers = await delivery.next_numbers(session, f"{scheme_code.upper()}-{opens_at:%y}", len(names))
    issued = []
    for number, name in zip(numbers, names, strict=True):
        person_id = await identity.add_person(session, name)
        issued.append((await identity.issue_card(session, secret, number=number, person_id=person_id), name))
    await delivery.add_to_roster(session, sitting_id, issued)
    await delivery.prepare(session, sitting_id, version)
    return issued


def write_cards(path: Path, issued: list[tuple[IssuedCard, str]]) -> None:
    """Cards with PINs, for printing; readable by this account only."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["nomor_peserta", "pin", "nama"])
        writer.writerows([card.number, card.pin, name] for card, name in issued)


async def run_verb(database: Database, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    try:
        async with database.staff() as session, session.begin():
            return await work(session)
    finally:
        await database.close()
