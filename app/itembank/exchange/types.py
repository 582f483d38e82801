"""What a file of items holds, whichever system wrote it, and what could not be taken from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from app.core.datafile import Fault
from app.itembank.richtext import Image


class Format(StrEnum):
    AIKEN = "aiken"
    CSV = "csv"
    DOCX = "docx"
    GIFT = "gift"
    MOODLE_XML = "moodle-xml"
    PACKAGE = "package"  # sealed, between two installations of ours
    QTI_21 = "qti-2.1"
    QTI_22 = "qti-2.2"
    QTI_30 = "qti-3.0"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class ExchangeItem:
    """An item as files carry it. Texts are canonical markup; None is what the format or the author left out.

    `key` is the index of the right option; `expected_p` lies between 0 and 1; `stimulus` is the text of the shared case and
    `stimulus_code` its name; options of a `fixed_order` are not shuffled.
    """

    stem: str
    options: tuple[str, ...]
    key: int | None = None
    code: str | None = None
    kuk: str | None = None
    lang: str | None = None
    stimulus: str = ""
    stimulus_code: str | None = None
    rationale: str | None = None
    source: str | None = None
    cognitive_level: str | None = None
    expected_p: float | None = None
    enemies: tuple[str, ...] = ()
    fixed_order: bool | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of the file that is not carried over: where it stood and what it was, in Indonesian and English."""

    line: int  # row, line or ordinal of the question; 0 is the whole file
    text_id: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One question of the file. With faults it has no item, or one that must not be taken as it is."""

    line: int
    item: ExchangeItem | None
    faults: tuple[Fault, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A whole file: its questions in order, the pictures they name by hash, and what concerns no single question."""

    format: Format
    rows: tuple[ReadRow, ...]
    images: Mapping[str, Image] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Reader(Protocol):
    """`read` of a format's module. It runs in a process with limits, and raises DataFileError for a file it cannot read."""

    def __call__(self, content: bytes, name: str) -> ReadFile: ...


class Writer(Protocol):
    """`write` of a format's module; `notice` (who, when, which export) is written where a person sees it."""

    def __call__(self, items: Sequence[ExchangeItem], images: Mapping[str, Image], notice: str) -> bytes: ...
