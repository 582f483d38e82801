"""What may be put on file as a photograph, and which computers are ready."""

from __future__ import annotations

import struct

import pytest

from app.delivery.admission.rules import LARGEST_PHOTO, faults_of, photo_type
from app.delivery.admission.types import Report
from tests.factories import make_photo


def jpeg(width: int, height: int, *, before: bytes = b"\xff\xe0\x00\x10" + bytes(14), frame: int = 0xC0) -> bytes:
    size = struct.pack("!HBHHB", 17, 8, height, width, 3)
    return b"\xff\xd8" + before + bytes([0xFF, frame]) + size + bytes(20)


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        (make_photo(), "image/png"),
        (make_photo(width=120, height=120), "image/png"),
        (make_photo(width=119, height=120), None),
        (make_photo(width=4000, height=130), "image/png"),
        (make_photo(width=4001, height=130), None),
        (jpeg(300, 400), "image/jpeg"),
        (jpeg(300, 400, frame=0xC2), "image/jpeg"),  # progressive
        (jpeg(300, 400, before=b"\xff\xc4\x00\x04\x01\x02"), "image/jpeg"),  # tables come first
        (jpeg(300, 400, before=b"\xff\xff\xe0\x00\x02"), "image/jpeg"),  # padding between markers
        (jpeg(300, 5), None),
        (jpeg(300, 400)[:12], None),  # cut off
        (b"\xff\xd8\xff\xe0\x00\x00" + bytes(50), None),  # a length that leads nowhere
        (b"GIF89a" + bytes(50), None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"", None),
        (make_photo() + bytes(LARGEST_PHOTO - len(make_photo())), "image/png"),
        (make_photo() + bytes(LARGEST_PHOTO + 1 - len(make_photo())), None),
    ],
)
def test_a_photograph_is_known_by_its_bytes(image: bytes, kind: str | None) -> None:
    assert photo_type(image) == kind


GOOD = {"clock_offset_ms": 0, "round_trip_ms": 40, "saves": True, "persisted": None, "quota_mb": None}
CHROME = "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("changes", "agent", "faults"),
    [
        ({}, CHROME.format(109), ()),
        ({}, CHROME.format(108), ("browser-old",)),
        ({}, "Mozilla/5.0 Gecko/20100101 Firefox/115.0", ()),
        ({}, "Mozilla/5.0 Gecko/20100101 Firefox/114.0", ("browser-old",)),
        ({}, "something else", ()),
        ({"saves": False}, "", ("storage-lost",)),
        ({"persisted": False}, "", ()),
        ({"quota_mb": 19}, "", ("storage-tight",)),
        ({"quota_mb": 20}, "", ()),
        ({"round_trip_ms": 1500}, "", ()),
        ({"round_trip_ms": 1501}, "", ("line-slow",)),
        ({"clock_offset_ms": -300_000}, "", ()),
        ({"clock_offset_ms": -300_001}, "", ("clock-off",)),
        ({"saves": False, "clock_offset_ms": 400_000}, CHROME.format(90), ("storage-lost", "browser-old", "clock-off")),
    ],
)
def test_what_is_wrong_about_a_computer(changes: dict[str, object], agent: str, faults: tuple[str, ...]) -> None:
    assert faults_of(Report(**(GOOD | changes)), agent) == faults
