"""Many small logistic regressions on one covariate and two groups at once, without a loop over units or rows."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Marks = NDArray[np.bool_]

_MAX_ITERATIONS = 60
_STEP = 1e-9  # a fit whose coefficients move less has converged
_GAIN = 1e-11  # a fit whose log likelihood rises less has nothing to gain
_RUNS_AWAY = 1e-3  # ... and one whose coefficients still move by this is on its way to infinity
_RANK = 1e-9  # columns closer than this to dependence carry no separate effects
_GLM_ITERATIONS, _GLM_CHANGE = 25, 1e-8  # where R's glm stops
_GLM_FAR, _GLM_FARTHEST = 30.0, -math.log(2.0**-52)  # logits beyond the first count as the second there

_COLUMNS = np.array([[[1, 0, 0, 0], [0, 1, 0, 0]], [[1, 0, 1, 0], [0, 1, 0, 1]]], dtype=np.float64)
"""(groups, intercept and slope, coefficients): the line of each group from those of x * group."""


@dataclass(frozen=True, eq=False)
class LogitFits:
    """One model fitted to all units; the figures of a unit that is not `estimable` mean nothing.

    coefficient:    (units, columns): constant, x, group, x * group, as far as the model goes.
    covariance:     (units, columns, columns), the inverse information.
    log_likelihood: (units,) of the single 0/1 answers; when `separated`, its least upper bound.
    estimable:      (units,) do the columns differ enough to be told apart?
    converged:      (units,) did the coefficients come to rest?
    separated:      (units,) does some coefficient grow without bound, since the columns tell right
                    from wrong without error somewhere?
    """

    coefficient: Array
    covariance: Array
    log_likelihood: Array
    estimable: Marks
    converged: Marks
    separated: Marks


def fit_nested_logits(
    unit: NDArray[np.integer],
    x: Array,
    group: NDArray[np.integer],
    successes: Array,
    trials: Array,
    *,
    n_units: int,
    as_glm: bool = False,
) -> tuple[LogitFits, LogitFits, LogitFits]:
    """Maximum likelihood for ``logit P`` on x, on x + group, and on x * group, in each unit, by Newton's method.

    unit, group: (cells,) unit of each cell, 0..n_units-1, and its group, 0 or 1.
    x:           (cells,) the covariate, of about unit size, so that a step of a coefficient is a step
                 in log odds.
    successes, trials: (cells,) 0 <= successes <= trials.
    as_glm:      stop where R's ``glm`` stops, at a relative change of the deviance below 1e-8 or after
                 25 steps, and call that converged though a coefficient be on its way to infinity.

    A step that lowers the likelihood of a unit is halved for that unit. Each unit and group is one
    line in x, so that five sums per line make score and information of all three models.
    Source: McCullagh & Nelder 1989, Generalized linear models.

    >>> x, group = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0, 0, 1, 1])
    >>> successes, trials = np.array([1.0, 3.0, 2.0, 3.0]), np.full(4, 4.0)
    >>> fits = fit_nested_logits(np.zeros(4, int), x, group, successes, trials, n_units=1)
    >>> np.exp(fits[2].coefficient[0]).round(6).tolist()
    [0.333333, 9.0, 3.0, 0.333333]
    """
    cells = _Cells.by_line(unit, x, group, successes, trials, n_units)
    fit = _until_glm_stops if as_glm else _until_at_rest
    models = (_Likelihood(cells, columns, as_glm=as_glm) for columns in (2, 3, 4))
    score, group_too, product = (fit(model) for model in models)
    return score, group_too, product


def _until_at_rest(likelihood: "_Likelihood") -> LogitFits:
    at, step = likelihood.origin, likelihood.first_step
    information, reached = likelihood.information_at_start, np.full(len(at), -np.inf)
    gain = np.full(len(at), np.inf)
    for _ in range(_MAX_ITERATIONS):
        value, score, fresh = likelihood.derivatives(at + step)
        worse = value < reached - 1e-12 * np.abs(reached)
        gain = np.where(worse, gain, value - reached)
        at = np.where(worse[:, None], at, at + step)
        reached = np.where(worse, reached, value)
        information = np.where(worse[:, None, None], information, fresh)
        step = np.where(worse[:, None], step / 2.0, _solve(fresh, score))
        size = np.abs(step).max(axis=1, initial=0.0)
        idle = ~worse & (gain <= _GAIN * (1.0 + np.abs(reached)))
        if np.all(~likelihood.estimable | (size <= _STEP) | idle):
            break
    return LogitFits(
        coefficient=at,
        covariance=_inverse(information),
        log_likelihood=reached,
        estimable=likelihood.estimable,
        converged=size <= _RUNS_AWAY,
        separated=idle & (size > _RUNS_AWAY),
    )


def _until_glm_stops(likelihood: "_Likelihood") -> LogitFits:
    at, information = likelihood.origin, likelihood.information_at_start
    step, before = likelihood.first_step, likelihood.start
    going = likelihood.estimable.copy()
    for _ in range(_GLM_ITERATIONS):
        at = np.where(going[:, None], at + step, at)
        value, score, fresh = likelihood.derivatives(at)
        information = np.where(going[:, None, None], fresh, information)
        step = _solve(fresh, score)
        going &= np.abs(value - before) >= _GLM_CHANGE * (np.abs(value) + 0.05)  # deviance is -2 log likelihood
        before = value
        if not np.any(going):
            break
    return LogitFits(
        coefficient=at,
        covariance=_inverse(information),
        log_likelihood=before,
        estimable=likelihood.estimable,
        converged=likelihood.estimable,
        separated=np.zeros_like(going),
    )


@dataclass(frozen=True, eq=False)
class _Cells:
    """Cells sorted by line, which is unit and group; `counts` says how many each line that is `seen` has."""

    x: Array
    successes: Array
    trials: Array
    seen: NDArray[np.int64]
    counts: NDArray[np.int64]
    n_units: int

    @classmethod
    def by_line(
        cls, unit: NDArray[np.integer], x: Array, group: NDArray[np.integer], successes: Array, trials: Array, n: int
    ) -> "_Cells":
        line = unit * np.int64(2) + group
        order = np.argsort(line, kind="stable")
        counts = np.bincount(line, minlength=2 * n)
        seen = np.flatnonzero(counts)
        return cls(x[order], successes[order], trials[order], seen, counts[seen], n)

    def sums(self, values: Array) -> Array:
        """(units, groups)"""
        result = np.zeros(2 * self.n_units)
        if len(values):
            result[self.seen] = np.add.reduceat(values, np.cumsum(self.counts) - self.counts)
        return result.reshape(self.n_units, 2)


class _Likelihood:
    """Log likelihood, score and information per unit of the model with the first `columns` coefficients."""

    def __init__(self, cells: _Cells, columns: int, *, as_glm: bool) -> None:
        self._cells, self._as_glm = cells, as_glm
        self._lines = _COLUMNS[:, :, :columns]
        self.origin = np.zeros((cells.n_units, columns))
        gram = self._information(cells.trials)
        self.estimable = _told_apart(gram)
        # Every answer starts at a chance of 3/4 of what it is: logit log 3, weight 3/16, residual 1/4.
        self.information_at_start = gram * 3.0 / 16.0
        self.start = math.log(0.75) * cells.sums(cells.trials).sum(axis=1)
        pull = (math.log(3.0) * 3.0 / 16.0 + 0.25) * (2.0 * cells.successes - cells.trials)
        self.first_step = _solve(self.information_at_start, self._score(pull))

    def derivatives(self, coefficient: Array) -> tuple[Array, Array, Array]:
        cells = self._cells
        intercept, slope = np.einsum("glc,uc->lug", self._lines, coefficient).reshape(2, -1)[:, cells.seen]
        logit = np.repeat(slope, cells.counts)
        logit *= cells.x
        logit += np.repeat(intercept, cells.counts)
        if self._as_glm:
            logit = np.where(np.abs(logit) > _GLM_FAR, np.copysign(_GLM_FARTHEST, logit), logit)
        smaller = np.exp(-np.abs(logit))
        chance = np.where(logit >= 0.0, 1.0, smaller) / (1.0 + smaller)
        softplus = np.log1p(smaller) + np.maximum(logit, 0.0)
        value = cells.sums(cells.successes * logit - cells.trials * softplus).sum(axis=1)
        weight = cells.trials * smaller / (1.0 + smaller) ** 2
        return value, self._score(cells.successes - cells.trials * chance), self._information(weight)

    def _score(self, residual: Array) -> Array:
        sums = np.stack([self._cells.sums(residual), self._cells.sums(residual * self._cells.x)], axis=2)
        return np.asarray(np.einsum("ugl,glc->uc", sums, self._lines), dtype=np.float64)

    def _information(self, weight: Array) -> Array:
        weighted = weight * self._cells.x
        zero, one, two = (self._cells.sums(v) for v in (weight, weighted, weighted * self._cells.x))
        sums = np.stack([np.stack([zero, one], axis=2), np.stack([one, two], axis=2)], axis=3)
        information = np.einsum("uglm,glc,gmd->ucd", sums, self._lines, self._lines)
        return np.asarray(information, dtype=np.float64)


def _told_apart(gram: Array) -> Marks:
    """Are the columns independent? By the least eigenvalue of their cosines."""
    cosines, _ = _scaled(gram)
    least = np.linalg.eigvalsh(cosines)[:, 0] if len(gram) else np.zeros(0)
    told: Marks = np.all(np.einsum("uii->ui", gram) > 0.0, axis=1) & (least > _RANK)
    return told


def _solve(information: Array, score: Array) -> Array:
    cosines, length = _scaled(information)
    steps = np.linalg.solve(cosines, (score / length)[:, :, None])[:, :, 0]
    return np.asarray(steps / length, dtype=np.float64)


def _inverse(information: Array) -> Array:
    cosines, length = _scaled(information)
    inverse = np.linalg.inv(cosines) / (length[:, :, None] * length[:, None, :])
    return np.asarray(inverse, dtype=np.float64)


def _scaled(gram: Array) -> tuple[Array, Array]:
    """Scale to a unit diagonal, and just enough above singular to be solved for every unit."""
    length = np.sqrt(np.einsum("uii->ui", gram))
    length = np.where(length > 0.0, length, 1.0)
    cosines = gram / (length[:, :, None] * length[:, None, :])
    index = np.arange(gram.shape[-1])
    cosines[:, index, index] = 1.0 + 1e-15
    return cosines, length
