"""Files to fill in and bring back, with three items as an example. They are written when somebody asks for one."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from app.itembank.exchange.formats import WRITERS
from app.itembank.exchange.templates.examples import EXAMPLES
from app.itembank.exchange.types import Format

TEMPLATES: Final = frozenset({Format.CSV, Format.DOCX, Format.XLSX})
NOTICE: Final = "Tiga soal di bawah hanya contoh; hapus sebelum berkas dikirim."


def template(format: Format) -> bytes:  # noqa: A002
    """One of TEMPLATES."""
    written: bytes = import_module(WRITERS[format]).write(EXAMPLES, {}, NOTICE)
    return written
