"""The `sahih` command as people run it, with an environment of its own; one at a time, since streams are the process's."""

from __future__ import annotations

import asyncio
import io
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

from app.cli import run
from tests.databases import TestDatabase
from tests.factories import BANK_KEYS, PUBLIC_URL, SECRET


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


def installed(database: TestDatabase, **changes: str | None) -> dict[str, str]:
    """The environment of a server that is set up; None takes a variable away."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SAHIH", "DATABASE"))}
    values: dict[str, str | None] = {
        "SAHIH_PUBLIC_URL": PUBLIC_URL,
        "SAHIH_ALLOW_HTTP": "1",
        "SAHIH_SECRETS": SECRET,
        "SAHIH_BANK_KEYS": BANK_KEYS,
        "DATABASE_URL": database.app_url,
        "SAHIH_EXAM_URL": database.exam_url,
        "SAHIH_MIGRATE_URL": database.owner_url,
        **changes,
    }
    return inherited | {name: value for name, value in values.items() if value is not None}


async def sahih(environment: dict[str, str], *arguments: str) -> Done:
    """In a thread, since a command begins an event loop of its own. What it does not expect ends the test with its trace."""
    return await asyncio.to_thread(_run, environment, list(arguments))


def _run(environment: dict[str, str], arguments: list[str]) -> Done:
    out, err, code = io.StringIO(), io.StringIO(), 0
    with patch.dict(os.environ, environment, clear=True), redirect_stdout(out), redirect_stderr(err):
        try:
            run(arguments)
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else int(left.code is not None)
    return Done(code, out.getvalue(), err.getvalue())


async def refused(environment: dict[str, str], *arguments: str) -> str:
    """One sentence in both languages, exit code 1, no trace and no secret; returns the sentence."""
    done = await sahih(environment, *arguments)
    said = done.out + done.err
    assert done.code == 1, said
    assert "Traceback" not in said
    assert " / " in done.err, "in both languages"
    assert len(done.err.strip().splitlines()) == 1, done.err
    assert SECRET not in said
    return done.err.strip()
