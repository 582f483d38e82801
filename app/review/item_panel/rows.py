"""One light row per item, for a table of hundreds: figures without what all of them share. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.review.item_panel.evidence import ItemEvidence, right_of
from app.review.item_panel.printing import change_of, d27_of, rest_of
from app.review.item_panel.signs import Sign, Verdict
from app.review.method.types import ReviewMethod
from app.review.shown import Figure, figure

# What each column's figures mean.
COLUMNS = {"p": "item-p", "p_now": "item-p", "rest": "item-rest", "d27": "item-d27", "change": "item-change"}


def row_of(one: ItemEvidence, signs: Sequence[Sign], verdict: Verdict, method: ReviewMethod) -> dict[str, Any]:
    now = one.current
    return {
        "id": str(one.item.lineage_id),
        "code": one.item.code,
        "kuk": one.item.kuk,
        "unit": one.item.unit,
        "state": one.item.state,
        "void": one.item.void,
        "standard": one.item.in_standard,
        "n": one.n,
        "right": one.right,
        "n_now": now.n if now else 0,
        "right_now": right_of(now) if now else 0,
        "p": packed(figure("item-p", one.window.difficulty)),
        "p_now": packed(figure("item-p", now.difficulty)) if now else None,
        "rest": packed(rest_of(one.window, method)),
        "d27": packed(d27_of(one, method)),
        "change": packed(change_of(one, method)),
        "remarks": len(one.remarks),
        "signs": [sign.rule for sign in signs],
        "verdict": verdict,
        "year": one.year,
    }


def packed(shown: Figure) -> list[Any]:
    """[value, text, interval] in both languages; [null, reason] where there is no value."""
    if shown["value"] is None:
        return [None, shown["reason_id"], shown["reason_en"]]
    return [shown["value"], shown["text_id"], shown["text_en"], shown["range_id"], shown["range_en"]]
