"""One topic of the report: a plain sentence first, then what it rests on, then its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.review.integrity.words import Said, said
from app.review.shown import Figure


def block(text: Said, *, basis: Sequence[Said] = (), figures: Sequence[Figure] = ()) -> dict[str, Any]:
    return {**text, "basis": list(basis), "figures": list(figures)}


def found(topic: str, n: int, **values: object) -> Said:
    """Nobody, or how many people should look at."""
    return said(f"{topic}-some", n=n, **values) if n else said(f"{topic}-none", **values)
