"""The content of a review method: to JSON and back, its fields in words, what is wrong with one, what differs between two. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import yaml

from app.review.method.types import ReviewMethod

Value = int | float


class FieldKind(StrEnum):
    COUNT = "count"
    SHARE = "share"  # 0 to 1, shown in percent
    COEFFICIENT = "coefficient"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a method, as the page asks for it."""

    name: str
    kind: FieldKind
    least: Value
    most: Value
    title_id: str
    title_en: str
    says_id: str
    says_en: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    title_id: str
    title_en: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class MethodFault:
    """What is wrong with one field, and what to do, in both languages."""

    field: str
    text_id: str
    text_en: str


@cache
def list_groups() -> tuple[Group, ...]:
    found = yaml.safe_load(resources.files(__package__).joinpath("fields.yaml").read_text(encoding="utf-8"))
    return tuple(_group(name, members) for name, members in found.items())


def list_fields() -> Iterator[Field]:
    return (field for group in list_groups() for field in group.fields)


def method_content(method: ReviewMethod) -> dict[str, Any]:
    return asdict(method)


def parse_method(content: Mapping[str, Any]) -> ReviewMethod:
    """What a version does not name, because it is older than the field, is as proposed."""
    known = {field.name for field in fields(ReviewMethod)}
    return ReviewMethod(**{name: value for name, value in content.items() if name in known})


def sha256_of(content: Mapping[str, Any]) -> str:
    encoded = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()


def printed_fields(method: ReviewMethod) -> tuple[dict[str, str], ...]:
    """What a review goes by, as people read it."""
    values, found = method_content(method), []
    for field in list_fields():
        text_id, text_en = _both(field, values[field.name])
        titles = {"title_id": field.title_id, "title_en": field.title_en}
        found.append({"name": field.name, **titles, "text_id": text_id, "text_en": text_en})
    return tuple(found)


def faults_of(values: Mapping[str, Any]) -> list[MethodFault]:
    """Why these values cannot be a method: each field is there, of its kind, and within its bounds."""
    known = {field.name: field for field in list_fields()}
    found = [
        MethodFault(name, f"{name}: tidak dikenal; hapus", f"{name}: unknown; remove it")
        for name in sorted(values.keys() - known.keys())
    ]
    return found + [fault for field in known.values() if (fault := _fault(field, values.get(field.name)))]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields that two versions have otherwise, in the order of the page."""
    return [
        {"field": field.name, "before": before.get(field.name), "after": after.get(field.name)}
        for field in list_fields()
        if before.get(field.name) != after.get(field.name)
    ]


def _group(name: str, members: Mapping[str, Any]) -> Group:
    inside = (Field(one, FieldKind(facts.pop("kind")), **facts) for one, facts in members["fields"].items())
    return Group(name, members["title_id"], members["title_en"], tuple(inside))


def _fault(field: Field, value: Any) -> MethodFault | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and field.least <= value <= field.most and (field.kind is not FieldKind.COUNT or isinstance(value, int)):
        return None
    (low_id, low_en), (high_id, high_en) = _both(field, field.least), _both(field, field.most)
    whole_id, whole_en = ("bilangan bulat ", "a whole number ") if field.kind is FieldKind.COUNT else ("", "")
    return MethodFault(
        field.name,
        f"{field.title_id}: isi {whole_id}antara {low_id} dan {high_id}",
        f"{field.title_en}: give {whole_en}between {low_en} and {high_en}",
    )


def _both(field: Field, value: Value) -> tuple[str, str]:
    """A value as the committee set it, in Indonesian and in English: never rounded."""
    text = f"{100 * value:g} %" if field.kind is FieldKind.SHARE else f"{value:g}"
    return text.replace(".", ","), text
