"""The committee's blueprints and reference standards over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity, schemes
from app.assembly.certificate.digits import DIGITS
from app.assembly.errors import BankTooSmall
from app.assembly.foundations.blueprint_rows import approve_blueprint, find_blueprint, list_blueprints, write_blueprint
from app.assembly.foundations.blueprints import blueprint_content, cells_of, default_blueprint, faults_of
from app.assembly.foundations.pool import read_pool
from app.assembly.foundations.schemas import (
    BlueprintBody,
    CheckBody,
    SchemeCode,
    StandardBody,
    blueprint_row,
    cell_row,
    people_in,
    standard_figures,
    standard_row,
)
from app.assembly.foundations.standard_rows import (
    approve_standard,
    draft_content,
    find_standard,
    list_standards,
    write_standard,
)
from app.assembly.foundations.standards import blueprint_score
from app.assembly.planning.feasibility import shortfalls_of
from app.assembly.types import Blueprint, PoolItem
from app.core.access import Actor, Permission
from app.core.db import StaffSession
from app.core.errors import NotFound
from app.core.web import StrictRoute
from app.identity import require
from app.itembank.desk_schemas import scheme_row
from app.schemes import SchemeVersion

router = APIRouter(prefix="/api/staff/forms", route_class=StrictRoute, tags=["forms"])

Reader = Annotated[Actor, Depends(require(Permission.FORMS_READ))]
BlueprintWriter = Annotated[Actor, Depends(require(Permission.BLUEPRINT_WRITE))]
BlueprintApprover = Annotated[Actor, Depends(require(Permission.BLUEPRINT_APPROVE))]
StandardWriter = Annotated[Actor, Depends(require(Permission.STANDARD_WRITE))]
StandardApprover = Annotated[Actor, Depends(require(Permission.STANDARD_APPROVE))]


@router.get("/schemes", operation_id="formSchemes")
async def list_schemes(_: Reader, session: StaffSession) -> dict[str, Any]:
    """For who reads blueprints and may not read items."""
    return {"schemes": [scheme_row(version) for version in await schemes.list_newest(session)]}


@router.get("/blueprints", operation_id="blueprints")
async def read_blueprints(scheme: SchemeCode, _: Reader, session: StaffSession) -> dict[str, Any]:
    """All of the newest scheme version, and what the bank lacks for the one that holds, or for the default."""
    version = await _scheme(session, scheme)
    rows = await list_blueprints(session, version)
    names = await identity.names_of(session, people_in(rows))
    default = default_blueprint(version)
    approved = await find_blueprint(session, version)
    items = await _pool(session, version)
    return {
        "blueprints": [blueprint_row(row, names) for row in rows],
        "default": blueprint_content(default),
        "shortfalls": await _shortfalls(items, approved.blueprint if approved else default),
    }


@router.post("/blueprints/check", operation_id="checkBlueprint")
async def check_blueprint(body: CheckBody, _: BlueprintWriter, session: StaffSession) -> dict[str, Any]:
    """Faults of the blueprint itself; where it has none, what the bank lacks for it; and how many items each limit has."""
    version, blueprint = await _scheme(session, body.scheme), body.content.read()
    faults = faults_of(blueprint, version)
    items = await _pool(session, version)
    return {
        "faults": [asdict(fault) for fault in faults],
        "shortfalls": [] if faults else await _shortfalls(items, blueprint),
        "cells": [cell_row(cell) for cell in cells_of(items, blueprint)],
    }


@router.post("/blueprints", operation_id="writeBlueprint", status_code=201)
async def add_blueprint(body: BlueprintBody, actor: BlueprintWriter, session: StaffSession) -> dict[str, str]:
    version = await _scheme(session, body.scheme)
    written = await write_blueprint(session, version, body.content.read(), body.basis, actor=actor)
    return {"id": str(written)}


@router.post("/blueprints/{blueprint_id}/approve", operation_id="approveBlueprint", status_code=204)
async def decide_blueprint(blueprint_id: UUID, actor: BlueprintApprover, session: StaffSession) -> None:
    await approve_blueprint(session, blueprint_id, actor=actor)


@router.get("/standards", operation_id="standards")
async def read_standards(scheme: SchemeCode, _: Reader, session: StaffSession) -> dict[str, Any]:
    """All of the newest scheme version, and what the items that are active now would give (null: they fill no form)."""
    version = await _scheme(session, scheme)
    rows = await list_standards(session, version)
    names = await identity.names_of(session, people_in(rows))
    return {
        "standards": [standard_row(row, names) for row in rows],
        "draft": await _draft(session, version),
        "digits": DIGITS,
    }


@router.post("/standards", operation_id="writeStandard", status_code=201)
async def add_standard(body: StandardBody, actor: StandardWriter, session: StaffSession) -> dict[str, str]:
    version = await _scheme(session, body.scheme)
    written = await write_standard(session, version, body.basis, carry_over=body.carry_over, actor=actor)
    return {"id": str(written)}


@router.post("/standards/{standard_id}/approve", operation_id="approveStandard", status_code=204)
async def decide_standard(standard_id: UUID, actor: StandardApprover, session: StaffSession) -> None:
    await approve_standard(session, standard_id, actor=actor)


async def _scheme(session: AsyncSession, code: str) -> SchemeVersion:
    version = await schemes.find_newest(session, code)
    if version is None:
        raise NotFound
    return version


async def _pool(session: AsyncSession, scheme: SchemeVersion) -> list[PoolItem]:
    return await read_pool(session, scheme, await find_standard(session, scheme))


async def _shortfalls(items: Sequence[PoolItem], blueprint: Blueprint) -> list[dict[str, Any]]:
    found = await asyncio.to_thread(shortfalls_of, items, blueprint)
    return [asdict(shortfall) for shortfall in found]


async def _draft(session: AsyncSession, scheme: SchemeVersion) -> dict[str, Any] | None:
    """`bank_expected`: what a candidate at the cut of the approved standard is expected to score on the bank of now."""
    approved = await find_blueprint(session, scheme)
    if approved is None:
        return None
    try:
        content = await draft_content(session, scheme, approved)
    except BankTooSmall:
        return None
    standard = await find_standard(session, scheme)
    expected = content["target"]
    if standard:
        items = await read_pool(session, scheme, standard)
        expected = blueprint_score(items, approved.blueprint, standard.target.theta)
    return standard_figures(content) | {"bank_expected": round(expected, 4)}
