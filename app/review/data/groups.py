"""Candidates' groups, kept with their consent: looked at as a whole first, then written; withdrawn as soon as somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core import journal
from app.core.access import Actor
from app.core.datafile import Fault
from app.core.db import rowcount
from app.core.errors import Conflict, Malformed, NotFound
from app.review.data.group_file import NAME, TITLES, GroupFile, GroupRow
from app.review.data.models import CandidateGroupRow, GroupWithdrawalRow
from app.review.method.queries import OFFICE

# A file and a withdrawal at the same moment come one after the other.
HOLD: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('candidate-groups', 0))")


class GroupFileUnreadable(Malformed):
    code = "group-file"
    title = "The file cannot be read as groups of candidates; the members say where and why."


class GroupsRefused(Conflict):
    code = "groups-refused"
    title = "Rows of this file are refused; nothing was written. Look at it again."


class GroupsChanged(Conflict):
    code = "groups-changed"
    title = "The file is not the one that was looked at. Look at it again."


class Action(StrEnum):
    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    SKIP = "skip"  # left out: whoever it is withdrew their consent since
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    row: GroupRow
    action: Action
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class Count:
    attribute: str
    value: str
    people: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept, by person and attribute, and on which day somebody withdrew."""

    kept: Mapping[tuple[UUID, str], CandidateGroupRow]
    withdrawn: Mapping[UUID, date]


async def look_at(session: AsyncSession, file: GroupFile) -> list[PlannedGroup]:
    """What the file would do now, row by row. Nothing is written."""
    people = await identity.people_of_cards(session, {row.number for row in file.rows})
    ids = {person for person, _ in people.values()}
    known = _Known(await _kept(session, ids), await _withdrawn(session, ids))
    return [_plan(row, people.get(row.number, (None, ""))[0], known) for row in file.rows]


async def record(session: AsyncSession, file: GroupFile, sha256: str, *, actor: Actor) -> dict[str, int]:
    """All of it or nothing, but for whoever withdrew; a second time nothing is left to do. Raises GroupsChanged, GroupsRefused. Says
    how many of each."""
    if sha256 != file.sha256:
        raise GroupsChanged
    await session.execute(HOLD)
    planned = await look_at(session, file)
    if any(one.action is Action.REFUSE for one in planned):
        raise GroupsRefused
    rows = [_values(one, actor) for one in planned if one.action in (Action.ADD, Action.CHANGE)]
    if rows:
        statement = insert(CandidateGroupRow)
        fresh = {name: statement.excluded[name] for name in ("value", "consented_at", "recorded_by")}
        again = fresh | {"recorded_at": func.clock_timestamp()}
        await session.execute(
            statement.on_conflict_do_update(index_elements=["person_id", "attribute"], set_=again), rows
        )
    counts = {action.value: sum(one.action is action for one in planned) for action in Action}
    await journal.record(session, "groups.recorded", "groups", file.sha256, actor=actor, facts=counts)
    return counts


async def withdraw(session: AsyncSession, number: str, *, actor: Actor) -> int:
    """Whatever is kept of this person is deleted, and no file brings it back unless they agree again on a later day; how much it was.
    Raises NotFound where nobody has this number."""
    person = (await identity.people_of_cards(session, [number.strip().upper()])).get(number.strip().upper())
    if person is None:
        raise NotFound
    await session.execute(HOLD)
    gone = rowcount(await session.execute(delete(CandidateGroupRow).where(CandidateGroupRow.person_id == person[0])))
    statement = insert(GroupWithdrawalRow).values(person_id=person[0], recorded_by=actor.person_id)
    again = {"withdrawn_at": func.clock_timestamp(), "recorded_by": actor.person_id}
    await session.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=again))
    await journal.record(session, "groups.withdrawn", "person", person[0], actor=actor, facts={"rows": gone})
    return gone


async def count_groups(session: AsyncSession) -> list[Count]:
    table = CandidateGroupRow
    rows = await session.execute(
        select(table.attribute, table.value, func.count().label("people"))
        .group_by(table.attribute, table.value)
        .order_by(table.attribute, table.value)
    )
    return [Count(row.attribute, row.value, row.people) for row in rows]


async def _kept(session: AsyncSession, people: set[UUID]) -> Mapping[tuple[UUID, str], CandidateGroupRow]:
    rows = await session.scalars(select(CandidateGroupRow).where(CandidateGroupRow.person_id.in_(people)))
    return {(row.person_id, row.attribute): row for row in rows}


async def _withdrawn(session: AsyncSession, people: set[UUID]) -> Mapping[UUID, date]:
    rows = await session.scalars(select(GroupWithdrawalRow).where(GroupWithdrawalRow.person_id.in_(people)))
    return {row.person_id: row.withdrawn_at.astimezone(OFFICE).date() for row in rows}


def _plan(row: GroupRow, person_id: UUID | None, known: _Known) -> PlannedGroup:
    if person_id is None and row.number:
        said = ("nomor ini tidak dikenal; periksa kartunya", "this number is not known; check the card")
        row = replace(row, faults=(*row.faults, Fault(NAME, row.line, TITLES["number"], *said)))
    if row.faults or person_id is None:
        return PlannedGroup(row, Action.REFUSE, person_id)
    withdrawn_on = known.withdrawn.get(person_id)
    if withdrawn_on and row.consented_on and row.consented_on <= withdrawn_on:
        return PlannedGroup(row, Action.SKIP, person_id)
    now = known.kept.get((person_id, row.attribute))
    if now is None:
        return PlannedGroup(row, Action.ADD, person_id)
    same = (now.value, now.consented_at.astimezone(UTC).date()) == (row.value, row.consented_on)
    return PlannedGroup(row, Action.SAME if same else Action.CHANGE, person_id)


def _values(one: PlannedGroup, actor: Actor) -> dict[str, object]:
    assert one.row.consented_on is not None, "a row without it is refused"
    return {
        "person_id": one.person_id,
        "attribute": one.row.attribute,
        "value": one.row.value,
        "consented_at": datetime.combine(one.row.consented_on, time(), UTC),
        "recorded_by": actor.person_id,
    }
