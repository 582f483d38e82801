"""Items to and from the files that people have: one module per format, `read` and `write`, and one type between them.

Reading happens in a process of its own with limits of memory, time and size (`sandbox`); what cannot be carried is listed, never
dropped in silence. Nothing here touches the database: `app.itembank` decides what becomes of the items.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module

from app.itembank.exchange.formats import WRITERS
from app.itembank.exchange.sandbox import read_confined
from app.itembank.exchange.templates import TEMPLATES, template
from app.itembank.exchange.types import ExchangeItem, Format, LeftOut, ReadFile, ReadRow
from app.itembank.richtext import Image

__all__ = ["TEMPLATES", "ExchangeItem", "Format", "LeftOut", "ReadFile", "ReadRow", "read", "template", "write"]


def read(
    content: bytes,
    name: str,
    format: Format | None = None,  # noqa: A002  (the word for it)
    passphrase: str | None = None,
) -> ReadFile:
    """What is in a file; its format is found out where it is not said. Takes seconds: call it off the event loop.

    Raises DataFileError where the file as a whole cannot be read.
    """
    return read_confined(content, name, format, passphrase)


def write(
    format: Format,  # noqa: A002
    items: Sequence[ExchangeItem],
    images: Mapping[str, Image],
    notice: str,
    passphrase: str | None = None,
) -> bytes:
    """A file of these items; `notice` stands where a person sees it. Only a sealed package has a passphrase."""
    sealed_with = () if passphrase is None else (passphrase,)
    written: bytes = import_module(WRITERS[format]).write(items, images, notice, *sealed_with)
    return written
