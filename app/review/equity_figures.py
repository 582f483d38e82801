"""What a plan of forms promised, and what it says of the form's decisions, as figures that explain themselves."""

from __future__ import annotations

from typing import Any, Final

from app.psychometrics import Estimate
from app.review.shown import Figure, counted, figure

Z95: Final = 1.96


def planned_figures(row: dict[str, Any], n: int) -> dict[str, Figure]:
    """`row`: of `app.review.equity`; `n`: candidates that these figures are about."""
    equating = row["equating"]
    equated = None if equating["value"] is None else _with_se(equating["value"], equating["se"], n)
    return {
        "equivalent": figure("form_equivalent", _with_se(row["raw_equivalent"], row["raw_equivalent_se"], n)),
        "flips": counted("form_flips", row["flips"]),
        "equated": figure("form_equated", equated, n=n, reason=(equating["text_id"], equating["text_en"])),
    }


def _with_se(value: float, se: float | None, n: int) -> Estimate:
    return Estimate(value, n) if se is None else Estimate(value, n, se=se, low=value - Z95 * se, high=value + Z95 * se)
