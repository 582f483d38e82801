"""What a test or a form measures, how precisely, and the reliabilities that follow from it."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.numerics import normal_grid
from app.psychometrics.responses import Responses

from .ability import Abilities
from .blocks import check_parameters, check_variance, own_form_sums
from .model import Array, ItemParameters

_Curve = Callable[[ArrayLike], Array]
_MARGINAL = "marginal (Green et al.), normal population"


def test_information(parameters: ItemParameters, theta: ArrayLike) -> Array:
    """Fisher information of a test at each ability: ``I(theta) = sum_j P_j'^2 / (P_j Q_j)``.

    parameters: of the items of the test; of one form, take `ItemParameters.of_items`.
    theta: any shape.  Returns that shape.
    Source: Birnbaum 1968, in Lord & Novick, ch. 20.

    >>> float(test_information(ItemParameters.from_difficulty([0.0, 0.0]), 0.0))
    0.5
    """
    return np.asarray(parameters.information(theta).sum(axis=-1))


def expected_score(parameters: ItemParameters, theta: ArrayLike) -> Array:
    """Expected number of right answers at each ability: ``sum_j P_j(theta)``, the test characteristic curve.

    parameters: of the items of the test, without those that were not calibrated.
    theta: any shape.  Returns that shape.
    Source: Lord & Novick 1968, ch. 16.

    >>> float(expected_score(ItemParameters.from_difficulty([0.0, 0.0]), 0.0))
    1.0
    """
    return np.asarray(parameters.probability(theta).sum(axis=-1))


def form_information(responses: Responses, parameters: ItemParameters, theta: ArrayLike) -> Array:
    """Information of the own form of each candidate at each ability.

    parameters: of all items.  theta: (nodes,).  Returns (persons, nodes); 0 without items.

    >>> r = Responses.from_dense([[1, 0], [1, float("nan")]])
    >>> form_information(r, ItemParameters.from_difficulty([0.0, 0.0]), [0.0]).tolist()
    [[0.5], [0.25]]
    """
    return own_form_sums(responses, _on_nodes(responses, parameters, theta, parameters.information))


def form_expected_score(responses: Responses, parameters: ItemParameters, theta: ArrayLike) -> Array:
    """Expected score on the own form of each candidate at each ability: how hard each form is.

    parameters: of all items; one that was not calibrated counts one half.
    theta: (nodes,).  Returns (persons, nodes); 0 without items.

    >>> r = Responses.from_dense([[1, 0], [1, float("nan")]])
    >>> form_expected_score(r, ItemParameters.from_difficulty([0.0, 0.0]), [0.0]).tolist()
    [[1.0], [0.5]]
    """
    return own_form_sums(responses, _on_nodes(responses, parameters, theta, parameters.probability))


def standard_error(parameters: ItemParameters, theta: float) -> Estimate:
    """Standard error of the maximum-likelihood ability of a test at one ability: ``1 / sqrt(I(theta))``.

    Returns the value; ``TOO_FEW_ITEMS`` when the items say nothing there. `n_used` is 0: no candidate enters.
    Source: Birnbaum 1968, in Lord & Novick, ch. 20.

    >>> standard_error(ItemParameters.from_difficulty([0.0] * 16), 0.0).value
    0.5
    """
    information = float(test_information(parameters, _finite(theta)))
    if information <= 0.0:
        return no_estimate(Reason.TOO_FEW_ITEMS)
    return Estimate(value=1.0 / math.sqrt(information), n_used=0)


def marginal_reliability(parameters: ItemParameters, *, variance: float = 1.0) -> Estimate:
    """Reliability that the model expects of abilities from this test, averaged over a normal population.

    ``integral of I / (I + 1/variance) g``, g the normal density with mean 0; by 61 nodes over six
    SDs on both sides. No responses enter (`n_used` is 0), so it holds for the abilities, not for a
    raw score.

    parameters: of the items of the test; without items the reason is ``TOO_FEW_ITEMS``.
    variance: of the abilities, positive.
    Source: Green, Bock, Humphreys, Linn & Reckase 1984, J. Educ. Meas. 21:347-360.

    >>> round(marginal_reliability(ItemParameters.from_difficulty([0.0] * 20)).value, 3)
    0.796
    """
    nodes, weights = _population(variance)
    if parameters.n_items == 0:
        return no_estimate(Reason.TOO_FEW_ITEMS, variant=_MARGINAL)
    information = test_information(parameters, nodes)
    value = float(weights @ (information / (information + 1.0 / variance)))
    return Estimate(value=value, n_used=0, variant=_MARGINAL)


def form_marginal_reliability(responses: Responses, parameters: ItemParameters, *, variance: float = 1.0) -> Estimate:
    """Mean over the candidates of the `marginal_reliability` of the own form.

    parameters: of all items.  variance: of the abilities, positive.
    Returns the mean; ``TOO_FEW_PERSONS`` when nobody received an item. Source as `marginal_reliability`.

    >>> r = Responses.from_dense([[1, 0], [1, 1]])
    >>> round(form_marginal_reliability(r, ItemParameters.from_difficulty([0.0, 0.0])).value, 3)
    0.289
    """
    nodes, weights = _population(variance)
    information = form_information(responses, parameters, nodes)[responses.present]
    if len(information) == 0:
        return no_estimate(Reason.TOO_FEW_PERSONS, variant=_MARGINAL)
    each = (information / (information + 1.0 / variance)) @ weights
    return Estimate(value=float(each.mean()), n_used=len(each), variant=f"{_MARGINAL}, mean over own forms")


def empirical_reliability(abilities: Abilities) -> Estimate:
    """Reliability of posterior means: ``var(EAP) / (var(EAP) + mean of posterior variances)``.

    It speaks of the ability estimates of these candidates, not of a raw score. 1/(n-1) in the variance.

    abilities: of `eap`.  Returns no value for n < 2 or equal estimates. Least n: 50.
    Source: Bock & Mislevy 1982, Appl. Psychol. Meas. 6:431-444, as computed by mirt's ``empirical_rxx``.

    >>> from app.psychometrics.irt import eap
    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(empirical_reliability(eap(r, ItemParameters.from_difficulty([0.0, 0.0, 0.0]))).value, 3)
    0.502
    """
    spread = _spread(abilities)
    variant = f"empirical, of {abilities.variant}"
    if isinstance(spread, Reason):
        return no_estimate(spread, abilities.n_used, variant=variant)
    variance, error = spread
    return Estimate(value=variance / (variance + error), n_used=abilities.n_used, variant=variant)


def separation_reliability(abilities: Abilities) -> Estimate:
    """Separation reliability of ML or WLE abilities: ``1 - mean(SE^2) / var(theta)``.

    Candidates without a standard error (at a bound) do not enter; 1/(n-1) in the variance. It is
    another number than `empirical_reliability`, lower on short tests, and negative where the errors
    exceed the spread.

    abilities: of `wle` or `ml`.  Returns no value for n < 2 or equal estimates. Least n: 50.
    Source: Wright & Masters 1982, Rating Scale Analysis, ch. 5.

    >>> from app.psychometrics.irt import wle
    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(separation_reliability(wle(r, ItemParameters.from_difficulty([0.0, 0.0, 0.0]))).value, 3)
    0.172
    """
    spread = _spread(abilities)
    variant = f"separation, of {abilities.variant}"
    if isinstance(spread, Reason):
        return no_estimate(spread, abilities.n_used, variant=variant)
    variance, error = spread
    return Estimate(value=1.0 - error / variance, n_used=abilities.n_used, variant=variant)


def _spread(abilities: Abilities) -> tuple[float, float] | Reason:
    """Variance of the estimates and mean of the squared standard errors."""
    theta, se = abilities.theta[abilities.defined], abilities.se[abilities.defined]
    if len(theta) < 2:
        return Reason.TOO_FEW_PERSONS
    if float(np.ptp(theta)) <= 1e-9:
        return Reason.NO_TOTAL_VARIANCE
    return float(np.var(theta, ddof=1)), float(np.mean(se**2))


def _population(variance: float) -> tuple[Array, Array]:
    nodes, weights = normal_grid()
    return nodes * math.sqrt(check_variance(variance)), weights


def _on_nodes(responses: Responses, parameters: ItemParameters, theta: ArrayLike, curve: _Curve) -> Array:
    check_parameters(responses, parameters)
    nodes = np.asarray(theta, dtype=np.float64)
    if nodes.ndim != 1 or not np.all(np.isfinite(nodes)):
        raise ValueError("theta must be a column of finite numbers")
    return curve(nodes)


def _finite(theta: float) -> float:
    if not math.isfinite(theta):
        raise ValueError(f"theta must be finite, got {theta!r}")
    return theta
