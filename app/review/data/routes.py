"""Candidates' groups over HTTP: how many there are, a file looked at and recorded, one person's withdrawn."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.access import Actor, Permission
from app.core.clock import read_clock
from app.core.datafile import DataFileError, Fault
from app.core.db import StaffSession
from app.core.web import Body, Payload, StrictRoute
from app.identity import require
from app.review.data import groups
from app.review.data.group_file import LARGEST_FILE, GroupFile, read_file
from app.review.data.groups import PlannedGroup
from app.review.method.queries import OFFICE

PLACE: Final = "/api/staff/candidate-groups"
PREVIEW_PATH, RECORD_PATH = "/preview", "/record"
LARGEST_BODY: Final = LARGEST_FILE * 4 // 3 + 4096  # as base64, and the JSON around it
UPLOADS: Final = {PLACE + path: Body(LARGEST_BODY) for path in (PREVIEW_PATH, RECORD_PATH)}

router = APIRouter(prefix=PLACE, route_class=StrictRoute, tags=["review"])
Recorder = Annotated[Actor, Depends(require(Permission.GROUP_RECORD))]


class FileIn(Payload):
    """CSV in base64."""

    file: Annotated[str, StringConstraints(min_length=1, max_length=LARGEST_BODY)]


class RecordIn(FileIn):
    """The very file that was looked at."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class WithdrawIn(Payload):
    number: Annotated[str, StringConstraints(min_length=1, max_length=40)]


@router.get("", operation_id="candidateGroups")
async def list_groups(_: Recorder, session: StaffSession) -> list[dict[str, Any]]:
    """How many people of each group; never who."""
    return [asdict(one) for one in await groups.count_groups(session)]


@router.post(PREVIEW_PATH, operation_id="previewCandidateGroups")
async def preview(body: FileIn, _: Recorder, session: StaffSession) -> dict[str, Any]:
    """What the file would do, row by row. Nothing is written."""
    file = await _file(session, body.file)
    return {"sha256": file.sha256, "rows": [_row_out(one) for one in await groups.look_at(session, file)]}


@router.post(RECORD_PATH, operation_id="recordCandidateGroups")
async def record(body: RecordIn, actor: Recorder, session: StaffSession) -> dict[str, int]:
    return await groups.record(session, await _file(session, body.file), body.sha256, actor=actor)


@router.post("/withdraw", operation_id="withdrawCandidateGroups")
async def withdraw(body: WithdrawIn, actor: Recorder, session: StaffSession) -> dict[str, int]:
    return {"withdrawn": await groups.withdraw(session, body.number, actor=actor)}


async def _file(session: AsyncSession, text: str) -> GroupFile:
    today = (await read_clock(session)).astimezone(OFFICE).date()
    try:
        return read_file(base64.b64decode(text, validate=True), today)
    except binascii.Error as error:
        raise groups.GroupFileUnreadable("`file` is not base64.") from error
    except DataFileError as error:
        raise groups.GroupFileUnreadable(faults=[_fault_out(fault) for fault in error.faults]) from error


def _row_out(one: PlannedGroup) -> dict[str, Any]:
    row = one.row
    return {
        "line": row.line,
        "number": row.number,
        "attribute": row.attribute,
        "value": row.value,
        "consented_on": row.consented_on.isoformat() if row.consented_on else None,
        "action": one.action,
        "faults": [_fault_out(fault) for fault in row.faults],
    }


def _fault_out(fault: Fault) -> dict[str, Any]:
    return {"line": fault.line, "field": fault.field, "fault_id": fault.fault_id, "fault_en": fault.fault_en}
