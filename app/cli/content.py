"""Schemes and item banks from files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from app import itembank, schemes
from app.cli.environment import environment, in_transaction
from app.cli.refusals import Refused
from app.core import freeze
from app.core.clock import rfc3339
from app.core.resources import itembank_path

scheme = typer.Typer(no_args_is_help=True, help="Skema sertifikasi / certification schemes.")
bank = typer.Typer(no_args_is_help=True, help="Bank soal / item banks.")

MMU = "mmu"
Folder = Annotated[Path | None, typer.Argument(help="folder with scheme.yaml and items/; default: the MMu sample")]


def scheme_schema() -> Path:
    return itembank_path() / "schema" / "scheme.schema.json"


def items_schema() -> Path:
    return itembank_path() / "schema" / "items.schema.json"


def chosen(folder: Path | None) -> Path:
    return folder or itembank_path() / MMU


@scheme.command("load")
def scheme_load(folder: Folder = None) -> None:
    """Memuat berkas skema; berkas yang berubah menjadi versi baru / load a scheme file.

    Contoh / example: sahih scheme load itembank/mmu
    """
    with environment() as values:
        version, new = in_transaction(values, lambda session: _load_scheme(session, chosen(folder)))
    state = "versi baru / new version" if new else "sudah ada / already there"
    typer.echo(f"{version.code} versi {version.version_no}: {state}")


async def _load_scheme(session: AsyncSession, folder: Path) -> tuple[schemes.SchemeVersion, bool]:
    await freeze.require_thawed(session)
    return await schemes.load_scheme(session, folder / "scheme.yaml", scheme_schema())


@scheme.command("show")
def scheme_show(code: Annotated[str, typer.Argument(help="scheme code")] = "MMu") -> None:
    """Menampilkan skema yang dimuat / show the newest version of a scheme.

    Contoh / example: sahih scheme show MMu
    """
    with environment() as values:
        version = in_transaction(values, lambda session: schemes.find_newest(session, code))
    if version is None:
        raise Refused(f"Skema {code} belum dimuat.", f"Scheme {code} is not loaded.")
    table = Table(title=f"{version.code} – {version.title}, versi {version.version_no}")
    for heading in ("KUK", "unit", "kriteria", "soal"):
        table.add_column(heading)
    for unit in version.units:
        for criterion in unit.criteria:
            table.add_row(criterion.kuk, unit.code, criterion.text, str(version.items_per_kuk[criterion.kuk]))
    Console().print(table)


@bank.command("load")
def bank_load(folder: Folder = None) -> None:
    """Memuat soal dari berkas; semua atau tidak sama sekali / load item files, all or nothing.

    Soal yang tidak ada lagi di berkas ditarik / an item that the files no longer hold is retired.

    Contoh / example: sahih bank load itembank/mmu
    """
    with environment() as values:
        report = in_transaction(values, lambda session: _load_bank(session, chosen(folder)))
    typer.echo(f"baru/added {report.added}, berubah/changed {report.changed}, tetap/unchanged {report.unchanged}")
    if report.retired:
        typer.echo(f"ditarik, tidak ada lagi di berkas / retired, no longer in the files: {', '.join(report.retired)}")
    if report.left:
        codes = ", ".join(report.left)
        typer.echo(f"tidak disentuh, ditulis atau ditarik orang di sini / left alone, written or retired here: {codes}")


async def _load_bank(session: AsyncSession, folder: Path) -> itembank.LoadReport:
    await freeze.require_thawed(session)
    return await load_content(session, folder)


async def load_content(session: AsyncSession, folder: Path) -> itembank.LoadReport:
    """The scheme and its bank, in the caller's transaction."""
    version, _ = await schemes.load_scheme(session, folder / "scheme.yaml", scheme_schema())
    n_options = version.exam.options if version.exam else None
    bank = itembank.read_bank(folder / "items", items_schema(), n_options=n_options)
    return await itembank.load_items(session, version.code, bank.drafts, bank.images)


@bank.command("check")
def bank_check(folder: Folder = None) -> None:
    """Memeriksa berkas soal seperti seorang penelaah / check item files; no database is needed.

    Contoh / example: sahih bank check itembank/mmu
    """
    place = chosen(folder)
    exam = schemes.read_exam(place / "scheme.yaml", scheme_schema())
    drafts = itembank.read_bank(place / "items", items_schema(), n_options=exam.options if exam else None).drafts
    readings = itembank.read_second_reading(place / "second-reading.csv")
    remarks = itembank.check_bank(drafts, schemes.read_kuks(place / "scheme.yaml", scheme_schema()), readings)
    for remark in remarks:
        typer.echo(f"{remark.severity}: {remark.where}: {remark.rule}: {remark.text_id} / {remark.text_en}")
    errors = sum(remark.severity == "error" for remark in remarks)
    typer.echo(f"{len(drafts)} soal/items, {errors} kesalahan/errors, {len(remarks) - errors} catatan/remarks")
    if errors:
        raise typer.Exit(1)


@bank.command("trace")
def bank_trace(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a file that was found")],
) -> None:
    """Mencari siapa yang mengambil berkas ekspor ini / find out who took this export.

    Contoh / example: sahih bank trace soal.xlsx
    """
    content = file.read_bytes()
    with environment() as values:
        found = in_transaction(values, lambda session: itembank.transfers.trace(session, content))
    if not found:
        raise Refused("Tidak ada tanda ekspor di berkas ini.", "This file shows no sign of an export.")
    for one in found:
        how = "berkas utuh / the very file" if one.unchanged else "berkas berubah / changed since"
        when = rfc3339(one.taken_at or one.asked_at)
        typer.echo(f"{one.export_id}: {one.name}, {one.scheme_code}, {when}, {how}; {one.reason}")
