"""Items out of the bank as a file: one person asks, another agrees, the first takes it within a day. No copy stays here.

Every file says in itself, where people see it, which export it is and who took it; its SHA-256 is kept, so that a file found
somewhere is traced also where nobody can read it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import schemes
from app.core import freeze, journal
from app.core.access import Actor, Permission
from app.core.clock import read_clock
from app.core.dates import ZONE_NAMES
from app.core.errors import NotFound
from app.itembank import exchange
from app.itembank.exchange import ExchangeItem, Format
from app.itembank.exchange.formats import package
from app.itembank.images import read_images
from app.itembank.keys import read_answers
from app.itembank.lifecycle import rules as life
from app.itembank.lifecycle.standing import read_standings
from app.itembank.models import BankExport, BankExportFile, Item, ItemVersion
from app.itembank.queries import read_contents, record_reading
from app.itembank.richtext import Image, escape, images_of
from app.itembank.transfers.errors import ExportBarred, NoSuchItems, PassphraseNeeded
from app.itembank.transfers.rules import bar_of_decision, bar_of_file
from app.itembank.transfers.types import ExportState
from app.itembank.types import State

ZONE: Final = ZoneInfo("Asia/Jakarta")  # of the body's office
# Suffix and media type of what people can ask for.
FILES: Final = {
    Format.GIFT: ("gift", "text/plain; charset=utf-8"),
    Format.MOODLE_XML: ("xml", "application/xml"),
    Format.PACKAGE: ("sahih", "application/octet-stream"),
    Format.QTI_30: ("zip", "application/zip"),
    Format.XLSX: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@dataclass(frozen=True, slots=True)
class Export:
    id: UUID
    scheme_code: str
    format: Format
    items: int
    state: ExportState
    reason: str
    asked_by: UUID
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str | None
    files: int  # how often it was taken


@dataclass(frozen=True, slots=True)
class File:
    name: str
    media_type: str
    content: bytes


async def ask_for_export(
    session: AsyncSession,
    scheme_code: str,
    format: Format,  # noqa: A002  (the field's word)
    *,
    codes: Collection[str] | None,
    kuks: Collection[str] | None,
    states: Collection[State],
    reason: str,
    actor: Actor,
) -> UUID:
    """Ask for the newest version of each item that fits; which ones they are is settled now, before somebody agrees."""
    if await schemes.find_newest(session, scheme_code) is None:
        raise NotFound
    chosen = await _choose(session, scheme_code, codes, kuks, states, actor)
    row = BankExport(
        id=uuid4(),
        scheme_code=scheme_code,
        format=format,
        version_ids=chosen,
        state=ExportState.WAITING,
        reason=reason,
        asked_by=actor.person_id,
    )
    session.add(row)
    await session.flush()
    facts = {"scheme": scheme_code, "format": format, "items": len(chosen)}
    await journal.record(session, "bank.export-asked", "bank_export", row.id, actor=actor, reason=reason, facts=facts)
    return row.id


async def decide_export(session: AsyncSession, export_id: UUID, *, approve: bool, reason: str, actor: Actor) -> None:
    """Another person's word on it."""
    row = await _hold(session, export_id, actor)
    barred = bar_of_decision(ExportState(row.state), row.asked_by, actor.person_id)
    if barred:
        raise ExportBarred(barred)
    row.state = ExportState.APPROVED if approve else ExportState.REFUSED
    row.decided_by, row.decided_at, row.decision_reason = actor.person_id, await read_clock(session), reason
    await session.flush()
    await journal.record(session, f"bank.export-{row.state}", "bank_export", row.id, actor=actor, reason=reason)


async def make_file(session: AsyncSession, export_id: UUID, passphrase: str | None, *, actor: Actor) -> File:
    """The file, made now, with who takes it in it."""
    await freeze.require_thawed(session)
    row, now = await _hold(session, export_id, actor), await read_clock(session)
    barred = bar_of_file(ExportState(row.state), row.decided_at, row.asked_by, actor.person_id, now)
    if barred:
        raise ExportBarred(barred)
    wanted = Format(row.format)
    if wanted is Format.PACKAGE and len(passphrase or "") < package.SHORTEST_PASSPHRASE:
        raise PassphraseNeeded
    items = await read_items(session, row.version_ids)
    pictures = {name for item in items for text in _texts(item) for name in images_of(text)}
    images = await read_images(session, pictures)
    said = notice(row.id, actor.name, now)
    content = await asyncio.to_thread(_written, wanted, items, images, said, passphrase or "")
    digest = hashlib.sha256(content).hexdigest()
    session.add(BankExportFile(export_id=row.id, sha256=digest))
    await session.flush()
    facts = {"format": wanted, "items": len(items), "sha256": digest}
    await journal.record(session, "bank.exported", "bank_export", row.id, actor=actor, reason=row.reason, facts=facts)
    await record_reading(
        session, len(items), why="ekspor / export", actor=actor, codes=[item.code for item in items if item.code]
    )
    suffix, media_type = FILES[wanted]
    return File(f"{row.scheme_code}-{short_id(row.id)}.{suffix}", media_type, content)


async def list_exports(session: AsyncSession, actor: Actor) -> list[Export]:
    """One's own; whoever may decide sees all. Newest first."""
    query = _QUERY.order_by(BankExport.asked_at.desc())
    if not actor.may(Permission.BANK_EXPORT_APPROVE):
        query = query.where(BankExport.asked_by == actor.person_id)
    return [_export(row) for row in await session.execute(query)]


async def read_items(session: AsyncSession, version_ids: Sequence[UUID]) -> list[ExchangeItem]:
    """Item versions as files carry them, in the order of their codes."""
    rows = await session.execute(
        select(ItemVersion, Item).join(Item, Item.id == ItemVersion.item_id).where(ItemVersion.id.in_(version_ids))
    )
    contents, answers = await read_contents(session, version_ids), await read_answers(session, version_ids)
    items = []
    for version, item in sorted(rows, key=lambda row: str(row[1].code)):
        content, answer = contents[version.id], answers[version.id]
        items.append(
            ExchangeItem(
                stem=content.stem,
                options=content.options,
                key=answer.key,
                code=item.code,
                kuk=version.kuk,
                lang=version.lang,
                stimulus=content.stimulus,
                stimulus_code=item.stimulus_code,
                rationale=escape(answer.rationale),
                source=escape(answer.source),
                cognitive_level=answer.cognitive_level,
                expected_p=answer.expected_p,
                enemies=tuple(item.enemies),
                fixed_order=version.fixed_order,
            )
        )
    return items


def notice(export_id: UUID, name: str, now: datetime) -> str:
    local = now.astimezone(ZONE)
    return f"Sahih · export {short_id(export_id)} · {name} · {local:%Y-%m-%d %H.%M} {ZONE_NAMES[str(ZONE)]} · rahasia"


def short_id(export_id: UUID) -> str:
    return export_id.hex[:8]


async def _choose(
    session: AsyncSession,
    scheme_code: str,
    codes: Collection[str] | None,
    kuks: Collection[str] | None,
    states: Collection[State],
    actor: Actor,
) -> list[UUID]:
    item_ids = list(await session.scalars(select(Item.id).where(Item.scheme_code == scheme_code)))
    standings = (await read_standings(session, item_ids)).values()
    visible = [
        one for one in standings if one.state in states and life.may_see(one, actor.person_id, actor.permissions)
    ]
    newest = {one.code: one.version_id for one in sorted(visible, key=lambda one: one.version_no)}
    if codes is not None:
        if not set(codes) <= newest.keys():
            raise NoSuchItems(codes=sorted(set(codes) - newest.keys()))
        newest = {code: newest[code] for code in codes}
    if kuks is not None:
        fitting = select(ItemVersion.id).where(ItemVersion.id.in_(newest.values()), ItemVersion.kuk.in_(kuks))
        fits = set(await session.scalars(fitting))
        newest = {code: version_id for code, version_id in newest.items() if version_id in fits}
    if not newest:
        raise NoSuchItems
    return [newest[code] for code in sorted(newest)]


def _written(
    format: Format,  # noqa: A002
    items: Sequence[ExchangeItem],
    images: Mapping[str, Image],
    said: str,
    passphrase: str,
) -> bytes:
    if format is Format.PACKAGE:
        return package.write(items, images, said, passphrase)
    return exchange.write(format, items, images, said)


def _texts(item: ExchangeItem) -> tuple[str, ...]:
    return (item.stimulus, item.stem, *item.options, item.rationale or "")


async def _hold(session: AsyncSession, export_id: UUID, actor: Actor) -> BankExport:
    """Who neither asked for it nor may decide does not learn that it exists."""
    row = await session.get(BankExport, export_id, with_for_update=True)
    if row is None or (row.asked_by != actor.person_id and not actor.may(Permission.BANK_EXPORT_APPROVE)):
        raise NotFound
    return row


_TAKEN = select(func.count()).where(BankExportFile.export_id == BankExport.id).scalar_subquery()
_QUERY = select(BankExport, _TAKEN.label("files"))


def _export(row: Any) -> Export:
    one: BankExport = row.BankExport
    return Export(
        id=one.id,
        scheme_code=one.scheme_code,
        format=Format(one.format),
        items=len(one.version_ids),
        state=ExportState(one.state),
        reason=one.reason,
        asked_by=one.asked_by,
        asked_at=one.asked_at,
        decided_by=one.decided_by,
        decided_at=one.decided_at,
        decision_reason=one.decision_reason,
        files=row.files,
    )
