"""The one door to stored bank text: `seal` before it is stored, `open_` after it is read.

A sealed value is bound to its place, `table/key`: in another row it does not open. Only sessions of staff carry the keys. What was
stored before there were any is labelled as plain; it opens, and `sahih bank rotate-key` seals it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db import BANK, ring_of
from app.core.seals import PLAIN
from app.itembank.types import ItemContent


def seal(session: AsyncSession, content: ItemContent, version_id: UUID) -> bytes:
    return seal_bytes(session, _canonical(content), f"item_versions/{version_id}")


def open_(session: AsyncSession, sealed: bytes, version_id: UUID) -> ItemContent:
    members = json.loads(open_bytes(session, sealed, f"item_versions/{version_id}"))
    return ItemContent(members["stem"], tuple(members["options"]), members.get("stimulus", ""))


def seal_bytes(session: AsyncSession, plain: bytes, place: str) -> bytes:
    return ring_of(session, BANK).seal(plain, place)


def open_bytes(session: AsyncSession, sealed: bytes, place: str) -> bytes:
    """Raises SealBroken."""
    if sealed.startswith(PLAIN):
        return sealed[len(PLAIN) :]
    return ring_of(session, BANK).open(sealed, place)


def content_hash(content: ItemContent) -> str:
    """SHA-256 of what is shown; a second reader's verdict and an item version are tied to it."""
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(content: ItemContent) -> bytes:
    members: dict[str, Any] = {"options": list(content.options), "stem": content.stem}
    if content.stimulus:
        members["stimulus"] = content.stimulus
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
