"""The `.seb` file: settings as an XML property list, packed as the file format says.

gzip("plnd" + gzip(XML)); see https://safeexambrowser.org/developer/seb-file-format.html. It is not encrypted: a password that the
whole room knows hides nothing, and whoever changes a setting changes the Config Key.
"""

from __future__ import annotations

import base64
import gzip
import plistlib
from typing import Any, Final

PLAIN: Final = b"plnd"
MEDIA_TYPE: Final = "application/seb"
DATA: Final = frozenset({"examKeySalt", "certificateData"})  # bytes in a property list, base64 in JSON


def write_file(settings: dict[str, Any]) -> bytes:
    """The same settings give the same bytes."""
    return _packed(PLAIN + _packed(plistlib.dumps(as_plist(settings))))


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def as_plist(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {inner: as_plist(content, inner) for inner, content in value.items()}
    if isinstance(value, list):
        return [as_plist(content) for content in value]
    return base64.b64decode(value) if name in DATA else value
