"""Asking for Safe Exam Browser in a sitting, and setting a failed check aside."""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.delivery.queries import hold_sitting
from app.delivery.rooms import lock_attempts, require_room
from app.delivery.seb.errors import NoQuitPassword, NothingToOverride, SittingIsOver
from app.delivery.seb.keys import config_key
from app.delivery.seb.models import SebOverride, SittingSeb
from app.delivery.seb.queries import has_failed
from app.delivery.seb.settings import (
    SALT_BYTES,
    Choices,
    quit_password_sha256,
    read_certificate,
    read_versions,
    settings_for,
)
from app.delivery.types import SittingState

LEAST_QUIT_PASSWORD = 8


async def require(
    session: AsyncSession,
    sitting_id: UUID,
    public_url: str,
    *,
    quit_password: str | None,
    allowed_versions: str,
    certificate: str | None,
    actor: Actor,
) -> None:
    """Ask for Safe Exam Browser from now on. Without a password or certificate those of before stay; an empty one removes it.

    The same choices give the same file and key as before: files that are out stay right.
    """
    await _require_may_change(session, sitting_id, actor)
    row = await session.get(SittingSeb, sitting_id)
    versions = read_versions(allowed_versions)
    choices = replace(_choices(row, quit_password, certificate), allowed_versions=versions)
    salt = row.settings["examKeySalt"] if row else base64.b64encode(secrets.token_bytes(SALT_BYTES)).decode()
    settings = settings_for(public_url, choices, salt)
    if row is None:
        row = SittingSeb(sitting_id=sitting_id)
        session.add(row)
    row.required, row.settings, row.config_key = True, settings, config_key(settings)
    row.quit_password_sha256, row.allowed_versions = choices.quit_password_sha256, "\n".join(versions)
    await _record(session, row, "seb.required", actor)


async def drop(session: AsyncSession, sitting_id: UUID, *, actor: Actor) -> None:
    """Ask for it no more. The choices are kept; doing it twice changes nothing."""
    await _require_may_change(session, sitting_id, actor)
    row = await session.get(SittingSeb, sitting_id)
    if row and row.required:
        row.required = False
        await _record(session, row, "seb.dropped", actor)


async def override(session: AsyncSession, sitting_id: UUID, attempt_id: UUID, *, reason: str, actor: Actor) -> None:
    """Say why this candidate's failed checks are no matter, for the rest of the exam. The signals stay on record."""
    if not await lock_attempts(session, sitting_id, [attempt_id], actor):
        raise NotFound
    if not await has_failed(session, sitting_id, attempt_id):
        raise NothingToOverride
    session.add(
        SebOverride(sitting_id=sitting_id, id=uuid4(), attempt_id=attempt_id, reason=reason, actor_id=actor.person_id)
    )
    await session.flush()
    await journal.record(
        session, "seb.overridden", "attempt", attempt_id, actor=actor, sitting_id=sitting_id, reason=reason
    )
    await events.hint(session, sitting_id)


async def _require_may_change(session: AsyncSession, sitting_id: UUID, actor: Actor) -> None:
    """The whole sitting is a matter of the office and its head proctors. Locked, so that no change slips in behind the closing."""
    await require_room(session, sitting_id, None, actor)
    if (await hold_sitting(session, sitting_id)).state is SittingState.CLOSED:
        raise SittingIsOver


def _choices(row: SittingSeb | None, quit_password: str | None, certificate: str | None) -> Choices:
    if quit_password is not None and len(quit_password) < LEAST_QUIT_PASSWORD:
        raise NoQuitPassword
    before = Choices(row.quit_password_sha256, certificate=_certificate(row)) if row else None
    if quit_password is not None:
        chosen = Choices(quit_password_sha256(quit_password), certificate=before.certificate if before else None)
    elif before:
        chosen = before
    else:
        raise NoQuitPassword
    if certificate is None:
        return chosen
    return replace(chosen, certificate=read_certificate(certificate) if certificate else None)


def _certificate(row: SittingSeb) -> str | None:
    for embedded in row.settings["embeddedCertificates"]:
        found: str = embedded["certificateData"]
        return found
    return None


async def _record(session: AsyncSession, row: SittingSeb, action: str, actor: Actor) -> None:
    row.changed_by, row.changed_at = actor.person_id, func.clock_timestamp()
    await session.flush()
    facts = {"config_key": row.config_key, "versions": row.allowed_versions}
    await journal.record(
        session, action, "sitting", row.sitting_id, actor=actor, sitting_id=row.sitting_id, facts=facts
    )
    await events.hint(session, row.sitting_id)
