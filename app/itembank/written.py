"""Texts as a person or a file wrote them, made canonical, with what could not be carried over said in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.itembank.models import ItemImage
from app.itembank.richtext import BadFormula, clean, images_of
from app.itembank.richtext.markup import Resolve
from app.itembank.types import ItemContent


@dataclass(frozen=True, slots=True)
class TextFault:
    """What is wrong with one field (named as in `hints`), and so with the item."""

    field: str
    text_id: str
    text_en: str


def read_text(field: str, text: str, image: Resolve | None = None) -> tuple[str, list[TextFault]]:
    """Its markup, and every fault. `image` names a picture; it says itself what is wrong with one that it does not know."""
    try:
        cleaned = clean(text, image)
    except BadFormula as error:
        return "", [TextFault(field, f"rumus tidak terbaca: {error}", f"the formula cannot be read: {error}")]
    faults = []
    others = ", ".join(name for name in cleaned.dropped if name != "img")
    if others:
        faults.append(TextFault(field, f"unsur tidak dikenal: {others}", f"unknown elements: {others}"))
    if image is None and "img" in cleaned.dropped:
        faults.append(
            TextFault(
                field,
                "gambar dari luar tidak dibawa; unggah berkasnya",
                "a picture from elsewhere is not carried over; upload its file",
            )
        )
    return cleaned.markup, faults


async def read_written(
    session: AsyncSession, stem: str, options: Sequence[str], stimulus: str
) -> tuple[ItemContent, list[TextFault]]:
    """What an editor sent as content, and every fault in it."""
    named = {"stem": stem, "stimulus": stimulus} | {f"options.{place}": text for place, text in enumerate(options)}
    read = {field: read_text(field, text) for field, text in named.items()}
    faults = [fault for _, found in read.values() for fault in found]
    faults += await _pictures_unknown(session, {field: markup for field, (markup, _) in read.items()})
    content = ItemContent(
        read["stem"][0], tuple(read[f"options.{place}"][0] for place in range(len(options))), read["stimulus"][0]
    )
    return content, faults


async def _pictures_unknown(session: AsyncSession, texts: dict[str, str]) -> list[TextFault]:
    named = {field: images_of(text) for field, text in texts.items()}
    wanted = set().union(*named.values())
    known = set(await session.scalars(select(ItemImage.hash).where(ItemImage.hash.in_(wanted)))) if wanted else set()
    return [
        TextFault(
            field,
            "gambar ini tidak ada di bank; unggah berkasnya",
            "this picture is not in the bank; upload its file",
        )
        for field, hashes in named.items()
        if not known.issuperset(hashes)
    ]
