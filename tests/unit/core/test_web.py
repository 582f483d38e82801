"""Strict JSON: what can be stored passes, what cannot is refused."""

from __future__ import annotations

import json

import pytest

from app.core.web import NotJson, parse_json


def test_a_backslash_that_somebody_typed_is_no_nul() -> None:
    said = {"text": "jalur C:\\u0000 \\\\u0000"}
    assert parse_json(json.dumps(said).encode()) == said


@pytest.mark.parametrize(
    "body", [r'{"a": "x\u0000"}', r'{"a\u0000": 1}', r'[["\u0000"]]', r'"\ud800"', r'{"\udfff": 1}']
)
def test_nul_and_half_characters_are_refused_wherever_they_stand(body: str) -> None:
    with pytest.raises(NotJson):
        parse_json(body.encode())
