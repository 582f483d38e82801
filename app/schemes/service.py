"""Load a scheme file: an unchanged file is the version that is there, a changed one makes the next version."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.core.datafile import DataFileError, read_schema, read_yaml
from app.schemes import rules
from app.schemes.models import SchemeVersionRow
from app.schemes.types import ExamRules, SchemeVersion


def read_kuks(path: Path, schema_path: Path) -> list[str]:
    """The criteria (KUK numbers) of a scheme file, in its order."""
    units = _read(path, schema_path)["units"]
    return [element["criterion"]["kuk"] for unit in units for element in unit["elements"]]


def read_exam(path: Path, schema_path: Path) -> ExamRules | None:
    """The exam rules of a scheme file; None where it gives no exam."""
    return rules.parse_exam(_read(path, schema_path)["exam"])


def _read(path: Path, schema_path: Path) -> dict[str, Any]:
    file = read_yaml(path, read_schema(schema_path))
    faults = rules.inconsistencies(file)
    if faults:
        raise DataFileError(faults)
    content: dict[str, Any] = file.content
    return content


async def load_scheme(
    session: AsyncSession, path: Path, schema_path: Path, *, actor: Actor | None = None
) -> tuple[SchemeVersion, bool]:
    """The scheme version of this file, and whether it is new. Raises DataFileError; then nothing was written."""
    content = _read(path, schema_path)
    code, digest = content["code"], rules.content_hash(content)
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"scheme:{code}"})
    same = SchemeVersionRow.code == code
    known = await session.scalar(select(SchemeVersionRow).where(same, SchemeVersionRow.content_hash == digest))
    if known:
        return rules.parse(known.id, known.version_no, known.content), False
    newest = await session.scalar(select(func.max(SchemeVersionRow.version_no)).where(same))
    row = SchemeVersionRow(
        id=uuid4(),
        code=code,
        version_no=(newest or 0) + 1,
        content=content,
        content_hash=digest,
        loaded_by=actor.person_id if actor else None,
    )
    session.add(row)
    await session.flush()
    facts = {"code": code, "version_no": row.version_no, "sha256": digest}
    await journal.record(session, "scheme.loaded", "scheme_version", row.id, actor=actor, facts=facts)
    return rules.parse(row.id, row.version_no, content), True
