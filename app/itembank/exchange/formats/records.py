"""From items to the cells of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from app.core.datafile import DataFileError, Fault
from app.itembank.exchange.formats.cells import MOST_SIGNS
from app.itembank.exchange.formats.columns import LABEL
from app.itembank.exchange.formats.rows import LEVEL_WORDS, ORDER_WORDS, write_key
from app.itembank.exchange.formats.texts import write_text
from app.itembank.exchange.types import ExchangeItem
from app.itembank.types import LETTERS

TOO_LONG_ID: Final = f"lebih dari {MOST_SIGNS} tanda; ekspor sebagai QTI atau paket"
TOO_LONG_EN: Final = f"over {MOST_SIGNS} signs; export it as QTI or as a package"
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
        **{field: _written(item, field, markup) for field, markup in texts.items()},
        "code": item.code or "",
        "kuk": item.kuk or "",
        "lang": item.lang or "",
        "case": item.stimulus_code or "",
        "key": "" if item.key is None else write_key(item.key, item.options),
        "order": ORDER_WORDS[item.fixed_order],
        "level": LEVEL_WORDS.get(item.cognitive_level or "", ""),
        "expected_p": "" if item.expected_p is None else f"{item.expected_p:.6g}".replace(".", ","),
        "enemies": ", ".join(item.enemies),
    }


def _written(item: ExchangeItem, field: str, markup: str) -> str:
    """Raises DataFileError for a text that a cell would cut off."""
    text = write_text(markup)
    if len(text) > MOST_SIGNS:
        name = item.code or "-"
        raise DataFileError([Fault(name, 0, LABEL[field], TOO_LONG_ID, TOO_LONG_EN)])
    return text
