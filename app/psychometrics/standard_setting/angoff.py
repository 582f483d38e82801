"""Angoff: judges say, item by item, what share of barely qualified candidates would be right."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.psychometrics.estimate import Reason

from .intake import Array, numbers


@dataclass(frozen=True, slots=True)
class JudgeStatistics:
    """One judge beside the panel.

    mean:      of the ratings: the cut that this judge alone would set.
    deviation: mean minus the mean of the panel; positive is severe.
    sd:        of the ratings over items (1/(n - 1)), ``None`` for one item.
    agreement: correlation over items with the mean of the other judges; ``None`` where either is flat.
    distance:  mean absolute difference from the mean of the other judges; ``None`` for one judge.
    """

    mean: float
    deviation: float
    sd: float | None
    agreement: float | None
    distance: float | None


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """Judges x items, from expected mean squares; an estimate may be negative, which means 0.

    judge:    of severity.  item: of judged difficulty.
    residual: of judge by item, with error.
    """

    judge: float
    item: float
    residual: float

    @property
    def nonnegative(self) -> "VarianceComponents":
        """The components with negative estimates set to 0."""
        return VarianceComponents(max(0.0, self.judge), max(0.0, self.item), max(0.0, self.residual))

    @property
    def negative(self) -> tuple[str, ...]:
        """The names of the components whose estimate is negative."""
        return tuple(name for name in ("judge", "item", "residual") if getattr(self, name) < 0.0)


@dataclass(frozen=True, slots=True)
class AngoffCut:
    """The cut of a panel, on the scale of the ratings.

    cut:             mean of all ratings; ``None`` without ratings, with a `reason`.
    n_used:          judges.  n_items: items rated.
    se_judges:       another panel, same items: SD of the judges' means / sqrt(judges).
    se_items_fixed:  the same by generalizability theory, ``sqrt(v_j/J + v_ji/(J I))``.
    se_items_random: another panel and other items of the kind: plus ``v_i/I``, a negative v_i as 0.
    components:      variance components, ``None`` for one judge or one item, as are the errors.
    judges:          one entry per judge, in the order given.
    item_means:      one entry per item: its judged difficulty.
    item_sd:         disagreement on each item (1/(J - 1)), ``None`` for one judge.
    """

    cut: float | None
    n_used: int
    n_items: int
    se_judges: float | None
    se_items_fixed: float | None
    se_items_random: float | None
    components: VarianceComponents | None
    judges: tuple[JudgeStatistics, ...]
    item_means: tuple[float, ...]
    item_sd: tuple[float, ...] | None
    reason: Reason | None = None
    variant: str = "mean of judges; two-way random ANOVA"


def angoff(ratings: ArrayLike) -> AngoffCut:
    """Cut of an Angoff panel, with its standard errors and how each judge stands to the others.

    The variance components of judges (J) x items (I) come from the mean squares of the two-way random
    design: ``v_ji = MS_ji``, ``v_j = (MS_j - MS_ji)/I``, ``v_i = (MS_i - MS_ji)/J``.

    ratings: (judges, items), finite, all on one scale: percent or proportion.

    Works from one judge and one item on, then without errors. Least n: 5 judges, better 10.
    Source: Angoff 1971; Brennan & Lockwood 1980, Appl. Psychol. Meas. 4:219-240.

    >>> a = angoff([[60, 70], [70, 90]])
    >>> a.cut, a.se_judges, a.components.residual
    (72.5, 7.5, 25.0)
    """
    table = numbers(ratings, "ratings")
    if table.ndim != 2 or not np.all(np.isfinite(table)):
        raise ValueError("ratings must be finite, one row per judge and one column per item")
    n_judges, n_items = table.shape
    if table.size == 0:
        reason = Reason.TOO_FEW_ITEMS if n_judges else Reason.TOO_FEW_IN_GROUP
        return AngoffCut(None, n_judges, n_items, None, None, None, None, (), (), None, reason)
    judge_means = table.mean(axis=1)
    components = _components(table) if min(n_judges, n_items) > 1 else None
    fixed = random = None
    if components is not None:
        of_judges = components.judge / n_judges + components.residual / (n_judges * n_items)
        fixed = math.sqrt(max(0.0, of_judges))
        random = math.sqrt(max(0.0, of_judges) + max(0.0, components.item) / n_items)
    return AngoffCut(
        cut=float(table.mean()),
        n_used=n_judges,
        n_items=n_items,
        se_judges=float(judge_means.std(ddof=1)) / math.sqrt(n_judges) if n_judges > 1 else None,
        se_items_fixed=fixed,
        se_items_random=random,
        components=components,
        judges=tuple(_judge(table, index) for index in range(n_judges)),
        item_means=tuple(table.mean(axis=0).tolist()),
        item_sd=tuple(table.std(axis=0, ddof=1).tolist()) if n_judges > 1 else None,
    )


def _components(table: Array) -> VarianceComponents:
    n_judges, n_items = table.shape
    mean = table.mean()
    of_judge, of_item = table.mean(axis=1) - mean, table.mean(axis=0) - mean
    residual = table - mean - of_judge[:, None] - of_item
    square = float((residual**2).sum()) / ((n_judges - 1) * (n_items - 1))
    judges = n_items * float(of_judge @ of_judge) / (n_judges - 1)
    items = n_judges * float(of_item @ of_item) / (n_items - 1)
    return VarianceComponents((judges - square) / n_items, (items - square) / n_judges, square)


def _judge(table: Array, index: int) -> JudgeStatistics:
    own, others = table[index], np.delete(table, index, axis=0)
    agreement = distance = None
    if len(others):
        panel = others.mean(axis=0)
        distance = float(np.mean(np.abs(own - panel)))
        if np.ptp(own) > 0.0 and np.ptp(panel) > 1e-12 * np.max(np.abs(panel)):
            agreement = float(np.corrcoef(own, panel)[0, 1])
    return JudgeStatistics(
        mean=float(own.mean()),
        deviation=float(own.mean() - table.mean()),
        sd=float(own.std(ddof=1)) if len(own) > 1 else None,
        agreement=agreement,
        distance=distance,
    )
