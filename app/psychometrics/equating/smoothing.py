"""Log-linear presmoothing: a smooth distribution of scores with the moments of the one observed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.numerics.poisson import poisson_deviance, poisson_means

from .scores import FormScores

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Smoothing:
    """A log-linear model fitted to the counts of a form.

    counts:   the fitted counts, by raw score or by raw and anchor score; ``None`` when the data
              cannot carry the model. `form` makes scores of them that go into any equating.
    deviance: likelihood-ratio chi-square of fitted against observed counts, on `df` degrees of freedom.
    aic, bic: deviance + 2 p, and deviance + p log n, with p parameters: lower is better.
    """

    counts: tuple[float, ...] | tuple[tuple[float, ...], ...] | None
    n_used: int
    deviance: float | None
    df: int
    aic: float | None
    bic: float | None
    converged: bool
    iterations: int
    variant: str
    reason: Reason | None = None

    @property
    def form(self) -> FormScores | None:
        """The smoothed scores."""
        return None if self.counts is None else FormScores.from_counts(self.counts)


def loglinear(form: FormScores, *, degree: int = 4) -> Smoothing:
    """Polynomial log-linear model ``log m_x = b_0 + b_1 x + ... + b_C x^C`` of the raw scores.

    By maximum likelihood the fitted counts keep the first C moments of the observed ones. Powers
    are replaced by orthogonal polynomials, which span the same space and are stable at any k.

    degree: C, 1..k; 4 keeps mean, spread, skewness and kurtosis.
    Returns no form (``NOT_CONVERGED``) when the likelihood has no maximum: fewer scores taken than
    parameters. Least n: 200.
    Source: Holland & Thayer 2000, J. Educ. Behav. Stat. 25:133-183; Kolen & Brennan 2014, ch. 3.

    >>> s = loglinear(FormScores.from_counts([2, 5, 9, 6, 2]), degree=2)
    >>> round(s.form.mean, 9), s.converged
    (2.041666667, True)
    """
    if not 1 <= degree < len(form.counts):
        raise ValueError(f"degree must lie in 1..{form.max_score}, got {degree!r}")
    columns = _orthogonal(_powers(np.arange(len(form.counts)), degree))
    return _fitted(form, form.counts, columns, np.ones(len(form.counts), dtype=bool), f"log-linear, degree {degree}")


def loglinear_joint(
    form: FormScores, *, degree: int = 4, anchor_degree: int = 4, cross: int = 1, internal: bool = True
) -> Smoothing:
    """Log-linear model of raw and anchor score together, with products up to ``x^c v^c``.

    Keeps the first moments of each margin and the cross moments: with `cross` = 1 the covariance.

    degree, anchor_degree: powers of the raw score, of the anchor score.  cross: c >= 0.
    internal: does the raw score hold the anchor? Then v <= x <= v + k - k_v, other cells stay empty.
    Least n: 400. Source: Holland & Thayer 2000; Kolen & Brennan 2014, ch. 5.

    >>> table = [[4, 0, 0], [3, 8, 0], [0, 6, 4], [0, 0, 5]]
    >>> s = loglinear_joint(FormScores.from_counts(table), degree=2, anchor_degree=2)
    >>> round(s.form.covariance, 9) == round(FormScores.from_counts(table).covariance, 9)
    True
    """
    k, k_v = form.max_score, form.anchor.max_score
    for name, value, highest in (("degree", degree, k), ("anchor_degree", anchor_degree, k_v)):
        if not 1 <= value <= highest:
            raise ValueError(f"{name} must lie in 1..{highest}, got {value!r}")
    if not 0 <= cross <= min(degree, anchor_degree):
        raise ValueError(f"cross must lie in 0..{min(degree, anchor_degree)}, got {cross!r}")
    x, v = (axis.ravel() for axis in np.indices((k + 1, k_v + 1)))
    of_x, of_v = _powers(x, degree), _powers(v, anchor_degree)
    products = [of_x[:, i] * of_v[:, j] for i in range(1, cross + 1) for j in range(1, cross + 1)]
    possible = (v <= x) & (x <= v + k - k_v) if internal else np.ones(len(x), dtype=bool)
    counts = np.zeros(0) if form.joint is None else form.joint.ravel()
    if np.any(counts[~possible] > 0):
        raise ValueError("internal must be False: some raw scores do not hold their anchor score")
    columns = _orthogonal(np.column_stack([of_x, of_v[:, 1:], *products])[possible])
    variant = f"bivariate log-linear, degrees {degree} and {anchor_degree}, cross {cross}"
    return _fitted(form, counts, columns, possible, variant)


def _powers(score: NDArray[np.integer], degree: int) -> Array:
    """1, x, ..., x^degree as Legendre polynomials on [-1, 1]."""
    span = max(1, int(score.max()))
    return np.asarray(np.polynomial.legendre.legvander(2.0 * score / span - 1.0, degree), dtype=np.float64)


def _orthogonal(columns: Array) -> Array:
    return np.asarray(np.linalg.qr(columns)[0], dtype=np.float64)


def _fitted(form: FormScores, counts: Array, columns: Array, possible: NDArray[np.bool_], variant: str) -> Smoothing:
    observed, parameters = counts[possible], columns.shape[1]
    df, n = len(observed) - parameters, round(form.n)
    reason = form.reason or (Reason.TOO_FEW_PERSONS if n == 0 else None)
    if reason is None and np.count_nonzero(observed) < parameters:
        reason = Reason.NOT_CONVERGED
    mean, steps, converged = (observed, 0, False) if reason else poisson_means(observed, columns)
    if not converged:
        return Smoothing(None, n, None, df, None, None, False, steps, variant, reason or Reason.NOT_CONVERGED)
    smooth = np.zeros(len(counts))
    smooth[possible] = mean
    deviance = max(0.0, poisson_deviance(observed, mean))
    return Smoothing(
        counts=_cells(smooth, len(form.counts)),
        n_used=n,
        deviance=deviance,
        df=df,
        aic=deviance + 2.0 * parameters,
        bic=deviance + float(np.log(form.n)) * parameters,
        converged=True,
        iterations=steps,
        variant=variant,
    )


def _cells(counts: Array, rows: int) -> tuple[float, ...] | tuple[tuple[float, ...], ...]:
    if len(counts) == rows:
        return tuple(counts.tolist())
    return tuple(tuple(row) for row in counts.reshape(rows, -1).tolist())
