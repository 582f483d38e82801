"""From a checked scheme file to a scheme: pure, no I/O."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from app.core.datafile import DataFile, Fault
from app.schemes.types import Criterion, ExamRules, SchemeVersion, Unit


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: two files with the same content, whatever their layout, are the same version."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def parse(version_id: UUID, version_no: int, content: dict[str, Any]) -> SchemeVersion:
    return SchemeVersion(
        id=version_id,
        code=content["code"],
        version_no=version_no,
        title=content["title"],
        units=tuple(_unit(unit) for unit in content["units"]),
        exam=parse_exam(content["exam"]),
        items_per_kuk=dict(content["blueprint"]["items_per_kuk"]),
        content=content,
        content_hash=content_hash(content),
    )


def _unit(unit: dict[str, Any]) -> Unit:
    criteria = [
        Criterion(element["criterion"]["kuk"], element["title"], element["criterion"]["text"])
        for element in unit["elements"]
    ]
    return Unit(unit["code"], unit["title"], tuple(criteria))


def parse_exam(exam: dict[str, Any]) -> ExamRules | None:
    if exam["items"] is None or exam["pass_mark"] is None:
        return None
    aids = exam.get("aids", {})
    return ExamRules(
        items=exam["items"],
        options=exam["options"],
        pass_mark=exam["pass_mark"],
        max_score=exam["max_score"],
        duration_seconds=exam["duration_minutes"] * 60,
        transmission_seconds=exam["transmission_seconds"],
        word_at_or_above=exam["words"]["at_or_above"],
        word_below=exam["words"]["below"],
        lang=exam["lang"],
        calculator=aids.get("calculator", False),
        reference_sheet=aids.get("reference_sheet") or "",
    )


def inconsistencies(file: DataFile) -> list[Fault]:
    """What a JSON Schema cannot say: the parts of the scheme must agree with each other."""
    content = file.content
    faults = []
    known = [element["criterion"]["kuk"] for unit in content["units"] for element in unit["elements"]]
    blueprint = content["blueprint"]["items_per_kuk"]
    for kuk in sorted(set(known) ^ set(blueprint)):
        where = ("blueprint", "items_per_kuk", kuk)
        faults.append(
            file.fault(where, f"KUK {kuk} tidak ada di kedua daftar", f"KUK {kuk} is not both a criterion and planned")
        )
    if len(set(known)) != len(known):
        faults.append(file.fault(("units",), "ada nomor KUK yang berulang", "a KUK number stands twice"))
    items = content["exam"]["items"]
    if items is not None and sum(blueprint.values()) != items:
        faults.append(
            file.fault(
                ("blueprint",),
                f"jumlah soal kisi-kisi {sum(blueprint.values())}, seharusnya {items}",
                f"the blueprint adds up to {sum(blueprint.values())} items, the exam has {items}",
            )
        )
    max_score = content["exam"]["max_score"]
    if items is not None and max_score != items:
        # The score is the number right; it is never scaled.
        faults.append(
            file.fault(
                ("exam", "max_score"),
                f"nilai tertinggi {max_score}, seharusnya sama dengan jumlah soal {items}",
                f"the highest score is {max_score}, it must equal the {items} items",
            )
        )
    pass_mark = content["exam"]["pass_mark"]
    if pass_mark is not None and not 0 < pass_mark <= max_score:
        faults.append(
            file.fault(("exam", "pass_mark"), "nilai batas di luar skala", "the pass mark lies outside the scale")
        )
    return faults
