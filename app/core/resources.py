"""Where migrations, item bank and built pages lie: in a checkout beside the package, in a wheel inside it (`app/_data`)."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_PACKED = _PACKAGE / "_data"
_CHECKOUT = _PACKAGE.parent


def migrations_path() -> Path:
    return _find("migrations", "migrations")


def itembank_path() -> Path:
    return _find("itembank", "itembank")


def web_path() -> Path:
    """The built pages; in a checkout they are made by `npm run build`, which installing the package does."""
    return _find("web", "frontend/dist")


def _find(packed: str, checkout: str) -> Path:
    inside = _PACKED / packed
    return inside if inside.is_dir() else _CHECKOUT / checkout
