"""Who took this file? By the very file, else by the notice that every export carries."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.itembank.models import BankExport, BankExportFile

NOTICE: Final = re.compile(rb"Sahih \S{1,20} export ([0-9a-f]{8})\b")
LARGEST_PART: Final = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Trace:
    """An export that a file came from. `unchanged`: it is the very file that was taken, at `taken_at`."""

    export_id: str
    name: str
    scheme_code: str
    asked_at: datetime
    reason: str
    unchanged: bool
    taken_at: datetime | None


async def trace(session: AsyncSession, content: bytes) -> list[Trace]:
    """Every export that this file shows signs of; none where it is not ours or was rewritten."""
    digest = hashlib.sha256(content).hexdigest()
    same = {
        row.export_id: row.made_at
        for row in await session.execute(
            select(BankExportFile.export_id, BankExportFile.made_at).where(BankExportFile.sha256 == digest)
        )
    }
    named = sorted(notices_in(content))
    short = func.left(func.replace(cast(BankExport.id, Text), "-", ""), 8)
    rows = list(await session.scalars(select(BankExport).where(BankExport.id.in_(same) | short.in_(named))))
    names = await identity.names_of(session, (row.asked_by for row in rows))
    return [
        Trace(
            export_id=str(row.id),
            name=names[row.asked_by],
            scheme_code=row.scheme_code,
            asked_at=row.asked_at,
            reason=row.reason,
            unchanged=row.id in same,
            taken_at=same.get(row.id),
        )
        for row in rows
    ]


def notices_in(content: bytes) -> set[str]:
    """The short ids of the exports that are named in a file or, where it is an archive, in its parts."""
    return {found.decode() for part in _parts(content) for found in NOTICE.findall(part)}


def _parts(content: bytes) -> Iterator[bytes]:
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                if part.file_size <= LARGEST_PART:
                    yield archive.read(part)
