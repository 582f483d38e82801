"""The figures of a sitting, from the database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from app import review
from app.cli.environment import environment, in_transaction
from app.cli.sittings import sitting_called
from app.core import freeze
from app.core.replica import seconds_behind
from app.core.words import both

SAID_FROM_SECONDS = 5


def report(code: str, out: Path | None) -> None:
    """Print the figures of the exam; write all of them as JSON where a file is named."""
    with environment() as values:
        snapshot = in_transaction(_reading(values), lambda session: _snapshot(session, code))
        in_transaction(values, lambda session: review.record_reading(session, snapshot, "sahih stats"))
    panels = review.panels(snapshot)
    if out:
        out.write_text(json.dumps(panels, ensure_ascii=False, indent=1), encoding="utf-8")
    _print(code, panels["exam"])


def _reading(values: Mapping[str, str]) -> Mapping[str, str]:
    """Where to read: at the replica, where there is one. What it lacks is said, since a figure does not show its age."""
    replica = values.get("SAHIH_REPLICA_URL", "")
    if not replica:
        return values
    behind = asyncio.run(seconds_behind(replica, values["DATABASE_URL"]))
    if behind > SAID_FROM_SECONDS:
        typer.echo(
            both(
                f"Replika tertinggal {behind:.0f} detik; jawaban terbaru belum terhitung.",
                f"The replica is {behind:.0f} seconds behind; the newest answers are not counted.",
            ),
            err=True,
        )
    return {**values, "DATABASE_URL": replica}


async def _snapshot(session: AsyncSession, code: str) -> review.Snapshot:
    await freeze.require_thawed(session)
    return await review.take_snapshot(session, await sitting_called(session, code))


def _print(code: str, exam: dict[str, Any]) -> None:
    table = Table("ukuran / figure", "nilai / value", "95 %", title=f"{code}: n = {exam['n']}")
    for name in ("mean", "sd", "pass_rate", "reliability", "sem", "csem_at_cut"):
        figure = exam[name]
        label = f"{name} ({figure['kind']})" if "kind" in figure else name
        table.add_row(label, _shown(figure), figure["range_id"])
    Console().print(table)


def _shown(figure: dict[str, Any]) -> str:
    return figure["text_id"] if figure["value"] is not None else f"– ({both(figure['reason_id'], figure['reason_en'])})"
