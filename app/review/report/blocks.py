"""What chapters are made of: plain data, one kind for each way of setting it (`templates/review.typ`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from app.review.report.voice import Voice
from app.review.shown import Figure, definition

Block = dict[str, Any]
Chapter = dict[str, Any]
Width = Literal["narrow", "wide"]


def chapter(title: str, *blocks: Block | None) -> Chapter:
    """What is None has nothing to show."""
    return {"title": title, "blocks": [block for block in blocks if block is not None]}


def text(words: str) -> Block:
    return {"kind": "text", "text": words}


def small(words: str) -> Block:
    return {"kind": "small", "text": words}


def heading(words: str) -> Block:
    return {"kind": "heading", "text": words}


def bullets(items: Iterable[str]) -> Block | None:
    listed = list(items)
    return {"kind": "list", "items": listed} if listed else None


def facts(rows: Iterable[tuple[str, str]]) -> Block:
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def remark(words: str, *, strong: bool = False) -> Block:
    return {"kind": "remark", "text": words, "strong": strong}


def figures(found: Iterable[Figure], voice: Voice, *, explained: bool = True) -> Block | None:
    rows = [_figure(one, voice, explained) for one in found]
    titles = [
        voice.say("Ukuran", "Figure"),
        voice.say("Nilai", "Value"),
        voice.say("Selang 95 %", "Interval of 95 %"),
        "n",
    ]
    return {"kind": "figures", "titles": titles, "rows": rows} if rows else None


def _figure(one: Figure, voice: Voice, explained: bool) -> Block:
    meaning = definition(one["definition"])
    english = voice.lang == "en"
    return {
        "definition": meaning.id,
        "title": meaning.title_en if english else meaning.title_id,
        "says": (meaning.says_en if english else meaning.says_id) if explained else "",
        "text": voice.told(one, "text"),
        "range": voice.told(one, "range"),
        "reason": voice.told(one, "reason") if one["value"] is None else "",
        "n": "" if one["n"] is None else str(one["n"]),
    }


def column(title: str, width: Width = "narrow", *, right: bool = False) -> dict[str, Any]:
    return {"title": title, "width": width, "right": right}


def table(
    columns: Sequence[dict[str, Any]], rows: Iterable[Sequence[str]], *, definitions: Iterable[str] = ()
) -> Block | None:
    """`definitions`: the figures in its cells, so that the list of terms explains them."""
    listed = [list(row) for row in rows]
    if not listed:
        return None
    return {"kind": "table", "columns": list(columns), "rows": listed, "definitions": sorted(set(definitions))}


def plot(title: str, svg: str, *, alt: str, caption: str = "") -> Block:
    return {"kind": "plot", "title": title, "svg": svg, "alt": alt, "caption": caption}


def signatures(rows: Iterable[tuple[str, str]]) -> Block:
    return {"kind": "signatures", "rows": [list(row) for row in rows]}


def definitions_of(chapters: Iterable[Chapter]) -> set[str]:
    """Every definition whose figure these chapters print."""
    found: set[str] = set()
    for one in chapters:
        for block in one["blocks"]:
            found |= {row["definition"] for row in block["rows"]} if block["kind"] == "figures" else set()
            found |= set(block.get("definitions", ()))
    return found
