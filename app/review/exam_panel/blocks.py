"""What every block of the panel is made of: a sentence, rows of figures, and the responses that were released."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import Responses
from app.review.data.types import ReviewData
from app.review.shown import Figure, Kind, printed

Mask = NDArray[np.bool_]


class Said(TypedDict):
    """A sentence in both languages."""

    text_id: str
    text_en: str


class Row(TypedDict):
    """One figure for the period, and for the whole window where that says more."""

    period: Figure
    window: Figure | None


def said(indonesian: str, english: str) -> Said:
    return Said(text_id=indonesian, text_en=english)


def row(period: Figure, window: Figure | None = None) -> Row:
    return Row(period=period, window=window)


def both(value: float, kind: Kind) -> tuple[str, str]:
    """A number for a sentence, in Indonesian and in English."""
    return printed(value, kind, "id"), printed(value, kind, "en")


def scores_of(data: ReviewData, persons: Mask) -> NDArray[np.float64]:
    """The released scores of these persons."""
    return np.array([one.score for one, keep in zip(data.persons, persons, strict=True) if keep], dtype=np.float64)


def released(data: ReviewData, persons: Mask) -> Responses:
    """The responses as they were scored for the result: a voided item is a point for everybody who had it, as though all had
    chosen its key, who left it blank too."""
    responses = data.responses(persons, with_void=True)
    void = np.array([item.void for item in data.items], dtype=bool)
    if not void.any():
        return responses
    given = void[responses.item]
    key = np.array([item.key for item in data.items], dtype=responses.option.dtype)
    return replace(
        responses,
        option=np.where(given, key[responses.item], responses.option),
        score=np.where(given, 1, responses.score).astype(np.int8),
    )
