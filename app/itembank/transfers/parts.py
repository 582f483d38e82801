"""What an import keeps for a while, the file, its passphrase and what was read of it, sealed like the bank itself."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.sealing import open_bytes, seal_bytes


def seal_part(session: AsyncSession, import_id: UUID, plain: bytes) -> bytes:
    return seal_bytes(session, plain, f"bank_imports/{import_id}")


def open_part(session: AsyncSession, import_id: UUID, sealed: bytes) -> bytes:
    return open_bytes(session, sealed, f"bank_imports/{import_id}")
