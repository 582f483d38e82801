"""Taking in a file: everything about it is checked here, so that whoever decides sees only files that may count."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import schemes
from app.core import events, journal
from app.core.access import Actor
from app.delivery import save
from app.delivery.devices import device_hash
from app.delivery.models import AttemptRow, RosterEntry
from app.delivery.queries import hold_sitting, list_answers
from app.delivery.rescue import rules
from app.delivery.rescue.digest import digest_words
from app.delivery.rescue.errors import (
    Contradicts,
    MadeLater,
    NoterUploads,
    NothingToRescue,
    NotNoted,
    NotPossible,
    OtherCandidate,
    OtherDevice,
    OtherSitting,
    RescuedBefore,
    ResultsAreOut,
    UploadedBefore,
)
from app.delivery.rescue.file import RescueFile, canonical, file_sha256, read_file
from app.delivery.rescue.models import RescueNote, RescueRow
from app.delivery.rescue.queries import is_rescued, late_changes
from app.delivery.types import Answer, AttemptState, Change, Sitting


async def upload(session: AsyncSession, sitting_id: UUID, text: str, *, actor: Actor) -> UUID:
    """Store a rescue file, to be decided by somebody else; or say why it cannot count."""
    content = canonical(text)
    file = read_file(content)
    sitting = await hold_sitting(session, sitting_id)
    if sitting.results_released_at:
        raise ResultsAreOut
    attempt = await _attempt(session, sitting, file)
    _require_same_device(attempt, file)
    await _check_range(session, sitting, attempt, file)
    note = await _note(session, attempt, content)
    _require_trusted(note, file, actor)
    await _require_first(session, attempt, content)
    stored = {answer.position: answer for answer in await list_answers(session, sitting_id, attempt.id)}
    received = [*stored.values(), *await late_changes(session, sitting_id, attempt.id)]
    if positions := rules.contradictions(file.answers, received):
        raise Contradicts(positions=positions)
    added = _added(file, stored, attempt.epoch)
    row = RescueRow(
        sitting_id=sitting_id,
        id=uuid4(),
        attempt_id=attempt.id,
        note_id=note.id,
        content=content,
        file_sha256=file_sha256(content),
        created_at=file.created_at,
        added=added,
        missing=len(rules.missing(file.answers, stored)),
        uploaded_by=actor.person_id,
    )
    session.add(row)
    await session.flush()
    facts = {"attempt": str(attempt.id), "sha256": row.file_sha256, "added": added, "missing": row.missing}
    await journal.record(session, "rescue.uploaded", "rescue", row.id, actor=actor, sitting_id=sitting_id, facts=facts)
    await events.hint(session, sitting_id)
    return row.id


async def _attempt(session: AsyncSession, sitting: Sitting, file: RescueFile) -> AttemptRow:
    if file.sitting != sitting.code:
        raise OtherSitting(sitting=file.sitting)
    attempt = await session.get(AttemptRow, (sitting.id, file.attempt_id), with_for_update=True, populate_existing=True)
    entry = await session.get(RosterEntry, (sitting.id, attempt.roster_id)) if attempt else None
    if attempt is None or entry is None or entry.number != file.participant:
        raise OtherCandidate(participant=file.participant)
    if attempt.state != AttemptState.SUBMITTED or attempt.submit_reason != "time":
        raise NotPossible
    return attempt


def _require_same_device(attempt: AttemptRow, file: RescueFile) -> None:
    """The secret was stored at the claim and left that browser only in its file: it says whose file this is."""
    if file.epoch != attempt.epoch or device_hash(file.device_secret) != attempt.device_sha256:
        raise OtherDevice


async def _check_range(session: AsyncSession, sitting: Sitting, attempt: AttemptRow, file: RescueFile) -> None:
    scheme = await schemes.get_scheme_version(session, sitting.scheme_version_id)
    assert scheme.exam is not None, "a sitting is only created for a scheme with an exam"
    save.check_range(_changes(file), attempt.n_items, scheme.exam.options)


def _changes(file: RescueFile) -> Sequence[Change]:
    return [Change(answer.seq, answer.position, answer.option, answer.doubtful) for answer in file.answers]


async def _note(session: AsyncSession, attempt: AttemptRow, content: str) -> RescueNote:
    """Judged by the bell as it is now: a grant of time after the note moved it."""
    words = digest_words(content)
    found = await session.scalar(
        select(RescueNote).where(
            RescueNote.sitting_id == attempt.sitting_id,
            RescueNote.attempt_id == attempt.id,
            RescueNote.words == words,
        )
    )
    if found is None or attempt.closes_at is None or not rules.may_note(attempt.closes_at, found.noted_at):
        raise NotNoted(words=words)
    return found


def _require_trusted(note: RescueNote, file: RescueFile, actor: Actor) -> None:
    """The secret stands in the file: whoever holds it can rewrite the file and note new words, but never bring it in too."""
    if actor.person_id == note.noted_by:
        raise NoterUploads
    if file.created_at > note.noted_at:
        raise MadeLater


async def _require_first(session: AsyncSession, attempt: AttemptRow, content: str) -> None:
    of_attempt = (RescueRow.sitting_id == attempt.sitting_id, RescueRow.attempt_id == attempt.id)
    if await session.scalar(select(RescueRow.id).where(*of_attempt, RescueRow.file_sha256 == file_sha256(content))):
        raise UploadedBefore
    if await is_rescued(session, attempt.sitting_id, attempt.id):
        raise RescuedBefore


def _added(file: RescueFile, stored: dict[int, Answer], epoch: int) -> int:
    """How many items are answered otherwise with the file than without it."""
    rescued = rules.rescued(file.answers, stored, epoch)
    added = sum(
        answer.option != (stored[answer.position].option if answer.position in stored else None) for answer in rescued
    )
    if not added:
        raise NothingToRescue
    return added
