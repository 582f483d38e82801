"""Figures wherever a part holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from app.review.shown import Figure

MEMBERS = {"definition", "value", "text_id", "text_en"}


def is_figure(found: Any) -> TypeGuard[Figure]:
    return isinstance(found, Mapping) and found.keys() >= MEMBERS


def figures_in(content: Any) -> Iterator[Figure]:
    """Every figure in the order in which the part names them."""
    if is_figure(content):
        yield content
    elif isinstance(content, Mapping):
        for member in content.values():
            yield from figures_in(member)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for member in content:
            yield from figures_in(member)


def own_figures(content: Mapping[str, Any]) -> list[Figure]:
    """The figures of this mapping itself, not those deeper in it."""
    return [member for member in content.values() if is_figure(member)]
