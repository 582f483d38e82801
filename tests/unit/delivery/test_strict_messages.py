"""A message of the hot paths is read as strictly as any other: no member stands twice, whatever else was left out."""

from __future__ import annotations

import pytest

from app.core.web import NotJson
from app.delivery.hot import messages
from app.delivery.hot.messages import Answers, Login, Start, decode

DEVICE = '"device_secret": "' + "ab" * 16 + '"'
CHANGE = '{"seq": 1, "position": 2, "option": 3'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Start, "{%s, %s, %s}" % ('"nonce": "n1234567"', DEVICE, '"nonce": "n7654321"')),
        (Start, '{"nonce": "n1234567", %s, "token": "a", "token": "b"}' % DEVICE),
        (Login, '{"number": "x", "number": "y", "pin": "z"}'),
        (Answers, '{"epoch": 1, %s, "nonce": "n1234567", "changes": [%s, "seq": 2}]}' % (DEVICE, CHANGE)),
        (Answers, '{"epoch": 1, "epoch": 2, %s, "nonce": "n1234567", "changes": [%s}]}' % (DEVICE, CHANGE)),
    ],
)
def test_a_member_that_stands_twice_is_refused(kind: type[messages.Request], body: str) -> None:
    with pytest.raises(NotJson):
        decode(kind, body.encode())


@pytest.mark.parametrize("more", ["", ', "token": "A:B"', ', "token": null'])
def test_what_may_be_left_out_or_hold_a_colon_is_no_fault(more: str) -> None:
    assert decode(Start, ('{"nonce": "n1234567", %s%s}' % (DEVICE, more)).encode()).nonce == "n1234567"
