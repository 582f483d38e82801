"""The two numbers by which a server knows Safe Exam Browser's settings: the Config Key, and the hash that each request carries.

Both as the developer documentation defines them (https://safeexambrowser.org/developer/seb-config-key.html). The Config Key is
the SHA-256 of the settings as "SEB-JSON": keys sorted without regard to case, no white space and *no escaping at all*, so it is
not JSON and no JSON library may write it. A request's hash is the SHA-256 of the address that the browser asked for, followed by
the Config Key: it changes with every address, so that one that was overheard is worth nothing elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

# What a plist can hold. A date is a moment in UTC; plistlib reads it without a zone.
Value = bool | int | float | str | bytes | datetime | Sequence["Value"] | Mapping[str, "Value"]
Settings = Mapping[str, Value]

LEFT_OUT = "originatorVersion"  # says which program wrote the file; it decides nothing


def config_key(settings: Settings) -> str:
    return hashlib.sha256(seb_json(settings).encode()).hexdigest()


def request_hash(url: str, key: str) -> str:
    """What Safe Exam Browser sends with a request for this address."""
    return hashlib.sha256((url.partition("#")[0] + key).encode()).hexdigest()


def is_request_hash(sent: str, url: str, key: str) -> bool:
    return hmac.compare_digest(sent.strip().lower().encode(), request_hash(url, key).encode())


def seb_json(settings: Settings) -> str:
    """The settings in the one form that every version of the program and every server hashes alike."""
    return _written({name: value for name, value in settings.items() if name != LEFT_OUT})


def _written(value: Value) -> str:
    match value:
        case Mapping():
            kept = {name: inner for name, inner in value.items() if inner != {}}
            names = sorted(kept, key=lambda name: (name.lower(), name))
            return "{" + ",".join(f'"{name}":{_written(kept[name])}' for name in names) + "}"
        case list() | tuple():
            return "[" + ",".join(_written(inner) for inner in value) + "]"
        case bool():  # before the numbers: True is one of them
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case _:
            return f'"{_as_text(value)}"'


def _as_text(value: Value) -> str:
    match value:
        case str():
            return value
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return f"{_utc(value):%Y-%m-%dT%H:%M:%SZ}"
    raise TypeError(f"a plist holds no {type(value).__name__}")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment
