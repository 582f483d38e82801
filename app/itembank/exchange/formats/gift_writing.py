"""Items as GIFT, as `gift` reads them again."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Final

from app.itembank.exchange.formats.moodle import as_tex, category_of, name_of, with_case
from app.itembank.exchange.formats.moodle_writing import ADDRESS
from app.itembank.exchange.labels import labels_of, order_label
from app.itembank.exchange.types import ExchangeItem
from app.itembank.richtext import Image

SIGNS: Final = re.compile(r"[~=#{}:\\]")


def write(items: Sequence[ExchangeItem], images: Mapping[str, Image], notice: str) -> bytes:
    """One block for each item, a category before each new criterion, the notice in the first line."""
    blocks = [f"// {' '.join(notice.split())}"]
    kuk: str | None = ""
    for item in items:
        if item.kuk != kuk:
            blocks.append(f"$CATEGORY: {category_of(item.kuk)}")
            kuk = item.kuk
        blocks.append(_block(item, images))
    return ("\n\n".join(blocks) + "\n").encode()


def _block(item: ExchangeItem, images: Mapping[str, Image]) -> str:
    tags = [f"[tag:{_in_brackets(f'{name}:{value}')}]" for name, value in (*labels_of(item), *order_label(item))]
    ids = [f"[id:{_in_brackets(item.code)}]"] if item.code else []
    texts = (item.stimulus, item.stem, *item.options, item.rationale or "")
    written_as = "moodle" if any("\n" in text for text in texts) else "html"
    lines = [
        f"// {' '.join(ids + tags)}",
        f"::{_escaped(name_of(item))}::[{written_as}]{_rich(with_case(item), images)}{{",
        *(
            f"\t{'=' if index == item.key else '~'}[{written_as}]{_rich(option, images)}"
            for index, option in enumerate(item.options)
        ),
    ]
    if item.rationale:
        lines.append(f"\t####[{written_as}]{_rich(item.rationale, images)}")
    return "\n".join([*lines, "}"])


def _rich(markup: str, images: Mapping[str, Image]) -> str:
    def embedded(found: re.Match[str]) -> str:
        return f'src="data:image/png;base64,{base64.b64encode(images[found[1]].png).decode("ascii")}"'

    return _escaped(ADDRESS.sub(embedded, as_tex(markup)))


def _escaped(text: str) -> str:
    return SIGNS.sub(r"\\\g<0>", text).replace("\n", "\\n")


def _in_brackets(text: str) -> str:
    return text.replace("]", "\\]").replace("\n", " ")
