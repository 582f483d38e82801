"""Signs of a faulty item, the rule that raised each of them, and the verdict that the number of candidates can carry. Pure.

No sign is taken from a figure alone: its interval has to lie beyond the threshold, or a test has to hold after adjustment for all
items. The exception is a suspected key, which is a reason to look from few candidates on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.review.item_panel.evidence import ItemEvidence
from app.review.item_panel.group_differences import DIF
from app.review.method.types import ReviewMethod
from app.review.shown import Strength

MOVES: Final = ("leak", "drift")  # what one test of change raises


class Verdict(StrEnum):
    """bermasalah (bukti kuat), perlu ditelaah ahli, tidak ada tanda masalah, belum cukup data."""

    STRONG_PROBLEM = "strong-problem"
    NEEDS_EXPERT = "needs-expert"
    NO_SIGN = "no-sign"
    NOT_ENOUGH = "not-enough"


@dataclass(frozen=True, slots=True)
class Sign:
    rule: str
    strength: Strength
    q: float | None = None


Rule = Callable[[ItemEvidence, ReviewMethod], bool]


def mis_keyed(one: ItemEvidence, method: ReviewMethod) -> bool:
    """A wrong option goes with knowledge more than the key does, and few chose the key."""
    share = one.window.difficulty.value
    return (
        one.n >= method.least_n_key
        and bool(one.window.miskey.suspected)
        and share is not None
        and share < method.mis_key_share
    )


def discriminates_negatively(one: ItemEvidence, method: ReviewMethod) -> bool:
    high = one.window.item_rest.high
    return one.n >= method.least_n_item and high is not None and high < 0


def is_below_guessing(one: ItemEvidence, method: ReviewMethod) -> bool:
    high = one.window.difficulty.high
    return one.n >= method.least_n_item and high is not None and high < method.below_guessing


def nearly_all_right(one: ItemEvidence, method: ReviewMethod) -> bool:
    low = one.window.difficulty.low
    return one.n >= method.least_n_item and low is not None and low > method.nearly_all


def has_leaked(one: ItemEvidence, method: ReviewMethod) -> bool:
    """Far easier than before for candidates who know as much."""
    return _moved(one, method) and _size(one) > method.drift_p


def has_drifted(one: ItemEvidence, method: ReviewMethod) -> bool:
    """Much harder, or easier by less than what a leak would make."""
    if one.change is None or has_leaked(one, method):
        return False
    return _moved(one, method) and (one.change.large or abs(_size(one)) > method.drift_p)


def differs_for_groups(one: ItemEvidence, method: ReviewMethod) -> bool:
    return one.dif is not None


RULES_OF_ITEMS: Final[tuple[tuple[str, Rule, Strength], ...]] = (
    ("mis-key", mis_keyed, Strength.STRONG),
    ("negative-discrimination", discriminates_negatively, Strength.STRONG),
    ("leak", has_leaked, Strength.STRONG),
    (DIF, differs_for_groups, Strength.EXPERT),
    ("drift", has_drifted, Strength.EXPERT),
    ("below-guessing", is_below_guessing, Strength.EXPERT),
    ("nearly-all-right", nearly_all_right, Strength.EXPERT),
)


def signs_of(one: ItemEvidence, method: ReviewMethod) -> tuple[Sign, ...]:
    """The strongest first. Under the n of a verdict nothing is strong."""
    enough = one.n >= method.least_n_item
    return tuple(
        Sign(rule, strength if enough else Strength.EXPERT, _q(one) if rule in MOVES else None)
        for rule, holds, strength in RULES_OF_ITEMS
        if holds(one, method)
    )


def verdict(one: ItemEvidence, signs: tuple[Sign, ...], method: ReviewMethod) -> Verdict:
    if one.n < method.least_n_item:
        return Verdict.NOT_ENOUGH
    if any(sign.strength is Strength.STRONG for sign in signs):
        return Verdict.STRONG_PROBLEM
    return Verdict.NEEDS_EXPERT if signs else Verdict.NO_SIGN


def _moved(one: ItemEvidence, method: ReviewMethod) -> bool:
    q = _q(one)
    return q is not None and q <= method.rate


def _q(one: ItemEvidence) -> float | None:
    return None if one.change is None else one.change.q


def _size(one: ItemEvidence) -> float:
    return 0.0 if one.change is None else one.change.p_dif.value or 0.0
