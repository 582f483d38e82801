"""Conditional maximum likelihood for the Rasch model: difficulties free of any law of the abilities."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.criterion import weighted_counts
from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.numerics import dennis_schnabel, symmetric_functions
from app.psychometrics.responses import Responses

from .connection import connected_items
from .model import Array, ItemParameters

_VARIANT = "CML, difficulties sum to zero"
_VARIANT_ERM = f"{_VARIANT}, stopped where eRm stops"
_MAX_ITERATIONS = 50
_TOLERANCE = 1e-7
"""Of the largest step, in logits; the error that is left is about its square."""


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalRasch:
    """Conditional estimates of a Rasch model.

    items:          labels, as in the responses.
    difficulty:     (items,) one estimate per item with its standard error, both in the
                    normalisation where the estimated difficulties sum to zero.
    estimated:      indices of the items that have an estimate; `Responses.with_items` takes them.
    parameters:     of those items, in that order; without any, of none.
    covariance:     (estimated, estimated) of their difficulties; rows sum to zero.
    log_likelihood: conditional on the raw scores; ``None`` without estimates.
    n_used:         candidates with neither all right nor all wrong on the estimated items.
    converged:      did the steps vanish within `iterations`? With `as_erm`: did its own rule end the search?
    """

    items: tuple[Hashable, ...]
    difficulty: tuple[Estimate, ...]
    estimated: NDArray[np.int64]
    parameters: ItemParameters
    covariance: Array
    log_likelihood: float | None
    n_used: int
    converged: bool
    iterations: int
    variant: str


def cml_rasch(responses: Responses, *, as_erm: bool = False) -> ConditionalRasch:
    """Estimate Rasch difficulties from the answers given the raw scores.

    Maximises ``sum_i [-sum_j x_ij b_j - log gamma_{r_i}(exp(-b) of the own form)]``, gamma_r the
    elementary symmetric function of order r; by Newton steps with the exact second derivatives.
    Forms may differ: candidates of one form and one score are counted once, others one by one.
    Nothing is assumed of the abilities, nor of how forms were assigned.

    as_erm: for comparison with the R package eRm only. Stops before the maximum, where `eRm::RM`
            does; the likelihood is lower, and the result depends on which item is the first.

    Only the largest set of items that the answers connect can be placed on one scale. Of the
    others, those that all solve or all miss have the reason ``NO_ITEM_VARIANCE``, those without
    candidates ``NOT_ADMINISTERED``, the rest ``NOT_CONNECTED``. Where the search fails, the connected
    items have ``NOT_CONVERGED``. Least n: 200 answers per item.
    Source: Andersen 1972, J. R. Stat. Soc. B 34:42-54; Fischer 1981, Psychometrika 46:59-77.

    >>> r = Responses.from_dense([[1, 0]] * 30 + [[0, 1]] * 10 + [[1, 1]] * 5)
    >>> result = cml_rasch(r)
    >>> [round(e.value, 4) for e in result.difficulty], result.n_used
    ([-0.5493, 0.5493], 40)
    """
    variant = _VARIANT_ERM if as_erm else _VARIANT
    estimated = connected_items(responses)
    if len(estimated) < 2:
        return _result(responses, estimated[:0], None, variant)
    placed = responses if len(estimated) == responses.n_items else responses.with_items(estimated)
    scores = _Scores.of(placed)
    return _result(responses, estimated, _stop_of_erm(scores) if as_erm else _maximum(scores), variant)


@dataclass(frozen=True, slots=True)
class _Maximum:
    difficulty: Array
    covariance: Array
    log_likelihood: float
    n_used: int
    converged: bool
    iterations: int


@dataclass(frozen=True, slots=True)
class _Scores:
    """Candidates counted by form and raw score, extreme scores left out.

    form:   (groups, longest form) indices of items, filled up with the number of items.
    score, count: (groups,).
    right:  (items,) right answers of these candidates.
    """

    form: NDArray[np.int64]
    score: Array
    count: Array
    right: Array

    @classmethod
    def of(cls, responses: Responses) -> "_Scores":
        """Count them; on one fixed form by the raw score alone."""
        inside = (responses.total > 0) & (responses.total < responses.form_length)
        rows = inside[responses.person]
        right = weighted_counts(responses.item[rows], responses.score[rows], responses.n_items)
        if responses.is_fixed_form:
            score, count = np.unique(responses.total[inside], return_counts=True)
            form = np.tile(np.flatnonzero(responses.administered), (len(score), 1))
        else:
            table = np.column_stack([responses.total, _forms(responses)])[inside]
            groups, count = np.unique(table, axis=0, return_counts=True)
            score, form = groups[:, 0], groups[:, 1:]
        return cls(form, score.astype(np.float64), count.astype(np.float64), right)

    def log_likelihood(self, difficulty: Array) -> float:
        """Conditional log-likelihood."""
        functions = symmetric_functions(self._log_easiness(difficulty), self.score)
        return -float(self.right @ difficulty) - float(
            sum(self.count[block.rows] @ block.log_value for block in functions)
        )

    def derivatives(self, difficulty: Array) -> tuple[float, Array, Array]:
        """Log-likelihood, its gradient and the information matrix, all in the difficulties."""
        k = len(difficulty)
        value, expected, information = -float(self.right @ difficulty), np.zeros(k + 1), np.zeros((k + 1) ** 2)
        for block in symmetric_functions(self._log_easiness(difficulty), self.score, pairs=True):
            form, count = self.form[block.rows], self.count[block.rows]
            value -= float(count @ block.log_value)
            expected += np.bincount(form.ravel(), weights=(count[:, None] * block.chance).ravel(), minlength=k + 1)
            assert block.pairs is not None
            covariance = block.pairs - block.chance[:, :, None] * block.chance[:, None, :]
            cell = form[:, :, None] * (k + 1) + form[:, None, :]
            weights = (count[:, None, None] * covariance).ravel()
            information += np.bincount(cell.ravel(), weights=weights, minlength=(k + 1) ** 2)
        return value, expected[:k] - self.right, information.reshape(k + 1, k + 1)[:k, :k]

    def minus_log_likelihood_of_erm(self, easiness: Array) -> Array:
        """(points, items) -> (points,), from symmetric functions in plain numbers.

        Not finite where these overflow, as in eRm: its line search is led by that.
        """
        value = -easiness @ self.right
        forms, group = np.unique(self.form, axis=0, return_inverse=True)
        for at, padded in enumerate(forms):
            form, rows = padded[padded < easiness.shape[1]], group.ravel() == at
            count = np.bincount(self.score[rows].astype(np.int64), weights=self.count[rows], minlength=len(form) + 1)
            function = np.zeros((len(form) + 1, len(easiness)))
            function[0] = 1.0
            with np.errstate(all="ignore"):
                for j, factor in enumerate(np.exp(easiness[:, form]).T):
                    function[1 : j + 2] += function[: j + 1] * factor
                value = value + count[1:] @ np.log(function[1:])
        return np.asarray(value)

    def _log_easiness(self, difficulty: Array) -> Array:
        return np.append(-difficulty, -np.inf)[self.form]


def _forms(responses: Responses) -> NDArray[np.int64]:
    """(persons, longest form) the items of each form in order, filled up with the number of items."""
    table = np.full((responses.n_persons, int(responses.form_length.max())), responses.n_items, dtype=np.int64)
    table[responses.person, np.arange(responses.n_rows) - responses.person_start[responses.person]] = responses.item
    return table


def _maximum(scores: _Scores) -> _Maximum:
    """Newton steps with halving; the log-likelihood is concave."""
    b = _start(scores)
    for iteration in range(1, _MAX_ITERATIONS + 1):
        value, gradient, information = scores.derivatives(b)
        covariance = _sum_zero_inverse(information)
        step = covariance @ gradient
        while np.max(np.abs(step)) > 1.0 and scores.log_likelihood(b + step) < value:
            step *= 0.5
        b = b + step
        b -= b.mean()
        found = _Maximum(b, covariance, value, int(scores.count.sum()), False, iteration)
        if np.max(np.abs(step)) <= _TOLERANCE:
            return replace(found, converged=True)
    return found


def _stop_of_erm(scores: _Scores) -> _Maximum:
    """Where the search of eRm ends: over the easiness of all items but the first, from zero.

    The information is that of the place itself; eRm takes differences of the likelihood.
    """
    found = dennis_schnabel(
        lambda others: scores.minus_log_likelihood_of_erm(np.column_stack([-others.sum(axis=1), others])),
        np.zeros(len(scores.right) - 1),
    )
    b = np.append(found.at.sum(), -found.at)
    value, _, information = scores.derivatives(b)
    return _Maximum(
        b, _sum_zero_inverse(information), value, int(scores.count.sum()), found.converged, found.iterations
    )


def _start(scores: _Scores) -> Array:
    """Log-odds of the items, a first guess."""
    k = len(scores.right)
    answers = np.bincount(scores.form.ravel(), weights=np.repeat(scores.count, scores.form.shape[1]), minlength=k + 1)[
        :k
    ]
    b: Array = np.log((answers - scores.right + 0.5) / (scores.right + 0.5))
    return np.asarray(b - b.mean())


def _sum_zero_inverse(information: Array) -> Array:
    """Inverse of the information on the differences of difficulties, where their sum is fixed at zero."""
    k = len(information)
    level = np.trace(information) / k
    inverse: Array = np.linalg.inv(information + level / k) - 1.0 / (level * k)
    return inverse


def _result(
    responses: Responses, estimated: NDArray[np.int64], found: _Maximum | None, variant: str
) -> ConditionalRasch:
    difficulty = [no_estimate(_reason(responses, item), variant=variant) for item in range(responses.n_items)]
    if found is None or not found.converged:
        for item in estimated.tolist():
            difficulty[item] = no_estimate(Reason.NOT_CONVERGED, variant=variant)
        return ConditionalRasch(
            items=responses.items,
            difficulty=tuple(difficulty),
            estimated=estimated[:0],
            parameters=ItemParameters.from_difficulty(np.zeros(0)),
            covariance=np.zeros((0, 0)),
            log_likelihood=None,
            n_used=0,
            converged=False,
            iterations=0 if found is None else found.iterations,
            variant=variant,
        )
    se = np.sqrt(np.diag(found.covariance))
    for at, item in enumerate(estimated.tolist()):
        difficulty[item] = Estimate(
            value=float(found.difficulty[at]),
            n_used=int(responses.administered[item]),
            se=float(se[at]),
            variant=variant,
        )
    return ConditionalRasch(
        items=responses.items,
        difficulty=tuple(difficulty),
        estimated=estimated,
        parameters=ItemParameters.from_difficulty(found.difficulty),
        covariance=found.covariance,
        log_likelihood=found.log_likelihood,
        n_used=found.n_used,
        converged=found.converged,
        iterations=found.iterations,
        variant=variant,
    )


def _reason(responses: Responses, item: int) -> Reason:
    n, right = int(responses.administered[item]), int(responses.correct[item])
    if n == 0:
        return Reason.NOT_ADMINISTERED
    return Reason.NO_ITEM_VARIANCE if right in (0, n) else Reason.NOT_CONNECTED
