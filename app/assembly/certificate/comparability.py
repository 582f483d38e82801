"""How equal forms are at the cut: by the parameters as they stand, and with the errors that these may have. Pure.

The ability of the cut belongs to the reference standard and does not move. The difficulties b do: each has a standard error of
its own, independent of the others, and moves the expected score of every form that holds it by dP/db = -a P Q (delta method). An
item that two forms share moves both alike, so it adds nothing to their difference. What all difficulties have in common is not
among these errors, since it moves every form alike: a leaning of all judges, and the error of the scale. Answers tell how hard items
are beside one another; how able those were who answered is read off the judged difficulties, whose mean error stays in all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.assembly.certificate.tally import Tally
from app.assembly.curves import probabilities
from app.assembly.types import Source, Target

Array = NDArray[np.float64]

NORMAL_95: Final = 1.959964  # 95 % of a normal distribution lie within so many standard deviations
GRADE_PERCENT: Final = 90  # of what is used must have this evidence or better


@dataclass(frozen=True, slots=True)
class AtTheCut:
    """What a candidate exactly at the cut expects of each form: arrays by form.

    `sd`: of this candidate's score, by chance alone. `se`: how far `expected` may be off because difficulties are estimates.
    `se_common`: the same of the mean of all forms. `pair_95`: (forms, forms), how far two forms may lie apart, at 95 %.
    """

    expected: Array
    sd: Array
    information: Array
    se: Array
    se_common: float
    pair_95: Array


def at_the_cut(table: Tally, theta: float) -> AtTheCut:
    held = table.holds.astype(np.float64)
    slope = np.array([item.a for item in table.items])
    right = probabilities(table.items, theta)
    spread = right * (1 - right)
    variances = (slope * spread * np.array([item.se for item in table.items])) ** 2
    shared = (held * variances) @ held.T
    own = np.diag(shared)
    expected = held @ right
    apart = np.abs(expected[:, None] - expected[None, :])
    between = np.maximum(own[:, None] + own[None, :] - 2 * shared, 0.0)
    return AtTheCut(
        expected=expected,
        sd=np.sqrt(held @ spread),
        information=held @ (slope**2 * spread),
        se=np.sqrt(own),
        se_common=float(np.sqrt(shared.mean())),
        pair_95=apart + NORMAL_95 * np.sqrt(between) * (1 - np.eye(len(own))),
    )


def grade_of(sources: dict[str, int]) -> Source:
    """The strongest evidence that nearly all of the items have, or better."""
    needed = GRADE_PERCENT * sum(sources.values())
    reached = 0
    for source in Source:
        reached += sources[source.value]
        if 100 * reached >= needed:
            return source
    raise ValueError("sources: must count at least one item")


def worst_deviation(expected: Array, target: Target) -> float:
    return float(np.abs(expected - target.score).max())
