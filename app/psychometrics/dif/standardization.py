"""Standardization: the difference in proportion right between equally able candidates, in plain points."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate, normal_estimate
from app.psychometrics.responses import Responses

from .matching import Match
from .tables import FOCAL, NO_FLOOR, REFERENCE, Array, Floor, GroupTable, group_table


@dataclass(frozen=True, slots=True)
class Standardization:
    """One item: how many more of the focal group solve it than equally able candidates of the reference group?

    p_dif: STD P-DIF, the mean difference, in -1..1; below 0 the item is harder for the focal group.
    rmsd:  root of the mean squared difference: large beside a small `p_dif` when the difference
           changes sign over the scores. Chance alone makes it positive. ``None`` without `p_dif`.
    n_reference, n_focal: candidates who received the item.
    n_strata: strata that hold both groups.
    """

    p_dif: Estimate
    rmsd: float | None
    n_reference: int
    n_focal: int
    n_strata: int
    variant: str


def standardization(
    responses: Responses,
    group: ArrayLike,
    *,
    match: Match | None = None,
    anchor: ArrayLike | None = None,
    floor: Floor = NO_FLOOR,
    level: float = 0.95,
) -> tuple[Standardization, ...]:
    """Standardized difference in proportion right, weighted by the focal group.

    ``STD P-DIF = sum_k n_Fk (p_Fk - p_Rk) / sum_k n_Fk`` over the strata k that hold both groups,
    and ``RMSD`` the root of the same mean of squared differences. The standard error is that of a
    sound item, with the hypergeometric variance of each stratum as in `mantel_haenszel`:
    ``se^2 = sum_k w_k^2 m_k (T_k - m_k) / ((T_k - 1) n_Rk n_Fk)`` with ``w_k = n_Fk / sum n_F`` and m_k
    right answers of T_k candidates. Binomial variances of either group are too small in thin strata:
    a single candidate would have none.

    Parameters as `mantel_haenszel`. Returns one `Standardization` per item; beyond -+.05 an item
    deserves a look, beyond -+.10 a review. Swapping the groups changes the weights too.
    Source: Dorans & Kulick 1986, J. Educ. Meas. 23:355-368.

    >>> r = Responses.from_dense([[1, 1], [0, 1], [1, 0], [1, 0], [0, 1], [0, 1]])
    >>> round(standardization(r, [0, 0, 0, 1, 1, 1])[0].p_dif.value, 3)
    -0.167
    """
    check_level(level)
    table = group_table(responses, group, match=match, anchor=anchor)
    n_reference, n_focal = table.of_group(REFERENCE), table.of_group(FOCAL)
    both = (n_reference > 0.0) & (n_focal > 0.0)
    p_reference = table.right(REFERENCE) / np.maximum(n_reference, 1.0)
    p_focal = table.right(FOCAL) / np.maximum(n_focal, 1.0)
    weight = np.where(both, n_focal, 0.0)
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1.0)
    difference = p_focal - p_reference
    right = table.right(REFERENCE) + table.right(FOCAL)
    noise = right * (table.size - right) / np.maximum((table.size - 1.0) * n_reference * n_focal, 1.0)
    moments = np.stack(
        [
            (weight * difference).sum(axis=1),
            (weight**2 * noise).sum(axis=1),
            (weight * difference**2).sum(axis=1),
            np.where(both, table.size, 0.0).sum(axis=1),
            both.sum(axis=1),
        ],
        axis=1,
    )
    return tuple(_statistics(table, item, moments[item], floor, level) for item in range(len(moments)))


def _statistics(table: GroupTable, item: int, moments: Array, floor: Floor, level: float) -> Standardization:
    value, variance, square, n_used, n_strata = moments.tolist()
    variant = f"STD P-DIF, focal weights; {table.variant}"
    reason = table.obstacle(item, floor)
    if reason is None and variance == 0.0:
        reason = Reason.NO_MATCHED_CANDIDATES
    if reason is None:
        p_dif = normal_estimate(value, math.sqrt(variance), int(n_used), level=level, variant=variant)
    else:
        p_dif = no_estimate(reason, variant=variant)
    return Standardization(
        p_dif=p_dif,
        rmsd=None if reason else math.sqrt(square),
        n_reference=int(table.group_size[item, REFERENCE]),
        n_focal=int(table.group_size[item, FOCAL]),
        n_strata=int(n_strata),
        variant=variant,
    )
