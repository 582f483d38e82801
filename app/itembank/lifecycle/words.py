"""What people say about a version, sealed like the text that it may quote."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.sealing import open_bytes, seal_bytes

COMMENTS: Final = "item_version_comments"
REVIEWS: Final = "item_reviews"


def seal_words(session: AsyncSession, words: str, table: str, version_id: UUID) -> bytes:
    return seal_bytes(session, words.encode(), f"{table}/{version_id}")


def open_words(session: AsyncSession, sealed: bytes, table: str, version_id: UUID) -> str:
    return open_bytes(session, sealed, f"{table}/{version_id}").decode()
