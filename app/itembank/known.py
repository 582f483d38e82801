"""How an item performed, as the bank shows it: counts where little is known, printed figures where n carries them."""

from __future__ import annotations

from typing import Any

from app.core.printed import Kind, in_both
from app.itembank.search import LEAST_N_DIFFICULTY, LEAST_N_DISCRIMINATION


def known_figures(n: int, p: float | None, d: float | None) -> dict[str, Any]:
    return {
        "n": n,
        "right": None if p is None else round(p * n),
        "p": None if p is None or n < LEAST_N_DIFFICULTY else in_both(p, Kind.PERCENT),
        "d": None if d is None or n < LEAST_N_DISCRIMINATION else in_both(d, Kind.COEFFICIENT),
    }
