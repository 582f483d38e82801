"""Figures and codes as the committee reads them, Indonesian and English."""

from __future__ import annotations

from typing import Final

from app.assembly.types import Dimension, Source

DIMENSIONS: Final = {
    Dimension.KUK: ("KUK {}", "criterion {}"),
    Dimension.UNIT: ("unit {}", "unit {}"),
    Dimension.LEVEL: ("tingkat kognitif {}", "cognitive level {}"),
    Dimension.PICTURE: ("soal bergambar", "items with a picture"),
    Dimension.CASE: ("soal berkasus", "items of a case"),
    Dimension.FIXED: ("soal berurutan pilihan tetap", "items with a fixed order of options"),
}
LEVELS: Final = {
    "remember": ("mengingat", "remember"),
    "apply": ("menerapkan", "apply"),
    "analyse": ("menganalisis", "analyse"),
}
GRADES: Final = {
    Source.CALIBRATED: ("kalibrasi", "calibrated"),
    Source.EMPIRICAL: ("p empiris", "empirical p"),
    Source.JUDGED: ("perkiraan ahli", "judged by experts"),
}


def number(value: float, digits: int = 1) -> tuple[str, str]:
    """As Indonesians and as others write it."""
    plain = f"{value:.{digits}f}"
    return plain.replace(".", ","), plain


def score_words(score: float) -> tuple[str, str]:
    """A pass mark: `68`, and `67,5` only where it is not whole."""
    return number(score, 0 if score.is_integer() else 1)


def limit_words(dimension: Dimension, value: str) -> tuple[str, str]:
    """What a limit of the blueprint counts."""
    indonesian, english = LEVELS.get(value, (value, value)) if dimension is Dimension.LEVEL else (value, value)
    return DIMENSIONS[dimension][0].format(indonesian), DIMENSIONS[dimension][1].format(english)


def grade_words(grade: Source) -> tuple[str, str]:
    return GRADES[grade]
