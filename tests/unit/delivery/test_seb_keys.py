"""The Config Key's form, case by case, and the hash of a request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from app.delivery.seb import is_request_hash, request_hash, seb_json

KEY = "81aad4ab9dfd447cc479e6a4a7c9a544e2cafc7f3adeb68b2a21efad68eca4dc"
URL = "https://ujian.example.org/api/exam/answers?seb=0a1b"
JAKARTA = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("settings", "written"),
    [
        ({}, "{}"),
        ({"b": 1, "A": 2, "a10": 3, "a2": 4}, '{"A":2,"a10":3,"a2":4,"b":1}'),
        ({"allowedDisplays": 1, "allowFind": True}, '{"allowedDisplays":1,"allowFind":true}'),
        ({"one": 1, "yes": True, "no": False, "low": 0.1}, '{"low":0.1,"no":false,"one":1,"yes":true}'),
        ({"filter": r"^.*?:\/\/", "quote": 'say "ya"'}, r'{"filter":"^.*?:\/\/","quote":"say "ya""}'),
        ({"kota": "Yogyakarta – é"}, '{"kota":"Yogyakarta – é"}'),
        ({"salt": b"\x00\xff", "none": b""}, '{"none":"","salt":"AP8="}'),
        ({"at": datetime(2026, 12, 5, 8, 0)}, '{"at":"2026-12-05T08:00:00Z"}'),
        ({"at": datetime(2026, 12, 5, 8, 0, tzinfo=JAKARTA)}, '{"at":"2026-12-05T01:00:00Z"}'),
        ({"at": datetime(2026, 12, 5, 8, 0, tzinfo=UTC)}, '{"at":"2026-12-05T08:00:00Z"}'),
        ({"empty": {}, "list": [], "in": {"empty": {}, "b": 1}}, '{"in":{"b":1},"list":[]}'),
        ({"rules": [{"b": 1, "A": 2}, {}]}, '{"rules":[{"A":2,"b":1},{}]}'),
        ({"originatorVersion": "SEB_Win_3.8", "in": {"originatorVersion": "x"}}, '{"in":{"originatorVersion":"x"}}'),
    ],
)
def test_seb_json(settings: dict[str, Any], written: str) -> None:
    assert seb_json(settings) == written


def test_what_no_plist_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        seb_json({"nothing": None})  # type: ignore[dict-item]


def test_a_request_hash_is_of_one_address_and_one_key() -> None:
    sent = request_hash(URL, KEY)
    assert is_request_hash(sent, URL, KEY)
    assert is_request_hash(sent.upper(), URL + "#soal-4", KEY), "a fragment never reaches a server"
    for url, key in (
        (URL + "&", KEY),
        (URL.replace("https", "http"), KEY),
        (URL.partition("?")[0], KEY),
        (URL, "0" * 64),
    ):
        assert not is_request_hash(sent, url, key)
    for wrong in ("", "x", sent[:-1], sent + "0", "é" * 64):
        assert not is_request_hash(wrong, URL, KEY)
