"""Poisson regression with a logarithmic link."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_MAX_STEPS = 200
_HALVINGS = 40


def poisson_means(observed: Array, columns: Array) -> tuple[Array, int, bool]:
    """Fit ``log mean = columns beta`` by maximum likelihood: Newton steps with halving, until the moments agree.

    observed: (n,) 0 or more, not all 0; need not be whole.  columns: (n, parameters) independent, with a constant.

    Returns the fitted means, the steps taken, and whether the search converged. Where the likelihood has
    no maximum, as with counts above 0 at one end only, it may stop at the limit of the means.

    >>> means, _, converged = poisson_means(np.array([1.0, 2.0, 4.0]), np.vander([0.0, 1.0, 2.0], 2))
    >>> means.round(9).tolist(), converged
    ([1.0, 2.0, 4.0], True)
    """
    start = 0.5 * (observed + observed.mean())
    weight = np.sqrt(start)
    beta = np.linalg.lstsq(columns * weight[:, None], np.log(start) * weight, rcond=None)[0]
    mean = np.exp(columns @ beta)
    loss = poisson_deviance(observed, mean)
    for step in range(_MAX_STEPS):
        score = columns.T @ (observed - mean)
        if np.max(np.abs(score)) <= 1e-11 * observed.sum():
            return mean, step, True
        weight = np.sqrt(mean)
        residual = (observed - mean) / np.maximum(weight, 1e-150)
        change = np.linalg.lstsq(columns * weight[:, None], residual, rcond=None)[0]
        for _ in range(_HALVINGS):
            with np.errstate(over="ignore"):
                following = np.exp(columns @ (beta + change))
                new_loss = poisson_deviance(observed, following)
            if new_loss <= loss + 1e-12 * (1.0 + abs(loss)):
                break
            change *= 0.5
        beta, mean, loss = beta + change, following, new_loss
    return mean, _MAX_STEPS, False


def poisson_deviance(observed: Array, mean: Array) -> float:
    """2 sum (n log(n / m) - n + m); infinite where a mean is."""
    taken = observed > 0
    if not np.all(np.isfinite(mean)) or np.any(mean[taken] <= 0):
        return float("inf")
    return 2.0 * float(observed[taken] @ np.log(observed[taken] / mean[taken]) - observed.sum() + mean.sum())
