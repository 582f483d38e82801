"""Corrections of keys over HTTP: look at an item, ask what a correction would do, propose, approve, withdraw, and the letters."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field, StringConstraints

from app import identity, itembank
from app.core import freeze, journal
from app.core.access import Actor, Permission
from app.core.clock import maybe_rfc3339, rfc3339
from app.core.db import StaffSession, database_of
from app.core.web import Payload, StrictRoute
from app.grading import CorrectionKind, corrections
from app.grading.corrections import CorrectionState, CorrectionView, Fault
from app.identity import require, settings_of
from app.itembank import LETTERS
from app.proctoring import papers
from app.review.rescore import approving, letters
from app.review.rescore.what_if import right_now, what_if, with_titles

router = APIRouter(prefix="/api/staff/corrections", route_class=StrictRoute, tags=["corrections"])

Reader = Annotated[Actor, Depends(require(Permission.CORRECTION_READ))]
Proposer = Annotated[Actor, Depends(require(Permission.CORRECTION_PROPOSE))]
Approver = Annotated[Actor, Depends(require(Permission.CORRECTION_APPROVE))]
ItemCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Words = Annotated[str, StringConstraints(min_length=10, max_length=2000)]
WHY = "koreksi kunci / key correction"


class FaultIn(Payload):
    """`option`: the letter of the option in stored order. Without versions: those of the newest lineage that was given out."""

    item_code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
    kind: CorrectionKind
    option: Annotated[str, StringConstraints(pattern=r"^[A-F]$")] | None = None
    version_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)] | None = None


class ProposalIn(FaultIn):
    """`sha256` names the effects that the proposer was shown."""

    reason: Words
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class NoteIn(Payload):
    note: Words


@router.get("", operation_id="listCorrections")
async def list_corrections(_: Reader, session: StaffSession) -> dict[str, Any]:
    found = await corrections.list_corrections(session)
    names = await identity.names_of(session, {person for one in found for person in _people(one)})
    return {"corrections": [_out(one, names) for one in found]}


@router.get("/items/{code}", operation_id="correctionItem")
async def read_item(code: ItemCode, actor: Proposer, session: StaffSession) -> dict[str, Any]:
    """The item as it was given out, with its key, and where its versions were given out."""
    shown = await corrections.list_shown(session, code, actor=actor)
    if not shown:
        raise corrections.NobodyHadIt
    versions = [one.version_id for one in shown]
    await itembank.record_reading(session, len(versions), why=WHY, actor=actor, codes=[code])
    return {
        "item": await itembank.get_item(session, code, versions),
        "right": await right_now(session, versions),
        "versions": [
            {
                "id": str(one.version_id),
                "version_no": one.version_no,
                "lineage_id": str(one.lineage_id),
                "state": one.state,
                "sittings": len(one.sitting_ids),
            }
            for one in shown
        ],
    }


@router.post("/what-if", operation_id="whatIfCorrection")
async def ask_what_if(body: FaultIn, actor: Proposer, session: StaffSession) -> dict[str, Any]:
    await freeze.require_thawed(session)
    fault = await _fault(session, body, actor)
    await itembank.record_reading(session, len(fault.version_ids), why=WHY, actor=actor, codes=[fault.item_code])
    return await what_if(session, fault)


@router.post("", operation_id="proposeCorrection", status_code=201)
async def propose(body: ProposalIn, actor: Proposer, session: StaffSession) -> dict[str, str]:
    fault = await _fault(session, body, actor)
    return {"id": str(await corrections.propose(session, fault, body.reason, body.sha256, actor=actor))}


@router.get("/{correction_id}", operation_id="correction")
async def read_correction(correction_id: UUID, _: Reader, session: StaffSession) -> dict[str, Any]:
    found = await corrections.get_correction(session, correction_id)
    names = await identity.names_of(session, _people(found))
    expected = await with_titles(session, found.expected)
    return _out(found, names) | {"expected": expected}


@router.get("/{correction_id}/look", operation_id="lookAtCorrection")
async def look(correction_id: UUID, actor: Approver, session: StaffSession) -> dict[str, Any]:
    """What it says, and, while it waits, what it would do now; for whoever may say yes."""
    fault = await corrections.read_fault(session, correction_id)
    found = await corrections.get_correction(session, correction_id)
    await itembank.record_reading(session, len(fault.version_ids), why=WHY, actor=actor, codes=[fault.item_code])
    now = None
    if found.state is CorrectionState.PROPOSED:
        await freeze.require_thawed(session)
        now = await what_if(session, fault)
    return {
        "item": await itembank.get_item(session, fault.item_code, fault.version_ids),
        "right": await right_now(session, fault.version_ids),
        "option": None if fault.option is None else LETTERS[fault.option],
        "now": now,
        "outdated": bool(now and now["sha256"] != found.expected_sha256),
        "said_yes": any(one.person_id == actor.person_id for one in found.approvals),
    }


@router.post("/{correction_id}/approve", operation_id="approveCorrection")
async def approve(correction_id: UUID, body: NoteIn, actor: Approver, session: StaffSession) -> dict[str, bool]:
    await freeze.require_thawed(session)
    return {"applied": await approving.approve(session, correction_id, body.note, actor=actor)}


@router.post("/{correction_id}/withdraw", operation_id="withdrawCorrection", status_code=204)
async def withdraw(correction_id: UUID, body: NoteIn, actor: Proposer, session: StaffSession) -> None:
    await corrections.withdraw(session, correction_id, body.note, actor=actor)


@router.get("/{correction_id}/letters", operation_id="listRescoreLetters")
async def list_letters(correction_id: UUID, actor: Proposer, session: StaffSession) -> dict[str, Any]:
    changed = await letters.list_changed(session, correction_id)
    await _record_names(session, correction_id, len(changed), actor)
    return {
        "candidates": [
            {
                "sitting_id": str(one.sitting.id),
                "sitting": one.sitting.code,
                "number": one.number,
                "name": one.name,
                "before": one.effect.score_before,
                "after": one.effect.score_after,
                "recommendation_before": one.effect.recommendation_before,
                "recommendation_after": one.effect.recommendation_after,
                "released": one.effect.released,
                "letter": one.letter,
            }
            for one in changed
        ]
    }


@router.get("/{correction_id}/letters.csv", operation_id="rescoreLettersCsv")
async def letters_csv(correction_id: UUID, actor: Proposer, session: StaffSession) -> Response:
    changed = await letters.list_changed(session, correction_id)
    await _record_names(session, correction_id, len(changed), actor)
    headers = {"Content-Disposition": 'attachment; filename="hitung-ulang.csv"'}
    return Response(letters.changed_csv(changed), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{correction_id}/letters/{sitting_id}.pdf", operation_id="printRescoreLetters", response_class=Response)
async def print_letters(request: Request, correction_id: UUID, sitting_id: UUID, actor: Proposer) -> Response:
    sessions = database_of(request).staff
    async with sessions() as session:
        paper = await letters.draft_letters(session, correction_id, sitting_id)
    return papers.as_file(await papers.make(sessions, paper, actor=actor, public_url=settings_of(request).public_url))


async def _fault(session: StaffSession, body: FaultIn, actor: Actor) -> Fault:
    option = None if body.option is None else LETTERS.index(body.option)
    versions = frozenset(body.version_ids) if body.version_ids else None
    return await corrections.find_fault(session, body.item_code, body.kind, option, versions, actor=actor)


async def _record_names(session: StaffSession, correction_id: UUID, count: int, actor: Actor) -> None:
    facts = {"candidates": count}
    await journal.record(session, "correction.letters-read", "correction", correction_id, actor=actor, facts=facts)


def _people(one: CorrectionView) -> set[UUID]:
    return {one.proposed_by, *(approval.person_id for approval in one.approvals), one.ended_by or one.proposed_by}


def _out(one: CorrectionView, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "item_code": one.item_code,
        "kind": one.kind,
        "reason": one.reason,
        "state": one.state,
        "expected": one.expected,
        "proposed_by": names[one.proposed_by],
        "proposed_at": rfc3339(one.proposed_at),
        "ended_by": names[one.ended_by] if one.ended_by else None,
        "ended_at": maybe_rfc3339(one.ended_at),
        "end_reason": one.end_reason,
        "approvals": [
            {"by": names[approval.person_id], "at": rfc3339(approval.at), "note": approval.note}
            for approval in one.approvals
        ],
        "approvers_needed": corrections.APPROVERS,
    }
