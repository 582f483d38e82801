"""The report of a file of responses: read, computed, printed, written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from app.cli.stats.figures import Figures, figures_of, plain
from app.cli.stats.page import page
from app.cli.stats.responses import read_exam
from app.cli.stats.table import items_csv
from app.cli.stats.words import Words
from app.core.words import both


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person at the terminal named."""

    responses: Path
    key: Path | None
    blueprint: Path | None
    groups: Path | None
    pass_mark: float
    lang: str


def report(asked: Asked, folder: Path) -> None:
    """Print the item analysis; write report.html, statistics.json and items.csv into the folder."""
    exam = read_exam(asked.responses, key=asked.key, blueprint=asked.blueprint, groups=asked.groups)
    figures = figures_of(exam, asked.pass_mark)
    written = {
        "statistics.json": json.dumps(plain(figures), ensure_ascii=False, allow_nan=False, indent=1),
        "items.csv": items_csv(figures, Words(asked.lang)),
        "report.html": page(figures, asked.responses.stem, asked.lang),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():  # all of them are there before the first is written
        (folder / name).write_text(text, encoding="utf-8", newline="")
    _print(figures, asked.responses.name)
    typer.echo(f"{both('Laporan', 'report')}: {folder / 'report.html'}, items.csv, statistics.json")


def _print(figures: Figures, name: str) -> None:
    table = Table(
        "soal / item", "n", "p", "r", "D27", "tanda / flags", title=f"{name}: n = {figures.n_persons}", caption_style=""
    )
    for item, flags in zip(figures.items, figures.flags, strict=True):
        values = (item.difficulty.value, item.item_rest.value, item.d27.value if item.n_suffices else None)
        table.add_row(str(item.item), str(item.n), *map(_shown, values), ", ".join(flags))
    Console().print(table)


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
