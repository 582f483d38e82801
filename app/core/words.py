"""Sentences for people at a terminal: Indonesian first, then English. Screens have their words in `frontend/src/i18n`."""

from __future__ import annotations


def both(indonesian: str, english: str) -> str:
    return f"{indonesian} / {english}"
