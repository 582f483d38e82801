"""Rooms of a sitting, who proctors which, and so whom a proctor may see and act upon."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import events, journal
from app.core.access import Actor, Permission
from app.core.errors import NotFound
from app.delivery.errors import RoomTaken
from app.delivery.models import AttemptRow, Room, RoomStaff, RosterEntry, SittingRow, SittingStaff
from app.delivery.types import AttemptState, Duty, RoomView, RosterView


def in_scope(actor: Actor) -> ColumnElement[bool]:
    """The WHERE of lines of the roster that this person may see, in a sitting that they may see.

    A head proctor sees all of it, a proctor their rooms and whoever has no room yet.
    """
    if actor.may(Permission.SITTING_READ_ALL):
        return true()
    leads = exists().where(
        SittingStaff.sitting_id == RosterEntry.sitting_id, SittingStaff.person_id == actor.person_id, SittingStaff.head
    )
    watches = exists().where(
        RoomStaff.sitting_id == RosterEntry.sitting_id,
        RoomStaff.room_id == RosterEntry.room_id,
        RoomStaff.person_id == actor.person_id,
    )
    return or_(RosterEntry.room_id.is_(None), leads, watches)


async def rooms_of(session: AsyncSession, sitting_id: UUID, actor: Actor) -> frozenset[UUID] | None:
    """The rooms that this person watches; None where they see the whole sitting."""
    if actor.may(Permission.SITTING_READ_ALL):
        return None
    return (await duties(session, sitting_id, [actor.person_id])).get(actor.person_id, frozenset())


async def duties(
    session: AsyncSession, sitting_id: UUID, person_ids: Collection[UUID]
) -> dict[UUID, frozenset[UUID] | None]:
    """Which of these people proctor the sitting, each with the rooms that they watch; None is all of it, a head proctor's."""
    here = (SittingStaff.sitting_id == sitting_id) & SittingStaff.person_id.in_(person_ids)
    watched = (RoomStaff.sitting_id == SittingStaff.sitting_id) & (RoomStaff.person_id == SittingStaff.person_id)
    rooms = select(func.array_agg(RoomStaff.room_id)).where(watched).scalar_subquery()
    rows = await session.execute(select(SittingStaff.person_id, SittingStaff.head, rooms.label("rooms")).where(here))
    return {row.person_id: None if row.head else frozenset(row.rooms or ()) for row in rows}


async def require_room(session: AsyncSession, sitting_id: UUID, room_id: UUID | None, actor: Actor) -> None:
    """NotFound unless this person watches the room. The sitting as a whole (None) is a head proctor's."""
    mine = await rooms_of(session, sitting_id, actor)
    if mine is None:
        known = room_id is None or await session.get(Room, (sitting_id, room_id)) is not None
    elif room_id is None:
        known = not await _has_rooms(session, sitting_id)
    else:
        known = room_id in mine
    if not known:
        raise NotFound


async def attempts_in_scope(
    session: AsyncSession, sitting_id: UUID, attempt_ids: Collection[UUID], actor: Actor
) -> set[UUID]:
    """Of these attempts those that this person may see."""
    seen = (
        select(AttemptRow.id)
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .where(AttemptRow.sitting_id == sitting_id, AttemptRow.id.in_(attempt_ids), in_scope(actor))
    )
    return set(await session.scalars(seen))


async def require_attempts(session: AsyncSession, sitting_id: UUID, attempt_ids: set[UUID], actor: Actor) -> None:
    """NotFound unless this person may see each of these attempts."""
    if await attempts_in_scope(session, sitting_id, attempt_ids, actor) != attempt_ids:
        raise NotFound


async def _has_rooms(session: AsyncSession, sitting_id: UUID) -> bool:
    return bool(await session.scalar(select(exists().where(Room.sitting_id == sitting_id))))


async def lock_attempts(
    session: AsyncSession, sitting_id: UUID, attempt_ids: Sequence[UUID], actor: Actor
) -> list[AttemptRow]:
    """Of these attempts those within the actor's scope, locked in the order in which every statement locks attempts."""
    return list(await session.scalars(_locked(sitting_id, actor).where(AttemptRow.id.in_(attempt_ids))))


async def lock_room(session: AsyncSession, sitting_id: UUID, room_id: UUID | None, actor: Actor) -> list[AttemptRow]:
    """Every attempt of a room (of the whole sitting) that is not over, locked."""
    here = true() if room_id is None else RosterEntry.room_id == room_id
    over = AttemptRow.state.in_((AttemptState.SUBMITTED, AttemptState.VOID))
    return list(await session.scalars(_locked(sitting_id, actor).where(here, ~over)))


def _locked(sitting_id: UUID, actor: Actor) -> Select[AttemptRow]:
    return (
        select(AttemptRow)
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .where(AttemptRow.sitting_id == sitting_id, in_scope(actor))
        .order_by(AttemptRow.id)
        .with_for_update(of=AttemptRow)
        .execution_options(populate_existing=True)
    )


async def list_roster(session: AsyncSession, sitting_id: UUID, actor: Actor | None = None) -> list[RosterView]:
    """The people of a sitting; with an actor, those within their scope."""
    seen = true() if actor is None else in_scope(actor)
    rows = await session.scalars(
        select(RosterEntry).where(RosterEntry.sitting_id == sitting_id, seen).order_by(RosterEntry.number)
    )
    return [RosterView(row.id, row.number, row.name, row.person_id, row.room_id, row.seat) for row in rows]


async def create_room(
    session: AsyncSession, sitting_id: UUID, name: str, *, places: int | None = None, actor: Actor | None = None
) -> UUID:
    """A room of this sitting. Raises RoomTaken where there is one of this name."""
    await _take_turns(session, sitting_id)
    if await session.scalar(select(Room.id).where(Room.sitting_id == sitting_id, Room.name == name)):
        raise RoomTaken
    room = Room(sitting_id=sitting_id, id=uuid4(), name=name, places=places)
    session.add(room)
    await session.flush()
    await journal.record(
        session, "room.created", "room", room.id, actor=actor, sitting_id=sitting_id, facts={"name": name}
    )
    await events.hint(session, sitting_id)
    return room.id


async def change_room(
    session: AsyncSession, sitting_id: UUID, room_id: UUID, name: str, *, places: int | None, actor: Actor | None = None
) -> None:
    """Another name or number of places; nobody is moved by it. Raises RoomTaken."""
    await _take_turns(session, sitting_id)
    room = await session.get(Room, (sitting_id, room_id), with_for_update=True)
    if room is None:
        raise NotFound
    here = (Room.sitting_id == sitting_id) & (Room.name == name) & (Room.id != room_id)
    if await session.scalar(select(Room.id).where(here)):
        raise RoomTaken
    facts = {"from": [room.name, room.places], "to": [name, places]}
    room.name, room.places = name, places
    await session.flush()
    await journal.record(session, "room.changed", "room", room_id, actor=actor, sitting_id=sitting_id, facts=facts)
    await events.hint(session, sitting_id)


async def assign_rooms(
    session: AsyncSession, sitting_id: UUID, person_id: UUID, rooms: Collection[UUID], *, actor: Actor | None = None
) -> None:
    """These rooms are the ones that this proctor watches, and no others."""
    here = (RoomStaff.sitting_id == sitting_id) & (RoomStaff.person_id == person_id)
    watched = set(await session.scalars(select(RoomStaff.room_id).where(here)))
    for room_id in watched - set(rooms):
        await leave_room(session, sitting_id, room_id, person_id, actor=actor)
    for room_id in set(rooms) - watched:
        await assign_room(session, sitting_id, room_id, person_id, actor=actor)


async def list_duties(session: AsyncSession, sitting_id: UUID) -> dict[UUID, Duty]:
    """Who proctors this sitting, and what of it."""
    rooms: dict[UUID, list[UUID]] = {}
    for row in await session.scalars(select(RoomStaff).where(RoomStaff.sitting_id == sitting_id)):
        rooms.setdefault(row.person_id, []).append(row.room_id)
    staff = await session.scalars(select(SittingStaff).where(SittingStaff.sitting_id == sitting_id))
    return {row.person_id: Duty(row.head, tuple(rooms.get(row.person_id, ()))) for row in staff}


async def assign_room(
    session: AsyncSession, sitting_id: UUID, room_id: UUID, person_id: UUID, *, actor: Actor | None = None
) -> None:
    """This proctor of the sitting watches the room, besides the others. Doing it twice changes nothing."""
    await _take_turns(session, sitting_id)
    if await session.get(Room, (sitting_id, room_id)) is None:
        raise NotFound
    if await session.get(SittingStaff, (sitting_id, person_id)) is None:
        raise NotFound("this person does not proctor the sitting")
    if await session.get(RoomStaff, (sitting_id, room_id, person_id)):
        return
    session.add(RoomStaff(sitting_id=sitting_id, room_id=room_id, person_id=person_id))
    await session.flush()
    facts = {"room": str(room_id)}
    await journal.record(session, "room.staffed", "person", person_id, actor=actor, sitting_id=sitting_id, facts=facts)
    await events.hint(session, sitting_id)


async def leave_room(
    session: AsyncSession, sitting_id: UUID, room_id: UUID, person_id: UUID, *, actor: Actor | None = None
) -> None:
    """This proctor watches the room no more."""
    this = (RoomStaff.sitting_id == sitting_id) & (RoomStaff.room_id == room_id) & (RoomStaff.person_id == person_id)
    left = await session.scalar(delete(RoomStaff).where(this).returning(RoomStaff.person_id))
    if left is None:
        raise NotFound
    facts = {"room": str(room_id)}
    await journal.record(session, "room.left", "person", person_id, actor=actor, sitting_id=sitting_id, facts=facts)
    await events.hint(session, sitting_id)


async def hand_over_room(
    session: AsyncSession,
    sitting_id: UUID,
    room_id: UUID,
    *,
    giver_id: UUID | None,
    taker_id: UUID,
    note: str,
    actor: Actor,
) -> None:
    """From now on this other proctor watches the room, instead of the giver or, where nobody gives it, besides the others.

    Proctors hand over what they watch themselves; for others a head proctor does it.
    """
    mine = await rooms_of(session, sitting_id, actor)
    if mine is not None and (giver_id != actor.person_id or room_id not in mine):
        raise NotFound
    await assign_room(session, sitting_id, room_id, taker_id, actor=actor)
    if giver_id is not None and giver_id != taker_id:
        await leave_room(session, sitting_id, room_id, giver_id, actor=actor)
    facts = {"from": str(giver_id) if giver_id else None, "to": str(taker_id)}
    await journal.record(
        session, "room.handed-over", "room", room_id, actor=actor, sitting_id=sitting_id, reason=note, facts=facts
    )


async def _take_turns(session: AsyncSession, sitting_id: UUID) -> None:
    """Two people who arrange the same sitting wait for one another: the second one is told what the first one did."""
    await session.execute(select(SittingRow.id).where(SittingRow.id == sitting_id).with_for_update(key_share=True))


async def list_rooms(session: AsyncSession, sitting_id: UUID) -> list[RoomView]:
    seated = select(RosterEntry.room_id, func.count()).where(RosterEntry.sitting_id == sitting_id)
    counts = {
        room_id: count for room_id, count in await session.execute(seated.group_by(RosterEntry.room_id)) if room_id
    }
    staff: dict[UUID, list[UUID]] = {}
    for row in await session.scalars(select(RoomStaff).where(RoomStaff.sitting_id == sitting_id)):
        staff.setdefault(row.room_id, []).append(row.person_id)
    rooms = await session.scalars(select(Room).where(Room.sitting_id == sitting_id).order_by(Room.name))
    return [
        RoomView(room.id, room.name, room.places, counts.get(room.id, 0), tuple(staff.get(room.id, ())))
        for room in rooms
    ]
