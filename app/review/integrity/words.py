"""The sentences of the integrity report, in both languages; they stand in `sentences.yaml` beside this module."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TypedDict

import yaml


class Said(TypedDict):
    text_id: str
    text_en: str


def said(sentence: str, **values: object) -> Said:
    known = _sentences()[sentence]
    return Said(text_id=known["text_id"].format(**values), text_en=known["text_en"].format(**values))


@cache
def _sentences() -> dict[str, Said]:
    found: dict[str, Said] = yaml.safe_load(
        resources.files(__package__).joinpath("sentences.yaml").read_text(encoding="utf-8")
    )
    return found
