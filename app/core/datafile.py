"""Content files (YAML): read strictly, checked against a JSON Schema, refused with file, line, field and remedy."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

LARGEST_FILE = 4 * 1024 * 1024
DEEPEST = 30
TEXT = "tag:yaml.org,2002:str"
SCALARS = {
    "tag:yaml.org,2002:null": "construct_yaml_null",
    "tag:yaml.org,2002:bool": "construct_yaml_bool",
    "tag:yaml.org,2002:int": "construct_yaml_int",
    "tag:yaml.org,2002:float": "construct_yaml_float",
}
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
    checked = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    errors = sorted(checked.iter_errors(file.content), key=lambda e: file.line_of(tuple(e.path)))
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
        _refuse_what_composing_cannot_bear(text, name)
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
    return DataFile(name, _value(node, (), lines, name), lines)


def _refuse_what_composing_cannot_bear(text: str, name: str) -> None:
    """An alias can make a cycle or a billion values, depth can exhaust the stack, a tag can claim what is not so."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if getattr(event, "tag", None):
            raise _unreadable(name, line, "tanda jenis (!) tidak dipakai di sini", "tags (!) are not used here")
        if isinstance(event, yaml.AliasEvent):
            raise _unreadable(name, line, f"rujukan *{event.anchor} tidak dipakai di sini", "aliases are not used here")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _unreadable(name, line, "bersarang terlalu dalam", "nested too deeply")


def _value(node: yaml.Node, where: Where, lines: dict[Where, int], name: str) -> Any:
    """The plain value of a node (what JSON can hold); notes on the way where each part begins."""
    lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        members: dict[str, Any] = {}
        for key, value in node.value:
            field = _field_name(key, name)
            if field in members:
                line = key.start_mark.line + 1
                raise _unreadable(name, line, f"“{field}” tertulis dua kali", f"“{field}” stands here twice")
            members[field] = _value(value, (*where, field), lines, name)
        return members
    if isinstance(node, yaml.SequenceNode):
        return [_value(value, (*where, index), lines, name) for index, value in enumerate(node.value)]
    try:
        return _scalar(node)
    except ValueError as error:
        raise DataFileError(
            [
                Fault(
                    name,
                    lines[where],
                    _dotted(where),
                    "nilai tidak dapat dibaca",
                    f"cannot be read as a value: {error}",
                )
            ]
        ) from error


def _field_name(key: yaml.Node, name: str) -> str:
    if isinstance(key, yaml.ScalarNode) and key.tag == TEXT:
        return str(key.value)
    raise _unreadable(
        name,
        key.start_mark.line + 1,
        "nama isian harus teks; beri tanda kutip",
        "a field name must be a text; put it in quotation marks",
    )


def _scalar(node: yaml.Node) -> str | float | bool | None:
    """Raises ValueError for what is no value. A date stays the text it is: JSON has no dates, and 2026-13-45 is none."""
    text = str(node.value)
    if node.tag in (TEXT, "tag:yaml.org,2002:timestamp"):
        if "\0" in text:
            raise ValueError("a NUL character")
        return text
    if node.tag not in SCALARS:
        raise ValueError("put it in quotation marks")
    value: str | float | bool | None = getattr(yaml.constructor.SafeConstructor(), SCALARS[node.tag])(node)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def _schema_fault(file: DataFile, error: ValidationError) -> Fault:
    where: Where = tuple(error.absolute_path)
    expected = {
        "required": ("ada isian wajib yang belum diisi", "a required field is missing"),
        "additionalProperties": ("ada nama isian yang tidak dikenal (salah ketik?)", "unknown field name (a typo?)"),
        "enum": ("nilai tidak ada dalam daftar yang boleh", "the value is not one of those allowed"),
        "type": ("jenis nilai salah", "wrong kind of value"),
        "format": ("tanggal itu tidak ada", "there is no such date"),
        "pattern": ("bentuk nilai salah", "the value has the wrong form"),
    }
    words = expected.get(str(error.validator), ("nilai tidak boleh begitu", "the value is not allowed"))
    return file.fault(where, words[0], f"{words[1]}: {error.message[:200]}")


def _unreadable(name: str, line: int, fault_id: str, fault_en: str) -> DataFileError:
    return DataFileError([Fault(name, line, "-", fault_id, fault_en)])


def _dotted(where: Where) -> str:
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in where) or "-"
