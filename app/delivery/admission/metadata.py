"""What a camera writes around a photograph (where, when, by which device, a second picture) is no business of ours: only what
shows is kept, and which way up it is."""

from __future__ import annotations

import struct
from typing import Final

from app.delivery.admission.rules import JPEG_BARE, PNG

PNG_NOTES: Final = frozenset({b"eXIf", b"iTXt", b"tEXt", b"tIME", b"zTXt"})
SCAN, COMMENT = 0xDA, 0xFE
NOTES: Final = frozenset(range(0xE1, 0xF0)) - {0xEE} | {COMMENT}  # EE says how the colours are stored
COLOURS: Final = b"ICC_PROFILE\0"
EXIF: Final = b"Exif\0\0"
ORIENTATION: Final = 0x0112
UPRIGHT: Final = 1


def without_metadata(image: bytes) -> bytes:
    """Of a photograph that `photo_type` knows."""
    return _png(image) if image.startswith(PNG) else _jpeg(image)


def _png(image: bytes) -> bytes:
    kept, at, name = [image[:8]], 8, b""
    while at + 12 <= len(image) and name != b"IEND":
        (length,) = struct.unpack_from("!I", image, at)
        name, end = image[at + 4 : at + 8], at + 12 + length
        if name not in PNG_NOTES:
            kept.append(image[at:end])
        at = end
    return b"".join(kept)


def _jpeg(image: bytes) -> bytes:
    """From marker to marker, up to the one behind which the picture itself stands."""
    kept, at = [image[:2]], 2
    while at + 4 <= len(image) and image[at] == 0xFF and image[at + 1] != SCAN:
        marker = image[at + 1]
        bare = marker == 0xFF or marker in JPEG_BARE
        end = at + (1 if marker == 0xFF else 2) + (0 if bare else max(2, struct.unpack_from("!H", image, at + 2)[0]))
        kept.append(_shown(marker, image[at:end]))
        at = end
    return b"".join(kept) + image[at:]


def _shown(marker: int, segment: bytes) -> bytes:
    if marker not in NOTES or segment.startswith(COLOURS, 4):
        return segment
    return _turned(segment[10:]) if segment.startswith(EXIF, 4) else b""


def _turned(tiff: bytes) -> bytes:
    """A segment that says which way up the picture is and nothing else; none where it is upright."""
    turn = _orientation(tiff)
    if turn == UPRIGHT:
        return b""
    entry = EXIF + b"MM\0*" + struct.pack("!IHHHIHHI", 8, 1, ORIENTATION, 3, 1, turn, 0, 0)
    return b"\xff\xe1" + struct.pack("!H", len(entry) + 2) + entry


def _orientation(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return UPRIGHT
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        entries = (struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * place) for place in range(count))
        turn = next((value for tag, _, _, value in entries if tag == ORIENTATION), UPRIGHT)
    except struct.error:
        return UPRIGHT
    return turn if UPRIGHT <= turn <= 8 else UPRIGHT
