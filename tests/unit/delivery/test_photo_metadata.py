"""A photograph on file says how somebody looks, and not where and when a phone took it."""

from __future__ import annotations

import struct
import zlib

import pytest

from app.delivery.admission.metadata import without_metadata
from app.delivery.admission.rules import photo_type
from tests.factories import make_photo

JFIF = b"\xff\xe0\x00\x10" + bytes(14)
PICTURE = b"\xff\xc0" + struct.pack("!HBHHB", 17, 8, 400, 300, 3) + bytes(9) + b"\xff\xda\x00\x02pixels\xff\xe1\xff\xd9"
TABLES = b"\xff\xdb\x00\x04\x01\x02"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack("!H", len(body) + 2) + body


def exif(order: str, turn: int) -> bytes:
    """With a maker's name, the orientation and a pointer to where it was taken."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, 3)
    entries = [(0x010F, 2, 4, b"Cam\0"), (0x0112, 3, 1, struct.pack(f"{order}HH", turn, 0)), (0x8825, 4, 1, bytes(4))]
    packed = b"".join(struct.pack(f"{order}HHI", *entry[:3]) + entry[3] for entry in entries)
    return segment(0xE1, b"Exif\0\0" + head + packed + bytes(4) + b"GPS 6.2 S 106.8 E")


def jpeg(*around: bytes) -> bytes:
    return b"\xff\xd8" + JFIF + b"".join(around) + TABLES + PICTURE


@pytest.mark.parametrize("order", ["<", ">"])
def test_what_the_camera_noted_is_gone_and_the_picture_is_not(order: str) -> None:
    notes = (
        exif(order, 1),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0x"),
        segment(0xED, b"x"),
        segment(0xFE, b"hi"),
    )
    assert without_metadata(jpeg(*notes)) == jpeg()
    assert photo_type(jpeg()) == "image/jpeg"


def test_it_stays_the_right_way_up_and_in_its_colours() -> None:
    colours, how = segment(0xE2, b"ICC_PROFILE\0\x01\x01sRGB"), segment(0xEE, b"Adobe" + bytes(7))
    for order in "<>":
        kept = without_metadata(jpeg(colours, exif(order, 6), how))
        assert b"GPS" not in kept
        assert b"Cam" not in kept
        assert kept == without_metadata(kept)
        turned = segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")
        assert kept == jpeg(colours, turned, how)


@pytest.mark.parametrize(
    "broken", [b"Exif\0\0", b"Exif\0\0XX", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"]
)
def test_what_no_camera_writes_is_left_out(broken: bytes) -> None:
    assert without_metadata(jpeg(segment(0xE1, broken))) == jpeg()


def test_a_png_keeps_its_picture_alone() -> None:
    photo = make_photo()
    note = b"tEXtComment\0di rumah"
    chunk = struct.pack("!I", len(note) - 4) + note + struct.pack("!I", zlib.crc32(note))
    assert without_metadata(photo[:33] + chunk + photo[33:] + b"a second file") == photo
    assert without_metadata(photo) == photo


def test_a_file_that_is_cut_off_ends_where_it_ends() -> None:
    for whole in (jpeg(exif("<", 6)), make_photo()):
        for end in range(8, min(len(whole), 200)):
            without_metadata(whole[:end])
