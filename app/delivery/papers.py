"""Sealed papers: what a candidate will read, encrypted when the sitting is prepared, opened by a key that the start returns.

One file and one random key per attempt. The file may be fetched by anybody who knows its unguessable name, long before the
start and from any cache: without the key it says nothing. The key stands beside it wrapped by the server's, so that a copy of the
database opens no paper. File and key are deleted once nobody may read the paper any more.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import zlib
from typing import Any, Final
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, schemes
from app.core.db import PAPERS, Database, ring_of, rowcount
from app.core.errors import NotFound
from app.core.keyring import KEY_BYTES, KeyRing, SealBroken, is_sealed
from app.core.pool import connection
from app.delivery.models import AttemptRow, PaperRow, SittingRow
from app.delivery.types import AttemptState
from app.itembank import richtext

PATH: Final = "/papers/"
# A key seals one file in its life, so the nonce has nothing to tell apart.
NONCE: Final = bytes(12)
SEALED_AT_ONCE: Final = 100

BEFORE = (AttemptState.ASSIGNED, AttemptState.ADMITTED)
READING = (AttemptState.RUNNING, AttemptState.PAUSED)

# Holding the attempt, so that one whose start is on its way to its commit keeps its paper.
DISCARD = text(
    """
    WITH over AS MATERIALIZED (
        SELECT a.sitting_id, a.id FROM papers p
        JOIN attempts a ON a.sitting_id = p.sitting_id AND a.id = p.attempt_id
        JOIN sittings s ON s.id = p.sitting_id
        WHERE a.state IN ('submitted', 'void') OR (a.state IN ('assigned', 'admitted') AND s.state = 'closed')
        ORDER BY a.sitting_id, a.id FOR UPDATE OF a SKIP LOCKED
    )
    DELETE FROM papers p USING over WHERE p.sitting_id = over.sitting_id AND p.attempt_id = over.id
    """
)
SEALED = "SELECT sealed FROM papers WHERE name = $1"


def seal(paper: dict[str, Any], key: bytes, attempt_id: UUID) -> bytes:
    """JSON, deflated, under ChaCha20-Poly1305, bound to its attempt. Shape: `schemas.Paper`."""
    plain = zlib.compress(json.dumps(paper, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    return ChaCha20Poly1305(key).encrypt(NONCE, plain, attempt_id.bytes)


def unseal(sealed: bytes, key: bytes, attempt_id: UUID) -> dict[str, Any]:
    """The paper again. Raises cryptography's InvalidTag for another key, another attempt or a changed file."""
    plain = ChaCha20Poly1305(key).decrypt(NONCE, sealed, attempt_id.bytes)
    paper: dict[str, Any] = json.loads(zlib.decompress(plain))
    return paper


def open_key(ring: KeyRing, stored: bytes) -> bytes:
    """The key of a paper. One that was sealed before keys were wrapped is there as it is. Raises SealBroken."""
    return ring.unwrap(stored) if is_sealed(stored) else stored


def page_key(ring: KeyRing, stored: bytes | None) -> str | None:
    """As the page gets it; None where the attempt has no paper any more."""
    return open_key(ring, stored).hex() if stored else None


async def seal_missing(session: AsyncSession, sitting_id: UUID) -> None:
    """Seal the paper of every attempt of this sitting that has none yet and was not started."""
    sitting = await session.get_one(SittingRow, sitting_id)
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    waiting = await _unsealed(session, sitting_id)
    ring = ring_of(session, PAPERS)
    rows = []
    for shown in await assembly.read_forms(session, sitting_id) if waiting else ():
        for attempt_id in waiting.get(shown.form.id, ()):
            key = secrets.token_bytes(KEY_BYTES)
            paper = _paper(attempt_id, shown, scheme.exam)
            name = secrets.token_hex(16)
            sealed = seal(paper, key, attempt_id)
            place = {"sitting_id": sitting_id, "attempt_id": attempt_id}
            rows.append({**place, "name": name, "key": ring.wrap(key), "sealed": sealed})
            await asyncio.sleep(0)  # nobody who saves an answer meanwhile waits for all of them
        if len(rows) >= SEALED_AT_ONCE:
            await session.execute(insert(PaperRow), rows)
            rows = []
    if rows:
        await session.execute(insert(PaperRow), rows)


def _paper(attempt_id: UUID, shown: assembly.ShownForm, exam: schemes.ExamRules | None) -> dict[str, Any]:
    paper: dict[str, Any] = {
        "attempt_id": str(attempt_id),
        "renderer_version": shown.form.renderer_version,
        "lang": exam.lang if exam else "id",
        "questions": [{"position": position, **question} for position, question in enumerate(shown.questions, start=1)],
    }
    if shown.images:  # each once, however many questions of a case show it
        paper["images"] = {name: base64.b64encode(png).decode() for name, png in shown.images.items()}
    if exam and (exam.calculator or exam.reference_sheet):
        sheet = richtext.tree(richtext.clean(exam.reference_sheet).markup)
        paper["aids"] = {"calculator": exam.calculator, "reference_sheet": sheet}
    return paper


async def _unsealed(session: AsyncSession, sitting_id: UUID) -> dict[UUID, list[UUID]]:
    """Form → attempts."""
    sealed = select(PaperRow.attempt_id).where(PaperRow.sitting_id == sitting_id)
    rows = await session.execute(
        select(AttemptRow.form_id, AttemptRow.id).where(
            AttemptRow.sitting_id == sitting_id, AttemptRow.state.in_(BEFORE), AttemptRow.id.not_in(sealed)
        )
    )
    attempts: dict[UUID, list[UUID]] = {}
    for form_id, attempt_id in rows:
        attempts.setdefault(form_id, []).append(attempt_id)
    return attempts


async def read_sealed(pool: asyncpg.Pool, name: str) -> bytes:
    """The file of this name. Raises NotFound for one that never was or is no more."""
    async with connection(pool) as held:
        sealed: bytes | None = await held.fetchval(SEALED, name)
    if sealed is None:
        raise NotFound
    return sealed


def readable(state: AttemptState) -> bool:
    """Whether a candidate in this state may still come to read their paper."""
    return state in BEFORE or state in READING


async def discard_papers(database: Database) -> int:
    """Delete the papers that nobody may read any more; returns how many."""
    async with database.staff() as session, session.begin():
        return rowcount(await session.execute(DISCARD))


WITHOUT_PAPER = text(
    """
    SELECT a.id FROM attempts a WHERE a.state IN ('running', 'paused')
    AND NOT EXISTS (SELECT FROM papers p WHERE p.sitting_id = a.sitting_id AND p.attempt_id = a.id)
    """
)


async def altered_papers(session: AsyncSession) -> list[str]:
    """I-11: the sealed papers that do not open to exactly what was assembled for their attempt, and attempts without one."""
    ring = ring_of(session, PAPERS)
    hashes: dict[UUID, str] = {}
    for sitting_id in await session.scalars(select(PaperRow.sitting_id).distinct()):
        hashes |= {form.id: form.shown_sha256 for form in await assembly.list_forms(session, sitting_id)}
    theirs = (AttemptRow.sitting_id == PaperRow.sitting_id) & (AttemptRow.id == PaperRow.attempt_id)
    papers = await session.stream(select(PaperRow, AttemptRow.form_id).join(AttemptRow, theirs))
    missing = [f"{attempt_id} has none" for attempt_id in await session.scalars(WITHOUT_PAPER)]
    return missing + [
        str(paper.attempt_id) async for paper, form_id in papers if _shown_sha256(ring, paper) != hashes[form_id]
    ]


def _shown_sha256(ring: KeyRing, row: PaperRow) -> str | None:
    try:
        paper = unseal(row.sealed, open_key(ring, row.key), row.attempt_id)
    except (InvalidTag, SealBroken, ValueError):
        return None
    return assembly.shown_hash(paper["questions"])
