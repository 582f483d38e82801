"""Puts the groups together, and turns every expected failure into one sentence and exit code 1."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from app.cli import (
    backup,
    clock,
    content,
    demo,
    forms,
    freeze,
    opening,
    people,
    pool_advice,
    preflight,
    serving,
    simulate,
    sittings,
    stats,
    vault,
    verify,
)
from app.cli.refusals import EXPECTED, sentence_of

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback with local variables could show a secret
    help="Sahih: ujian sertifikasi berbasis komputer / computer-based certification exams.",
)
app.command()(demo.demo)
app.command()(serving.serve)
app.command()(serving.worker)
app.command()(serving.migrate)
app.command()(simulate.simulate)
app.command()(stats.stats)
app.command()(verify.verify)
app.command("backup")(backup.take)
app.command()(backup.restore)
app.command()(preflight.preflight)
app.add_typer(serving.db, name="db")
app.add_typer(content.scheme, name="scheme")
content.bank.command("rotate-key")(vault.rotate_key)
app.add_typer(content.bank, name="bank")
sittings.sitting.command("open")(opening.open_sitting)
app.add_typer(sittings.sitting, name="sitting")
forms.forms.command("simulate")(pool_advice.simulate)
app.add_typer(forms.forms, name="forms")
app.add_typer(clock.clock, name="clock")
app.add_typer(freeze.freeze, name="freeze")
app.add_typer(people.user, name="user")


def run(arguments: list[str] | None = None) -> None:
    try:
        app(arguments)
    except EXPECTED as error:
        Console(stderr=True, soft_wrap=True).print(sentence_of(error), style="red", highlight=False, markup=False)
        sys.exit(1)
