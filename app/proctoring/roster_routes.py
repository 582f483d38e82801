"""The roster as a file: template, dry run, import. Rows are refused in both languages, each with its remedy."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery
from app.core.access import Actor, Permission
from app.core.datafile import DataFileError, Fault
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.delivery import Sitting, admission, roster
from app.delivery.roster import Plan, PlannedRow, Table
from app.identity import require, settings_of

router = APIRouter(prefix="/api/staff/sittings/{sitting_id}/roster", route_class=StrictRoute, tags=["roster"])

PREVIEW_PATH, IMPORT_PATH = "/preview", "/import"
LARGEST_FILE_BODY = roster.LARGEST_FILE * 4 // 3 + 4096  # as base64, and the JSON around it
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Passwords are checked in the threads that everybody shares; a file that takes long keeps waiting only the next file.
_FILES: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="roster")

Reader = Annotated[Actor, Depends(require(Permission.ROSTER_READ))]
Importer = Annotated[Actor, Depends(require(Permission.ROSTER_IMPORT))]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class FileIn(Payload):
    """CSV or .xlsx, in base64."""

    file: Annotated[str, StringConstraints(min_length=1, max_length=LARGEST_FILE_BODY)]


class ImportIn(FileIn):
    """The very file that was looked at, and what it would do then."""

    sha256: Sha256
    plan: Sha256


@router.get("", operation_id="roster")
async def read_roster(sitting_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    """Everybody whom this person may see, with place and photograph; also before the forms are drawn."""
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    entries = await delivery.list_roster(session, sitting_id, actor)
    photos = await admission.photos_of(session, (entry.person_id for entry in entries))
    return {
        "takes_people": await roster.takes_people(session, sitting),
        "candidates": [
            {
                "roster_id": str(entry.id),
                "number": entry.number,
                "name": entry.name,
                "room_id": str(entry.room_id) if entry.room_id else None,
                "seat": entry.seat,
                "photo_id": str(photos[entry.person_id].id) if entry.person_id in photos else None,
            }
            for entry in entries
        ],
    }


@router.get("/file.csv", operation_id="rosterCsv", response_class=Response)
async def file_csv(sitting_id: UUID, actor: Reader, session: StaffSession) -> Response:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    content = roster.roster_csv(*await _roster_and_rooms(session, sitting, actor))
    return _file(content.encode(), "text/csv; charset=utf-8", f"{sitting.code}-peserta.csv")


@router.get("/file.xlsx", operation_id="rosterXlsx", response_class=Response)
async def file_xlsx(sitting_id: UUID, actor: Reader, session: StaffSession) -> Response:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    entries, rooms = await _roster_and_rooms(session, sitting, actor)
    content = await asyncio.to_thread(roster.roster_xlsx, entries, rooms)
    return _file(content, XLSX, f"{sitting.code}-peserta.xlsx")


@router.post(PREVIEW_PATH, operation_id="previewRoster")
async def preview(sitting_id: UUID, body: FileIn, actor: Importer, session: StaffSession) -> dict[str, Any]:
    """What the file would do, row by row. Nothing is written."""
    table = await _table(body.file)
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    return _plan_out(await roster.preview(session, sitting, table))


@router.post(IMPORT_PATH, operation_id="importRoster")
async def import_file(
    request: Request, sitting_id: UUID, body: ImportIn, actor: Importer, session: StaffSession
) -> dict[str, Any]:
    """Do what was looked at; answers what was done. Doing it again changes nothing."""
    table = await _table(body.file)
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    secret = settings_of(request).secret_bytes[0]
    done = await roster.commit(session, sitting, table, sha256=body.sha256, plan=body.plan, secret=secret, actor=actor)
    return {"counts": done.count(), "new_rooms": list(done.new_rooms)}


async def _table(text: str) -> Table:
    """Read beside the event loop, an exam may be going on; and before the database is asked, so that no line to it waits."""
    try:
        content = base64.b64decode(text, validate=True)
        return await asyncio.get_running_loop().run_in_executor(_FILES, roster.read_table, content)
    except binascii.Error as error:
        raise roster.RosterFile("`file` is not base64.") from error
    except DataFileError as error:
        raise roster.RosterFile(faults=_faults_out(error.faults)) from error


async def _roster_and_rooms(session: AsyncSession, sitting: Sitting, actor: Actor) -> Any:
    rooms = {room.id: room.name for room in await delivery.list_rooms(session, sitting.id)}
    return await delivery.list_roster(session, sitting.id, actor), rooms


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _plan_out(plan: Plan) -> dict[str, Any]:
    return {
        "sha256": plan.sha256,
        "plan": plan.fingerprint,
        "counts": plan.count(),
        "new_rooms": list(plan.new_rooms),
        "ignored": list(plan.ignored),
        "rows": [_row_out(row) for row in plan.rows],
    }


def _row_out(row: PlannedRow) -> dict[str, Any]:
    return {
        "line": row.line,
        "action": row.action,
        "number": row.number,
        "name": row.name,
        "room": row.room,
        "seat": row.seat,
        "earlier": row.earlier,
        "changes": {name: list(change) for name, change in row.changes.items()},
        "faults": _faults_out(row.faults),
    }


def _faults_out(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    return [
        {"line": fault.line, "field": fault.field, "fault_id": fault.fault_id, "fault_en": fault.fault_en}
        for fault in faults
    ]
