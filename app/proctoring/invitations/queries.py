"""What the invitations of a sitting say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core.dates import long_date, wall_clock
from app.delivery import RosterView, Sitting
from app.proctoring.invitations.models import InvitationTemplate
from app.proctoring.invitations.render import render


@dataclass(frozen=True, slots=True)
class Invitation:
    number: str
    name: str
    texts: dict[str, str]


async def list_invitations(session: AsyncSession, sitting: Sitting, public_url: str) -> tuple[int, list[Invitation]]:
    """The version of the template, and one invitation per candidate in the order of their numbers."""
    template = (
        await session.execute(
            select(InvitationTemplate)
            .where(InvitationTemplate.valid_from <= func.clock_timestamp())
            .order_by(InvitationTemplate.version.desc())
            .limit(1)
        )
    ).scalar_one()
    rooms = {room.id: room.name for room in await delivery.list_rooms(session, sitting.id)}
    practice = f"{public_url}/latihan"
    invitations = []
    for entry in await delivery.list_roster(session, sitting.id):
        room = rooms.get(entry.room_id) if entry.room_id else None
        texts = {
            lang: render(text, values_of(sitting, entry, room, practice, lang)) for lang, text in template.texts.items()
        }
        invitations.append(Invitation(entry.number, entry.name, texts))
    return template.version, invitations


def values_of(
    sitting: Sitting, entry: RosterView, room: str | None, practice: str, lang: str
) -> Mapping[str, str | None]:
    opens, closes = (at.astimezone(ZoneInfo(sitting.zone)) for at in (sitting.opens_at, sitting.closes_at))
    return {
        "name": entry.name,
        "number": entry.number,
        "title": sitting.title,
        "date": long_date(opens, lang),
        "time": wall_clock(opens, lang),
        "latest": _latest(opens, closes, lang),
        "minutes": str(sitting.duration_seconds // 60),
        "place": sitting.place,
        "room": room,
        "seat": entry.seat,
        "address": sitting.address,
        "map": sitting.map_url,
        "practice": practice,
    }


def _latest(opens: datetime, closes: datetime, lang: str) -> str:
    """The time alone on the day itself, with its date on another."""
    clock = wall_clock(closes, lang)
    return clock if opens.date() == closes.date() else f"{long_date(closes, lang)} {clock}"
