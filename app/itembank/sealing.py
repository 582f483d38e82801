"""The one door to item text: `seal` before it is stored, `open_` after it is read.

Today's seal is a labelled canonical encoding. Encryption at rest replaces the label and the bodies of `seal_bytes` and
`open_bytes`, nothing else.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.types import ItemContent

LABEL: Final = b"plain1:"


def seal(session: AsyncSession, content: ItemContent) -> bytes:
    return seal_bytes(session, _canonical(content))


def open_(session: AsyncSession, sealed: bytes) -> ItemContent:
    members = json.loads(open_bytes(session, sealed))
    return ItemContent(members["stem"], tuple(members["options"]), members.get("stimulus", ""))


def seal_bytes(session: AsyncSession, plain: bytes) -> bytes:
    return LABEL + plain


def open_bytes(session: AsyncSession, sealed: bytes) -> bytes:
    if not sealed.startswith(LABEL):
        raise ValueError("sealed item text carries an unknown label")
    return sealed[len(LABEL) :]


def content_hash(content: ItemContent) -> str:
    """SHA-256 of what is shown; a second reader's verdict and an item version are tied to it."""
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(content: ItemContent) -> bytes:
    members: dict[str, Any] = {"options": list(content.options), "stem": content.stem}
    if content.stimulus:
        members["stimulus"] = content.stimulus
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
