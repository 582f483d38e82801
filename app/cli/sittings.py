"""Sittings from the command line."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, TextIO
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity, schemes
from app.cli.environment import environment, in_transaction, newest_secret, public_url
from app.cli.people import person_called
from app.cli.refusals import Refused
from app.core.access import Permission, permissions_of
from app.core.clock import read_clock
from app.core.sheets import cell
from app.delivery import Admission, Sitting, Takeover
from app.identity import IssuedCard

LARGEST_ROSTER: Final = 4 * 1024 * 1024
LONGEST_NAME: Final = 200
SHORTEST_HOURS: Final = 0.1
LONGEST_HOURS: Final = 168
FIRST_YEAR, LAST_YEAR = 2020, 2200

sitting = typer.Typer(no_args_is_help=True, help="Sesi ujian / sittings.")


@sitting.command("create")
def create(
    code: Annotated[str, typer.Argument(help="code of the sitting")],
    opens: Annotated[datetime, typer.Option(formats=["%Y-%m-%d %H:%M"], help="local time in the zone")],
    roster: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="text file, one candidate's name per line")
    ] = None,
    cards: Annotated[
        Path | None, typer.Option(help="CSV to write the cards with PINs to; must not exist; goes with --roster")
    ] = None,
    hours: Annotated[float, typer.Option(help="length of the window in which one may start")] = 1.0,
    zone: Annotated[str, typer.Option(help="Asia/Jakarta, Asia/Makassar or Asia/Jayapura")] = "Asia/Jakarta",
    title: Annotated[str, typer.Option(help="title on the screens")] = "Ujian sertifikasi",
    scheme: Annotated[str, typer.Option(help="scheme code")] = "MMu",
    admission: Annotated[Admission, typer.Option(help="what lets a candidate start")] = Admission.TOKEN,
    takeover: Annotated[Takeover, typer.Option(help="who may move an attempt to another device")] = Takeover.PROCTOR,
) -> None:
    """Membuat sesi dan pesertanya / create a sitting and its candidates.

    Tanpa --roster: sesi kosong, pesertanya diimpor di halaman kantor / without --roster: an empty sitting; its candidates come in
    on the office's page. Lalu / then: `sahih forms plan`, komite menerima / the committee accepts, `sahih sitting prepare`.

    Contoh / example: sahih sitting create TUK-1 --roster nama.txt --cards kartu.csv --opens "2026-12-05 08:00"
    """
    if (roster is None) != (cards is None):
        raise Refused("--roster dan --cards harus bersama.", "--roster and --cards go together.")
    names = read_roster(roster) if roster else []
    opens_at, closes_at = window(opens, hours, zone)

    async def make(session: AsyncSession, secret: bytes) -> list[tuple[IssuedCard, str]]:
        if closes_at <= await read_clock(session):
            raise Refused("Waktu sesi sudah lewat.", "The time of the sitting is over already.")
        return await create_sitting(
            session,
            secret,
            scheme_code=scheme,
            code=code,
            title=title,
            zone=zone,
            opens_at=opens_at,
            closes_at=closes_at,
            names=names,
            admission=admission,
            takeover=takeover,
        )

    async def make_with_cards(session: AsyncSession, secret: bytes, file: TextIO) -> int:
        issued = await make(session, secret)
        write_cards(file, issued)
        return len(issued)

    with environment() as values:
        secret = newest_secret(values)
        if cards is None:
            in_transaction(values, lambda session: make(session, secret))
            typer.echo(f"{code}: belum ada peserta / no candidates yet")
            return
        with new_private_file(cards) as file:
            count = in_transaction(values, lambda session: make_with_cards(session, secret, file))
    typer.echo(f"{count} peserta/candidates; kartu/cards: {cards}")
    typer.echo(f"Berikutnya / next: sahih forms plan {code}")


@sitting.command("prepare")
def prepare(code: Annotated[str, typer.Argument(help="code of the sitting")]) -> None:
    """Membagi paket yang diterima komite kepada semua peserta; sesudahnya tidak ada peserta baru / give the accepted forms out.

    Contoh / example: sahih sitting prepare TUK-1
    """

    async def give_out(session: AsyncSession) -> int:
        return await delivery.forms.prepare(session, (await sitting_called(session, code)).id)

    with environment() as values:
        try:
            count = in_transaction(values, give_out)
        except delivery.forms.CertificateMissing:
            page = f"{public_url(values)}/kantor"
            raise Refused(
                f"{code}: sertifikat paket belum diterima. `sahih forms plan {code}`, lalu anggota komite menerimanya di {page}.",
                f"no certificate of forms is accepted: `sahih forms plan {code}`, then a member of the committee accepts it there.",
            ) from None
    typer.echo(f"{code}: {count} formulir/forms")


def window(opens: datetime, hours: float, zone: str) -> tuple[datetime, datetime]:
    """From when to when one may start."""
    if zone not in delivery.ZONES:
        known = ", ".join(delivery.ZONES)
        raise Refused(f"--zone {zone}: pilih salah satu dari {known}.", f"--zone {zone}: choose one of {known}.")
    if not SHORTEST_HOURS <= hours <= LONGEST_HOURS:
        limits = f"{SHORTEST_HOURS} … {LONGEST_HOURS}"
        raise Refused(f"--hours harus {limits}.", f"--hours must be {limits}.")
    if not FIRST_YEAR <= opens.year <= LAST_YEAR:
        raise Refused(f"--opens: tahun {opens.year} tidak mungkin.", f"--opens: the year {opens.year} cannot be.")
    opens_at = opens.replace(tzinfo=ZoneInfo(zone))
    return opens_at, opens_at + timedelta(hours=hours)


def read_roster(path: Path) -> list[str]:
    """One name per line; what stands in it goes on cards and screens, so it must be text."""
    if path.stat().st_size > LARGEST_ROSTER:
        raise Refused(f"{path}: berkas terlalu besar.", f"{path}: the file is too large.")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise Refused(f"{path}: simpan berkas sebagai UTF-8.", f"{path}: save the file as UTF-8.") from None
    names = [" ".join(line.split()) for line in lines]
    for number, name in enumerate(names, start=1):
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise Refused(
                f"{path}:{number}: nama paling panjang {LONGEST_NAME} huruf, tanpa tanda kendali.",
                f"{path}:{number}: a name has at most {LONGEST_NAME} characters and no control signs.",
            )
    found = [name for name in names if name]
    if not found:
        raise Refused(f"{path}: tidak ada nama di dalamnya.", f"{path}: there is no name in it.")
    return found


@contextmanager
def new_private_file(path: Path) -> Iterator[TextIO]:
    """A file of our own that only we may read. PINs exist nowhere else, so it is opened before anything is stored."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{path} sudah ada.", f"{path} exists already.") from None
    except OSError as error:
        raise Refused(f"{path} tidak dapat ditulis.", f"{path} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)  # nothing was stored: the cards in it belong to nobody
        raise


@sitting.command("staff")
def staff(
    code: Annotated[str, typer.Argument(help="code of the sitting")],
    proctor: Annotated[
        str | None, typer.Option(help="user name of a proctor or invigilator to assign; without it: list")
    ] = None,
) -> None:
    """Menugaskan pengawas, atau menampilkan yang bertugas / assign a proctor or invigilator, or list who is assigned.

    Contoh / example: sahih sitting staff TUK-1 --proctor sari
    """
    with environment() as values:
        usernames = in_transaction(values, lambda session: _staff(session, code, proctor))
    typer.echo(f"{code}: {', '.join(usernames) or 'belum ada pengawas / no proctor yet'}")


async def _staff(session: AsyncSession, code: str, proctor: str | None) -> list[str]:
    """User names of the sitting's proctors, after this one was assigned."""
    found = await sitting_called(session, code)
    if proctor is not None:
        person_id = await person_called(session, proctor)
        if Permission.BOARD_READ not in permissions_of(await identity.roles_of(session, person_id)):
            raise Refused(f"{proctor} bukan pengawas.", f"{proctor} is not a proctor.")
        await delivery.assign_staff(session, found.id, person_id)
    assigned = await delivery.list_proctors(session, found.id)
    return sorted(username for username, person in (await identity.list_staff(session)).items() if person in assigned)


@sitting.command("card")
def card(
    code: Annotated[str, typer.Argument(help="code of the sitting")],
    number: Annotated[str, typer.Argument(help="participant number on the lost card")],
) -> None:
    """Membuat PIN baru untuk kartu yang hilang / make a new PIN for a lost card.

    PIN lama dan log-in yang masih terbuka tidak berlaku lagi / the old PIN and open log-ins end.

    Contoh / example: sahih sitting card TUK-1 MMU-26-0007
    """
    with environment() as values:
        secret = newest_secret(values)
        issued, name = in_transaction(values, lambda session: _new_card(session, secret, code, number))
    typer.echo(f"{issued.number}  {name}  PIN baru / new PIN: {issued.pin}")


async def _new_card(session: AsyncSession, secret: bytes, code: str, number: str) -> tuple[IssuedCard, str]:
    found = await sitting_called(session, code)
    for seat in await delivery.list_roster(session, found.id):
        if seat.number == number.strip().upper():
            issued = await identity.issue_card(session, secret, number=seat.number, person_id=seat.person_id)
            return issued, seat.name
    raise Refused(f"Nomor {number} tidak ada di sesi {code}.", f"There is no number {number} in sitting {code}.")


@sitting.command("close")
def close(code: Annotated[str, typer.Argument(help="code of the sitting")]) -> None:
    """Menutup sesi; yang sedang ujian tetap sampai waktunya / nobody starts any more.

    Contoh / example: sahih sitting close TUK-1
    """

    async def shut(session: AsyncSession) -> None:
        await delivery.close_sitting(session, (await sitting_called(session, code)).id)

    with environment() as values:
        in_transaction(values, shut)
    typer.echo(f"{code} ditutup / closed.")


async def sitting_called(session: AsyncSession, code: str) -> Sitting:
    found = await delivery.find_sitting(session, code)
    if found is None:
        raise Refused(f"Sesi {code} tidak ada.", f"There is no sitting {code}.")
    return found


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
    """A draft of a sitting with its candidates. Returns each candidate's card and name. Without names it is empty."""
    version = await schemes.find_newest(session, scheme_code)
    if version is None:
        raise Refused(f"Skema {scheme_code} belum dimuat.", f"Scheme {scheme_code} is not loaded.")
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
    numbers = await delivery.next_numbers(session, delivery.number_prefix(scheme_code, opens_at, zone), len(names))
    issued = []
    for number, name in zip(numbers, names, strict=True):
        person_id = await identity.add_person(session, name)
        issued.append((await identity.issue_card(session, secret, number=number, person_id=person_id), name))
    if issued:
        await delivery.add_to_roster(session, sitting_id, issued)
    return issued


def write_cards(file: TextIO, issued: list[tuple[IssuedCard, str]]) -> None:
    """Cards with PINs, for printing; on the disk before the database holds the hashes of the PINs."""
    writer = csv.writer(file, delimiter=";")
    writer.writerow(["nomor_peserta", "pin", "nama"])
    writer.writerows([card.number, card.pin, cell(name)] for card, name in issued)
    file.flush()
    os.fsync(file.fileno())
