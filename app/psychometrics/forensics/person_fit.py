"""Does the pattern of a candidate's right and wrong answers agree with the ability it shows?"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.criterion import weighted_counts
from app.psychometrics.estimate import Reason
from app.psychometrics.irt.blocks import Curves, check_parameters, check_variance
from app.psychometrics.irt.model import ItemParameters
from app.psychometrics.numerics.normal import normal_tail
from app.psychometrics.responses import Responses

from .answer_model import Array, NominalParameters
from .answers import Answers, calibrated_items, category_chances, checked_theta, person_blocks

_NO_VARIANCE = 1e-12


@dataclass(frozen=True, slots=True)
class PersonStatistic:
    """A figure about one candidate.

    value:   ``None`` when the answers cannot carry it, and then `reason` says why.
    n_used:  the number of items that entered it.
    p_value: chance of a value as low as this or lower in a candidate whom the model fits; ``None``
             where there is no such law.
    """

    value: float | None
    n_used: int
    p_value: float | None = None
    reason: Reason | None = None
    variant: str = ""

    def __post_init__(self) -> None:
        for number in (self.value, self.p_value):
            if number is not None and not math.isfinite(number):
                raise ArithmeticError("a figure must be finite")
        if (self.value is None) != (self.reason is not None):
            raise ArithmeticError("a figure has either a value or a reason")


def lz(responses: Responses, parameters: ItemParameters, theta: ArrayLike) -> tuple[PersonStatistic, ...]:
    """Standardized log-likelihood of the right-wrong pattern, at given abilities.

    ``sum (x_j - P_j) w_j / sqrt(sum P_j Q_j w_j^2)`` with ``w_j = log(P_j / Q_j)``, over the items of
    the own form. Strongly negative: hard items right and easy ones wrong. With an ability estimated
    from the same answers its spread is below 1 and p is too large: use `lz_star`.

    parameters: of the items; those of slope 0 were not calibrated and do not enter.
    theta: (persons,) abilities.
    Returns one figure per candidate; none for a candidate with all or nothing right. Least: 20 items.
    Source: Drasgow, Levine & Williams 1985, Br. J. Math. Stat. Psychol. 38:67-86.

    >>> r = Responses.from_dense([[1, 1, 0], [0, 1, 1]])
    >>> p = ItemParameters.from_difficulty([-1.0, 0.0, 1.0])
    >>> [round(e.value, 3) for e in lz(r, p, [0.0, 0.0])]
    [0.858, -2.332]
    """
    return _standardized(responses, parameters, theta, _weights_lz, "lz")


def lz_star(
    responses: Responses,
    parameters: ItemParameters,
    theta: ArrayLike,
    *,
    estimator: Literal["ml", "wle", "map"] = "ml",
    variance: float = 1.0,
) -> tuple[PersonStatistic, ...]:
    """Snijders' lz*: lz corrected for the ability having been estimated from the same answers.

    With ``r_j = P'_j / (P_j Q_j)`` and an estimate that solves ``r_0 + sum (x_j - P_j) r_j = 0``:
    ``c = sum P'_j w_j / sum P'_j r_j``, ``v_j = w_j - c r_j``,
    ``(sum (x_j - P_j) w_j + c r_0) / sqrt(sum P_j Q_j v_j^2)``.

    theta:     (persons,) estimates from these responses, no bounds in place of them.
    estimator: how: "ml" (r_0 = 0), "wle" (``r_0 = sum(P' P''/(PQ)) / (2 I)``) or "map" with a
               normal prior of mean 0 (``r_0 = -theta / variance``), which also serves for EAP.
    variance:  of that prior, as given to `irt.eap`; positive.
    Returns as `lz`; none where every pattern with this estimate is equally likely, as when all
    items have one difficulty and slope.
    Source: Snijders 2001, Psychometrika 66:331-342.

    >>> r = Responses.from_dense([[1, 1, 0], [0, 1, 1]])
    >>> p = ItemParameters.from_difficulty([-1.0, 0.0, 1.0])
    >>> [round(e.value, 3) for e in lz_star(r, p, [0.8, 0.8])]
    [1.014, -2.405]
    """
    if estimator not in ("ml", "wle", "map"):
        raise ValueError(f"estimator must be 'ml', 'wle' or 'map', got {estimator!r}")
    check_variance(variance)

    def weights(block: "_Block") -> tuple[Array, Array]:
        return _weights_lz_star(block, estimator, variance)

    return _standardized(responses, parameters, theta, weights, f"lz* for {estimator}")


def lz_nominal(responses: Responses, parameters: NominalParameters, theta: ArrayLike) -> tuple[PersonStatistic, ...]:
    """Standardized log-likelihood of the chosen options under the nominal response model.

    ``(sum log P_j(chosen) - sum E_j) / sqrt(sum V_j)`` with E_j and V_j the mean and the variance of
    ``log P_j`` over the options. Over the answered items of the own form.

    Returns one figure per candidate; least and caution as `lz`.
    Source: Drasgow, Levine & Williams 1985, Br. J. Math. Stat. Psychol. 38:67-86.

    >>> p = NominalParameters(np.array([[0.0, 0.0]] * 2), np.array([[0.0, 1.0]] * 2))
    >>> r = Responses.from_choices([[1, 0]], key=[1, 1])
    >>> round(lz_nominal(r, p, [0.0])[0].value, 3)
    -0.737
    """
    answers = Answers.of(responses, parameters, theta)
    surplus, variance = np.zeros(responses.n_persons), np.zeros(responses.n_persons)
    for persons, rows in person_blocks(responses, answers.n_categories):
        answered = np.flatnonzero(answers.code[rows] >= 0) + rows.start
        person, item = responses.person[answered] - persons.start, responses.item[answered]
        p = category_chances(parameters, answers.theta[persons])[person, item]
        log_p = np.log(np.where(p > 0.0, p, 1.0))
        mean = np.sum(p * log_p, axis=1)
        spread = np.sum(p * (log_p - mean[:, None]) ** 2, axis=1)
        chosen = log_p[np.arange(len(person)), answers.code[answered]]
        width = persons.stop - persons.start
        surplus[persons] = weighted_counts(person, chosen - mean, width)
        variance[persons] = weighted_counts(person, spread, width)
    n = np.bincount(responses.person[answers.code >= 0], minlength=responses.n_persons)
    return _figures(surplus, variance, n, np.zeros(len(n), dtype=bool), "nominal lz")


def guttman_errors(responses: Responses, *, proportion_right: ArrayLike | None = None) -> tuple[PersonStatistic, ...]:
    """Normed number of Guttman errors: 0 perfect order, about 0.5 answers without order, 1 reversed.

    A pair of items is an error when the easier one is wrong and the harder one right; of r right
    among k items at most ``r (k - r)`` pairs can be. Items of one difficulty count half. So it is
    the chance that of a wrong and a right item, drawn at random, the wrong one is the easier.

    proportion_right: (items,) proportion right of each item; from these responses when ``None``.
    Returns one figure per candidate over the own form, without a law of chance; none with all or
    nothing right. Needs no IRT model. Least: 20 items, and 50 candidates per item for its order.
    Source: van der Flier 1977; Meijer 1994, Appl. Psychol. Meas. 18:311-314.

    >>> r = Responses.from_dense([[1, 1, 0], [0, 1, 1], [1, 0, 0], [1, 1, 1]])
    >>> [e.value for e in guttman_errors(r)]
    [0.0, 0.75, 0.25, None]
    """
    if proportion_right is None:
        p = responses.correct / np.maximum(responses.administered, 1)
    else:
        p = np.array(proportion_right, dtype=np.float64)
        if p.shape != (responses.n_items,) or not np.all((p >= 0.0) & (p <= 1.0)):
            raise ValueError("proportion_right must be one entry per item in 0..1")
    n, right = responses.form_length, responses.total
    ease = _own_ranks(responses.person, p[responses.item])
    wrong = responses.score == 0
    rank_sum = weighted_counts(responses.person[wrong], ease[wrong], responses.n_persons)
    n_wrong = n - right
    errors = rank_sum - n_wrong * (n_wrong + 1) / 2.0  # Mann-Whitney: pairs (wrong, right) with the wrong one easier
    results = []
    for count, of, k in zip(errors.tolist(), (right * n_wrong).tolist(), n.tolist(), strict=True):
        reason = None if of else Reason.EXTREME_SCORE if k else Reason.TOO_FEW_ITEMS
        value = None if reason else count / of
        results.append(PersonStatistic(value, k, reason=reason, variant="normed, ties count half"))
    return tuple(results)


@dataclass(frozen=True, slots=True)
class _Block:
    """The rows of some candidates: P, its two derivatives in theta, and the ability; (rows,) each."""

    person: NDArray[np.int64]
    width: int
    p: Array
    slope: Array
    curvature: Array
    theta: Array

    def sum(self, values: Array) -> Array:
        """(width,) sum over the items of each candidate."""
        return weighted_counts(self.person, values, self.width)


def _blocks(responses: Responses, parameters: ItemParameters, theta: Array) -> Iterator[tuple[slice, slice, _Block]]:
    for persons, rows in person_blocks(responses, 1):
        person, item = responses.person[rows] - np.int64(persons.start), responses.item[rows]
        ability = theta[responses.person[rows]]
        curves = Curves.at(parameters, item, ability)
        width = persons.stop - persons.start
        yield persons, rows, _Block(person, width, curves.p, curves.slope, curves.bend, ability)


def _weights_lz(block: _Block) -> tuple[Array, Array]:
    return _log_odds(block.p), np.zeros(block.width)


def _weights_lz_star(block: _Block, estimator: str, variance: float) -> tuple[Array, Array]:
    """Return v_j, and what is added to the sum, ``c r_0``."""
    w, information = _log_odds(block.p), block.slope / _variance(block.p)
    whole = np.maximum(block.sum(block.slope * information), _NO_VARIANCE)
    c = block.sum(block.slope * w) / whole
    v = w - c[block.person] * information
    # r_0 per candidate
    if estimator == "wle":
        added = c * block.sum(block.curvature * information) / (2.0 * whole)
    elif estimator == "map":
        own = np.zeros(block.width)
        own[block.person] = block.theta
        added = -c * own / variance
    else:
        added = np.zeros(block.width)
    return v, added


def _standardized(
    responses: Responses,
    parameters: ItemParameters,
    theta: ArrayLike,
    weigh: Callable[[_Block], tuple[Array, Array]],
    variant: str,
) -> tuple[PersonStatistic, ...]:
    """``(sum (x - P) w + added) / sqrt(sum PQ v^2)``; for lz, v = w and nothing is added."""
    check_parameters(responses, parameters)
    abilities = checked_theta(responses, theta)
    calibrated = np.flatnonzero(calibrated_items(parameters))
    if len(calibrated) < responses.n_items:
        responses, parameters = responses.with_items(calibrated), parameters.of_items(calibrated)
    surplus, variance = np.zeros(responses.n_persons), np.zeros(responses.n_persons)
    for persons, rows, block in _blocks(responses, parameters, abilities):
        weight, added = weigh(block)
        surplus[persons] = block.sum((responses.score[rows] - block.p) * _log_odds(block.p)) + added
        variance[persons] = block.sum(_variance(block.p) * weight**2)
    n = responses.form_length
    return _figures(surplus, variance, n, (responses.total == 0) | (responses.total == n), variant)


def _log_odds(p: Array) -> Array:
    inner = np.clip(p, np.finfo(np.float64).tiny, 1.0 - np.finfo(np.float64).epsneg)
    return np.log(inner / (1.0 - inner))


def _variance(p: Array) -> Array:
    return np.maximum(p * (1.0 - p), np.finfo(np.float64).tiny)


def _figures(
    surplus: Array, variance: Array, n: NDArray[np.int64], extreme: NDArray[np.bool_], variant: str
) -> tuple[PersonStatistic, ...]:
    fixed = variance <= _NO_VARIANCE
    z = np.where(fixed, 0.0, surplus / np.sqrt(np.where(fixed, 1.0, variance)))
    low = normal_tail(-z)
    results = []
    for value, p, k, at_end, settled in zip(
        z.tolist(), low.tolist(), n.tolist(), extreme.tolist(), fixed.tolist(), strict=True
    ):
        reason = None
        if k == 0:
            reason = Reason.TOO_FEW_ITEMS
        elif at_end:
            reason = Reason.EXTREME_SCORE
        elif settled:
            reason = Reason.PATTERNS_EQUALLY_LIKELY
        results.append(
            PersonStatistic(value, k, p, variant=variant)
            if reason is None
            else PersonStatistic(None, k, reason=reason, variant=variant)
        )
    return tuple(results)


def _own_ranks(person: NDArray[np.int32], ease: Array) -> Array:
    """Rank of each row among the rows of its person, the hardest item 1, ties at their mean rank."""
    order = np.lexsort((ease, person))
    rank = np.arange(1, len(order) + 1, dtype=np.float64)
    own, value = person[order], ease[order]
    new_person = np.diff(own, prepend=-1) != 0
    new_tie = new_person | (np.diff(value, prepend=np.nan) != 0.0)
    tie = np.cumsum(new_tie) - 1
    size = np.bincount(tie)
    rank = (np.bincount(tie, rank) / np.maximum(size, 1))[tie]
    rank -= (np.flatnonzero(new_person)[np.cumsum(new_person) - 1]) if len(order) else 0.0
    result = np.empty(len(order))
    result[order] = rank
    return result
