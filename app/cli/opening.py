"""`sahih sitting open`: an exam begins only on an installation that is ready for it, or on somebody's word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.cli import preflight
from app.cli.environment import environment, in_transaction
from app.cli.refusals import Refused
from app.cli.sittings import sitting_called
from app.core import journal
from app.core.preflight import Level
from app.delivery import SittingState


def open_sitting(
    code: Annotated[str, typer.Argument(help="code of the sitting")],
    despite: Annotated[str | None, typer.Option(help="why it opens although preflight says FAIL; journaled")] = None,
) -> None:
    """Membuka sesi / let candidates of a prepared sitting start within its window.

    Diperiksa dahulu seperti `sahih preflight` / checked first, as `sahih preflight` does.

    Contoh / example: sahih sitting open TUK-1
    """
    with environment() as values:
        in_transaction(values, lambda session: _require_draft(session, code))
        failed = _failed(values, code, despite)
        token = in_transaction(values, lambda session: _open(session, code, failed, despite))
    typer.echo(f"{code} dibuka / open. TOKEN: {token}")


async def _require_draft(session: AsyncSession, code: str) -> None:
    """Before anything is looked at that takes time."""
    found = await sitting_called(session, code)
    if found.state is not SittingState.DRAFT:
        raise delivery.SittingNotDraft(f"{found.state} → {SittingState.OPEN}")


def _failed(values: Mapping[str, str], code: str, despite: str | None) -> list[str]:
    """What stands against an exam; refused unless somebody answers for it. A demonstration is no exam."""
    findings = [finding for finding in preflight.examine(values, code) if finding.level is not Level.OK]
    preflight.show(findings)
    failed = sorted({finding.name for finding in findings if finding.level is Level.FAIL})
    if not failed or values.get("SAHIH_DEMO") == "1":
        return []
    if not despite or not despite.strip():
        raise Refused(
            f'Sesi {code} tidak dibuka: {", ".join(failed)}. Perbaiki, atau buka dengan --despite "alasan".',
            f'Sitting {code} stays closed: {", ".join(failed)}. Put it right, or open it with --despite "reason".',
        )
    return failed


async def _open(session: AsyncSession, code: str, failed: list[str], despite: str | None) -> str | None:
    found = await sitting_called(session, code)
    await delivery.open_sitting(session, found.id)
    if failed:
        facts = {"failed": failed}
        await journal.record(
            session, "preflight.overridden", "sitting", found.id, sitting_id=found.id, reason=despite, facts=facts
        )
    session.expire_all()
    return (await delivery.get_sitting(session, found.id)).token
