"""What the worker does with an import: read the file and compare it with the bank; write what a person agreed to.

Both may run twice: the state says whether there is anything left to do. Nothing of the file leaves this module unsealed.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core import journal
from app.core.access import Actor
from app.core.datafile import DataFileError, Fault
from app.core.db import Database
from app.core.pool import is_transient
from app.itembank import exchange
from app.itembank.exchange import Format, LeftOut, ReadFile
from app.itembank.images import store_images
from app.itembank.models import BankImport
from app.itembank.queries import record_reading
from app.itembank.revisions import get_revision, touch
from app.itembank.richtext import images_of
from app.itembank.transfers.bank import read_target
from app.itembank.transfers.compare import compare
from app.itembank.transfers.errors import fault_out
from app.itembank.transfers.parts import open_part, seal_part
from app.itembank.transfers.types import ImportState, Outcome, Plan, Planned
from app.itembank.transfers.writing import write_planned

log = logging.getLogger("sahih")
S = ImportState


class _Refused(Exception):
    """The file as a whole cannot be taken, as the bank is now."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = faults


async def read_import(database: Database, payload: dict[str, Any]) -> None:
    """Say what the file would do, row by row."""
    await _guarded(database, UUID(payload["import_id"]), S.READING, _read)


async def apply_import(database: Database, payload: dict[str, Any]) -> None:
    """Write every row that was agreed to, in one transaction."""
    await _guarded(database, UUID(payload["import_id"]), S.APPLYING, _apply)


async def _guarded(
    database: Database,
    import_id: UUID,
    state: ImportState,
    step: Callable[[Database, BankImport, ReadFile], Awaitable[None]],
) -> None:
    """A refusal is kept for who sent the file; what broke is logged, and said."""
    row = await _find(database, import_id, state)
    if row is None:
        return
    try:
        await step(database, row, await _read_file(database, row))
    except (DataFileError, _Refused) as error:
        await _refuse(database, row, error.faults)
    except Exception as error:
        if is_transient(error):
            raise  # the job comes again
        log.exception("import %s failed", import_id)
        await _change(database, row, state=S.FAILED)


async def _find(database: Database, import_id: UUID, state: ImportState) -> BankImport | None:
    async with database.staff() as session:
        row = await session.get(BankImport, import_id)
        return row if row and row.state == state else None


async def _read_file(database: Database, row: BankImport) -> ReadFile:
    async with database.staff() as session:
        content = open_part(session, row.id, row.sealed_file)
        passphrase = open_part(session, row.id, row.sealed_passphrase).decode() if row.sealed_passphrase else None
    wanted = Format(row.format) if row.format else None
    return await asyncio.to_thread(exchange.read, content, row.name, wanted, passphrase)


async def _read(database: Database, row: BankImport, file: ReadFile) -> None:
    await _change(database, row, total=len(file.rows), done=0)
    async with database.staff() as session, session.begin():
        revision = await get_revision(session, row.scheme_code)  # before what it stands for
        plan = await _plan(session, row, file)
        report = _report(plan, file)
        values = {
            "state": S.READY,
            "format": file.format,
            "sealed_report": seal_part(session, row.id, report),
            "revision": revision,
            "counts": plan.count(),
            "done": len(plan.rows),
        }
        await _update(session, row, values)
        facts = {"counts": plan.count(), "revision": revision}
        actor = await _maker(session, row)
        await journal.record(session, "bank.import-read", "bank_import", row.id, actor=actor, facts=facts)


async def _apply(database: Database, row: BankImport, file: ReadFile) -> None:
    async with database.staff() as session, session.begin():
        await touch(session, row.scheme_code)  # whoever else applies it waits here, and then finds it done
        if await session.scalar(select(BankImport.state).where(BankImport.id == row.id)) != S.APPLYING:
            return
        if await get_revision(session, row.scheme_code) - 1 != row.revision:
            text_id, text_en = "bank berubah sejak berkas dibaca; baca ulang", "the bank has changed since; read again"
            raise _Refused(Fault(row.name, 1, "-", text_id, text_en))
        plan = await _plan(session, row, file)
        await _write(database, session, row, file, [one for one in plan.rows if one.line not in row.skip])


async def _write(
    database: Database, session: AsyncSession, row: BankImport, file: ReadFile, rows: list[Planned]
) -> None:
    refused = [one for one in rows if one.outcome is Outcome.REFUSED]
    if refused:
        raise _Refused(*refused[0].faults)
    todo = [one for one in rows if one.outcome in (Outcome.NEW, Outcome.CHANGED)]
    counts = Plan(rows).count()
    actor = await _maker(session, row)
    shown = {name for one in todo for name in _pictures(one)}
    await store_images(session, (image for name, image in file.images.items() if name in shown))

    async def tell(done: int) -> None:
        await _change(database, row, done=done, total=len(todo))  # on another connection: this one has not committed

    await write_planned(session, row.scheme_code, todo, reason=row.reason, actor=actor, tell=tell)
    await _update(session, row, {"state": S.APPLIED, "counts": counts, "done": len(todo), "total": len(todo)})
    facts = {"scheme": row.scheme_code, "counts": counts, "skipped": row.skip}
    await journal.record(session, "bank.imported", "bank_import", row.id, actor=actor, reason=row.reason, facts=facts)


async def _plan(session: AsyncSession, row: BankImport, file: ReadFile) -> Plan:
    actor = await _maker(session, row)
    target = await read_target(session, row.scheme_code, kuk=row.kuk, brought=file.images, actor=actor)
    await record_reading(session, len(target.held), why="impor: dibandingkan / import: compared", actor=actor)
    return await asyncio.to_thread(compare, file.rows, row.name, target)


async def _maker(session: AsyncSession, row: BankImport) -> Actor:
    """Who sent the file, with the roles that they hold now."""
    roles = await identity.roles_of(session, row.made_by)
    name = (await identity.names_of(session, [row.made_by]))[row.made_by]
    return Actor(row.made_by, uuid4(), name, roles)


async def _refuse(database: Database, row: BankImport, faults: tuple[Fault, ...]) -> None:
    report = {"rows": [], "left_out": [], "faults": [fault_out(fault) for fault in faults]}
    async with database.staff() as session, session.begin():
        sealed = seal_part(session, row.id, json.dumps(report, ensure_ascii=False).encode())
        await _update(session, row, {"state": S.REFUSED, "sealed_report": sealed, "counts": {}})


async def _change(database: Database, row: BankImport, **values: Any) -> None:
    async with database.staff() as session, session.begin():
        await _update(session, row, values)


async def _update(session: AsyncSession, row: BankImport, values: dict[str, Any]) -> None:
    await session.execute(update(BankImport).where(BankImport.id == row.id).values(values))


def _pictures(one: Planned) -> list[str]:
    if one.written is None:
        return []
    content = one.written.content
    texts = (content.stimulus, content.stem, *content.options, one.written.answer.rationale)
    return [name for text in texts for name in images_of(text)]


def _report(plan: Plan, file: ReadFile) -> bytes:
    report = {
        "rows": [_row_out(one) for one in plan.rows],
        "faults": [fault_out(fault) for fault in file.faults],
        "left_out": [_left_out(one) for one in (*file.left_out, *plan.notes)],
    }
    return json.dumps(report, ensure_ascii=False).encode()


def _row_out(one: Planned) -> dict[str, Any]:
    return {
        "line": one.line,
        "code": one.code,
        "kuk": one.kuk,
        "excerpt": one.excerpt,
        "outcome": one.outcome,
        "faults": [fault_out(fault) for fault in one.faults],
        "left_out": [_left_out(left) for left in one.left_out],
        "differs": list(one.differs),
        "similar": one.similar,
    }


def _left_out(one: LeftOut) -> dict[str, Any]:
    return {"line": one.line, "text_id": one.text_id, "text_en": one.text_en}
