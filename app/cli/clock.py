"""The database's clock, after the guard found that it cannot be trusted."""

from __future__ import annotations

from typing import Annotated

import typer

from app import delivery
from app.cli.environment import environment, in_transaction
from app.cli.refusals import Refused
from app.core.clock import rfc3339
from app.delivery import ClockState

SHORTEST_REASON = 10
FARTHEST_SECONDS = 24 * 3600

clock = typer.Typer(no_args_is_help=True, help="Jam basis data / the database's clock.")


@clock.command("show")
def show() -> None:
    """Menampilkan apakah jam dipercaya / say whether the clock is trusted.

    Contoh / example: sahih clock show
    """
    with environment() as values:
        state = in_transaction(values, delivery.clock_state)
    typer.echo(_described(state))


@clock.command("clear")
def clear(
    reason: Annotated[str, typer.Option(help="what happened and how you know that the clock is right now")],
    step: Annotated[float, typer.Option(help="seconds the clock moved forward while no guard looked")] = 0.0,
) -> None:
    """Menyatakan jam benar lagi; batas waktu dikoreksi / trust the clock again; deadlines are corrected by its step.

    Contoh / example: sahih clock clear --reason "NTP menyetel jam mundur 5 menit; sudah dicocokkan dengan dua sumber"
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(
            f"--reason: tuliskan alasan, paling sedikit {SHORTEST_REASON} huruf.",
            f"--reason: say why, in at least {SHORTEST_REASON} characters.",
        )
    if not abs(step) <= FARTHEST_SECONDS:
        raise Refused("--step: paling jauh satu hari.", "--step: a day at most.")
    with environment() as values:
        moved = in_transaction(
            values, lambda session: delivery.clear_clock(session, reason=reason.strip(), step_seconds=step)
        )
    typer.echo(f"Jam dipercaya lagi / the clock is trusted again. Dikoreksi / corrected: {moved}.")


def _described(state: ClockState) -> str:
    beat = rfc3339(state.beat_at) if state.beat_at else "–"
    lines = [f"jam basis data / database clock: {rfc3339(state.now)}; penjaga / guard: {beat}"]
    if state.suspect:
        lines.append(
            f"DIRAGUKAN / SUSPECT ({state.cause}, {state.step_seconds:+.3f} s, {state.attempts} ujian/attempts): "
            "tidak ada yang ditutup sampai / nothing closes until `sahih clock clear`."
        )
    elif state.holds:
        lines.append(
            "PENJAGA DIAM / NO GUARD: tidak ada yang ditutup; jalankan / nothing closes; start `sahih worker`."
        )
    elif state.beat_at is None:
        lines.append("Belum ada penjaga: `sahih worker` belum pernah berjalan / no worker ever guarded this database.")
    else:
        lines.append("Dipercaya / trusted.")
    return "\n".join(lines)
