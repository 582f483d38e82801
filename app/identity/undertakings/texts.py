"""The texts themselves: every version there ever was, and a new one."""

from __future__ import annotations

import json

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import freeze, journal
from app.core.access import Actor
from app.identity.models import UndertakingText
from app.identity.undertakings.errors import TextChanged
from app.identity.undertakings.types import Kind, TextVersion

ADD = text(
    """
    INSERT INTO undertaking_texts (kind, version, texts, life_days)
    SELECT :kind, CAST(:after AS smallint) + 1, CAST(:texts AS jsonb), :life_days
    WHERE (SELECT max(version) FROM undertaking_texts WHERE kind = :kind) = :after
    ON CONFLICT DO NOTHING RETURNING version
    """
)


async def list_texts(session: AsyncSession) -> list[TextVersion]:
    """By kind, the newest first. Nobody changes or deletes one: signatures stand under them."""
    rows = await session.scalars(select(UndertakingText).order_by(UndertakingText.kind, UndertakingText.version.desc()))
    return [TextVersion(Kind(row.kind), row.version, row.texts, row.life_days, row.valid_from) for row in rows]


async def add_text(
    session: AsyncSession, kind: Kind, *, after: int, texts: dict[str, str], life_days: int, actor: Actor
) -> int:
    """A new version after the one that was looked at. It counts at once and asks everybody again, so not on an exam day."""
    await freeze.require_thawed(session)
    values = {"kind": kind, "after": after, "texts": json.dumps(texts), "life_days": life_days}
    version = await session.scalar(ADD, values)
    if version is None:
        raise TextChanged
    facts = {"kind": kind, "version": version, "life_days": life_days}
    await journal.record(session, "undertaking.rewritten", "undertaking", kind, actor=actor, facts=facts)
    return int(version)
