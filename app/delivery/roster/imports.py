"""Look at what a file would do, and do it: the same bytes, the same plan, all of it or nothing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, identity, schemes
from app.core import events, journal
from app.core.access import Actor
from app.delivery.models import RosterEntry
from app.delivery.queries import hold_sitting
from app.delivery.rooms import create_room, list_rooms, list_roster
from app.delivery.roster.errors import RosterChanged, RosterRefused
from app.delivery.roster.plan import Action, Known, Plan, PlannedRow, Standing, make_plan
from app.delivery.roster.table import Table
from app.delivery.seating import take_place
from app.delivery.sittings import add_to_roster, next_numbers, number_prefix
from app.delivery.types import Place, Sitting, SittingState


async def preview(session: AsyncSession, sitting: Sitting, table: Table) -> Plan:
    """What this file would do now. Nothing is written."""
    return make_plan(table, await _standing(session, sitting, table))


async def commit(
    session: AsyncSession, sitting: Sitting, table: Table, *, sha256: str, plan: str, secret: bytes, actor: Actor
) -> Plan:
    """Do what was looked at: the file by its SHA-256, the plan by its fingerprint. A second time nothing is left to do."""
    sitting = await hold_sitting(session, sitting.id)
    made = await preview(session, sitting, table)
    if sha256 != table.sha256:
        raise RosterChanged
    if any(row.action is Action.REFUSE for row in made.rows):
        raise RosterRefused
    todo = [row for row in made.rows if row.action is not Action.SAME]
    if not todo:
        return made
    if plan != made.fingerprint:
        raise RosterChanged
    rooms = {room.name: room.id for room in await list_rooms(session, sitting.id)}
    for name in made.new_rooms:
        rooms[name] = await create_room(session, sitting.id, name, actor=actor)
    await _add(session, sitting, [row for row in todo if row.action is Action.ADD], rooms, secret, actor)
    await _change(session, sitting, [row for row in todo if row.action is Action.CHANGE], rooms, actor)
    facts = {"sha256": made.sha256, **made.count(), "rooms": list(made.new_rooms)}
    await journal.record(
        session, "roster.imported", "sitting", sitting.id, actor=actor, sitting_id=sitting.id, facts=facts
    )
    await events.hint(session, sitting.id)
    return made


async def takes_people(session: AsyncSession, sitting: Sitting) -> bool:
    """Until the forms are drawn there is one for everybody."""
    return sitting.state is SittingState.DRAFT and await assembly.find_form_set(session, sitting.id) is None


async def _standing(session: AsyncSession, sitting: Sitting, table: Table) -> Standing:
    roster = await list_roster(session, sitting.id)
    own = {entry.number for entry in roster}
    earlier = {row.earlier.upper() for row in table.rows if row.earlier}
    asked = {row.number.upper() for row in table.rows if row.number}
    return Standing(
        roster=roster,
        rooms=await list_rooms(session, sitting.id),
        taken=await identity.taken_numbers(session, asked - own),
        takes_people=await takes_people(session, sitting),
        takes_names=sitting.state is SittingState.DRAFT,
        known={number: Known(*who) for number, who in (await identity.people_of_cards(session, earlier)).items()},
    )


async def _add(
    session: AsyncSession,
    sitting: Sitting,
    rows: list[PlannedRow],
    rooms: dict[str, UUID],
    secret: bytes,
    actor: Actor,
) -> None:
    """A card for each, and a person for whoever is new; its PIN is made anew when cards are printed, so this one is nobody's."""
    if not rows:
        return
    given = {row.number for row in rows if row.number}
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    prefix = number_prefix(scheme.code, sitting.opens_at, sitting.zone)
    numbers = (number for number in await next_numbers(session, prefix, len(rows)) if number not in given)
    issued = []
    for row in rows:
        person_id = row.person_id or await identity.add_person(session, row.name)
        number = row.number or next(numbers)
        issued.append((await identity.issue_card(session, secret, number=number, person_id=person_id), row.name))
    places = [Place(rooms[row.room] if row.room else None, row.seat) for row in rows]
    await add_to_roster(session, sitting.id, issued, places=places, actor=actor)


async def _change(
    session: AsyncSession, sitting: Sitting, rows: list[PlannedRow], rooms: dict[str, UUID], actor: Actor
) -> None:
    planned = {row.entry.id: row for row in rows if row.entry}
    entries = await session.scalars(
        select(RosterEntry)
        .where(RosterEntry.sitting_id == sitting.id, RosterEntry.id.in_(planned))
        .order_by(RosterEntry.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for entry in entries:
        row = planned[entry.id]
        if "name" in row.changes:
            await _rename(session, entry, row.name, actor)
        if {"room", "seat"} & row.changes.keys():
            await take_place(session, entry, Place(rooms[row.room] if row.room else None, row.seat), actor=actor)


async def _rename(session: AsyncSession, entry: RosterEntry, name: str, actor: Actor) -> None:
    facts = {"from": entry.name, "to": name}
    entry.name = name
    await session.flush()
    await identity.rename_person(session, entry.person_id, name)
    await journal.record(
        session, "candidate.renamed", "roster", entry.id, actor=actor, sitting_id=entry.sitting_id, facts=facts
    )
