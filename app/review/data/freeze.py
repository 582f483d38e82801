"""The data of a review as bytes and back: the same data are the same bytes, so that one hash names them for ever. Pure.

The bytes are a line that names their form, the facts as canonical JSON, then the columns of answers in a fixed order of bytes.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.review.data.types import Remark, ReviewData, ReviewForm, ReviewItem, ReviewPerson, ReviewSitting

FORM: Final = b"sahih-review-data-1\n"
COLUMNS: Final = {"item": "<i4", "option": "<i2", "score": "|i1", "position": "<i2", "seconds": "<f4"}
COMPRESSION: Final = 3  # of 9: half of the bytes are times, which no level makes much smaller


def to_bytes(data: ReviewData) -> bytes:
    """Rows have to be those of one person after the other, as `take` reads them."""
    if np.any(np.diff(data.person) < 0):
        raise ValueError("person: rows must be ordered by person")
    facts = {one.name: _plain(getattr(data, one.name)) for one in fields(data) if one.name not in ("person", *COLUMNS)}
    head = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    answers = np.bincount(data.person, minlength=len(data.persons)).astype("<i4")
    columns = [np.ascontiguousarray(getattr(data, name), dtype=dtype) for name, dtype in COLUMNS.items()]
    sizes = np.array([len(head), len(answers), len(data.item)], dtype="<i8")
    return b"".join([FORM, sizes.tobytes(), head, answers.tobytes(), *(column.tobytes() for column in columns)])


def from_bytes(frozen: bytes) -> ReviewData:
    """Raises ValueError for bytes of another form."""
    if not frozen.startswith(FORM):
        raise ValueError("these are no data of a review, or of another version of this program")
    reader = _Reader(memoryview(frozen), len(FORM))
    head, persons, rows = (int(one) for one in reader.column("<i8", 3))
    facts = json.loads(bytes(reader.take(head)))
    answers = reader.column("<i4", persons)
    columns: dict[str, Any] = {name: reader.column(dtype, rows) for name, dtype in COLUMNS.items()}
    person = np.repeat(np.arange(persons, dtype=np.int32), answers)
    return ReviewData(**_facts(facts), person=person, **columns)


def sha256_of(frozen: bytes) -> str:
    """Of what is said, not of how it is compressed: another release of zlib may compress otherwise."""
    return hashlib.sha256(frozen).hexdigest()


def pack(frozen: bytes) -> bytes:
    return zlib.compress(frozen, level=COMPRESSION)


def unpack(packed: bytes) -> bytes:
    return zlib.decompress(packed)


class _Reader:
    def __init__(self, content: memoryview, at: int) -> None:
        self._content, self._at = content, at

    def take(self, size: int) -> memoryview:
        self._at += size
        return self._content[self._at - size : self._at]

    def column(self, dtype: str, size: int) -> NDArray[Any]:
        return np.frombuffer(
            self.take(size * np.dtype(dtype).itemsize), dtype=dtype
        ).copy()  # aligned in memory: faster


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(member) for member in value]
    return str(value) if isinstance(value, UUID | date) else value


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    return facts | {
        "units": tuple((code, title) for code, title in facts["units"]),
        "sittings": tuple(_sitting(one) for one in facts["sittings"]),
        "items": tuple(_item(one) for one in facts["items"]),
        "forms": tuple(ReviewForm(**one | {"items": tuple(one["items"])}) for one in facts["forms"]),
        "persons": tuple(_person(one) for one in facts["persons"]),
        "remarks": tuple(Remark(**one) for one in facts["remarks"]),
    }


def _sitting(one: dict[str, Any]) -> ReviewSitting:
    return ReviewSitting(**one | {"id": UUID(one["id"]), "held_on": date.fromisoformat(one["held_on"])})


def _item(one: dict[str, Any]) -> ReviewItem:
    ids = {name: UUID(one[name]) for name in ("lineage_id", "version_id")}
    return ReviewItem(**one | ids | {"versions": tuple((number, UUID(version)) for number, version in one["versions"])})


def _person(one: dict[str, Any]) -> ReviewPerson:
    one["attempt_id"], one["person_id"] = UUID(one["attempt_id"]), UUID(one["person_id"])
    return ReviewPerson(**one)
