"""Sittings before and around the exam: create, fill the roster, prepare, open, close, token, staff."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly
from app.core import events, journal
from app.core.access import Actor
from app.core.clock import read_clock
from app.core.errors import NotFound
from app.delivery import papers, rules
from app.delivery.errors import (
    BadCode,
    BadPlace,
    BadTitle,
    CodeTaken,
    FormsWithoutCertificate,
    NoExam,
    NotPrepared,
    SittingNotDraft,
    UnknownZone,
    WrongWindow,
)
from app.delivery.models import AttemptRow, RosterEntry, SittingRow, SittingStaff
from app.delivery.queries import hold_sitting
from app.delivery.types import Admission, Place, SittingState, Takeover
from app.identity import IssuedCard
from app.schemes import SchemeVersion

ZONES: Final = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
TOKEN_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # noqa: S105  no I and no O: they are read aloud and copied from a board
TOKEN_LENGTH: Final = 6
ONLINE: Final = "daring"
LONGEST_TITLE: Final = 200


async def create_sitting(
    session: AsyncSession,
    scheme: SchemeVersion,
    *,
    code: str,
    title: str,
    zone: str,
    opens_at: datetime,
    closes_at: datetime,
    admission: Admission = Admission.TOKEN,
    takeover: Takeover = Takeover.PROCTOR,
    duration_seconds: int | None = None,
    actor: Actor | None = None,
) -> UUID:
    """A sitting in state draft. Duration and transmission time come from the scheme version unless a duration is given."""
    if not rules.SITTING_CODE.fullmatch(code):
        raise BadCode
    if not 0 < len(title) <= LONGEST_TITLE or not title.isprintable():
        raise BadTitle
    if zone not in ZONES:
        raise UnknownZone(zone)
    if closes_at <= opens_at:
        raise WrongWindow
    if await session.scalar(select(SittingRow.id).where(SittingRow.code == code)):
        raise CodeTaken
    if scheme.exam is None:
        raise NoExam
    row = SittingRow(
        id=uuid4(),
        code=code,
        title=title,
        scheme_version_id=scheme.id,
        zone=zone,
        mode=ONLINE,
        opens_at=opens_at,
        closes_at=closes_at,
        duration_seconds=duration_seconds or scheme.exam.duration_seconds,
        transmission_seconds=scheme.exam.transmission_seconds,
        admission=admission,
        takeover=takeover,
        state=SittingState.DRAFT,
    )
    session.add(row)
    await session.flush()
    await journal.record(session, "sitting.created", "sitting", row.id, actor=actor, sitting_id=row.id)
    return row.id


async def add_to_roster(
    session: AsyncSession,
    sitting_id: UUID,
    candidates: Iterable[tuple[IssuedCard, str]],
    *,
    places: Sequence[Place] | None = None,
    actor: Actor | None = None,
) -> None:
    """Put candidates (their card and name) on the roster of a draft sitting, at these places or seated in the order given."""
    await require_draft(session, sitting_id)
    candidates = list(candidates)
    places = places or [Place(None, f"{place:02d}") for place in range(1, len(candidates) + 1)]
    entries = [
        RosterEntry(
            sitting_id=sitting_id,
            id=uuid4(),
            person_id=card.person_id,
            number=card.number,
            name=name,
            room_id=place.room_id,
            seat=place.seat,
        )
        for (card, name), place in zip(candidates, places, strict=True)
    ]
    session.add_all(entries)
    await session.flush()
    facts = {"candidates": len(entries)}
    await journal.record(
        session, "roster.extended", "sitting", sitting_id, actor=actor, sitting_id=sitting_id, facts=facts
    )


async def open_sitting(session: AsyncSession, sitting_id: UUID, *, actor: Actor | None = None) -> None:
    """Let candidates start within the window. Everybody has a form, and the committee has accepted its certificate."""
    form_set = await assembly.find_form_set(session, sitting_id)
    if form_set is None:
        raise NotPrepared
    if form_set.plan_id is None:
        raise FormsWithoutCertificate
    await papers.seal_missing(session, sitting_id)
    await _move(session, sitting_id, SittingState.OPEN, actor=actor)
    await renew_token(session, sitting_id, actor=actor)


async def close_sitting(session: AsyncSession, sitting_id: UUID, *, actor: Actor | None = None) -> None:
    """Nobody starts any more; who is running keeps all of their time."""
    await _move(session, sitting_id, SittingState.CLOSED, actor=actor)


async def renew_token(
    session: AsyncSession, sitting_id: UUID, *, actor: Actor | None = None, minutes: int | None = None
) -> tuple[str, datetime | None]:
    """A new token for starting; the old one stops working. Without `minutes` it lasts until it is renewed."""
    token = "".join(secrets.choice(TOKEN_LETTERS) for _ in range(TOKEN_LENGTH))
    expires_at = await read_clock(session) + timedelta(minutes=minutes) if minutes else None
    await session.execute(
        update(SittingRow).where(SittingRow.id == sitting_id).values(token=token, token_expires_at=expires_at)
    )
    await journal.record(session, "token.renewed", "sitting", sitting_id, actor=actor, sitting_id=sitting_id)
    await events.hint(session, sitting_id)
    return token, expires_at


async def set_place(
    session: AsyncSession,
    sitting_id: UUID,
    *,
    place: str | None,
    address: str | None,
    map_url: str | None,
    actor: Actor | None = None,
) -> None:
    """Where the sitting is held, as invitations say it."""
    if any(value and not value.isprintable() for value in (place, address, map_url)):
        raise BadPlace("place, address and map link are one line each")
    if map_url and not map_url.startswith("https://"):
        raise BadPlace("the map link begins with https://")
    values = {"place": place or None, "address": address or None, "map_url": map_url or None}
    await session.execute(update(SittingRow).where(SittingRow.id == sitting_id).values(**values))
    await journal.record(
        session, "sitting.placed", "sitting", sitting_id, actor=actor, sitting_id=sitting_id, facts=values
    )


async def set_lateness(session: AsyncSession, sitting_id: UUID, *, minutes: int, actor: Actor) -> None:
    """How long after the start somebody still comes in without a reason. Who was let in before is not touched."""
    this = update(SittingRow).where(SittingRow.id == sitting_id)
    await session.execute(this.values(late_after_seconds=minutes * 60))
    facts = {"minutes": minutes}
    await journal.record(
        session, "sitting.lateness", "sitting", sitting_id, actor=actor, sitting_id=sitting_id, facts=facts
    )
    await events.hint(session, sitting_id)


async def lock_token(session: AsyncSession, sitting_id: UUID, *, actor: Actor) -> None:
    """Nobody starts by token any more, until it is renewed. Who is in the exam is not touched."""
    await session.execute(
        update(SittingRow).where(SittingRow.id == sitting_id).values(token=None, token_expires_at=None)
    )
    await journal.record(session, "token.locked", "sitting", sitting_id, actor=actor, sitting_id=sitting_id)
    await events.hint(session, sitting_id)


async def announce_release(session: AsyncSession, sitting_id: UUID) -> None:
    """Grading released the results of this sitting: candidates' pages may now ask for them."""
    await session.execute(
        update(SittingRow).where(SittingRow.id == sitting_id).values(results_released_at=func.clock_timestamp())
    )
    await session.execute(update(AttemptRow).where(AttemptRow.sitting_id == sitting_id).values(rev=AttemptRow.rev + 1))
    await events.hint(session, sitting_id)


async def assign_staff(
    session: AsyncSession, sitting_id: UUID, person_id: UUID, *, head: bool | None = None, actor: Actor | None = None
) -> None:
    """Make a person a proctor of this sitting; a head proctor sees all of its rooms. `head=None` leaves that as it is.

    Doing it twice changes nothing.
    """
    await hold_sitting(session, sitting_id)  # two people who assign the same proctor wait for one another
    duty = await session.get(SittingStaff, (sitting_id, person_id))
    if duty and head in (None, duty.head):
        return
    if duty is None:
        duty = SittingStaff(sitting_id=sitting_id, person_id=person_id)
        session.add(duty)
    duty.head = bool(head)
    await session.flush()
    facts = {"head": duty.head}
    await journal.record(
        session, "sitting.staffed", "person", person_id, actor=actor, sitting_id=sitting_id, facts=facts
    )


async def require_draft(session: AsyncSession, sitting_id: UUID) -> SittingRow:
    """The sitting, locked: whoever changes its roster or its forms waits."""
    sitting = await session.get(SittingRow, sitting_id, with_for_update=True, populate_existing=True)
    if sitting is None:
        raise NotFound
    if sitting.state != SittingState.DRAFT:
        raise SittingNotDraft
    return sitting


async def _move(session: AsyncSession, sitting_id: UUID, new: SittingState, *, actor: Actor | None) -> None:
    sitting = await session.get_one(SittingRow, sitting_id, with_for_update=True)
    old = SittingState(sitting.state)
    if new not in rules.SITTING_MOVES[old]:
        raise SittingNotDraft(f"{old} → {new}")
    sitting.state = new
    await session.flush()
    facts = {"from": old, "to": new}
    await journal.record(
        session, f"sitting.{new}", "sitting", sitting_id, actor=actor, sitting_id=sitting_id, facts=facts
    )


def number_prefix(scheme_code: str, opens_at: datetime, zone: str) -> str:
    """What a sitting's participant numbers begin with: the scheme and the year on the candidates' calendar."""
    return f"{scheme_code.upper()}-{opens_at.astimezone(ZoneInfo(zone)):%y}"


async def next_numbers(session: AsyncSession, prefix: str, count: int) -> list[str]:
    """Participant numbers that were never given out: prefix and a running number, e.g. MMU-26-00042."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"numbers:{prefix}"})
    highest = await session.scalar(
        select(func.max(RosterEntry.number)).where(RosterEntry.number.regexp_match(f"^{prefix}-[0-9]{{5}}$"))
    )
    first = int(highest.rsplit("-", 1)[1]) + 1 if highest else 1
    return [f"{prefix}-{number:05d}" for number in range(first, first + count)]
