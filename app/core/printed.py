"""How a number of each kind is printed, in Indonesian and in English form. A statistic is rounded here and nowhere else: browsers
and papers show these letters, since what rounds a tie differently would show another digit."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypedDict

SMALLEST: Final = 0.0001  # a probability below it is printed as less than it


class Kind(StrEnum):
    COUNT = "count"  # 12
    PERCENT = "percent"  # 71,4 %
    COEFFICIENT = "coefficient"  # 0,85
    SCORE = "score"  # 68,4 points
    LOGIT = "logit"  # 0,31
    SECONDS = "seconds"  # 42
    MINUTES = "minutes"  # 95
    PROBABILITY = "probability"  # 0,0031


class Printed(TypedDict):
    value: float
    text_id: str
    text_en: str


def in_both(value: float, kind: Kind) -> Printed:
    return Printed(value=value, text_id=printed(value, kind, "id"), text_en=printed(value, kind, "en"))


def printed(value: float, kind: Kind, lang: str) -> str:
    match kind:
        case Kind.COUNT | Kind.SECONDS | Kind.MINUTES:
            text = f"{value:,.0f}".replace(",", " ")
        case Kind.PERCENT:
            text = f"{100 * value:.1f} %"
        case Kind.COEFFICIENT | Kind.LOGIT:
            text = f"{value:.2f}"
        case Kind.SCORE:
            text = f"{value:.1f}"
        case Kind.PROBABILITY:
            text = f"< {SMALLEST}" if value < SMALLEST else f"{value:.4f}"
    text = text.replace("-", "−")
    zero = text.lstrip("−0.").strip(" %") == ""
    text = text.replace("−", "") if zero else text
    return text.replace(".", ",") if lang == "id" else text
