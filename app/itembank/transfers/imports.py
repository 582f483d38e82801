"""An import on its way: the file comes in sealed, the worker says what it would do, a person says do it, or forget it.

States: reading → ready | refused → applying → applied; failed where something of ours broke. It belongs to who sent the file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import schemes
from app.core import freeze, jobs, journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.datafile import Fault
from app.core.db import Database, rowcount
from app.core.errors import NotFound
from app.itembank.exchange import Format
from app.itembank.exchange.formats import package
from app.itembank.models import BankImport
from app.itembank.revisions import get_revision
from app.itembank.transfers.errors import BankMoved, ImportMoved, PassphraseNeeded, RowsRefused, UnfitFile
from app.itembank.transfers.parts import open_part, seal_part
from app.itembank.transfers.rules import KEPT
from app.itembank.transfers.types import ImportState, Outcome

READ_JOB: Final = "bank.read-import"
APPLY_JOB: Final = "bank.apply-import"
LARGEST_FILE: Final = 10 * 1024 * 1024
S = ImportState


@dataclass(frozen=True, slots=True)
class Import:
    """An import without its content. `revision` is that of the bank it was compared with."""

    id: UUID
    scheme_code: str
    name: str
    format: str | None
    state: ImportState
    made_at: datetime
    revision: int | None
    done: int
    total: int
    counts: dict[str, int]
    reason: str | None


async def begin_import(
    session: AsyncSession,
    scheme_code: str,
    content: bytes,
    *,
    name: str,
    format: Format | None,  # noqa: A002  (the field's word)
    kuk: str | None,
    passphrase: str | None,
    actor: Actor,
) -> UUID:
    """Keep the file and ask the worker to read it."""
    await freeze.require_thawed(session)
    scheme = await schemes.find_newest(session, scheme_code)
    if scheme is None:
        raise NotFound
    if not content:
        raise UnfitFile(Fault(name, 1, "-", "berkas kosong; pilih berkas lain", "the file is empty; choose another"))
    if kuk is not None and kuk not in scheme.unit_of:
        raise UnfitFile(Fault(name, 1, "kuk", f"KUK {kuk} tidak ada dalam skema", f"KUK {kuk} is not in the scheme"))
    is_package = format is Format.PACKAGE or content.startswith(package.MAGIC)
    if is_package and not passphrase:
        raise PassphraseNeeded
    import_id = uuid4()
    row = BankImport(
        id=import_id,
        scheme_code=scheme.code,
        name=name,
        format=Format.PACKAGE if is_package else format,
        kuk=kuk,
        state=S.READING,
        made_by=actor.person_id,
        sealed_file=seal_part(session, import_id, content),
        sealed_passphrase=seal_part(session, import_id, passphrase.encode()) if passphrase and is_package else None,
    )
    session.add(row)
    await session.flush()
    await jobs.enqueue(session, READ_JOB, {"import_id": str(row.id)})
    facts = {"scheme": scheme.code, "bytes": len(content), "format": format, "kuk": kuk}
    await journal.record(session, "bank.import-begun", "bank_import", row.id, actor=actor, facts=facts)
    return row.id


async def read_again(session: AsyncSession, import_id: UUID, *, actor: Actor) -> None:
    """Compare the file with the bank as it is now."""
    await freeze.require_thawed(session)
    row = await _hold(session, import_id, actor)
    _require(row, S.READY, S.REFUSED, S.FAILED)
    row.state, row.done, row.total = S.READING, 0, 0
    await session.flush()
    await jobs.enqueue(session, READ_JOB, {"import_id": str(row.id)})


async def ask_to_apply(
    session: AsyncSession, import_id: UUID, *, revision: int, skip: Sequence[int], reason: str, actor: Actor
) -> None:
    """Say yes to what was shown: every row but those left out by their line, all of it or nothing."""
    await freeze.require_thawed(session)
    row = await _hold(session, import_id, actor)
    if row.state in (S.APPLYING, S.APPLIED):
        return  # asked twice, done once
    _require(row, S.READY)
    if row.revision != revision or revision != await get_revision(session, row.scheme_code):
        raise BankMoved
    report = _opened(session, row)
    refused = {one["line"] for one in report["rows"] if one["outcome"] == Outcome.REFUSED} - set(skip)
    if refused:
        raise RowsRefused(lines=sorted(refused))
    row.state, row.skip, row.reason, row.done = S.APPLYING, sorted(set(skip)), reason, 0
    await session.flush()
    await jobs.enqueue(session, APPLY_JOB, {"import_id": str(row.id)})
    await journal.record(session, "bank.import-agreed", "bank_import", row.id, actor=actor, reason=reason)


async def discard_import(session: AsyncSession, import_id: UUID, *, actor: Actor) -> None:
    """Forget the file and what it would do. What was done stays done."""
    row = await _hold(session, import_id, actor)
    if row.state == S.APPLYING:
        raise ImportMoved(state=row.state)
    await session.delete(row)
    await session.flush()
    await journal.record(session, "bank.import-discarded", "bank_import", import_id, actor=actor)


async def list_imports(session: AsyncSession, actor: Actor) -> list[Import]:
    """This person's, newest first."""
    rows = await session.execute(
        select(*_COLUMNS).where(BankImport.made_by == actor.person_id).order_by(BankImport.made_at.desc())
    )
    return [_import(row) for row in rows]


async def get_import(session: AsyncSession, import_id: UUID, actor: Actor) -> Import:
    query = select(*_COLUMNS).where(BankImport.id == import_id, BankImport.made_by == actor.person_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return _import(row)


async def read_report(session: AsyncSession, import_id: UUID) -> dict[str, Any]:
    """What the file would do: `rows`, `faults` and `left_out`; empty until the worker has read it."""
    row = await session.get(BankImport, import_id)
    return _opened(session, row) if row else _EMPTY


async def forget_old_imports(database: Database) -> None:
    """The sweep of the worker: a file that nobody came back to is not kept for ever."""
    async with database.staff() as session, session.begin():
        before = await read_clock(session) - KEPT
        gone = delete(BankImport).where(BankImport.made_at < before, BankImport.state != S.APPLYING)
        if count := rowcount(await session.execute(gone)):
            await journal.record(session, "bank.imports-forgotten", "bank", "-", facts={"imports": count})


_EMPTY: Final[dict[str, Any]] = {"rows": [], "faults": [], "left_out": []}
_COLUMNS = (
    BankImport.id, BankImport.scheme_code, BankImport.name, BankImport.format, BankImport.state, BankImport.made_at,
    BankImport.revision, BankImport.done, BankImport.total, BankImport.counts, BankImport.reason,
)  # fmt: skip


def _import(row: Any) -> Import:
    values = row._asdict()
    return Import(**(values | {"state": ImportState(row.state)}))


def _opened(session: AsyncSession, row: BankImport) -> dict[str, Any]:
    if row.sealed_report is None:
        return _EMPTY
    report: dict[str, Any] = json.loads(open_part(session, row.id, row.sealed_report))
    return report


async def _hold(session: AsyncSession, import_id: UUID, actor: Actor) -> BankImport:
    query = select(BankImport).where(BankImport.id == import_id, BankImport.made_by == actor.person_id)
    row = await session.scalar(query.with_for_update())
    if row is None:
        raise NotFound
    return row


def _require(row: BankImport, *states: ImportState) -> None:
    if row.state not in states:
        raise ImportMoved(state=row.state)
