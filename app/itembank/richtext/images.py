"""Pictures of items: decoded and written anew, so that nothing but their pixels comes in."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image as Pictures

MOST_PIXELS: Final = 4_000_000
LARGEST_FILE: Final = 4 * 1024 * 1024
FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
COLOURS: Final = 256


class UnfitImage(ValueError):
    """A picture that is not taken; `text_id` and `text_en` say why and what to do."""

    def __init__(self, text_id: str, text_en: str) -> None:
        super().__init__(text_en)
        self.text_id = text_id
        self.text_en = text_en


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG as it is stored and shown. `hash` is the SHA-256 of size and pixels: the same whoever encoded them."""

    hash: str
    width: int
    height: int
    png: bytes


def read_image(content: bytes) -> Image:
    """The picture in this file, without whatever else is in it. Raises UnfitImage."""
    if len(content) > LARGEST_FILE:
        raise UnfitImage("gambar lebih dari 4 MB; kecilkan", "the picture is over 4 MB; make it smaller")
    try:
        pixels = _decoded(content)
    except UnfitImage:
        raise
    except Exception as error:  # a decoder raises whatever it met
        raise UnfitImage(
            "bukan gambar PNG, JPEG, GIF atau WebP yang utuh; simpan lagi sebagai PNG",
            "not a whole PNG, JPEG, GIF or WebP picture; save it again as PNG",
        ) from error
    return _written(pixels)


def _decoded(content: bytes) -> Pictures.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Pictures.DecompressionBombWarning)
        with Pictures.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise UnfitImage("gambar lebih dari 4 juta piksel; kecilkan", "over 4 million pixels; make it smaller")
            return opened.copy()  # the first frame of what moves


def _written(read: Pictures.Image) -> Image:
    pixels = read.convert("RGBA")
    size = f"{pixels.width}x{pixels.height}:".encode()
    digest = hashlib.sha256(size + pixels.tobytes()).hexdigest()
    if pixels.getchannel("A").getextrema() == (255, 255):
        pixels = _with_few_colours(read, pixels)
    pixels.info = {}
    written = io.BytesIO()
    pixels.save(written, "PNG", optimize=True)
    return Image(digest, pixels.width, pixels.height, written.getvalue())


def _with_few_colours(read: Pictures.Image, pixels: Pictures.Image) -> Pictures.Image:
    """Drawings have few colours, and a palette is a third of the size."""
    if read.mode in ("P", "L", "1"):
        return read
    found = pixels.getcolors(COLOURS)
    shown = pixels.convert("RGB")
    return shown.convert("P", palette=Pictures.Palette.ADAPTIVE, colors=len(found)) if found else shown
