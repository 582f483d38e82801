"""What a candidate is shown of a form, and the hash that proves it was that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.assembly.types import DrawnForm, Question
from app.itembank import ItemContent
from app.itembank.richtext import tree

RENDERER_VERSION: Final = "2"  # texts may be nested nodes, with pictures and cases


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
