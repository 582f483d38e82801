"""Which codes stand below which category, and what counts as a picture."""

from __future__ import annotations

import pytest

from app.proctoring.incident_codes import CODES, Category, Code, belongs
from app.proctoring.photos import kind_of


def test_every_category_has_codes_and_every_code_a_category() -> None:
    assert set(CODES) == set(Category)
    assert set().union(*CODES.values()) == set(Code)


@pytest.mark.parametrize(
    ("code", "category", "expected"),
    [
        (None, Category.STAFF, True),
        (Code.NETWORK, Category.ENVIRONMENT, True),
        (Code.NETWORK, Category.TECHNICAL, True),
        (Code.NETWORK, Category.CANDIDATE, False),
        (Code.ILLNESS, Category.CANDIDATE, True),
        (Code.ILLNESS, Category.ENVIRONMENT, False),
    ],
)
def test_a_code_stands_below_its_category(code: Code | None, category: Category, expected: bool) -> None:
    assert belongs(code, category) is expected


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"\x89PNG\r\n", None),
        (b"GIF89a", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"", None),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind
