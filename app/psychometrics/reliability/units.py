"""Reliability of a form made of units: alpha of each, stratified alpha, and unit correlations."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.ctt import unit_scores
from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.responses import Responses

from .fixed import alpha
from .moments import fixed_form
from .obstacles import at_most_one


@dataclass(frozen=True, slots=True)
class UnitCorrelations:
    """Correlations between the scores of the units; rows and columns follow `units`.

    correlation:    as observed; ``None`` where a unit has no variance.
    disattenuated:  ``r_gh / sqrt(alpha_g alpha_h)``: between the units' true scores. Above 1 by
                    sampling error. On the diagonal stands ``1 / alpha_g``. ``None`` where an alpha
                    is not positive or has no value.
    reason:         why both are empty, else ``None``.
    """

    units: tuple[Hashable, ...]
    correlation: tuple[tuple[float | None, ...], ...]
    disattenuated: tuple[tuple[float | None, ...], ...]
    n_used: int
    reason: Reason | None = None
    variant: str = "raw scores; freed of unreliability by alpha of each unit"


def alpha_by_unit(responses: Responses, *, level: float = 0.95) -> dict[Hashable, Estimate]:
    """Alpha of the items of each unit (stratum), as `alpha`.

    Returns one estimate per unit, in the order of `Responses.stratum_labels`.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]], strata=["a", "a", "b"])
    >>> alpha_by_unit(r)["b"].reason.name
    'TOO_FEW_ITEMS'
    """
    return {
        label: alpha(responses.with_items(np.flatnonzero(responses.stratum == index)), level=level)
        for index, label in enumerate(responses.stratum_labels)
    }


def stratified_alpha(responses: Responses) -> Estimate:
    """Reliability of a sum over units: ``1 - sum_h s_h^2 (1 - alpha_h) / s_t^2``.

    Higher than alpha where the items of a unit hang together more than across units.

    Returns no value for different forms, equal totals, or a unit with a single item. Least n: 50.
    Source: Cronbach, Schoenemann & McKie 1965, Educ. Psychol. Meas. 25:291-312.

    >>> r = Responses.from_dense([[1, 1, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]], strata="aabb")
    >>> round(stratified_alpha(r).value, 4)
    0.85
    """
    variant = "stratified alpha"
    form = fixed_form(responses)
    if isinstance(form, Reason):
        return no_estimate(form, len(responses.present), variant=variant)
    stratum = responses.stratum[form.items]
    error = 0.0
    for unit in np.unique(stratum):
        own = np.flatnonzero(stratum == unit)
        if len(own) < 2:
            return no_estimate(Reason.SINGLE_ITEM_STRATUM, form.n, variant=variant)
        block = form.covariance[np.ix_(own, own)]
        whole, k = float(block.sum()), len(own)
        error += whole - k / (k - 1.0) * (whole - float(np.trace(block)))
    return Estimate(value=at_most_one(1.0 - error / float(form.covariance.sum())), n_used=form.n, variant=variant)


def unit_correlations(responses: Responses) -> UnitCorrelations:
    """Correlations between the scores of the units, observed and freed of unreliability.

    One fixed form; otherwise both are empty and `reason` says why. Least n: 100.
    Source: Spearman 1904, American Journal of Psychology 15:72-101.

    >>> r = Responses.from_dense([[1, 1, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]], strata="aabb")
    >>> u = unit_correlations(r)
    >>> round(u.correlation[0][1], 4), round(u.disattenuated[0][1], 4)
    (0.8182, 1.125)
    """
    form = fixed_form(responses)
    if isinstance(form, Reason):
        return UnitCorrelations(responses.stratum_labels, (), (), len(responses.present), form)
    correlation = unit_scores(responses).correlation
    alphas = [e.value for e in alpha_by_unit(responses).values()]
    reliability = np.array([np.nan if a is None or a <= 0.0 else a for a in alphas])
    observed = np.array(correlation, dtype=np.float64)
    freed = observed / np.sqrt(np.outer(reliability, reliability))
    return UnitCorrelations(responses.stratum_labels, correlation, _finite(freed), form.n)


def _finite(matrix: NDArray[np.float64]) -> tuple[tuple[float | None, ...], ...]:
    return tuple(tuple(x if np.isfinite(x) else None for x in row) for row in matrix.tolist())
