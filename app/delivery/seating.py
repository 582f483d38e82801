"""Who sits where: one candidate at a time, or everybody by number over the places of the rooms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor
from app.core.errors import NotFound
from app.delivery.errors import RoomFull, SeatTaken
from app.delivery.models import AttemptRow, Room, RosterEntry
from app.delivery.queries import hold_sitting
from app.delivery.rooms import in_scope, list_rooms, require_room
from app.delivery.rules import seat_label
from app.delivery.types import AttemptState, Place, RoomView, RosterView

MOST_PLACES: Final = 2_000  # of a room that does not say how many it has


@dataclass(frozen=True, slots=True)
class Filled:
    """Who would sit where, by number; and who found no place."""

    moves: tuple[tuple[RosterView, Place], ...]
    left_over: tuple[RosterView, ...]


async def seat_candidate(
    session: AsyncSession,
    sitting_id: UUID,
    roster_id: UUID,
    *,
    room_id: UUID | None,
    seat: str | None,
    actor: Actor | None = None,
) -> None:
    """Where a candidate sits from now on; before and during the exam. Raises SeatTaken and RoomFull."""
    await hold_sitting(session, sitting_id)  # two people for one seat wait for one another
    entry = await session.get(RosterEntry, (sitting_id, roster_id), with_for_update=True, populate_existing=True)
    room = await session.get(Room, (sitting_id, room_id)) if room_id else None
    if entry is None or (room_id is not None and room is None):
        raise NotFound
    place = Place(room_id, seat_label(seat) if seat else None)
    if place == Place(entry.room_id, entry.seat):
        return
    await _require_free(session, entry, place)
    if room and room.places is not None and entry.room_id != room_id:
        await _require_space(session, room)
    await take_place(session, entry, place, actor=actor)
    await events.hint(session, sitting_id)


async def move_candidate(
    session: AsyncSession, sitting_id: UUID, roster_id: UUID, *, room_id: UUID | None, seat: str | None, actor: Actor
) -> None:
    """As `seat_candidate`, by somebody who watches both the candidate and the room that they go to."""
    seen = select(RosterEntry.id).where(
        RosterEntry.sitting_id == sitting_id, RosterEntry.id == roster_id, in_scope(actor)
    )
    entry = await session.get(RosterEntry, (sitting_id, roster_id))
    if entry is None or await session.scalar(seen) is None:
        raise NotFound
    if room_id != entry.room_id:
        await require_room(session, sitting_id, room_id, actor)
    await seat_candidate(session, sitting_id, roster_id, room_id=room_id, seat=seat, actor=actor)


async def take_place(session: AsyncSession, entry: RosterEntry, place: Place, *, actor: Actor | None) -> None:
    """Write the place and the journal; whether it is free was asked before, and the caller gives the hint."""
    facts = {"from": [_id(entry.room_id), entry.seat], "to": [_id(place.room_id), place.seat]}
    entry.room_id, entry.seat = place.room_id, place.seat
    await session.flush()
    await journal.record(
        session, "candidate.seated", "roster", entry.id, actor=actor, sitting_id=entry.sitting_id, facts=facts
    )


async def fill_seats(
    session: AsyncSession, sitting_id: UUID, *, everybody: bool, apply: bool, actor: Actor | None = None
) -> Filled:
    """Seat people by number over the places of the rooms, in the order of their names; only look where not `apply`.

    `everybody`: those who have a place, too, but for whoever started already; otherwise only those without one.
    """
    await hold_sitting(session, sitting_id)
    rooms = await list_rooms(session, sitting_id)
    entries = {entry.id: entry for entry in await _entries(session, sitting_id)}
    started = await _started(session, sitting_id)
    views = [RosterView(one.id, one.number, one.name, one.person_id, one.room_id, one.seat) for one in entries.values()]
    waiting = [one for one in views if one.id not in started and (everybody or _is_placeless(one))]
    asked = {one.id for one in waiting}
    filled = plan_seats(waiting, [one for one in views if one.id not in asked], rooms)
    if apply:
        for view, place in filled.moves:
            await take_place(session, entries[view.id], place, actor=actor)
        await events.hint(session, sitting_id)
    return filled


def plan_seats(people: Sequence[RosterView], settled: Sequence[RosterView], rooms: Sequence[RoomView]) -> Filled:
    """Pure: by number, room after room, around whoever keeps their place."""
    taken = {(one.room_id, one.seat) for one in settled}
    free = [
        Place(room.id, seat)
        for room in sorted(rooms, key=lambda room: natural(room.name))
        for seat in (f"{number:02d}" for number in range(1, (room.places or MOST_PLACES) + 1))
        if (room.id, seat) not in taken
    ]
    waiting = sorted(people, key=lambda one: one.number)
    seated = list(zip(waiting, free, strict=False))
    moves = tuple((one, place) for one, place in seated if place != Place(one.room_id, one.seat))
    return Filled(moves, tuple(waiting[len(seated) :]))


def natural(name: str) -> list[tuple[bool, int, str]]:
    """Lab 2 before Lab 10."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _is_placeless(one: RosterView) -> bool:
    return one.room_id is None or one.seat is None


async def _entries(session: AsyncSession, sitting_id: UUID) -> Sequence[RosterEntry]:
    here = select(RosterEntry).where(RosterEntry.sitting_id == sitting_id).order_by(RosterEntry.number)
    found = await session.scalars(here.with_for_update().execution_options(populate_existing=True))
    return found.all()


async def _started(session: AsyncSession, sitting_id: UUID) -> set[UUID]:
    """Who sits at their computer: nobody is moved by a press for all."""
    before = (AttemptState.ASSIGNED, AttemptState.ADMITTED)
    here = (AttemptRow.sitting_id == sitting_id) & AttemptRow.state.not_in(before)
    return set(await session.scalars(select(AttemptRow.roster_id).where(here)))


async def _require_free(session: AsyncSession, entry: RosterEntry, place: Place) -> None:
    if place.seat is None:
        return
    other = await session.scalar(
        select(RosterEntry.name).where(
            RosterEntry.sitting_id == entry.sitting_id,
            RosterEntry.id != entry.id,
            RosterEntry.room_id.is_not_distinct_from(place.room_id),
            RosterEntry.seat == place.seat,
        )
    )
    if other is not None:
        raise SeatTaken(name=other)


async def _require_space(session: AsyncSession, room: Room) -> None:
    here = (RosterEntry.sitting_id == room.sitting_id) & (RosterEntry.room_id == room.id)
    seated = await session.scalar(select(func.count()).select_from(RosterEntry).where(here))
    if room.places is not None and (seated or 0) >= room.places:
        raise RoomFull(places=room.places)


def _id(room_id: UUID | None) -> str | None:
    return str(room_id) if room_id else None
