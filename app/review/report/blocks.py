"""What chapters are made of: plain data, one kind for each way of setting it (`templates/review.typ`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.review.report.voice import Voice
from app.review.shown import Figure, Kind, definition

Block = dict[str, Any]
Chapter = dict[str, Any]


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
    """Each with its interval and n, and under its name what it means."""
    return _figures([(one, (one,)) for one in found], [voice.say("Nilai", "Value")], voice, explained=explained)


def compared(rows: Iterable[Mapping[str, Any]], voice: Voice) -> Block | None:
    """The period under review, and beside it the whole window where that says more."""
    listed = [(row["period"], (row["period"], row.get("window"))) for row in rows]
    titles = [voice.say("Periode ini", "This period"), voice.say("Seluruh jendela", "Whole window")]
    return _figures(listed, titles, voice, explained=True)


def _figures(
    rows: Sequence[tuple[Figure, Sequence[Figure | None]]], titles: Sequence[str], voice: Voice, *, explained: bool
) -> Block | None:
    if not rows:
        return None
    head = [voice.say("Ukuran", "Figure"), *titles]
    return {
        "kind": "figures",
        "titles": head,
        "rows": [_row(one, shown, voice, explained=explained) for one, shown in rows],
    }


def _row(one: Figure, shown: Sequence[Figure | None], voice: Voice, *, explained: bool) -> Block:
    meaning = definition(one["definition"])
    return {
        "definition": meaning.id,
        "title": voice.say(meaning.title_id, meaning.title_en),
        "says": voice.say(meaning.says_id, meaning.says_en) if explained else "",
        "cells": [_cell(figure, voice) if figure else None for figure in shown],
    }


def _cell(one: Figure, voice: Voice) -> Block:
    return {
        "text": voice.told(one, "text"),
        "range": voice.told(one, "range"),
        "reason": voice.told(one, "reason") if one["value"] is None else "",
        "n": "" if one["n"] is None or definition(one["definition"]).kind is Kind.COUNT else f"n = {one['n']}",
    }


def lines(found: Iterable[Figure], voice: Voice) -> Block | None:
    """Figures in one line each, where the chapter Terms explains them."""
    rows, names = [], []
    for one in found:
        row = _row(one, (one,), voice, explained=False)
        cell = row["cells"][0]
        rows.append(
            [row["title"], cell["text"], cell["reason"] or cell["range"], "" if one["n"] is None else str(one["n"])]
        )
        names.append(one["definition"])
    columns = [
        column(voice.say("Ukuran", "Figure"), 5),
        column(voice.say("Nilai", "Value"), 2, right=True),
        column(voice.say("Selang 95 %", "Interval of 95 %"), 4, right=True),
        column("n", 1, right=True),
    ]
    return table(columns, rows, definitions=names)


def column(title: str, share: int = 1, *, right: bool = False) -> dict[str, Any]:
    """`share` of the page's width, beside those of the other columns."""
    return {"title": title, "share": share, "right": right}


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
