"""Reads of delivery: a candidate's seat, answers, the board, what grading and review need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal_column, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor, Permission
from app.core.errors import NotFound
from app.delivery import deadlines
from app.delivery.models import (
    AnswerRow,
    AttemptRow,
    ItemComment,
    RosterEntry,
    SittingRow,
    SittingStaff,
)
from app.delivery.rooms import in_scope
from app.delivery.types import (
    Admission,
    Answer,
    Attempt,
    AttemptClock,
    AttemptState,
    Candidate,
    ItemCommentView,
    Seat,
    Sitting,
    SittingState,
    Takeover,
)

# Where the clock is suspect: the instant before which no running attempt ends. Nowhere else anything.
HELD_UNTIL: ColumnElement[datetime | None] = literal_column(
    f"CASE WHEN {deadlines.suspect('clock_timestamp()')} THEN clock_timestamp() + {deadlines.LEAST_LEFT} END"
)


async def get_seat(session: AsyncSession, actor: Actor) -> Seat:
    """The sitting and attempt of the candidate behind this session."""
    row = (
        await session.execute(
            select(RosterEntry, SittingRow, AttemptRow, HELD_UNTIL)
            .join(SittingRow, SittingRow.id == RosterEntry.sitting_id)
            .join(
                AttemptRow,
                (AttemptRow.sitting_id == RosterEntry.sitting_id) & (AttemptRow.roster_id == RosterEntry.id),
            )
            .where(RosterEntry.number == actor.candidate_number, AttemptRow.state != AttemptState.VOID)
        )
    ).one_or_none()
    if row is None:
        raise NotFound("this participant number has no attempt in a prepared sitting")
    entry, sitting, stored, held_until = row
    attempt = replace(_attempt(stored), closes_at=held_close(stored.closes_at, stored.state, held_until))
    return Seat(_sitting(sitting), attempt, entry.number, entry.name, entry.agreed_at)


def held_close(closes_at: datetime | None, state: str, held_until: datetime | None) -> datetime | None:
    """Until when answers are taken, as the statements of the hot paths judge it."""
    if closes_at is None or held_until is None or state != AttemptState.RUNNING:
        return closes_at
    return max(closes_at, held_until)


def clock_of(seat: Seat) -> AttemptClock:
    return AttemptClock(
        state=seat.attempt.state,
        admission=seat.sitting.admission,
        opens_at=seat.sitting.opens_at,
        window_closes_at=seat.sitting.closes_at,
        closes_at=seat.attempt.closes_at,
        transmission_seconds=seat.sitting.transmission_seconds,
        resumes_at=seat.attempt.resumes_at,
    )


async def list_answers(session: AsyncSession, sitting_id: UUID, attempt_id: UUID) -> list[Answer]:
    rows = await session.scalars(
        select(AnswerRow)
        .where(AnswerRow.sitting_id == sitting_id, AnswerRow.attempt_id == attempt_id)
        .order_by(AnswerRow.position)
    )
    return [Answer(row.position, row.option, row.doubtful, row.epoch, row.seq, row.saved_at) for row in rows]


async def last_seq(session: AsyncSession, seat: Seat) -> int:
    """The highest sequence number stored for this attempt; a device that claims it goes on from there."""
    highest = await session.scalar(
        select(func.max(AnswerRow.seq)).where(
            AnswerRow.sitting_id == seat.sitting.id, AnswerRow.attempt_id == seat.attempt.id
        )
    )
    return highest or 0


async def hold_sitting(session: AsyncSession, sitting_id: UUID) -> Sitting:
    """The sitting, locked: releasing its results and whatever has to come before the release wait for one another."""
    query = select(SittingRow).where(SittingRow.id == sitting_id).with_for_update(key_share=True)
    row = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    if row is None:
        raise NotFound
    return _sitting(row)


_CANDIDATES = select(AttemptRow.sitting_id, AttemptRow.id, RosterEntry.number, RosterEntry.name, AttemptRow.state).join(
    RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id)
)


def visible_to(actor: Actor) -> Any:
    """The WHERE that limits sittings to those this person may see."""
    if actor.may(Permission.SITTING_READ_ALL):
        return true()
    return exists().where(SittingStaff.sitting_id == SittingRow.id, SittingStaff.person_id == actor.person_id)


async def get_sitting(session: AsyncSession, sitting_id: UUID, actor: Actor | None = None) -> Sitting:
    """A sitting; with an actor, only one within their scope. Outside it there is nothing to see."""
    query = select(SittingRow).where(SittingRow.id == sitting_id)
    if actor is not None:
        query = query.where(visible_to(actor))
    row = (await session.execute(query)).scalar_one_or_none()
    if row is None:
        raise NotFound
    return _sitting(row)


async def find_sitting(session: AsyncSession, code: str) -> Sitting | None:
    row = await session.scalar(select(SittingRow).where(SittingRow.code == code))
    return _sitting(row) if row else None


async def list_sittings(session: AsyncSession, actor: Actor | None = None) -> list[tuple[Sitting, int]]:
    """Sittings within the actor's scope, newest first, each with its number of candidates."""
    counted = (
        select(func.count()).where(RosterEntry.sitting_id == SittingRow.id).correlate(SittingRow).scalar_subquery()
    )
    query = select(SittingRow, counted).order_by(SittingRow.opens_at.desc(), SittingRow.code)
    if actor is not None:
        query = query.where(visible_to(actor))
    return [(_sitting(row), count) for row, count in await session.execute(query)]


async def list_attempts(
    session: AsyncSession, sitting_id: UUID, attempt_ids: Collection[UUID] | None = None
) -> list[Attempt]:
    """The attempts of a sitting that count, or some of them."""
    query = select(AttemptRow).where(AttemptRow.sitting_id == sitting_id, AttemptRow.state != AttemptState.VOID)
    if attempt_ids is not None:
        query = query.where(AttemptRow.id.in_(attempt_ids))
    return [_attempt(row) for row in await session.scalars(query.order_by(AttemptRow.id))]


async def get_candidate(session: AsyncSession, sitting_id: UUID, attempt_id: UUID, actor: Actor) -> Candidate:
    """Whose attempt it is, within this person's scope."""
    this = (AttemptRow.sitting_id == sitting_id) & (AttemptRow.id == attempt_id) & in_scope(actor)
    found = [_candidate(*row) for row in await session.execute(_CANDIDATES.where(this))]
    if not found:
        raise NotFound
    return found[0]


async def list_candidates(
    session: AsyncSession, sitting_id: UUID, attempt_ids: Collection[UUID]
) -> dict[UUID, Candidate]:
    """Whose attempts these are, those that are void too."""
    these = (AttemptRow.sitting_id == sitting_id) & AttemptRow.id.in_(attempt_ids)
    found = [_candidate(*row) for row in await session.execute(_CANDIDATES.where(these))]
    return {candidate.attempt_id: candidate for candidate in found}


async def people_of(session: AsyncSession, sitting_id: UUID) -> dict[UUID, UUID]:
    """Attempt → person, of every attempt that counts."""
    rows = await session.execute(
        select(AttemptRow.id, RosterEntry.person_id)
        .join(RosterEntry, (RosterEntry.sitting_id == AttemptRow.sitting_id) & (RosterEntry.id == AttemptRow.roster_id))
        .where(AttemptRow.sitting_id == sitting_id, AttemptRow.state != AttemptState.VOID)
    )
    return {row.id: row.person_id for row in rows}


async def list_own_attempts(session: AsyncSession, number: str) -> list[Candidate]:
    """Every attempt of a participant number, those that are void too."""
    return [_candidate(*row) for row in await session.execute(_CANDIDATES.where(RosterEntry.number == number))]


async def count_states(session: AsyncSession, sitting_id: UUID) -> dict[AttemptState, int]:
    rows = await session.execute(
        select(AttemptRow.state, func.count()).where(AttemptRow.sitting_id == sitting_id).group_by(AttemptRow.state)
    )
    return {AttemptState(state): count for state, count in rows}


async def list_comments(session: AsyncSession, sitting_id: UUID) -> list[ItemCommentView]:
    rows = await session.scalars(
        select(ItemComment).where(ItemComment.sitting_id == sitting_id).order_by(ItemComment.written_at)
    )
    return [ItemCommentView(row.attempt_id, row.position, row.text, row.written_at) for row in rows]


async def list_proctors(session: AsyncSession, sitting_id: UUID) -> list[UUID]:
    return list(await session.scalars(select(SittingStaff.person_id).where(SittingStaff.sitting_id == sitting_id)))


def _sitting(row: SittingRow) -> Sitting:
    return Sitting(
        id=row.id,
        code=row.code,
        title=row.title,
        scheme_version_id=row.scheme_version_id,
        zone=row.zone,
        mode=row.mode,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        late_after=row.opens_at + timedelta(seconds=row.late_after_seconds),
        duration_seconds=row.duration_seconds,
        transmission_seconds=row.transmission_seconds,
        admission=Admission(row.admission),
        takeover=Takeover(row.takeover),
        state=SittingState(row.state),
        token=row.token,
        token_expires_at=row.token_expires_at,
        results_released_at=row.results_released_at,
        place=row.place,
        address=row.address,
        map_url=row.map_url,
    )


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        sitting_id=row.sitting_id,
        id=row.id,
        roster_id=row.roster_id,
        form_id=row.form_id,
        state=AttemptState(row.state),
        started_at=row.started_at,
        closes_at=row.closes_at,
        resumes_at=row.resumes_at,
        submitted_at=row.submitted_at,
        submit_reason=row.submit_reason,
        epoch=row.epoch,
        claimed=row.device_sha256 is not None,
        rev=row.rev,
        n_items=row.n_items,
        answered=row.answered,
        receipt_sha256=row.receipt_sha256,
    )


def _candidate(sitting_id: UUID, attempt_id: UUID, number: str, name: str, state: str) -> Candidate:
    return Candidate(sitting_id, attempt_id, number, name, AttemptState(state))
