"""`sahih demo`: everything on one computer, with data to look at."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, identity, schemes
from app.cli.content import chosen, load_content
from app.cli.environment import environment, in_transaction, newest_secret, port, prepare_embedded
from app.cli.forms import SAMPLE_COMMITTEE, give_sample_forms
from app.cli.refusals import Refused
from app.cli.serving import require_free_port
from app.cli.sittings import create_sitting
from app.cli.vault import rotate
from app.core.access import Role
from app.core.clock import read_clock
from app.core.config import home
from app.core.postgres import Cluster
from app.delivery import Sitting, SittingState
from app.identity import IssuedCard

WINDOW = timedelta(hours=8)
READY_SECONDS = 60
DEMO_PREFIX = "DEMO-"
SCHEME = "MMu"
CANDIDATES = [
    "Ayu Lestari (contoh)",
    "Bima Prakoso (contoh)",
    "Citra Ningrum (contoh)",
    "Damar (contoh)",
    "Elok Ni'mah (contoh)",
    "Fajar Wicaksono (contoh)",
]
STAFF = {
    "pengawas": ("Gilang Pengawas (contoh)", Role.PROCTOR, "/pengawas"),
    SAMPLE_COMMITTEE: ("Hana Komite (contoh)", Role.COMMITTEE, "/kantor"),
    "kantor": ("Indra Kantor (contoh)", Role.OFFICE, "/kantor"),
    "auditor": ("Jihan Auditor (contoh)", Role.AUDITOR, "/kantor"),
    "admin": ("Kirana Admin (contoh)", Role.ADMIN, "/kantor"),
    "asesor": ("Lukman Asesor (contoh)", Role.AUTHOR, "/kantor"),
    "penelaah": ("Mira Penelaah (contoh)", Role.REVIEWER, "/kantor"),
}

console = Console()


@dataclass(frozen=True, slots=True)
class Accounts:
    """Passwords and PINs of the demo; they exist in clear only until they are printed."""

    passwords: dict[str, str]
    cards: list[tuple[IssuedCard, str]]
    token: str | None


def demo(
    accounts: Annotated[
        bool, typer.Option("--accounts", help="set and print new passwords and PINs, then leave")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="server processes")] = 1,
) -> None:
    """Menjalankan semuanya dengan data contoh / run everything with sample data on http://127.0.0.1:8000.

    Contoh / example: sahih demo          (SAHIH_PORT=9000 sahih demo for another port)
    """
    if os.environ.get("DATABASE_URL"):
        raise Refused(
            "DATABASE_URL terisi: data contoh tidak boleh masuk ke basis data itu. Kosongkan; demo membawa basis datanya sendiri.",
            "DATABASE_URL is set: sample data must not get into that database. Unset it; the demo brings its own.",
        )
    # A demo that is told to stop by a service manager stops its children and its database, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cluster = Cluster(home())
    if accounts:
        with environment() as values:
            _print_accounts(values, _prepare(values, fresh=True))
        return
    require_free_port("127.0.0.1", port())
    cluster.start()
    try:
        values = {**os.environ, **prepare_embedded(cluster)}
        rotate(values)  # what an earlier release stored as it was
        made = _prepare(values, fresh=False)
        _serve(values, made, workers)
    finally:
        cluster.stop()


def _prepare(values: Mapping[str, str], *, fresh: bool) -> Accounts:
    return in_transaction(values, lambda session: fill(session, values, fresh=fresh))


async def fill(session: AsyncSession, values: Mapping[str, str], *, fresh: bool) -> Accounts:
    """Content, staff and an open sitting; what is there stays as it is. `fresh` sets new passwords and PINs."""
    await load_content(session, chosen(None))
    secret = newest_secret(values)
    passwords = await _staff(session, fresh=fresh)
    scheme = await schemes.find_newest(session, SCHEME)
    assert scheme is not None, "its content was loaded"
    await assembly.approve_defaults(session, scheme)
    sitting, cards = await _open_sitting(session, secret)
    if fresh and not cards:
        roster = await delivery.list_roster(session, sitting.id)
        cards = [
            (await identity.issue_card(session, secret, number=entry.number, person_id=entry.person_id), entry.name)
            for entry in roster
        ]
    return Accounts(passwords, cards, sitting.token)


async def _staff(session: AsyncSession, *, fresh: bool) -> dict[str, str]:
    """One account for each role; returns the passwords that were set now."""
    known = await identity.list_staff(session)
    passwords = {}
    for username, (name, role, _) in STAFF.items():
        person_id = known.get(username)
        if person_id is None:
            person_id = await identity.add_staff(session, name=name, username=username, roles=[role])
            await identity.undertakings.sign_all_needed(session, person_id, frozenset({role}))
        elif not fresh:
            continue
        passwords[username] = secrets.token_urlsafe(12)
        await identity.set_password(session, person_id, passwords[username])
    return passwords


async def _open_sitting(session: AsyncSession, secret: bytes) -> tuple[Sitting, list[tuple[IssuedCard, str]]]:
    """A demo sitting that is open now; a new one, with new cards, where there is none."""
    now = await read_clock(session)
    for sitting, _ in await delivery.list_sittings(session):
        fits = sitting.code.startswith(DEMO_PREFIX) and sitting.state is SittingState.OPEN
        if fits and sitting.opens_at <= now < sitting.closes_at:
            return sitting, []
    code = f"{DEMO_PREFIX}{now:%Y%m%d-%H%M%S}"
    cards = await create_sitting(
        session,
        secret,
        scheme_code=SCHEME,
        code=code,
        title="Sesi contoh",
        zone="Asia/Jakarta",
        opens_at=now - timedelta(minutes=1),
        closes_at=now + WINDOW,
        names=CANDIDATES,
    )
    made = await delivery.find_sitting(session, code)
    assert made is not None, "created a moment ago"
    await give_sample_forms(session, made.id)
    await delivery.open_sitting(session, made.id)
    known = await identity.list_staff(session)
    await delivery.assign_staff(session, made.id, known["pengawas"])
    session.expire_all()
    return await delivery.get_sitting(session, made.id), cards


def _serve(values: Mapping[str, str], made: Accounts, workers: int) -> None:
    """The web server and the worker as children; stopped in reverse order."""
    commands = (["serve", "--port", str(port()), "--workers", str(workers)], ["worker"])
    children = [subprocess.Popen([sys.executable, "-m", "app.cli", *command], env=dict(values)) for command in commands]
    try:
        _wait_until_ready(values["SAHIH_PUBLIC_URL"], children)
        _print_accounts(values, made)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        console.print("Salah satu proses berhenti; demo dihentikan. / A process ended; the demo stops.", style="red")
    except KeyboardInterrupt:
        console.print("\nSampai jumpa. / Goodbye.")
    finally:
        for child in reversed(children):
            child.terminate()
        for child in reversed(children):
            child.wait(20)


def _wait_until_ready(url: str, children: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            if httpx.get(f"{url}/readyz", timeout=2).status_code == HTTPStatus.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise Refused(
        "Server tidak siap; pesannya ada di atas.", "The server did not become ready; what it said stands above."
    )


def _print_accounts(values: Mapping[str, str], made: Accounts) -> None:
    url = values["SAHIH_PUBLIC_URL"]
    console.rule("Sahih – data contoh / sample data")
    console.print(f"Ujian / exam      {url}/", highlight=False)
    console.print(f"Latihan / practice {url}/latihan", highlight=False)
    console.print(f"Pengawas / proctor {url}/pengawas", highlight=False)
    console.print(f"Komite / office    {url}/kantor", highlight=False)
    console.print(f"TOKEN sesi / sitting token: [bold]{made.token}[/bold]", highlight=False)
    if made.cards:
        table = Table("nomor peserta", "PIN", "nama", title="Peserta / candidates")
        for card, name in made.cards:
            table.add_row(card.number, card.pin, name)
        console.print(table)
    if made.passwords:
        table = Table("pengguna / user", "kata sandi / password", "peran / role", title="Petugas / staff")
        for username, password in made.passwords.items():
            table.add_row(username, password, STAFF[username][1].value)
        console.print(table)
    if not (made.cards and made.passwords):
        console.print("Sandi lama masih berlaku; yang baru: sahih demo --accounts / earlier passwords still work.")
