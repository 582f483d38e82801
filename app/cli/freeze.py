"""The freeze of an exam day."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.environment import environment, in_transaction
from app.cli.refusals import Refused
from app.core.clock import rfc3339
from app.core.freeze import read_freeze, set_freeze

SHORTEST_REASON = 5

freeze = typer.Typer(no_args_is_help=True, help="Pembekuan hari ujian / the freeze of an exam day.")
Reason = Annotated[str, typer.Option(help="why; goes to the journal")]


@freeze.command("on")
def on(reason: Reason) -> None:
    """Membekukan: tidak ada migrasi, pemuatan atau statistik / no migration, load or statistics from now on.

    Contoh / example: sahih freeze on --reason "ujian TUK-1"
    """
    _set(frozen=True, reason=reason)


@freeze.command("off")
def off(reason: Reason) -> None:
    """Mengakhiri pembekuan / end it.

    Contoh / example: sahih freeze off --reason "ujian TUK-1 selesai"
    """
    _set(frozen=False, reason=reason)


@freeze.command("show")
def show() -> None:
    """Menampilkan apakah dibekukan / say whether it is on.

    Contoh / example: sahih freeze show
    """
    with environment(as_it_is=True) as values:
        state = in_transaction(values, read_freeze, as_it_is=True)
    said = "DIBEKUKAN / FROZEN" if state.frozen else "tidak dibekukan / not frozen"
    since = f" ({rfc3339(state.changed_at)}: {state.reason})" if state.changed_at else ""
    typer.echo(said + since)


def _set(*, frozen: bool, reason: str) -> None:
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        raise Refused(
            f"--reason: tuliskan alasan, paling sedikit {SHORTEST_REASON} huruf.",
            f"--reason: say why, in at least {SHORTEST_REASON} characters.",
        )
    # A release that waits for the end of the freeze must not keep anybody from ending it.
    with environment(as_it_is=not frozen) as values:
        changed = in_transaction(
            values, lambda session: set_freeze(session, frozen=frozen, reason=said), as_it_is=not frozen
        )
    done = "dibekukan / frozen" if frozen else "tidak dibekukan lagi / no longer frozen"
    typer.echo(done if changed else "Sudah begitu / it was so already.")
