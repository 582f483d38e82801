"""Drawing a form: pure. Same seed, same bank, same algorithm: the same form to the bit.

`stratified-2` draws the blueprint's number of items of each criterion at random and shuffles items and options; items of one case
stand one after the other. Forms matched in difficulty will be another function behind the same result type; the name of the
algorithm is stored with the set.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.assembly.errors import BankTooSmall
from app.assembly.randomness import Stream
from app.assembly.types import DrawnForm, Question
from app.itembank import BankItem, ItemContent
from app.itembank.richtext import tree

ALGORITHM = "stratified-2"
RENDERER_VERSION = "2"  # texts may be nested nodes, with pictures and cases


def draw_form(bank: Sequence[BankItem], items_per_kuk: Mapping[str, int], seed: bytes, form_no: int) -> DrawnForm:
    """One form. `bank` is ordered by item code. Raises BankTooSmall naming the criterion that lacks items."""
    stream = Stream(seed, f"{ALGORITHM}/form/{form_no}")
    chosen: list[BankItem] = []
    for kuk in sorted(items_per_kuk):
        chosen += _draw_of_criterion(
            stream, [item for item in bank if item.kuk == kuk], items_per_kuk[kuk], chosen, kuk
        )
    shown = _cases_together(stream.shuffled(chosen))
    orders = tuple(tuple(stream.shuffled(range(item.n_options))) for item in shown)
    return DrawnForm(form_no, tuple(item.version_id for item in shown), orders)


def _cases_together(items: Sequence[BankItem]) -> list[BankItem]:
    """In this order, but whoever shares a case follows the first of them: the case is read once."""
    first_of: dict[str, int] = {}
    places = []
    for place, item in enumerate(items):
        places.append((first_of.setdefault(item.stimulus, place) if item.stimulus else place, place))
    return [items[place] for _, place in sorted(places)]


def _draw_of_criterion(
    stream: Stream, pool: list[BankItem], wanted: int, chosen: Sequence[BankItem], kuk: str
) -> list[BankItem]:
    """The first `wanted` of a random order that are no enemies of each other or of what was chosen before."""
    taken: list[BankItem] = []
    for item in stream.shuffled(pool):
        if len(taken) == wanted:
            break
        if not any(_enemies(item, other) for other in (*chosen, *taken)):
            taken.append(item)
    if len(taken) < wanted:
        raise BankTooSmall(kuk=kuk, wanted=wanted, available=len(taken))
    return taken


def _enemies(first: BankItem, second: BankItem) -> bool:
    return first.code in second.enemies or second.code in first.enemies


def bank_hash(bank: Sequence[BankItem]) -> str:
    """SHA-256 of all that a drawing depends on besides the seed and the blueprint, and of the texts drawn from."""
    lines = "\n".join(
        f"{item.code} {item.kuk} {item.n_options} {item.content_hash} {item.stimulus} {','.join(sorted(item.enemies))}"
        for item in bank
    )
    return hashlib.sha256(lines.encode()).hexdigest()


def shown_questions(form: DrawnForm, contents: Mapping[UUID, ItemContent]) -> list[Question]:
    """Each position in the order in which this form shows its options."""
    return [
        _shown(contents[version_id], order) for version_id, order in zip(form.version_ids, form.orders, strict=True)
    ]


def _shown(content: ItemContent, order: Sequence[int]) -> Question:
    question: Question = {
        "stem": tree(content.stem),
        "options": [tree(content.options[option]) for option in order],
    }
    return question | {"stimulus": tree(content.stimulus)} if content.stimulus else question


def shown_hash(questions: Sequence[Question]) -> str:
    """SHA-256 of exactly what a candidate is shown, in reading order; a picture is its name, the hash of its pixels."""
    digest = hashlib.sha256()
    for question in questions:
        case = [["stimulus", question["stimulus"]]] if question.get("stimulus") else []
        for text in (*case, question["stem"], *question["options"]):
            encoded = (text if isinstance(text, str) else _canonical(text)).encode()
            digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return digest.hexdigest()


def _canonical(nodes: Any) -> str:
    return json.dumps(nodes, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
