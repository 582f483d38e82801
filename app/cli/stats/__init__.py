"""`sahih stats`: the committee's figures in a terminal and on paper, for a sitting or for a file of responses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.refusals import Refused
from app.cli.stats import files, sitting

ENDINGS = (".csv", ".txt", ".tsv")
FILES = (".json", ".html", ".csv")  # endings by which no folder is meant
WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")


def stats(
    source: Annotated[str, typer.Argument(help="code of a sitting, or a CSV of responses")],
    out: Annotated[
        Path | None, typer.Option(help="JSON file of a sitting, or the folder for the report of a CSV")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="CSV: item, key, optional unit")] = None,
    blueprint: Annotated[Path | None, typer.Option(help="CSV: item, unit")] = None,
    groups: Annotated[Path | None, typer.Option(help="CSV: candidate, group (two groups)")] = None,
    pass_mark: Annotated[float, typer.Option(help="percent of the items that passes", min=0.0, max=100.0)] = 68.0,
    lang: Annotated[str, typer.Option(help="language of the report: id or en")] = "id",
) -> None:
    """Statistik sebuah sesi, atau analisis butir dari berkas CSV / statistics of a sitting, or of a CSV of responses.

    Contoh / examples: sahih stats SIM-20261121-090000 --out angka.json

    sahih stats jawaban.csv --key kunci.csv --out laporan
    """
    if lang not in ("id", "en"):
        raise Refused(f"--lang {lang}: pilih id atau en", f"--lang {lang}: choose id or en")
    if source.lower().endswith(WORKBOOKS):
        raise Refused(
            f"{source}: buka di lembar sebar dan simpan lembarnya sebagai CSV UTF-8",
            f"{source}: open it in a spreadsheet and save the sheet as CSV UTF-8",
        )
    if source.lower().endswith(ENDINGS):
        if out and out.suffix.lower() in FILES:
            raise Refused(f"--out {out}: untuk berkas CSV, sebut nama folder", f"--out {out}: for a CSV, name a folder")
        asked = files.Asked(Path(source), key, blueprint, groups, pass_mark, lang)
        files.report(asked, out or Path(source).with_name(f"{Path(source).stem}-stats"))
    elif key or blueprint or groups:
        raise Refused(
            f"{source} bukan berkas CSV; --key, --blueprint dan --groups hanya untuk berkas",
            f"{source} is no CSV file; --key, --blueprint and --groups are for files",
        )
    else:
        sitting.report(source, out)
