"""How many signs chance alone would raise, at most, with as many candidates as there were. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from app.psychometrics.numerics import false_on_average, normal_cdf, normal_quantile
from app.review.item_panel.evidence import ItemEvidence
from app.review.item_panel.signs import MOVES, Sign
from app.review.method.types import ReviewMethod

# From so many candidates on, the share of sound items whose key the two-part rule suspects by chance (simulated, two-parameter model).
MIS_KEY: Final = ((100, 0.002), (60, 0.01), (30, 0.03), (15, 0.05))
Z: Final = normal_quantile(0.975)


def by_chance(
    items: Sequence[ItemEvidence], signs: Sequence[tuple[Sign, ...]], method: ReviewMethod
) -> dict[str, float]:
    """Per rule. Each item is taken to be as sound as its figures allow: chance cannot raise more than that."""
    enough = [one for one in items if one.n >= method.least_n_item]
    moved = _adjusted(items, signs, method) / len(MOVES)
    return {
        "mis-key": sum(mis_key_by_chance(one.n) for one in items if one.n >= method.least_n_key),
        "negative-discrimination": sum(_negative(one) for one in enough),
        "below-guessing": sum(_beyond(one, method.below_guessing, -1) for one in enough),
        "nearly-all-right": sum(_beyond(one, method.nearly_all, 1) for one in enough),
        **dict.fromkeys(MOVES, moved),
    }


def mis_key_by_chance(n: int) -> float:
    return next((share for least, share in MIS_KEY if n >= least), 0.0)


def _negative(one: ItemEvidence) -> float:
    """That the interval of a correlation which is truly not negative lies below 0."""
    true = max(one.window.item_rest.value or 0.0, 0.0)
    return normal_cdf(-Z - math.atanh(min(true, 0.99)) * math.sqrt(one.n - 3))


def _beyond(one: ItemEvidence, threshold: float, side: int) -> float:
    """That Wilson's interval lies beyond a threshold which the true share does not pass."""
    seen = one.shrunken.value or 0.0
    true = min(seen, threshold) if side > 0 else max(seen, threshold)
    needed = threshold + side * Z * math.sqrt(threshold * (1 - threshold) / one.n)
    return normal_cdf(-abs(needed - true) / math.sqrt(max(true * (1 - true), 1e-9) / one.n))


def _adjusted(items: Sequence[ItemEvidence], signs: Sequence[tuple[Sign, ...]], method: ReviewMethod) -> float:
    """Of both rules together."""
    if not any(one.change is not None and one.change.q is not None for one in items):
        return 0.0
    raised = sum(sign.rule in MOVES for found in signs for sign in found)
    return false_on_average(raised, method.rate)
