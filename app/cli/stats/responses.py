"""From sheets to `Responses`: options become numbers, and the three states stay apart."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.cli.stats.cells import Cell, fault_of, is_mark, not_in_key, number_of
from app.cli.stats.reading import NOT_ADMINISTERED, Sheet, meaning_of, read_pairs, read_sheet, refuse
from app.core.datafile import Fault
from app.psychometrics import KEY_UNKNOWN, OMITTED, UNRECORDED, Responses

NO_ITEMS: Final = ("candidate", "row", "group", "form")  # columns of a wide file that hold no answers


@dataclass(frozen=True, slots=True)
class Exam:
    """The responses of a file, the marks that its options were written with, and the group of each candidate."""

    responses: Responses
    marks: tuple[str, ...]
    groups: tuple[str | None, ...] | None


@dataclass(slots=True)
class Columns:
    """The long form as it grows: compact, since a large exam has ten million cells."""

    person: array[int] = field(default_factory=lambda: array("i"))
    item: array[int] = field(default_factory=lambda: array("i"))
    option: array[int] = field(default_factory=lambda: array("h"))
    score: array[int] = field(default_factory=lambda: array("b"))
    position: array[int] = field(default_factory=lambda: array("i"))
    seconds: array[float] = field(default_factory=lambda: array("d"))
    persons: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)


def read_exam(
    responses: Path, *, key: Path | None = None, blueprint: Path | None = None, groups: Path | None = None
) -> Exam:
    """Read the files of an exam. Raises DataFileError with everything that is wrong in one of them."""
    sheet = read_sheet(responses)
    keys = None if key is None else _keys(key)
    cells = _long if "item" in sheet.columns else _wide
    marks = _marks(cells(sheet), keys)
    columns = _columns(sheet, cells(sheet), keys, marks)
    items, persons = list(columns.items), list(columns.persons)
    units = _units(key, blueprint, items)
    places = {mark: place for place, mark in enumerate(marks)}
    made = Responses.from_arrays(
        columns.person,
        columns.item,
        columns.option,
        columns.score,
        persons=persons,
        items=items,
        position=columns.position or None,
        seconds=columns.seconds or None,
        strata=None if units is None else [units[item] for item in items],
        key=None if keys is None else [places.get(keys[item], KEY_UNKNOWN) for item in items],
    )
    return Exam(made, marks, _groups(groups, persons))


def _keys(path: Path) -> dict[str, str]:
    """The key of each item. A key that is no option would make every answer wrong, so it is refused."""
    sheet = read_sheet(path, "item", "key")
    refuse(
        [
            sheet.fault(
                line,
                item,
                f"kunci “{mark}” bukan satu tanda pilihan; tulis A, B, … seperti dalam berkas jawaban",
                f"key “{mark}” is not one option; write A, B, … as in the file of responses",
            )
            for line, (item, mark) in sheet.cells("item", "key")
            if mark and not is_mark(mark)
        ]
    )
    return {item: mark.upper() for item, mark in read_pairs(path, "item", "key").items()}


def _wide(sheet: Sheet) -> Iterator[Cell]:
    items = _item_columns(sheet)
    candidate = sheet.columns.get("candidate")
    for line, row in sheet.rows:
        label = str(line) if candidate is None else row[candidate] if candidate < len(row) else ""
        for item, place in items:
            mark = row[place].upper() if place < len(row) else ""
            if mark not in NOT_ADMINISTERED:
                yield Cell(line, label, item, mark)


def _long(sheet: Sheet) -> Iterator[Cell]:
    for line, row in sheet.rows:
        cell = {name: row[place] if place < len(row) else "" for name, place in sheet.columns.items()}
        mark, score = cell.get("option", "").upper(), cell.get("score", "")
        if (mark or score.upper()) not in NOT_ADMINISTERED:
            seen = cell.get("position", ""), cell.get("seconds", "")
            yield Cell(line, cell.get("candidate", ""), cell["item"], mark, score, *seen)


def _marks(cells: Iterable[Cell], keys: Mapping[str, str] | None) -> tuple[str, ...]:
    """The marks of the options in order: A, B, C or 1, 2, 3, whatever cells and keys say."""
    return tuple(sorted({cell.mark for cell in cells if cell.mark} | set((keys or {}).values())))


def _columns(sheet: Sheet, cells: Iterable[Cell], keys: Mapping[str, str] | None, marks: tuple[str, ...]) -> Columns:
    columns, faults, seen = Columns(items=_items(sheet, keys)), list[Fault](), set[tuple[str, str]]()
    places = {mark: place for place, mark in enumerate(marks)}
    lines: dict[str, int] = {}
    wide = "item" not in sheet.columns
    for cell in cells:
        fault = fault_of(sheet, cell, keys)
        if fault is None and wide and lines.setdefault(cell.candidate, cell.line) != cell.line:
            fault = sheet.fault(cell.line, "candidate", f"{cell.candidate} ada dua kali", "named twice")
        if fault is None and not wide and (cell.candidate, cell.item) in seen:
            fault = sheet.fault(cell.line, "item", f"{cell.item} ada dua kali bagi {cell.candidate}", "twice")
        if fault is not None:
            if fault not in faults[-1:]:  # a row that is there twice is said once, not once an item
                faults.append(fault)
            continue
        if not wide:
            seen.add((cell.candidate, cell.item))
        _append(columns, cell, keys, places)
    if not faults and not columns.person:
        faults.append(
            sheet.fault(
                sheet.line,
                "-",
                "tidak ada jawaban; perlu satu kolom per soal di samping kolom peserta",
                "no answers; there must be a column for each item beside that of the candidate",
            )
        )
    refuse(faults)
    return columns


def _items(sheet: Sheet, keys: Mapping[str, str] | None) -> dict[str, int]:
    """The items in the order of the headings, or of the key; without either, as they come."""
    if "item" in sheet.columns:
        return {item: index for index, item in enumerate(keys or ())}
    labels = [label for label, _ in _item_columns(sheet)]
    refuse(
        _nameless(sheet)
        + [
            sheet.fault(
                sheet.line, label, "dua kolom bernama sama; ubah salah satu", "two columns have this name; rename one"
            )
            for label in dict.fromkeys(labels)
            if labels.count(label) > 1
        ]
        + [not_in_key(sheet, sheet.line, label) for label in labels if keys is not None and label not in keys]
    )
    return {label: index for index, label in enumerate(labels)}


def _nameless(sheet: Sheet) -> list[Fault]:
    """Columns without a heading that hold something: answers would be lost without a word."""
    return [
        sheet.fault(
            sheet.line,
            f"kolom/column {place + 1}",
            "tanpa judul padahal berisi; beri judul, dan hapus baris di atas judul bila ada",
            "no heading over its cells; give it one, and remove rows above the headings if there are any",
        )
        for place, label in enumerate(sheet.heading)
        if not label and any(row[place] for _, row in sheet.rows if place < len(row))
    ]


def _item_columns(sheet: Sheet) -> list[tuple[str, int]]:
    return [(label, place) for place, label in enumerate(sheet.heading) if label and meaning_of(label) not in NO_ITEMS]


def _append(columns: Columns, cell: Cell, keys: Mapping[str, str] | None, places: Mapping[str, int]) -> None:
    columns.person.append(columns.persons.setdefault(cell.candidate, len(columns.persons)))
    columns.item.append(columns.items.setdefault(cell.item, len(columns.items)))
    if keys is not None:
        columns.option.append(places.get(cell.mark, OMITTED))
        columns.score.append(cell.mark == keys[cell.item])
    else:
        score = cell.score or cell.mark
        columns.option.append(UNRECORDED if score else OMITTED)
        columns.score.append(number_of(score) == 1.0)
    if cell.position:
        columns.position.append(int(cell.position))
    if cell.seconds:
        columns.seconds.append(number_of(cell.seconds))


def _units(key: Path | None, blueprint: Path | None, items: list[str]) -> dict[str, str] | None:
    if blueprint is not None:
        units = read_pairs(blueprint, "item", "unit")
        _require(blueprint, units, items, "unit")
        return units
    if key is not None and "unit" in read_sheet(key).columns:
        return read_pairs(key, "item", "unit")
    return None


def _groups(path: Path | None, persons: list[str]) -> tuple[str | None, ...] | None:
    if path is None:
        return None
    found = read_pairs(path, "candidate", "group", may_be_empty=True)
    _require(path, found, persons, "group")  # whose group is not known has a row with an empty one
    return tuple(found[label] or None for label in persons)


def _require(path: Path, found: Mapping[str, str], wanted: Iterable[str], what: str) -> None:
    """Refuse labels of the responses for which another file gives nothing."""
    refuse(
        [
            Fault(path.name, 1, what, f"{label} tidak ada; tambahkan barisnya", f"{label} is missing; add a row for it")
            for label in wanted
            if label not in found
        ]
    )
