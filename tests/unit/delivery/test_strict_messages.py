"""A message of the hot paths is read as strictly as any other: no member stands twice, whatever else was left out."""

from __future__ import annotations

import pytest

from app.core.web import NotJson
from app.delivery.hot import messages
from app.delivery.hot.messages import Answers, Login, Start, decode

HEAD = '{"nonce": "n1234567", "device_secret": "' + "ab" * 16 + '"'
CHANGE = '"changes": [{"seq": 1, "position": 2, "option": 3'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Start, HEAD + ', "nonce": "n7654321"}'),
        (Start, HEAD + ', "token": "a", "token": "b"}'),
        (Login, '{"number": "x", "number": "y", "pin": "z"}'),
        (Answers, HEAD + ', "epoch": 1, ' + CHANGE + ', "seq": 2}]}'),
        (Answers, HEAD + ', "epoch": 1, "epoch": 2, ' + CHANGE + "}]}"),
    ],
)
def test_a_member_that_stands_twice_is_refused(kind: type[messages.Request], body: str) -> None:
    with pytest.raises(NotJson):
        decode(kind, body.encode())


@pytest.mark.parametrize("more", ["", ', "token": "A:B"', ', "token": null'])
def test_what_may_be_left_out_or_hold_a_colon_is_no_fault(more: str) -> None:
    assert decode(Start, (HEAD + more + "}").encode()).nonce == "n1234567"
