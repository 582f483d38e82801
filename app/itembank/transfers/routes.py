"""Files into the bank and out of it, on the pages of staff."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final, Literal
from urllib.parse import unquote
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import StringConstraints

from app import identity
from app.core.access import Actor, Permission
from app.core.clock import maybe_rfc3339, read_clock, rfc3339
from app.core.db import StaffSession
from app.core.web import Body, StrictRoute
from app.identity import require
from app.itembank import exchange
from app.itembank.exchange import Format
from app.itembank.transfers import exports, imports
from app.itembank.transfers.exports import Export
from app.itembank.transfers.imports import Import
from app.itembank.transfers.rules import FILE_LIFE
from app.itembank.transfers.schemas import ApplyIn, DecisionIn, Empty, ExportIn, FileIn
from app.itembank.transfers.types import ExportState, Outcome

PLACE: Final = "/api/staff/bank"
IMPORTS_PATH: Final = "/imports"
UPLOADS: Final = {PLACE + IMPORTS_PATH: Body(imports.LARGEST_FILE, file=True)}

router = APIRouter(prefix=PLACE, route_class=StrictRoute, tags=["bank"])
file_router = APIRouter(prefix=PLACE, tags=["bank"])  # its body is a file, no JSON

Importer = Annotated[Actor, Depends(require(Permission.BANK_IMPORT))]
Exporter = Annotated[Actor, Depends(require(Permission.BANK_EXPORT))]
Approver = Annotated[Actor, Depends(require(Permission.BANK_EXPORT_APPROVE))]
Word = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Asked = Format | Literal["auto"]

TEMPLATES: Final = {
    Format.CSV: ("csv", "text/csv; charset=utf-8"),
    Format.DOCX: ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    Format.XLSX: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
Template = Literal[Format.CSV, Format.DOCX, Format.XLSX]


@file_router.post(IMPORTS_PATH, operation_id="beginImport", status_code=202)
async def begin_import(
    request: Request,
    actor: Importer,
    session: StaffSession,
    scheme: Word,
    name: Name,
    format: Asked = "auto",  # noqa: A002  (the address's word)
    kuk: Word | None = None,
    sahih_passphrase: Annotated[str | None, Header(max_length=1_000)] = None,
) -> dict[str, str]:
    """The file's bytes, nothing around them. The passphrase of a sealed package, percent-encoded, stands in a header of its own:
    addresses are written down on their way."""
    import_id = await imports.begin_import(
        session,
        scheme,
        await request.body(),
        name=name,
        format=None if format == "auto" else format,
        kuk=kuk,
        passphrase=unquote(sahih_passphrase) if sahih_passphrase else None,
        actor=actor,
    )
    return {"id": str(import_id)}


@router.get(IMPORTS_PATH, operation_id="listImports")
async def list_imports(actor: Importer, session: StaffSession) -> dict[str, Any]:
    """This person's own."""
    return {"imports": [_import_out(one) for one in await imports.list_imports(session, actor)]}


@router.get(IMPORTS_PATH + "/templates/{format}", operation_id="importTemplate", response_class=Response)
async def template(format: Template, _: Importer) -> Response:  # noqa: A002
    suffix, media_type = TEMPLATES[format]
    return _file(await asyncio.to_thread(exchange.template, format), media_type, f"soal-templat.{suffix}")


@router.get(IMPORTS_PATH + "/{import_id}", operation_id="readImport")
async def read_import(
    import_id: UUID,
    actor: Importer,
    session: StaffSession,
    outcome: Outcome | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """What the file would do, or did: rows with this outcome, a page of them."""
    one = await imports.get_import(session, import_id, actor)
    report = await imports.read_report(session, import_id)
    rows = [row for row in report["rows"] if outcome in (None, row["outcome"])]
    return _import_out(one) | {
        "faults": report["faults"],
        "left_out": report["left_out"],
        "rows_total": len(rows),
        "rows": rows[(page - 1) * size : page * size],
    }


@router.post(IMPORTS_PATH + "/{import_id}/read", operation_id="readImportAgain", status_code=202)
async def read_again(import_id: UUID, _: Empty, actor: Importer, session: StaffSession) -> dict[str, str]:
    """Compare the file with the bank as it is now."""
    await imports.read_again(session, import_id, actor=actor)
    return {"id": str(import_id)}


@router.post(IMPORTS_PATH + "/{import_id}/apply", operation_id="applyImport", status_code=202)
async def apply_import(import_id: UUID, body: ApplyIn, actor: Importer, session: StaffSession) -> dict[str, str]:
    await imports.ask_to_apply(session, import_id, **body.model_dump(), actor=actor)
    return {"id": str(import_id)}


@router.post(IMPORTS_PATH + "/{import_id}/discard", operation_id="discardImport", status_code=204)
async def discard_import(import_id: UUID, _: Empty, actor: Importer, session: StaffSession) -> None:
    await imports.discard_import(session, import_id, actor=actor)


@router.post("/exports", operation_id="askForExport", status_code=201)
async def ask_for_export(body: ExportIn, actor: Exporter, session: StaffSession) -> dict[str, str]:
    export_id = await exports.ask_for_export(
        session,
        body.scheme,
        body.format,
        codes=body.codes,
        kuks=body.kuks,
        states=body.states,
        reason=body.reason,
        actor=actor,
    )
    return {"id": str(export_id)}


@router.get("/exports", operation_id="listExports")
async def list_exports(actor: Exporter, session: StaffSession) -> dict[str, Any]:
    found = await exports.list_exports(session, actor)
    people = {one.asked_by for one in found} | {one.decided_by for one in found if one.decided_by}
    names = await identity.names_of(session, people)
    return {
        "server_time": rfc3339(await read_clock(session)),
        "exports": [_export_out(one, names, actor) for one in found],
    }


@router.post("/exports/{export_id}/decision", operation_id="decideExport", status_code=204)
async def decide_export(export_id: UUID, body: DecisionIn, actor: Approver, session: StaffSession) -> None:
    await exports.decide_export(session, export_id, approve=body.approve, reason=body.reason, actor=actor)


@router.post("/exports/{export_id}/file", operation_id="exportFile", response_class=Response)
async def export_file(export_id: UUID, body: FileIn, actor: Exporter, session: StaffSession) -> Response:
    """Written down before it is sent, and made anew each time: each file names the moment in which it was taken."""
    file = await exports.make_file(session, export_id, body.passphrase, actor=actor)
    return _file(file.content, file.media_type, file.name)


def _import_out(one: Import) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "scheme": one.scheme_code,
        "name": one.name,
        "format": one.format,
        "state": one.state,
        "made_at": rfc3339(one.made_at),
        "revision": one.revision,
        "progress": {"done": one.done, "total": one.total},
        "counts": dict.fromkeys(Outcome, 0) | one.counts,
        "reason": one.reason,
    }


def _export_out(one: Export, names: dict[UUID, str], actor: Actor) -> dict[str, Any]:
    ends = one.decided_at + FILE_LIFE if one.decided_at and one.state is ExportState.APPROVED else None
    return {
        "id": str(one.id),
        "short_id": exports.short_id(one.id),
        "scheme": one.scheme_code,
        "format": one.format,
        "items": one.items,
        "state": one.state,
        "reason": one.reason,
        "asked_by": names[one.asked_by],
        "asked_at": rfc3339(one.asked_at),
        "mine": one.asked_by == actor.person_id,
        "decided_by": names[one.decided_by] if one.decided_by else None,
        "decided_at": maybe_rfc3339(one.decided_at),
        "decision_reason": one.decision_reason,
        "file_until": maybe_rfc3339(ends),
        "files": one.files,
    }


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
