"""Reads: what a sitting asks for, its file, and whose checks failed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor
from app.core.errors import NotFound
from app.delivery.models import AttemptRow, RosterEntry, SittingRow
from app.delivery.rooms import in_scope
from app.delivery.seb.models import SebOverride, SebSignal, SittingSeb
from app.delivery.seb.types import Failure, Override, Requirement, Verdict


async def find_requirement(session: AsyncSession, sitting_id: UUID) -> Requirement | None:
    """What was chosen last for this sitting; None where nobody ever chose anything."""
    row = await session.get(SittingSeb, sitting_id)
    if row is None:
        return None
    return Requirement(
        required=row.required,
        allowed_versions=tuple(row.allowed_versions.splitlines()),
        has_certificate=bool(row.settings["embeddedCertificates"]),
        config_key=row.config_key,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )


async def get_settings(session: AsyncSession, code: str) -> dict[str, Any]:
    """The settings of the sitting with this code, where it asks for Safe Exam Browser; on the candidates' log-in, too."""
    settings: dict[str, Any] | None = await session.scalar(
        select(SittingSeb.settings)
        .join(SittingRow, SittingRow.id == SittingSeb.sitting_id)
        .where(SittingRow.code == code, SittingSeb.required)
    )
    if settings is None:
        raise NotFound
    return settings


async def has_failed(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> bool:
    found = await session.scalar(
        select(exists().where(SebSignal.sitting_id == sitting_id, SebSignal.attempt_id == attempt_id))
    )
    return bool(found)


async def list_failures(session: AsyncSession, sitting_id: UUID, actor: Actor) -> list[Failure]:
    """Every candidate in this person's rooms of whom a check failed, newest first."""
    overrides = await _overrides(session, sitting_id)
    rows = await session.execute(
        select(SebSignal, RosterEntry.number, RosterEntry.name)
        .join(AttemptRow, (AttemptRow.sitting_id == SebSignal.sitting_id) & (AttemptRow.id == SebSignal.attempt_id))
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .where(SebSignal.sitting_id == sitting_id, in_scope(actor))
        .order_by(SebSignal.id)
    )
    found: dict[UUID, list[tuple[SebSignal, str, str]]] = {}
    for signal, number, name in rows:
        found.setdefault(signal.attempt_id, []).append((signal, number, name))
    failures = [_failure(signals, overrides.get(attempt_id)) for attempt_id, signals in found.items()]
    return sorted(failures, key=lambda failure: failure.last_at, reverse=True)


def _failure(signals: list[tuple[SebSignal, str, str]], override: Override | None) -> Failure:
    (first, number, name), (last, _, _) = signals[0], signals[-1]
    return Failure(
        attempt_id=first.attempt_id,
        number=number,
        name=name,
        first_at=first.at,
        first_kind=Verdict(first.kind),
        first_path=first.path,
        last_at=last.at,
        last_kind=Verdict(last.kind),
        changes=len(signals),
        override=override,
    )


async def _overrides(session: AsyncSession, sitting_id: UUID) -> dict[UUID, Override]:
    """By attempt; the newest counts."""
    rows = await session.scalars(
        select(SebOverride).where(SebOverride.sitting_id == sitting_id).order_by(SebOverride.at)
    )
    return {row.attempt_id: Override(row.reason, row.actor_id, row.at) for row in rows}
