"""What the routes of blueprints and standards take, and the shapes they answer in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from app.assembly.foundations.blueprints import Cell
from app.assembly.foundations.standards import count_sources, read_items
from app.assembly.models import BlueprintRow, ReferenceStandardRow
from app.assembly.types import Blueprint, Dimension, Limit
from app.core.clock import maybe_rfc3339, rfc3339
from app.core.web import Payload

SchemeCode = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Basis = Annotated[str, StringConstraints(max_length=4000)]
Count = Annotated[int, Field(strict=True, ge=0, le=1000)]


class LimitBody(Payload):
    dimension: Dimension
    value: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    least: Count
    most: Count


class BlueprintContent(Payload):
    items: Count
    limits: Annotated[list[LimitBody], Field(max_length=300)]

    def read(self) -> Blueprint:
        limits = (Limit(limit.dimension, limit.value, limit.least, limit.most) for limit in self.limits)
        return Blueprint(self.items, tuple(limits))


class CheckBody(Payload):
    scheme: SchemeCode
    content: BlueprintContent


class BlueprintBody(CheckBody):
    basis: Basis


class StandardBody(Payload):
    """`carry_over`: as the version of the scheme before has it, so that the pass mark keeps its meaning."""

    scheme: SchemeCode
    basis: Basis
    carry_over: bool = False


def people_in(rows: list[BlueprintRow] | list[ReferenceStandardRow]) -> set[UUID]:
    return {person for row in rows for person in (row.made_by, row.approved_by) if person}


def blueprint_row(row: BlueprintRow, names: Mapping[UUID, str]) -> dict[str, Any]:
    return _decided(row, names) | {"version_no": row.version_no, "content": row.content}


def standard_row(row: ReferenceStandardRow, names: Mapping[UUID, str]) -> dict[str, Any]:
    return _decided(row, names) | {"blueprint_id": str(row.blueprint_id), **standard_figures(row.content)}


def standard_figures(content: Mapping[str, Any]) -> dict[str, Any]:
    items = read_items(content)
    return {
        "theta_cut": content["theta_cut"],
        "target": content["target"],
        "n_items": len(items),
        "sources": count_sources([item.source for item in items]),
    }


def cell_row(cell: Cell) -> dict[str, Any]:
    return asdict(cell.limit) | {"available": cell.available}


def _decided(row: BlueprintRow | ReferenceStandardRow, names: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "state": row.state,
        "basis": row.basis,
        "sha256": row.sha256,
        "made_by": _person(row.made_by, names),
        "made_at": rfc3339(row.made_at),
        "approved_by": _person(row.approved_by, names),
        "approved_at": maybe_rfc3339(row.approved_at),
    }


def _person(person_id: UUID | None, names: Mapping[UUID, str]) -> dict[str, str] | None:
    return {"id": str(person_id), "name": names[person_id]} if person_id else None
