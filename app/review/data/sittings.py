"""One released sitting as a review needs it, copied out in short transactions: nothing holds the database for long."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, grading, itembank
from app.assembly import Form
from app.core.db import Database
from app.delivery import Attempt, AttemptState, Grant, ItemCommentView, RosterView, Sitting
from app.grading import Right
from app.itembank import Edition, KeyedItem
from app.psychometrics import OMITTED
from app.review.data.durations import Breaks, Saves, durations

AT_ONCE: Final = 500  # attempts whose forms and answers are read in one transaction
STRETCH: Final = timedelta(minutes=15)  # of the journal of answers, read in one transaction
PATIENCE: Final = text("SET LOCAL statement_timeout = '20s'")
STOOD: Final = ("pause", "outage")  # kinds of grants that give back time in which a clock stood
BELL: Final = "time"
WHY: Final = "kajian validitas ujian / validity review"


@dataclass(frozen=True, slots=True)
class Answers:
    """A row for each item that a candidate was given; `person` and `version` index the attempts and `Taken.versions`."""

    person: NDArray[np.int32]
    version: NDArray[np.int32]
    option: NDArray[np.int16]
    position: NDArray[np.int16]
    seconds: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heads:
    """All of a sitting that is one row for each candidate, or fewer."""

    attempts: tuple[Attempt, ...]  # those that were handed in, by id
    people: Mapping[UUID, UUID]
    roster: Mapping[UUID, RosterView]  # by id
    rooms: Mapping[UUID, str]
    scores: Mapping[UUID, int]
    grants: tuple[Grant, ...]
    comments: tuple[ItemCommentView, ...]
    absent: int
    plan_id: UUID | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A sitting, copied out. `form_of`: by attempt, the form of the plan, or the versions where there was no plan."""

    sitting: Sitting
    heads: Heads
    versions: tuple[UUID, ...]
    keyed: Mapping[UUID, KeyedItem]
    corrected: Mapping[UUID, Right]
    editions: Mapping[UUID, Edition]
    form_of: Mapping[UUID, tuple[int | None, tuple[UUID, ...]]]
    shown_at: Mapping[tuple[UUID, int], UUID]  # of the attempts with remarks
    answers: Answers

    @property
    def sha256(self) -> str:
        """The hash under which the sitting's own statistics stand (`app.review.snapshot`)."""
        by_code = sorted(self.versions, key=lambda version: (self.keyed[version].kuk, self.keyed[version].code))
        place = {version: index for index, version in enumerate(by_code)}
        item = np.array([place[version] for version in self.versions], dtype=np.int64)[self.answers.version]
        key = np.array([self.keyed[version].key for version in by_code], dtype=np.int64)[item]
        option = self.answers.option.astype(np.int64)
        columns = np.column_stack([self.answers.person, item, option, option == key]).astype(np.int64)
        codes = "\n".join(self.keyed[version].code for version in by_code)
        return hashlib.sha256(columns.tobytes() + codes.encode()).hexdigest()


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[AsyncSession]:
    """A short transaction: a statement that takes too long is given up, and the job comes again."""
    async with database.staff() as session, session.begin():
        await session.execute(PATIENCE)
        yield session


async def take_sitting(database: Database, sitting: Sitting) -> Taken:
    async with reading(database) as session:
        heads = await _read_heads(session, sitting)
    forms: dict[UUID, Form] = {}
    shown: dict[UUID, dict[int, int]] = {}
    for first in range(0, len(heads.attempts), AT_ONCE):
        some = heads.attempts[first : first + AT_ONCE]
        async with reading(database) as session:
            used = await assembly.list_forms(session, sitting.id, {attempt.form_id for attempt in some})
            shown |= await delivery.submitted_answers(session, sitting.id, {attempt.id for attempt in some})
        forms |= {form.id: form for form in used}
    versions = tuple(sorted({version for form in forms.values() for version in form.version_ids}))
    async with reading(database) as session:
        keyed = await itembank.read_keys(session, versions, why=WHY, sitting_id=sitting.id)
        corrected = await grading.corrections_in_force(session, versions)
        editions = await itembank.editions_of(session, versions)
    seconds = await _read_seconds(database, sitting, heads)
    remarked = {comment.attempt_id for comment in heads.comments}
    return Taken(
        sitting=sitting,
        heads=heads,
        versions=versions,
        keyed=keyed,
        corrected=corrected,
        editions=editions,
        form_of={attempt.id: _named(forms[attempt.form_id]) for attempt in heads.attempts},
        shown_at={
            (attempt.id, position): version
            for attempt in heads.attempts
            if attempt.id in remarked
            for position, version in enumerate(forms[attempt.form_id].version_ids, start=1)
        },
        answers=await asyncio.to_thread(_answers, heads.attempts, forms, shown, versions, seconds),
    )


async def _read_heads(session: AsyncSession, sitting: Sitting) -> Heads:
    attempts = await delivery.list_attempts(session, sitting.id)
    roster = {entry.id: entry for entry in await delivery.list_roster(session, sitting.id)}
    scores = await grading.list_scores(session, sitting.id)
    issued = await assembly.find_form_set(session, sitting.id)
    began = {attempt.roster_id for attempt in attempts if attempt.started_at is not None}
    counted = [one for one in attempts if one.state is AttemptState.SUBMITTED and one.id in scores]
    return Heads(
        attempts=tuple(sorted(counted, key=lambda attempt: attempt.id)),
        people=await delivery.people_of(session, sitting.id),
        roster=roster,
        rooms={room.id: room.name for room in await delivery.list_rooms(session, sitting.id)},
        scores=scores,
        grants=tuple(await delivery.list_grants(session, sitting.id)),
        comments=tuple(await delivery.list_comments(session, sitting.id)),
        absent=len(roster.keys() - began),
        plan_id=issued.plan_id if issued else None,
    )


async def _read_seconds(database: Database, sitting: Sitting, heads: Heads) -> NDArray[np.float32]:
    """(attempts, positions)."""
    times = [(one.started_at, one.submitted_at) for one in heads.attempts if one.started_at and one.submitted_at]
    positions = max((attempt.n_items for attempt in heads.attempts), default=0)
    if not times:
        return np.full((len(heads.attempts), positions), np.nan, dtype=np.float32)
    since, until = min(start for start, _ in times), max(end for _, end in times)
    place = {attempt.id: index for index, attempt in enumerate(heads.attempts)}
    pieces = []
    for start, end in delivery.stretches(since, until, STRETCH):
        async with reading(database) as session:
            saves = await delivery.list_saves(session, sitting.id, start, end)
        pieces.append(
            [(place[s.attempt_id], s.position, _since(since, s.at), s.live) for s in saves if s.attempt_id in place]
        )
    table = np.array([row for piece in pieces for row in piece], dtype=np.float64).reshape(-1, 4)
    started = np.array([_since(since, one.started_at or since) for one in heads.attempts])
    stood = [
        (place[one.attempt_id], _since(since, one.granted_at))
        for one in heads.grants
        if one.kind in STOOD and one.attempt_id in place
    ]
    columns = np.array(stood, dtype=np.float64).reshape(-1, 2)
    saved = Saves(table[:, 0].astype(np.int32), table[:, 1].astype(np.int32), table[:, 2], table[:, 3] > 0)
    breaks = Breaks(columns[:, 0].astype(np.int32), columns[:, 1])
    return await asyncio.to_thread(durations, saved, started, breaks, positions)


def _since(instant: datetime, at: datetime) -> float:
    return (at - instant).total_seconds()


def _named(form: Form) -> tuple[int | None, tuple[UUID, ...]]:
    return form.plan_form_no, tuple(sorted(form.version_ids))


def _answers(
    attempts: Sequence[Attempt],
    forms: Mapping[UUID, Form],
    shown: Mapping[UUID, Mapping[int, int]],
    versions: Sequence[UUID],
    seconds: NDArray[np.float32],
) -> Answers:
    """Options in stored order; an answer that no option stands for counts as none, as in scoring."""
    place = {version: index for index, version in enumerate(versions)}
    rows: list[tuple[int, int, int, int]] = []
    for person, attempt in enumerate(attempts):
        form, given = forms[attempt.form_id], shown[attempt.id]
        for position, (version, order) in enumerate(zip(form.version_ids, form.orders, strict=True), start=1):
            chosen = given.get(position)
            known = chosen is not None and grading.has_option(order, chosen)
            rows.append((person, place[version], order[chosen] if known else OMITTED, position))  # type: ignore[index]
    columns: Any = np.array(rows, dtype=np.int32).reshape(-1, 4)
    person, version, option, position = columns.T
    taken = seconds[person, position - 1]
    # Answered, and yet nothing was ever saved live: it came in otherwise.
    taken = np.where((option != OMITTED) & (taken == 0), np.nan, taken).astype(np.float32)
    return Answers(person, version, option.astype(np.int16), position.astype(np.int16), taken)
