"""Pictures of items as they lie in the database: stored once, read by the hashes that texts name."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.itembank.models import ItemImage
from app.itembank.richtext import Image
from app.itembank.sealing import open_bytes, seal_bytes


async def store_images(session: AsyncSession, images: Iterable[Image]) -> None:
    """Keep these pictures; one that is there already stays."""
    rows = [
        {
            "hash": image.hash,
            "width": image.width,
            "height": image.height,
            "sealed": seal_bytes(session, image.png, _place(image.hash)),
        }
        for image in images
    ]
    if rows:
        await session.execute(insert(ItemImage).on_conflict_do_nothing(), rows)


async def read_images(session: AsyncSession, hashes: Iterable[str]) -> dict[str, Image]:
    rows = await session.scalars(select(ItemImage).where(ItemImage.hash.in_(set(hashes))))
    return {row.hash: _image(session, row) for row in rows}


async def get_image(session: AsyncSession, name: str) -> Image:
    """The picture of this hash. Raises NotFound."""
    found = (await read_images(session, [name])).get(name)
    if found is None:
        raise NotFound
    return found


def _image(session: AsyncSession, row: ItemImage) -> Image:
    return Image(row.hash, row.width, row.height, open_bytes(session, row.sealed, _place(row.hash)))


def _place(name: str) -> str:
    return f"item_images/{name}"
