"""Sign an undertaking, and take it back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor, Role
from app.identity.undertakings.errors import NothingSigned, UndertakingChanged
from app.identity.undertakings.queries import list_undertakings
from app.identity.undertakings.types import Act, Kind, Undertaking

SIGN = text(
    """
    INSERT INTO undertakings (person_id, kind, version, act, at, expires_at)
    SELECT :person_id, t.kind, t.version, 'signed', clock.at, clock.at + make_interval(days => t.life_days)
    FROM undertaking_texts t, (SELECT clock_timestamp() AS at) clock WHERE t.kind = :kind AND t.version = :version
    """
)
WITHDRAW = text(
    """
    INSERT INTO undertakings (person_id, kind, version, act, at, reason)
    VALUES (:person_id, :kind, :version, 'withdrawn', clock_timestamp(), :reason)
    """
)


async def sign(session: AsyncSession, kind: Kind, version: int, *, actor: Actor) -> None:
    """Sign the text of this version, which must be the one that counts now. Signing again begins a new term."""
    if (await _find(session, kind, actor.person_id, actor.roles)).version != version:
        raise UndertakingChanged
    await _add(session, kind, version, actor.person_id, actor)


async def sign_all_needed(session: AsyncSession, person_id: UUID, roles: frozenset[Role]) -> None:
    """For people who exist only in a demonstration or a test. Everybody else reads and signs on their page."""
    for one in await list_undertakings(session, person_id, roles):
        if one.needed and not one.valid:
            await _add(session, one.kind, one.version, person_id, None)


async def withdraw(session: AsyncSession, kind: Kind, reason: str, *, actor: Actor) -> None:
    """Say that the undertaking holds no more, such as when a conflict of interest arose. What it opened is shut at once."""
    standing = await _find(session, kind, actor.person_id, actor.roles)
    if not standing.valid:
        raise NothingSigned
    values = {"person_id": actor.person_id, "kind": kind, "version": standing.version, "reason": reason}
    await session.execute(WITHDRAW, values)
    await _journal(session, Act.WITHDRAWN, kind, standing.version, actor.person_id, actor, reason)


async def _find(session: AsyncSession, kind: Kind, person_id: UUID, roles: frozenset[Role]) -> Undertaking:
    return next(one for one in await list_undertakings(session, person_id, roles) if one.kind is kind)


async def _add(session: AsyncSession, kind: Kind, version: int, person_id: UUID, actor: Actor | None) -> None:
    await session.execute(SIGN, {"person_id": person_id, "kind": kind, "version": version})
    await _journal(session, Act.SIGNED, kind, version, person_id, actor)


async def _journal(
    session: AsyncSession,
    act: Act,
    kind: Kind,
    version: int,
    person_id: UUID,
    actor: Actor | None,
    reason: str | None = None,
) -> None:
    facts = {"kind": kind, "version": version}
    await journal.record(session, f"undertaking.{act}", "person", person_id, actor=actor, reason=reason, facts=facts)
