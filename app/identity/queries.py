"""Reads: the actor behind a session, names, accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import PERMISSIONS, Actor, Permission, Role
from app.identity.models import CandidateCard, Person, RoleGrant, SessionRow, StaffAccount
from app.identity.types import Realm
from app.identity.undertakings.queries import kinds_lacking


async def find_staff(session: AsyncSession, session_id: UUID) -> Actor | None:
    """The member of staff of a live session with the roles they hold now; None when it ended, expired or was revoked."""
    found = (
        await session.execute(
            select(SessionRow.person_id, Person.name)
            .join(Person, Person.id == SessionRow.person_id)
            .where(
                SessionRow.id == session_id,
                SessionRow.realm == Realm.STAFF,
                SessionRow.revoked_at.is_(None),
                SessionRow.expires_at > func.clock_timestamp(),
            )
        )
    ).one_or_none()
    if found is None:
        return None
    roles = await roles_of(session, found.person_id)
    lacking = await kinds_lacking(session, found.person_id, roles)
    return Actor(found.person_id, session_id, found.name, roles, lacking=lacking)


async def live_roles(session: AsyncSession, session_ids: Collection[UUID]) -> dict[UUID, frozenset[Role]]:
    """Which of these sessions of staff still live, each with the roles that its person holds now."""
    held = select(func.array_agg(RoleGrant.role)).where(
        RoleGrant.person_id == SessionRow.person_id, RoleGrant.revoked_at.is_(None), RoleGrant.role.in_(list(Role))
    )
    rows = await session.execute(
        select(SessionRow.id, held.scalar_subquery().label("roles")).where(
            SessionRow.id.in_(session_ids),
            SessionRow.realm == Realm.STAFF,
            SessionRow.revoked_at.is_(None),
            SessionRow.expires_at > func.clock_timestamp(),
        )
    )
    return {row.id: frozenset(map(Role, row.roles or ())) for row in rows}


async def roles_of(session: AsyncSession, person_id: UUID) -> frozenset[Role]:
    """The roles that this person holds now. One that only a newer release knows grants nothing here."""
    granted = (RoleGrant.person_id == person_id) & RoleGrant.revoked_at.is_(None)
    held = await session.scalars(select(RoleGrant.role).where(granted, RoleGrant.role.in_(list(Role))))
    return frozenset(Role(role) for role in held)


async def names_of(session: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(set(person_ids))))
    return {row.id: row.name for row in rows}


async def taken_numbers(session: AsyncSession, numbers: Iterable[str]) -> set[str]:
    """Those of these participant numbers that are on somebody's card."""
    asked = CandidateCard.number.in_(set(numbers))
    return set(await session.scalars(select(CandidateCard.number).where(asked)))


async def people_of_cards(session: AsyncSession, numbers: Iterable[str]) -> dict[str, tuple[UUID, str]]:
    """Whose cards these participant numbers are on: number → person and name."""
    card = CandidateCard
    rows = await session.execute(
        select(card.number, Person.id, Person.name)
        .join(Person, Person.id == card.person_id)
        .where(card.number.in_(set(numbers)))
    )
    return {number: (person_id, name) for number, person_id, name in rows}


async def list_with_permission(session: AsyncSession, permission: Permission) -> dict[UUID, str]:
    """Who holds a role now that may do this, by name."""
    roles = [role for role, permissions in PERMISSIONS.items() if permission in permissions]
    rows = await session.execute(
        select(Person.id, Person.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role.in_(roles), RoleGrant.revoked_at.is_(None))
        .order_by(Person.name)
    )
    return {row.id: row.name for row in rows}


async def list_staff(session: AsyncSession) -> dict[str, UUID]:
    """User name → person, of every staff account."""
    rows = await session.execute(select(StaffAccount.username, StaffAccount.person_id))
    return {row.username: row.person_id for row in rows}
