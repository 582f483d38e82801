"""`sahih preflight`: may an exam begin on this installation? Each line says what was found, and what to do."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from app import monitoring
from app.cli.environment import environment, in_transaction
from app.core.preflight import Finding, Level


def preflight(
    sitting: Annotated[str | None, typer.Argument(help="code of a sitting; default: all of the next 24 hours")] = None,
) -> None:
    """Memeriksa kesiapan hari ujian / check that this installation is ready for an exam.

    Kode keluar 1 bila ada FAIL / exit code 1 where a line says FAIL.

    Contoh / example: sahih preflight TUK-1
    """
    with environment() as values:
        findings = examine(values, sitting)
    show(findings)
    sys.exit(int(any(finding.level is Level.FAIL for finding in findings)))


def show(findings: list[Finding]) -> None:
    for finding in findings:
        typer.echo(f"{finding.level:<4}  {finding.name:<12}  {finding.says_id} / {finding.says_en}")


def examine(values: Mapping[str, str], sitting: str | None = None) -> list[Finding]:
    facts = in_transaction(values, lambda session: monitoring.read_facts(session, sitting))
    return asyncio.run(monitoring.examine(facts, values, embedded=not os.environ.get("DATABASE_URL")))
