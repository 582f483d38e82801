"""The one door to item text: `seal` before it is stored, `open_` after it is read.

Today's seal is a labelled canonical encoding. Encryption at rest replaces the label and these two bodies, nothing else.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from app.itembank.types import ItemContent

LABEL: Final = b"plain1:"


def seal(content: ItemContent) -> bytes:
    return LABEL + _canonical(content)


def open_(sealed: bytes) -> ItemContent:
    if not sealed.startswith(LABEL):
        raise ValueError("sealed item text carries an unknown label")
    members = json.loads(sealed[len(LABEL) :])
    return ItemContent(members["stem"], tuple(members["options"]))


def content_hash(content: ItemContent) -> str:
    """SHA-256 of what is shown; a second reader's verdict and an item version are tied to it."""
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(content: ItemContent) -> bytes:
    members = {"options": list(content.options), "stem": content.stem}
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
