"""Bookmark: judges mark, in a booklet ordered by difficulty, how far a barely qualified candidate gets."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.psychometrics.estimate import Reason, check_level
from app.psychometrics.irt.model import ItemParameters

from .intake import column


@dataclass(frozen=True, slots=True)
class BookmarkCut:
    """The abilities that a panel's bookmarks ask for.

    mean, median: of the judges; ``None`` without judges, with a `reason`.
    n_used:       judges.
    se:           standard error of the mean, SD (1/(n - 1)) / sqrt(n); ``None`` for one judge.
    """

    mean: float | None
    median: float | None
    n_used: int
    se: float | None
    reason: Reason | None = None
    variant: str = "ability scale"


def bookmark(theta: ArrayLike) -> BookmarkCut:
    """Mean and median ability of the judges' bookmarks, with the standard error of the mean.

    theta: (judges,) the location of the marked item, see `bookmark_location`.

    The median is the usual cut: one judge far off does not move it. Least n: 5 judges.
    Source: Lewis, Mitzel & Green 1996; Cizek & Bunch 2007, ch. 10.

    >>> b = bookmark([0.0, 0.5, 1.0])
    >>> b.mean, b.median, round(b.se, 4)
    (0.5, 0.5, 0.2887)
    """
    marks = column(theta, "theta")
    n = len(marks)
    if n == 0:
        return BookmarkCut(None, None, 0, None, Reason.TOO_FEW_IN_GROUP)
    se = float(marks.std(ddof=1)) / math.sqrt(n) if n > 1 else None
    return BookmarkCut(float(marks.mean()), float(np.median(marks)), n, se)


def bookmark_location(parameters: ItemParameters, *, rp: float = 0.67) -> tuple[float | None, ...]:
    """Ability at which each item is answered rightly with the chance `rp`: its place in the booklet.

    ``theta = b + ln(s / (1 - s)) / a`` with ``s = (rp - g) / (1 - g)``.

    rp: response probability, strictly between 0 and 1; 0.67 is the custom.

    Returns one entry per item, ``None`` for a slope of 0 or less, and where guessing alone reaches `rp`.
    Source: Mitzel, Lewis, Patz & Green 2001.

    >>> [round(x, 4) for x in bookmark_location(ItemParameters.from_difficulty([0.0, 1.0]), rp=0.5)]
    [0.0, 1.0]
    """
    check_level(rp, "rp")
    result: list[float | None] = []
    for a, d, g in zip(
        parameters.slope.tolist(), parameters.intercept.tolist(), parameters.guess.tolist(), strict=True
    ):
        share = (rp - g) / (1.0 - g)
        result.append((math.log(share / (1.0 - share)) - d) / a if a > 0.0 and share > 0.0 else None)
    return tuple(result)
