"""The committee's routes: statistics, their CSV, the key check, the release, an item in full; the journal for auditors."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, grading, itembank
from app.core import freeze, journal
from app.core.access import Actor, Permission
from app.core.clock import read_clock, rfc3339
from app.core.db import StaffSession
from app.core.web import Payload, StrictRoute
from app.delivery import Sitting
from app.identity import require
from app.review import export, key_check, statistics
from app.review.equity_report import read_equity
from app.review.findings.looks import Outcome
from app.review.remarks import list_remarks
from app.review.snapshot import record_reading, take_snapshot

router = APIRouter(prefix="/api/staff", route_class=StrictRoute, tags=["review"])

Reader = Annotated[Actor, Depends(require(Permission.SITTING_READ))]
Statistician = Annotated[Actor, Depends(require(Permission.STATISTICS_READ))]
KeyReader = Annotated[Actor, Depends(require(Permission.KEY_CHECK_READ))]
KeyClearer = Annotated[Actor, Depends(require(Permission.KEY_CHECK_CLEAR))]
Releaser = Annotated[Actor, Depends(require(Permission.RESULT_RELEASE))]
ItemReader = Annotated[Actor, Depends(require(Permission.ITEM_READ))]
ItemCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


class Empty(Payload):
    """A command without arguments: `{}`."""


class Clearance(Payload):
    note: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class LookBody(Payload):
    item: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
    outcome: Outcome
    note: Annotated[str, StringConstraints(min_length=10, max_length=2000)]


@router.get("/sittings", operation_id="listSittings")
async def list_sittings(actor: Reader, session: StaffSession) -> list[dict[str, Any]]:
    return [
        {**_summary(sitting), "candidates": candidates}
        for sitting, candidates in await delivery.list_sittings(session, actor)
    ]


@router.get("/sittings/{sitting_id}", operation_id="sitting")
async def sitting_detail(sitting_id: UUID, actor: Reader, session: StaffSession) -> dict[str, Any]:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    released = sitting.results_released_at is not None
    forms = await assembly.find_form_set(session, sitting_id, with_seed=released)
    release = await grading.get_release(session, sitting_id)
    counts = await delivery.count_states(session, sitting_id)
    form_set = None
    if forms:
        form_set = {
            "forms": forms.n_forms,
            "algorithm": forms.algorithm,
            "seed_sha256": forms.seed_sha256,
            "seed": forms.seed,
            "bank_sha256": forms.bank_sha256,
        }
    return {
        **_summary(sitting),
        "candidates": await delivery.forms.count_candidates(session, sitting_id),
        "duration_seconds": sitting.duration_seconds,
        "admission": sitting.admission,
        "takeover": sitting.takeover,
        "mode": sitting.mode,
        "states": {str(state): count for state, count in counts.items()},
        "form_set": form_set,
        "release": release.state,
    }


@router.get("/sittings/{sitting_id}/statistics", operation_id="statistics")
async def read_statistics(sitting_id: UUID, actor: Statistician, session: StaffSession) -> dict[str, Any]:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    panels = await _panels(session, sitting, actor)
    return {
        "sitting": {"id": str(sitting.id), "code": sitting.code, "title": sitting.title, "zone": sitting.zone},
        "computed_at": rfc3339(await read_clock(session)),
        **panels,
    }


@router.get("/sittings/{sitting_id}/statistics/items.csv", operation_id="statisticsItemsCsv")
async def items_csv(sitting_id: UUID, actor: Statistician, session: StaffSession) -> Response:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    return _csv(export.items_csv(await _panels(session, sitting, actor)), f"{sitting.code}-soal.csv")


@router.get("/sittings/{sitting_id}/statistics/exam.csv", operation_id="statisticsExamCsv")
async def exam_csv(sitting_id: UUID, actor: Statistician, session: StaffSession) -> Response:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    return _csv(export.exam_csv(await _panels(session, sitting, actor)), f"{sitting.code}-ujian.csv")


@router.get("/sittings/{sitting_id}/equity", operation_id="formEquity")
async def form_equity(sitting_id: UUID, actor: Statistician, session: StaffSession) -> dict[str, Any]:
    return await read_equity(session, await delivery.get_sitting(session, sitting_id, actor))


@router.get("/sittings/{sitting_id}/key-check", operation_id="keyCheck")
async def read_key_check(sitting_id: UUID, actor: KeyReader, session: StaffSession) -> dict[str, Any]:
    return await key_check.read_key_check(session, await delivery.get_sitting(session, sitting_id, actor), actor=actor)


@router.post("/sittings/{sitting_id}/key-check/clear", operation_id="clearKeyCheck", status_code=204)
async def clear_key_check(sitting_id: UUID, body: Clearance, actor: KeyClearer, session: StaffSession) -> None:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    await key_check.clear(session, sitting, body.note, actor=actor)


@router.post("/sittings/{sitting_id}/key-check/looks", operation_id="lookAtItem", status_code=204)
async def look_at_item(sitting_id: UUID, body: LookBody, actor: KeyClearer, session: StaffSession) -> None:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    await key_check.look(session, sitting, body.item, body.outcome, body.note, actor=actor)


@router.post("/sittings/{sitting_id}/release", operation_id="releaseResults", status_code=204)
async def release(sitting_id: UUID, _: Empty, actor: Releaser, session: StaffSession) -> None:
    sitting = await delivery.get_sitting(session, sitting_id, actor)
    await key_check.release(session, sitting, actor=actor)


@router.get("/items/{code}", operation_id="item")
async def read_item(code: ItemCode, actor: ItemReader, session: StaffSession) -> dict[str, Any]:
    version = itembank.lifecycle.in_use(await itembank.lifecycle.list_visible(session, code, actor))
    item = await itembank.get_item(session, code, [version.version_id])
    await journal.record(session, "item.read", "item", code, actor=actor)
    return item


@router.get("/bank/items/{code}/remarks", operation_id="itemRemarks")
async def read_remarks(code: ItemCode, actor: ItemReader, session: StaffSession) -> dict[str, Any]:
    return {"remarks": await list_remarks(session, code, actor)}


@router.get("/sittings/{sitting_id}/items/{code}", operation_id="sittingItem")
async def read_shown_item(sitting_id: UUID, code: ItemCode, actor: ItemReader, session: StaffSession) -> dict[str, Any]:
    """The version that this sitting's forms hold, and with whose key it was scored, however often it changed since."""
    await delivery.get_sitting(session, sitting_id, actor)
    shown = {version for form in await assembly.list_forms(session, sitting_id) for version in form.version_ids}
    item = await itembank.get_item(session, code, shown)
    facts = {"version_no": item["version_no"]}
    await journal.record(session, "item.read", "item", code, actor=actor, sitting_id=sitting_id, facts=facts)
    return item


async def _panels(session: AsyncSession, sitting: Sitting, actor: Actor) -> dict[str, Any]:
    await freeze.require_thawed(session)
    snapshot = await take_snapshot(session, sitting)
    await record_reading(session, snapshot, "statistik / statistics", actor=actor)
    return await asyncio.to_thread(statistics.panels, snapshot)


def _summary(sitting: Sitting) -> dict[str, Any]:
    return {
        "id": str(sitting.id),
        "code": sitting.code,
        "title": sitting.title,
        "zone": sitting.zone,
        "place": sitting.place,
        "address": sitting.address,
        "map_url": sitting.map_url,
        "opens_at": rfc3339(sitting.opens_at),
        "closes_at": rfc3339(sitting.closes_at),
        "late_after": rfc3339(sitting.late_after),
        "state": sitting.state,
        "released": sitting.results_released_at is not None,
    }


def _csv(content: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
