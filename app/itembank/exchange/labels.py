"""What we know of an item beyond its text, as short labels for formats that have tags: `kuk:1.1`, `level:apply`, `p:0.65`.

| label | meaning |
|---|---|
| `kuk` | criterion |
| `lang` | language, `id` or `en` |
| `case` | name of the shared case |
| `source` | where the answer can be looked up, in plain words |
| `level` | `remember`, `apply` or `analyse` |
| `p` | expected share of right answers, between 0 and 1 |
| `order` | of the options: `fixed` or `shuffled` (GIFT only; Moodle XML and QTI have a place of their own for it) |
| `enemy` | code of an item that must not stand in the same form; as often as needed |
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from app.itembank.exchange.questions import Question, words
from app.itembank.exchange.types import ExchangeItem
from app.itembank.richtext import escape, plain

Label = tuple[str, str]

CODE: Final = re.compile(r"[A-Z][A-Z0-9-]{0,15}-\d+\.\d+-\d{2,5}", re.ASCII)
KUK: Final = re.compile(r"\d+\.\d+", re.ASCII)
LANGUAGES: Final = ("id", "en")
LEVELS: Final = ("remember", "apply", "analyse")
ORDERS: Final = {"fixed": True, "shuffled": False}
LONGEST: Final = 300


def labels_of(item: ExchangeItem) -> list[Label]:
    given = {
        "kuk": item.kuk,
        "lang": item.lang,
        "case": item.stimulus_code,
        "source": " ".join(plain(item.source).split()) if item.source else None,
        "level": item.cognitive_level,
        "p": None if item.expected_p is None else repr(item.expected_p),
    }
    return [
        *((name, value) for name, value in given.items() if value is not None),
        *(("enemy", code) for code in item.enemies),
    ]


def order_label(item: ExchangeItem) -> list[Label]:
    return [("order", said) for said, fixed in ORDERS.items() if fixed is item.fixed_order]


def with_labels(item: ExchangeItem, labels: Iterable[Label], question: Question) -> ExchangeItem:
    """The item with what its labels say; those that say nothing to us are listed."""
    known: dict[str, Any] = {}
    enemies: list[str] = []
    for name, value in labels:
        said = words(value)
        match name:
            case "kuk" if KUK.fullmatch(said):
                known["kuk"] = said
            case "lang" if said in LANGUAGES:
                known["lang"] = said
            case "case" if 0 < len(said) <= LONGEST:
                known["stimulus_code"] = said
            case "source" if 0 < len(said) <= LONGEST:
                known["source"] = question.text("source", escape(said))
            case "level" if said in LEVELS:
                known["cognitive_level"] = said
            case "order" if said in ORDERS:
                known["fixed_order"] = ORDERS[said]
            case "p" if (share := _share(said)) is not None:
                known["expected_p"] = share
            case "enemy" if CODE.fullmatch(said):
                enemies.append(said)
            case _:
                tag = f"{name}:{said}" if name else said
                question.leave_out(f"label tidak dibawa: {tag[:80]}", f"label not carried over: {tag[:80]}")
    return replace(item, **known, enemies=tuple(enemies))


def label(text: str) -> Label:
    """`kuk:1.1` as name and value; a text that is no label of ours has no name."""
    name, colon, value = text.partition(":")
    return (name.strip(), value) if colon else ("", text)


def code_of(text: str, question: Question) -> str | None:
    """Our code of an item, if it is one; the name that another system gave it is listed."""
    said = words(text)
    if CODE.fullmatch(said):
        return said
    if said:
        question.leave_out(f"nama soal tidak dibawa: {said[:80]}", f"its name is not carried over: {said[:80]}")
    return None


def _share(text: str) -> float | None:
    try:
        share = float(text)
    except ValueError:
        return None
    return share if math.isfinite(share) and 0 <= share <= 1 else None
