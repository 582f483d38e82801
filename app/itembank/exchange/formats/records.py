"""From items to the cells of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from app.itembank.exchange.formats.columns import LABEL
from app.itembank.exchange.formats.rows import LEVEL_WORDS, write_key
from app.itembank.exchange.formats.texts import write_text
from app.itembank.exchange.types import ExchangeItem
from app.itembank.types import LETTERS

LEAST_OPTIONS: Final = 4  # a sheet always has these columns


def columns_of(items: Iterable[ExchangeItem]) -> list[str]:
    """Every field, and as many options as the longest item has."""
    most = max([LEAST_OPTIONS, *(len(item.options) for item in items)])
    return [field for field in LABEL if field not in LETTERS[most:]]


def records_of(items: Sequence[ExchangeItem]) -> list[dict[str, str]]:
    """What stands in each field. The text of a case stands with its first item."""
    told: set[tuple[str, str]] = set()
    records = []
    for item in items:
        record = _record(item)
        case = (item.stimulus_code or "", item.stimulus)
        if item.stimulus_code and case in told:
            record["case_text"] = ""
        told.add(case)
        records.append(record)
    return records


def _record(item: ExchangeItem) -> dict[str, str]:
    options = dict(zip(LETTERS, item.options, strict=False))
    texts = {
        "case_text": item.stimulus,
        "stem": item.stem,
        **{letter: options.get(letter, "") for letter in LETTERS},
        "rationale": item.rationale or "",
        "source": item.source or "",
    }
    return {
        **{field: write_text(markup) for field, markup in texts.items()},
        "code": item.code or "",
        "kuk": item.kuk or "",
        "lang": item.lang or "",
        "case": item.stimulus_code or "",
        "key": "" if item.key is None else write_key(item.key, item.options),
        "level": LEVEL_WORDS.get(item.cognitive_level or "", ""),
        "expected_p": "" if item.expected_p is None else f"{item.expected_p:.6g}".replace(".", ","),
        "enemies": ", ".join(item.enemies),
    }
