"""Rescue files on the pages of staff: note the words, list, upload, decide."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import StrictBool, StringConstraints

from app import delivery, identity
from app.core.access import Actor, Permission
from app.core.clock import read_clock, rfc3339
from app.core.db import StaffSession
from app.core.web import LARGEST_BODY, Payload, StrictRoute
from app.delivery import rescue
from app.identity import require

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}", route_class=StrictRoute, tags=["rescue"])

Noter = Annotated[Actor, Depends(require(Permission.RESCUE_NOTE))]
Reader = Annotated[Actor, Depends(require(Permission.RESCUE_READ))]
Uploader = Annotated[Actor, Depends(require(Permission.RESCUE_UPLOAD))]
Decider = Annotated[Actor, Depends(require(Permission.RESCUE_DECIDE))]


class WordsIn(Payload):
    words: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class FileIn(Payload):
    """The file's text, as the candidate's browser wrote it."""

    file: Annotated[str, StringConstraints(min_length=1, max_length=LARGEST_BODY)]


class DecisionIn(Payload):
    approve: StrictBool
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


@router.post("/attempts/{attempt_id}/rescue-note", operation_id="noteRescue")
async def note(
    sitting_id: UUID, attempt_id: UUID, body: WordsIn, actor: Noter, session: StaffSession
) -> dict[str, str]:
    await delivery.get_sitting(session, sitting_id, actor)
    words, noted_at = await rescue.note(session, sitting_id, attempt_id, body.words, actor=actor)
    return {"words": words, "noted_at": rfc3339(noted_at)}


@router.get("/rescues", operation_id="listRescues")
async def list_rescues(sitting_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    """Notes and files of a sitting: who, when and how many answers, never which."""
    await delivery.get_sitting(session, sitting_id, actor)
    notes = await rescue.list_notes(session, sitting_id)
    rescues = await rescue.list_rescues(session, sitting_id)
    people = {note.noted_by for note in notes} | {one.uploaded_by for one in rescues}
    names = await identity.names_of(session, people | {one.decided_by for one in rescues if one.decided_by})
    return {
        "server_time": rfc3339(await read_clock(session)),
        "notes": [_note_out(note, names) for note in notes],
        "rescues": [_rescue_out(one, names) for one in rescues],
    }


@router.post("/rescues", operation_id="uploadRescue", status_code=201)
async def upload(sitting_id: UUID, body: FileIn, actor: Uploader, session: StaffSession) -> dict[str, str]:
    await delivery.get_sitting(session, sitting_id, actor)
    return {"id": str(await rescue.upload(session, sitting_id, body.file, actor=actor))}


@router.post("/rescues/{rescue_id}/decision", operation_id="decideRescue", status_code=204)
async def decide(sitting_id: UUID, rescue_id: UUID, body: DecisionIn, actor: Decider, session: StaffSession) -> None:
    await delivery.get_sitting(session, sitting_id, actor)
    await rescue.decide(session, sitting_id, rescue_id, approve=body.approve, reason=body.reason, actor=actor)


def _note_out(note: rescue.Note, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "attempt_id": str(note.attempt_id),
        "number": note.number,
        "name": note.name,
        "words": note.words,
        "noted_by": names[note.noted_by],
        "noted_at": rfc3339(note.noted_at),
    }


def _rescue_out(one: rescue.Rescue, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "attempt_id": str(one.attempt_id),
        "number": one.number,
        "name": one.name,
        "words": one.words,
        "noted_by": names[one.noted_by],
        "noted_at": rfc3339(one.noted_at),
        "closes_at": rfc3339(one.closes_at),
        "created_at": rfc3339(one.created_at),
        "last_saved_at": rfc3339(one.last_saved_at) if one.last_saved_at else None,
        "uploaded_by": names[one.uploaded_by],
        "uploaded_at": rfc3339(one.uploaded_at),
        "added": one.added,
        "missing": one.missing,
        "state": one.state,
        "decided_by": names[one.decided_by] if one.decided_by else None,
        "decided_at": rfc3339(one.decided_at) if one.decided_at else None,
        "reason": one.reason,
        "receipt_code": delivery.receipt_code(one.receipt_sha256) if one.receipt_sha256 else None,
    }
