"""Standard errors of any equating, by drawing the candidates again."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .result import Equating
from .scores import FormScores

Array = NDArray[np.float64]

_LARGEST_LOSS = 0.1
"""Share of the resamples that may fail before there is no standard error."""


def bootstrap_errors(
    equate: Callable[[FormScores, FormScores], Equating],
    x: FormScores,
    y: FormScores,
    *,
    draws: int = 500,
    seed: int = 0,
) -> Equating:
    """Return the equating of X to Y with standard errors from a bootstrap over the candidates.

    Each resample draws n_x and n_y candidates with replacement, anchor scores with them, and goes
    through the whole of `equate`, smoothing included.

    equate: two forms to an equating, e.g. ``lambda x, y: equipercentile_equating(x, y, degree=4)``.
    x, y: whole counts.  draws: >= 2.  seed: of the chance.
    No standard errors when the equating fails, or in more than a tenth of the resamples.
    Source: Efron & Tibshirani 1993; Kolen & Brennan 2014, ch. 7.

    >>> from app.psychometrics.equating import linear_equating
    >>> x, y = FormScores.from_counts([30, 60, 40]), FormScores.from_counts([20, 60, 50])
    >>> made = bootstrap_errors(linear_equating, x, y, draws=50, seed=1)
    >>> len(made.se)
    3
    """
    if draws < 2:
        raise ValueError(f"draws must be at least 2, got {draws!r}")
    equated = equate(x, y)
    if equated.reason is not None:
        return equated
    rng = np.random.default_rng(seed)
    drawn = (equate(_resample(x, "x", rng), _resample(y, "y", rng)) for _ in range(draws))
    good = [again.equivalents for again in drawn if again.reason is None]
    variant = f"{equated.variant}; standard errors from {draws} resamples"
    if len(good) < max(2.0, (1.0 - _LARGEST_LOSS) * draws):
        return replace(equated, se=(), variant=equated.variant)
    return replace(equated, se=tuple(np.std(np.array(good), axis=0, ddof=1).tolist()), variant=variant)


def _resample(form: FormScores, name: str, rng: "np.random.Generator") -> FormScores:
    table = form.counts if form.joint is None else form.joint
    if np.any(table != np.floor(table)):
        raise ValueError(f"{name} must have whole counts")
    share = table.ravel() / table.sum()
    return FormScores.from_counts(rng.multinomial(round(form.n), share).reshape(table.shape))
