"""Lists, coverage, previews and pictures of the item bank."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity, schemes
from app.core import journal
from app.core.access import Actor, Permission
from app.core.db import StaffSession
from app.core.errors import NotFound
from app.core.web import Body, StrictRoute
from app.identity import require
from app.itembank.coverage import coverage_of
from app.itembank.desk_errors import PictureUnfit
from app.itembank.desk_schemas import (
    Asked,
    ImageHash,
    ItemQuery,
    PreviewBody,
    SchemeCode,
    covered_row,
    item_row,
    scheme_row,
    shown_texts,
)
from app.itembank.hints import Neighbour, hints_of
from app.itembank.images import get_image, store_images
from app.itembank.index import BankIndex
from app.itembank.richtext import UnfitImage, read_image
from app.itembank.richtext.images import LARGEST_FILE
from app.itembank.scope import seen_by, waiting_for
from app.itembank.search import Search, find_items
from app.itembank.types import State
from app.itembank.written import read_written
from app.schemes import SchemeVersion

PLACE = "/api/staff/bank"
IMAGES_PATH = "/images"

router = APIRouter(prefix=PLACE, route_class=StrictRoute, tags=["bank"])
image_router = APIRouter(prefix=PLACE, tags=["bank"])  # its body is a picture, no JSON

# Where another body than the usual one is taken.
UPLOADS = {PLACE + IMAGES_PATH: Body(LARGEST_FILE, picture=True)}

Reader = Annotated[Actor, Depends(require(Permission.ITEM_READ))]
Writer = Annotated[Actor, Depends(require(Permission.ITEM_WRITE))]


def bank_index(request: Request) -> BankIndex:
    return cast(BankIndex, request.app.state.bank_index)


Index = Annotated[BankIndex, Depends(bank_index)]


@router.get("/schemes", operation_id="bankSchemes")
async def list_schemes(_: Reader, session: StaffSession) -> dict[str, Any]:
    return {"schemes": [scheme_row(scheme) for scheme in await schemes.list_newest(session)]}


@router.get("/items", operation_id="bankItems")
async def list_items(query: Asked, actor: Reader, session: StaffSession, index: Index) -> dict[str, Any]:
    scheme = await scheme_of(session, query.scheme)
    shelf = await index.read(session, scheme.code)
    waiting = await waiting_for(session, shelf.items, actor) if query.waiting else None
    found = find_items(seen_by(actor, shelf.items), _search(query, scheme, waiting))
    page = found[(query.page - 1) * query.size : query.page * query.size]
    names = await identity.names_of(session, {item.shown.author_id for item in page if item.shown.author_id})
    return {
        "total": len(found),
        "revision": shelf.revision,
        "items": [item_row(item, names) for item in page],
    }


@router.get("/coverage", operation_id="bankCoverage")
async def read_coverage(scheme: SchemeCode, _: Reader, session: StaffSession, index: Index) -> dict[str, Any]:
    version = await scheme_of(session, scheme)
    shelf = await index.read(session, version.code)
    return {"kuks": [covered_row(covered) for covered in coverage_of(shelf.items, version)]}


@router.post("/preview", operation_id="previewItem")
async def preview(body: PreviewBody, _: Reader, session: StaffSession, index: Index) -> dict[str, Any]:
    """How a candidate would see it, and what a careful reader would say of it."""
    content, faults = await read_written(session, body.content.stem, body.content.options, body.content.stimulus)
    others: list[Neighbour] = []
    if body.scheme:
        scheme = await scheme_of(session, body.scheme)
        shelf = await index.read(session, scheme.code)
        others = [
            Neighbour(item.code, item.shown.kuk, item.shown.words.stem)
            for item in shelf.items
            if item.code != body.code and item.shown.state != State.RETIRED
        ]
    hints = await asyncio.to_thread(hints_of, content, body.key, body.kuk, others)
    return {
        "shown": shown_texts(content),
        "hints": [asdict(hint) for hint in hints],
        "faults": [asdict(fault) for fault in faults],
    }


@image_router.post(IMAGES_PATH, operation_id="addItemImage", status_code=201)
async def add_image(request: Request, actor: Writer, session: StaffSession) -> dict[str, Any]:
    """The picture's bytes, nothing around them."""
    content = await request.body()
    try:
        image = await asyncio.to_thread(read_image, content)
    except UnfitImage as error:
        raise PictureUnfit(text_id=error.text_id, text_en=error.text_en) from error
    await store_images(session, [image])
    await journal.record(session, "bank.image-added", "item_image", image.hash, actor=actor)
    return {"hash": image.hash, "width": image.width, "height": image.height}


@router.get(IMAGES_PATH + "/{name}", operation_id="itemImage", response_class=Response)
async def read_image_of_items(name: Annotated[ImageHash, Path()], _: Reader, session: StaffSession) -> Response:
    """It never changes under its name; shared caches on the way may not keep it."""
    image = await get_image(session, name)
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(image.png, media_type="image/png", headers=headers)


async def scheme_of(session: AsyncSession, code: str) -> SchemeVersion:
    scheme = await schemes.find_newest(session, code)
    if scheme is None:
        raise NotFound
    return scheme


def _search(query: ItemQuery, scheme: SchemeVersion, waiting: frozenset[UUID] | None) -> Search:
    unit = next((unit for unit in scheme.units if unit.code == query.unit), None)
    kuks = frozenset(criterion.kuk for criterion in unit.criteria) if unit else frozenset()
    return Search(
        text=query.text,
        kuk=query.kuk,
        kuks=kuks if query.unit else None,
        state=query.state,
        level=query.level,
        difficulty=query.difficulty,
        discrimination=query.discrimination,
        exposure=query.exposure,
        stimulus=query.stimulus,
        waiting=waiting,
    )
