"""The template itself: every version there ever was, a new one, and what it would say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import journal
from app.core.access import Actor
from app.proctoring.invitations.errors import BadPlaceholder, TemplateChanged
from app.proctoring.invitations.models import InvitationTemplate
from app.proctoring.invitations.render import UnknownPlaceholder, render

ADD = text(
    """
    INSERT INTO invitation_templates (version, texts)
    SELECT CAST(:after AS smallint) + 1, CAST(:texts AS jsonb)
    WHERE (SELECT max(version) FROM invitation_templates) = :after
    ON CONFLICT DO NOTHING RETURNING version
    """
)

# Somebody who is invited, with everything known: each placeholder that there is.
EXAMPLE: Final[Mapping[str, Mapping[str, str]]] = {
    "id": {"date": "Sabtu, 5 Desember 2026", "time": "pukul 08.00 WIB", "latest": "pukul 08.30 WIB"},
    "en": {"date": "Saturday 5 December 2026", "time": "08:00 WIB", "latest": "08:30 WIB"},
}
EVERYWHERE: Final[Mapping[str, str]] = {
    "name": "Sari Dewi",
    "number": "MMU-26-0042",
    "title": "Manajer Mutu",
    "minutes": "120",
    "place": "TUK Cendana",
    "room": "Lab 1",
    "seat": "07",
    "address": "Jalan Melati 7, Bandung",
    "map": "https://peta.example.org/cendana",
    "practice": "https://ujian.example.org/latihan",
}


async def list_templates(session: AsyncSession) -> list[InvitationTemplate]:
    """The newest first."""
    return list(await session.scalars(select(InvitationTemplate).order_by(InvitationTemplate.version.desc())))


def preview(texts: Mapping[str, str]) -> dict[str, str]:
    """What it would say to somebody. Raises BadPlaceholder, which names those that there are."""
    try:
        return {lang: render(template, {**EVERYWHERE, **EXAMPLE[lang]}) for lang, template in texts.items()}
    except UnknownPlaceholder as error:
        raise BadPlaceholder(str(error), unknown=error.names, known=sorted({*EVERYWHERE, *EXAMPLE["id"]})) from error


async def add_template(session: AsyncSession, *, after: int, texts: Mapping[str, str], actor: Actor) -> int:
    """A new version after the one that was looked at. Invitations use it at once."""
    preview(texts)
    version = await session.scalar(ADD, {"after": after, "texts": json.dumps(texts)})
    if version is None:
        raise TemplateChanged
    await journal.record(session, "invitation.rewritten", "invitation", str(version), actor=actor)
    return int(version)
