"""Generalizability of a score: relative and absolute coefficients from variance components."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate
from app.psychometrics.responses import Responses

from .absolute import jackknife_estimate
from .components import (
    VarianceComponents,
    components_henderson,
    components_one_way,
    terms_without_each,
)
from .reml import components_reml

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Generalizability:
    """Coefficients of the proportion right on forms of `n_items` items.

    components: where the variance comes from.
    n_items:    form length the coefficients are for; over forms of different lengths, the harmonic mean.
    relative:   E(rho^2), for ranking or for equated forms: easy and hard forms are no error.
    absolute:   Phi, for a fixed raw cut on random forms: they are. Items from an infinite bank.
    absolute_finite: Phi when the bank *is* the universe: drawing k_h of its B_h items without
                replacement leaves ``1 - k_h / B_h`` of the item part. Not below `absolute`.
    at_cut:     Phi(lambda): the same distance from the cut counts; ``None`` when no cut was given.
    """

    components: VarianceComponents
    n_items: float
    relative: Estimate
    absolute: Estimate
    absolute_finite: Estimate
    at_cut: Estimate | None


def generalizability_henderson(
    responses: Responses, *, n_items: float | None = None, cut: float | None = None, level: float = 0.95
) -> Generalizability:
    """Coefficients from `components_henderson`, with jackknife intervals over candidates.

    With p, i, e the components: ``E(rho^2) = p / (p + e/k)``, ``Phi = p / (p + (i + e)/k)`` and
    ``Phi(lambda) = (p + d) / (p + d + (i + e)/k)``, d the squared distance of the mean from the
    cut less its sampling variance. A negative component counts as 0, and leaves no interval. On
    blueprint forms the differences between unit means count as item variance here, which is
    conservative; `generalizability_reml` can leave them out.

    n_items: form length k > 0; ``None`` takes that of the data.
    cut:     as a proportion of the form, in [0, 1], for `Generalizability.at_cut`.
    level:   of the intervals, (0, 1); they are ``log(1 - r) -+ t se`` and hold for this bank of items.

    There is no value where `components_henderson` has none. Least n: 50.
    Source: Brennan 2001, Generalizability Theory; Brennan & Kane 1977, J. Educ. Meas. 14:277-289.

    >>> g = generalizability_henderson(Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]))
    >>> round(g.relative.value, 4), round(g.absolute.value, 4)  # a fixed form: alpha, and Phi below it
    (0.75, 0.7143)
    """
    check_level(level)
    components = components_henderson(responses)
    plain = _coefficients(responses, components, n_items, cut)
    if plain.absolute.value is None or min(components.person or 0.0, components.item or 0.0) < 0.0:
        return plain
    without = terms_without_each(responses).crossed()
    p, i, e = without[:, 0], without[:, 1], without[:, 2]
    k, left = plain.n_items, _finite_share(responses, plain.n_items)
    return Generalizability(
        components=components,
        n_items=k,
        relative=_with_interval(plain.relative, p, e / k, level),
        absolute=_with_interval(plain.absolute, p, (i + e) / k, level),
        absolute_finite=_with_interval(plain.absolute_finite, p, (left * i + e) / k, level),
        at_cut=plain.at_cut,
    )


def generalizability_reml(
    responses: Responses, *, stratified: bool = False, n_items: float | None = None, cut: float | None = None
) -> Generalizability:
    """Coefficients from `components_reml`, without intervals; `bootstrap` gives them.

    Stratified, candidates within strata belong to the universe score in the proportions w of the
    blueprint: ``p + sum_h w_h^2 p:h`` stands for p in the formulas of `generalizability_henderson`.

    stratified: units of the blueprint as fixed, ``p x (i:h)``.  The others as there.

    >>> g = generalizability_reml(Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]))
    >>> round(g.relative.value, 4), round(g.absolute.value, 4)
    (0.75, 0.7143)
    """
    return _coefficients(responses, components_reml(responses, stratified=stratified), n_items, cut)


def generalizability_one_way(
    responses: Responses, *, n_items: float | None = None, cut: float | None = None, level: float = 0.95
) -> Generalizability:
    """Coefficients of items within persons, from `components_one_way`: every candidate has own items.

    There is no relative coefficient; `absolute` is ``1 - MSw / MSb`` on forms of one length, KR-21 but
    for 1/N. The bank is infinite, since items are not told apart: no finite version either.
    Arguments as `generalizability_henderson`.

    >>> g = generalizability_one_way(Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]))
    >>> round(g.absolute.value, 4), g.relative.value
    (0.7, None)
    """
    check_level(level)
    components = components_one_way(responses)
    plain = _coefficients(responses, components, n_items, cut)
    if plain.absolute.value is None:
        return plain
    without = terms_without_each(responses).nested()
    absolute = _with_interval(plain.absolute, without[:, 0], without[:, 1] / plain.n_items, level)
    return Generalizability(components, plain.n_items, plain.relative, absolute, plain.absolute_finite, plain.at_cut)


def _coefficients(
    responses: Responses, components: VarianceComponents, n_items: float | None, cut: float | None
) -> Generalizability:
    """All coefficients without intervals."""
    if n_items is not None and not (n_items > 0.0 and math.isfinite(n_items)):
        raise ValueError(f"n_items must be positive, got {n_items!r}")
    if cut is not None and not 0.0 <= cut <= 1.0:
        raise ValueError(f"cut must be a proportion in 0..1, got {cut!r}")
    lengths = responses.form_length[responses.present]
    k = n_items or (float(len(lengths) / np.sum(1.0 / lengths)) if len(lengths) else 1.0)
    person, residual = components.person, components.residual
    if person is None or residual is None:
        nothing = no_estimate(
            components.reason or Reason.TOO_FEW_PERSONS, components.n_used, variant=components.variant
        )
        return Generalizability(components, k, nothing, nothing, nothing, None if cut is None else nothing)
    universe = max(person, 0.0) + max(components.person_stratum or 0.0, 0.0) * _squared_shares(responses)
    crossed = components.item is not None
    item, error = max(components.item or 0.0, 0.0), max(residual, 0.0)
    absolute_error = (item + error) / k
    at_cut = None
    if cut is not None:
        distance = ((components.mean or 0.0) - cut) ** 2 - (components.mean_variance or 0.0)
        at_cut = _ratio("Phi(lambda)", universe + max(distance, 0.0), absolute_error, components)
    finite_error = (_finite_share(responses, k) * item + error) / k
    return Generalizability(
        components=components,
        n_items=k,
        relative=_ratio("E(rho^2)", universe, error / k if crossed else None, components),
        absolute=_ratio("Phi, infinite bank", universe, absolute_error, components),
        absolute_finite=_ratio("Phi, finite bank", universe, finite_error if crossed else None, components),
        at_cut=at_cut,
    )


def _ratio(name: str, universe: float, error: float | None, components: VarianceComponents) -> Estimate:
    variant = f"{name}; {components.variant}"
    if error is None:
        return no_estimate(Reason.NO_COMMON_ITEMS, components.n_used, variant=variant)
    if universe + error <= 0.0:
        return no_estimate(Reason.NO_TOTAL_VARIANCE, components.n_used, variant=variant)
    return Estimate(value=universe / (universe + error), n_used=components.n_used, variant=variant)


def _with_interval(plain: Estimate, universe: Array, error: Array, level: float) -> Estimate:
    if plain.value is None:
        return plain
    with np.errstate(divide="ignore", invalid="ignore"):
        without = np.where(universe + error > 0.0, universe / (universe + error), np.nan)
    return jackknife_estimate(plain.value, without, level=level, variant=plain.variant)


def _squared_shares(responses: Responses) -> float:
    share = _stratum_shares(responses)
    return float(share @ share)


def _finite_share(responses: Responses, k: float) -> float:
    """Part of the item variance that is left, ``sum_h w_h (1 - k_h / B_h)`` with ``k_h = w_h k``."""
    bank = np.bincount(responses.stratum, minlength=len(responses.stratum_labels))
    share = _stratum_shares(responses)
    return float(share @ np.maximum(1.0 - share * k / np.maximum(bank, 1), 0.0))


def _stratum_shares(responses: Responses) -> Array:
    """Share of each stratum in the answers: the blueprint."""
    count = np.bincount(responses.stratum[responses.item], minlength=len(responses.stratum_labels))
    share: Array = count / max(responses.n_rows, 1)
    return share
