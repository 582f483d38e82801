"""S-X2: observed against expected proportions right by raw score, on one fixed form."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from app.psychometrics.criterion import weighted_counts
from app.psychometrics.estimate import Reason
from app.psychometrics.irt import ItemParameters
from app.psychometrics.irt.blocks import check_parameters, check_variance
from app.psychometrics.irt.model import Array
from app.psychometrics.numerics import chi2_upper, normal_grid, sum_score_distribution
from app.psychometrics.responses import Responses

_VARIANT = "S-X2, adjoining scores merged"


@dataclass(frozen=True, slots=True)
class ItemChiSquare:
    """The chi-square of one item.

    statistic, p: ``None`` where there is no degree of freedom, and then `reason` says why.
    df:     score groups after merging, minus the estimated parameters of the item.
    groups: score groups after merging.
    n_used: candidates in them; all right and all wrong say nothing of one item.
    """

    item: Hashable
    statistic: float | None
    df: int
    p: float | None
    groups: int
    n_used: int
    reason: Reason | None
    variant: str = _VARIANT


def s_x2(
    responses: Responses,
    parameters: ItemParameters,
    *,
    estimated: int = 2,
    variance: float = 1.0,
    least_expected: float = 1.0,
    n_nodes: int = 61,
) -> tuple[ItemChiSquare, ...]:
    """Fit of each item by raw score: ``sum_s N_s (O_s - E_s)^2 / (E_s (1 - E_s))``.

    O_s is the proportion right among the candidates of raw score s, and with f(s) the chance of a
    score, f*(s) that without the item, g the normal density:
    ``E_s = integral of P f*(s-1) g / integral of f(s) g``. Scores are merged with a neighbour until
    right and wrong are both expected at least `least_expected` times: first a score held by one
    candidate with the score above it, then from the lowest score upwards one with too little
    expected with the smaller of its neighbours.

    parameters: of all items.  estimated: parameters estimated per item (Rasch 1, 2PL 2, 3PL 3).
    variance: of the abilities.  n_nodes: on [-6, 6].

    Returns one `ItemChiSquare` per item. Where candidates answered different forms the raw score is
    not one scale: ``FORMS_DIFFER``; take the candidates of one form (`Responses.with_persons`), or
    `infit_outfit`. ``TOO_FEW_GROUPS`` when merging leaves no degree of freedom. Least n: 500.
    Source: Orlando & Thissen 2000, Appl. Psychol. Meas. 24:50-64; the merging is that of mirt.

    >>> r = Responses.from_dense([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 1], [1, 0, 1]] * 40)
    >>> fit = s_x2(r, ItemParameters.from_difficulty([-0.5, 0.5, -0.5]), estimated=1)
    >>> fit[0].df, round(fit[0].statistic, 2)
    (1, 12.57)
    """
    check_parameters(responses, parameters)
    check_variance(variance)
    if estimated < 0:
        raise ValueError(f"estimated must not be negative, got {estimated!r}")
    if not least_expected > 0.0:
        raise ValueError(f"least_expected must be positive, got {least_expected!r}")
    given = np.flatnonzero((responses.administered > 0) & (parameters.slope != 0.0))
    form = responses.with_items(given)
    reasons = [
        Reason.NOT_ADMINISTERED if n == 0 else Reason.FORMS_DIFFER if a != 0.0 else Reason.NOT_CALIBRATED
        for n, a in zip(responses.administered.tolist(), parameters.slope.tolist(), strict=True)
    ]
    result = [ItemChiSquare(item, None, 0, None, 0, 0, why) for item, why in zip(responses.items, reasons, strict=True)]
    if not form.is_fixed_form:
        return tuple(result)
    expected = _expected_right(parameters.of_items(given), variance, n_nodes)
    observed, n = _observed_right(form)
    for row, index in enumerate(given.tolist()):
        merged = _Groups.of(observed[row], expected[row] * n, n).merged(least_expected)
        result[index] = _chi_square(responses.items[index], merged, estimated)
    return tuple(result)


@dataclass(frozen=True, slots=True)
class _Groups:
    """Adjoining scores of one item: all (groups,) counts of candidates."""

    right: list[float]
    expected: list[float]
    n: list[float]

    @classmethod
    def of(cls, right: Array, expected: Array, n: Array) -> "_Groups":
        """Only scores that somebody has."""
        held = n > 0
        return cls(right[held].tolist(), expected[held].tolist(), n[held].tolist())

    def merged(self, least: float) -> "_Groups":
        """Merge until every group is expected to hold `least` right and `least` wrong answers."""
        at = 0
        while at < len(self.n) - 1:
            if self.n[at] == 1:
                self._join(at, at + 1)
            else:
                at += 1
        if len(self.n) > 1 and self.n[-1] == 1:
            self._join(len(self.n) - 1, len(self.n) - 2)
        while len(self.n) > 1 and (thin := self._first_thin(least)) is not None:
            self._join(thin, self._smaller_neighbour(thin))
        return self

    def _first_thin(self, least: float) -> int | None:
        cells = enumerate(zip(self.expected, self.n, strict=True))
        return next((at for at, (right, n) in cells if min(right, n - right) < least), None)

    def _smaller_neighbour(self, at: int) -> int:
        if at == 0 or at == len(self.n) - 1:
            return 1 if at == 0 else at - 1
        return at - 1 if self.n[at - 1] <= self.n[at + 1] else at + 1

    def _join(self, source: int, target: int) -> None:
        for column in (self.right, self.expected, self.n):
            column[target] += column[source]
            del column[source]


def _chi_square(item: Hashable, groups: _Groups, estimated: int) -> ItemChiSquare:
    count, n = len(groups.n), int(sum(groups.n))
    df = count - estimated
    if count < 2 or df < 1:
        return ItemChiSquare(item, None, 0, None, count, n, Reason.TOO_FEW_GROUPS)
    right, expected, size = (np.array(column) for column in (groups.right, groups.expected, groups.n))
    statistic = float(np.sum((right - expected) ** 2 * size / (expected * (size - expected))))
    return ItemChiSquare(item, statistic, df, chi2_upper(statistic, df), count, n, None)


def _observed_right(responses: Responses) -> tuple[Array, Array]:
    """Right answers per item and raw score, (items, k - 1), and candidates per score, (k - 1,)."""
    k = responses.n_items
    cell = responses.item * np.int64(k + 1) + responses.total[responses.person]
    right = weighted_counts(cell, responses.score, k * (k + 1)).reshape(k, k + 1)
    n = np.bincount(responses.total[responses.present], minlength=k + 1)
    return right[:, 1:k], n[1:k].astype(np.float64)


def _expected_right(parameters: ItemParameters, variance: float, n_nodes: int) -> Array:
    """(items, k - 1) expected proportion right of each item at raw scores 1..k-1."""
    nodes, _ = normal_grid(n_nodes)
    weights = np.exp(-0.5 * nodes**2 / variance)
    p = parameters.probability(nodes)
    result = np.empty((parameters.n_items, max(parameters.n_items - 1, 0)))
    for item in range(parameters.n_items):
        rest = sum_score_distribution(np.delete(p, item, axis=1))
        right = (weights * p[:, item]) @ rest[:, :-1]
        wrong = (weights * (1.0 - p[:, item])) @ rest[:, 1:]
        result[item] = right / (right + wrong)
    return result
