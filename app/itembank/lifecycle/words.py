"""What people say about a version, sealed like the text that it may quote."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.sealing import open_bytes, seal_bytes


def seal_words(session: AsyncSession, words: str) -> bytes:
    return seal_bytes(session, words.encode())


def open_words(session: AsyncSession, sealed: bytes) -> str:
    return open_bytes(session, sealed).decode()
