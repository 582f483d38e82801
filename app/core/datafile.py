"""Content files (YAML): read strictly, checked against a JSON Schema, refused with file, line, field and remedy."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

LARGEST_FILE = 4 * 1024 * 1024
Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a content file, in both languages."""

    file: str
    line: int
    field: str
    fault_id: str
    fault_en: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.fault_id} / {self.fault_en}"


class DataFileError(Exception):
    """A content file that must not be loaded. `faults` lists everything that is wrong, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class DataFile:
    """The content of a file and the line on which each of its parts begins."""

    name: str
    content: Any
    lines: dict[Where, int]

    def fault(self, where: Where, fault_id: str, fault_en: str) -> Fault:
        return Fault(self.name, self.line_of(where), _dotted(where), fault_id, fault_en)

    def line_of(self, where: Where) -> int:
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def read_yaml(path: Path, schema: dict[str, Any]) -> DataFile:
    """The checked content of a YAML file; raises DataFileError that names every fault."""
    file = _parse(path)
    errors = sorted(Draft202012Validator(schema).iter_errors(file.content), key=lambda e: file.line_of(tuple(e.path)))
    if errors:
        raise DataFileError(_schema_fault(file, error) for error in errors)
    return file


def read_schema(path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _parse(path: Path) -> DataFile:
    name = path.name
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _unreadable(name, 1, "berkas terlalu besar", "the file is too large")
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        raise _unreadable(name, 1, "simpan berkas sebagai UTF-8", "save the file as UTF-8") from error
    except OSError as error:
        raise _unreadable(name, 1, "berkas tidak dapat dibaca", f"cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _unreadable(name, line, "bukan YAML yang sah", f"not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise _unreadable(name, 1, "bukan YAML yang sah", "not valid YAML") from error
    if node is None:
        raise _unreadable(name, 1, "berkas kosong", "the file is empty")
    lines: dict[Where, int] = {}
    _note_lines(node, (), lines, name)
    return DataFile(name, yaml.load(text, Loader=yaml.CSafeLoader), lines)


def _note_lines(node: yaml.Node, where: Where, lines: dict[Where, int], name: str) -> None:
    lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise _unreadable(name, line, f"“{key.value}” tertulis dua kali", f"“{key.value}” stands here twice")
            seen.add(key.value)
            _note_lines(value, (*where, key.value), lines, name)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _note_lines(value, (*where, index), lines, name)


def _schema_fault(file: DataFile, error: ValidationError) -> Fault:
    where: Where = tuple(error.absolute_path)
    expected = {
        "required": ("ada isian wajib yang belum diisi", "a required field is missing"),
        "additionalProperties": ("ada nama isian yang tidak dikenal (salah ketik?)", "unknown field name (a typo?)"),
        "enum": ("nilai tidak ada dalam daftar yang boleh", "the value is not one of those allowed"),
        "type": ("jenis nilai salah", "wrong kind of value"),
        "pattern": ("bentuk nilai salah", "the value has the wrong form"),
    }
    words = expected.get(str(error.validator), ("nilai tidak boleh begitu", "the value is not allowed"))
    return file.fault(where, words[0], f"{words[1]}: {error.message[:200]}")


def _unreadable(name: str, line: int, fault_id: str, fault_en: str) -> DataFileError:
    return DataFileError([Fault(name, line, "-", fault_id, fault_en)])


def _dotted(where: Where) -> str:
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in where) or "-"
