"""Pure decisions at the door: what is a photograph, who is late, which computer is ready."""

from __future__ import annotations

import re
import struct
from typing import Final

from app.delivery.admission.types import Report

LARGEST_PHOTO: Final = 300 * 1024
LEAST_SIDE, MOST_SIDE = 120, 4000
PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
# Start of frame, with the size: C0 to CF but for the tables of Huffman (C4), of arithmetic coding (CC) and JPG (C8).
JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length

FLOORS: Final = (("Firefox", 115), ("Chrome", 109))
MOST_CLOCK_OFFSET_MS: Final = (
    5 * 60 * 1000
)  # the exam goes by the server's clock; more than this, and people are confused
SLOW_LINE_MS: Final = 1_500
LEAST_QUOTA_MB: Final = 20


def photo_type(image: bytes) -> str | None:
    """The media type of a photograph that may be put on file; None for anything else."""
    if not image or len(image) > LARGEST_PHOTO:
        return None
    if image.startswith(PNG):
        kind, size = "image/png", _png_size(image)
    elif image.startswith(JPEG):
        kind, size = "image/jpeg", _jpeg_size(image)
    else:
        return None
    return kind if size and all(LEAST_SIDE <= side <= MOST_SIDE for side in size) else None


def _png_size(image: bytes) -> tuple[int, int] | None:
    if len(image) < 24 or image[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from("!II", image, 16)
    return width, height


def _jpeg_size(image: bytes) -> tuple[int, int] | None:
    """Walk from marker to marker until the one that begins the frame."""
    at = 2
    while at + 9 <= len(image) and image[at] == 0xFF:
        marker = image[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in JPEG_BARE:
            at += 2
        elif marker in JPEG_FRAMES:
            height, width = struct.unpack_from("!HH", image, at + 5)
            return width, height
        else:
            at += 2 + max(2, struct.unpack_from("!H", image, at + 2)[0])
    return None


def faults_of(report: Report, agent: str) -> tuple[str, ...]:
    """What about this computer would disturb an exam, the worst first; nothing where it is ready."""
    found = {
        "storage-lost": not report.saves,
        "browser-old": not _is_new_enough(agent),
        "storage-tight": report.quota_mb is not None and report.quota_mb < LEAST_QUOTA_MB,
        "line-slow": report.round_trip_ms > SLOW_LINE_MS,
        "clock-off": abs(report.clock_offset_ms) > MOST_CLOCK_OFFSET_MS,
    }
    return tuple(name for name, wrong in found.items() if wrong)


def _is_new_enough(agent: str) -> bool:
    """Browsers that say who they are; another one is let be: what counts, saving, was tried."""
    for name, floor in FLOORS:
        said = re.search(rf"{name}/(\d+)", agent)
        if said:
            return int(said.group(1)) >= floor
    return True
