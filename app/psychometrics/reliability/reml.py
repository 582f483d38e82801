"""Variance components of scores in sparse data by restricted maximum likelihood."""

import math
from dataclasses import dataclass

import numpy as np

from app.psychometrics.estimate import Reason
from app.psychometrics.numerics import minimise
from app.psychometrics.responses import Responses

from .answers import Answers, Array, answers_of
from .components import VarianceComponents, components_henderson, no_components, obstacle

_TINY = 1e-7
"""Ratio to the residual variance below which a component is reported as 0."""
_HUGE = 1e6
"""Ratio from which on the effects explain every answer: nothing is left to compare them with."""


def components_reml(responses: Responses, *, stratified: bool = False) -> VarianceComponents:
    """Components of persons crossed with items by restricted maximum likelihood (REML).

    ``x = mu + p + i + residual``; stratified, ``x = mu_h + p + p:h + i + residual`` with a fixed
    mean per stratum h (unit of the blueprint) and random persons, persons within strata, and
    items. No component is negative. The persons are eliminated in closed form, so that a step
    costs one factorisation of an (items, items) matrix, however many candidates there are.

    Returns no figures as `components_henderson`, without convergence (``NOT_CONVERGED``), or where
    the effects of a few answers explain them all (``BOUNDARY``).
    With a single stratum `stratified` changes nothing. Least n: 50.
    Source: Patterson & Thompson 1971, Biometrika 58:545-554; Bates et al. 2015 for the profiled form.

    >>> c = components_reml(Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]))
    >>> round(c.person, 4), round(c.item, 4), round(c.residual, 4)  # balanced: as the analysis of variance
    (0.1389, 0.0278, 0.1389)
    """
    stratified = stratified and len(np.unique(responses.stratum[responses.administered > 0])) > 1
    variant = "p x (i:h), REML" if stratified else "p x i, REML"
    reason = obstacle(responses, crossed=True)
    if reason is not None:
        return no_components(responses, reason, variant)
    answers = answers_of(responses, stratified=stratified)
    if responses.n_rows <= answers.n_strata:
        return no_components(responses, Reason.TOO_FEW_PERSONS, variant)
    search = _Search(answers, *_start(responses, answers, stratified=stratified))
    found = minimise(search.deviance, np.zeros(len(search.scale)), gradient=search.slope, tolerance=1e-10)
    if not found.converged:
        return no_components(responses, Reason.NOT_CONVERGED, variant, converged=False)
    roots = search.roots(found.at)
    if np.max(roots**2) > _HUGE:
        return no_components(responses, Reason.BOUNDARY, variant)
    return _result(responses, answers, search.fit(found.at), roots, variant)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """The profiled REML deviance at ratios x^2 of the components to the residual, and its slope."""

    deviance: float
    slope: Array
    residual: float
    effect: Array
    effect_variance: Array


class _Search:
    """The deviance as a function of the square roots of the ratios, shifted and scaled to a round valley.

    The roots make a component of 0 an ordinary minimum. Value and slope come from one evaluation.
    """

    def __init__(self, answers: Answers, start: Array, scale: Array) -> None:
        self.answers, self.start, self.scale = answers, start, scale
        self._last: tuple[bytes, _Fit] | None = None

    def roots(self, at: Array) -> Array:
        return self.start + self.scale * at

    def fit(self, at: Array) -> _Fit:
        name = at.tobytes()
        if self._last is None or self._last[0] != name:
            try:
                fit = _fit(self.answers, self.roots(at))
            except np.linalg.LinAlgError:  # too far out: the search steps back from here
                fit = _Fit(math.inf, np.zeros(len(at)), 0.0, at, at)
            self._last = name, fit
        return self._last[1]

    def deviance(self, at: Array) -> float:
        return self.fit(at).deviance

    def slope(self, at: Array) -> Array:
        return self.fit(at).slope * self.scale


def _start(responses: Responses, answers: Answers, *, stratified: bool) -> tuple[Array, Array]:
    """Roots of the ratios by the closed form, and about how far sampling moves them."""
    closed = components_henderson(responses)
    figures = (closed.person or 0.0, closed.item or 0.0)
    residual = closed.residual or 0.0
    person, item = (math.sqrt(max(x / residual if residual > 0.0 else 0.0, 0.01)) for x in figures)
    start, effects = [person, item], [answers.responses.n_persons, len(answers.stratum)]
    if stratified:
        start.insert(1, 0.3 * person)
        effects.insert(1, answers.responses.n_persons * answers.n_strata)
    return np.array(start), 0.5 * np.array(start) / np.sqrt(effects)


def _fit(answers: Answers, x: Array) -> _Fit:
    """Evaluate the deviance ``log|V| + log|X'V^-1 X| + (n - h) log r^2`` with the residual profiled out.

    With W the inverse covariance of the answers given the items, and v the ratio of the items:
    ``V^-1 = W - v WZ R Z'W``, ``R = (I + v Z'WZ)^-1``. The fixed means are sums of item columns,
    ``X = ZL``; hence ``X'V^-1 X = L' Z'WZ R L``, ``X'V^-1 y = L' R Z'Wy`` and
    ``y'V^-1 y = y'Wy - v y'WZ R Z'Wy``. In the code ``zwz`` is Z'WZ, ``xvx`` is X'V^-1 X, and so on.
    """
    v = float(x[-1] ** 2)
    reduced, changes = answers.reduced(x[:-1] ** 2)
    zwz, zwy = reduced.matrix, reduced.vector
    whole = np.eye(len(zwy)) + v * zwz
    r = np.linalg.inv(whole)
    r_l, r_zwy = r @ answers.member, r @ zwy
    zwz_r_l = zwz @ r_l
    xvx, xvy = answers.member.T @ zwz_r_l, r_l.T @ zwy
    inverse: Array = np.linalg.inv(xvx).astype(np.float64)
    effect = inverse @ xvy
    rss = reduced.scalar - v * float(zwy @ r_zwy) - float(xvy @ effect)
    free = answers.n_rows - answers.n_strata
    if not rss > 0.0:
        return _Fit(math.inf, np.zeros(len(x)), 0.0, effect, inverse)

    def slope(d_xvx: Array, d_xvy: Array, d_yvy: float, d_log: float) -> float:
        d_rss = d_yvy - 2.0 * float(effect @ d_xvy) + float(effect @ d_xvx @ effect)
        return d_log + float(np.sum(inverse * d_xvx)) + free * d_rss / rss

    slopes = []
    for part in changes:
        moved = part.matrix @ r_zwy
        d_xvy = r_l.T @ (part.vector - v * moved)
        d_yvy = part.scalar - 2.0 * v * float(r_zwy @ part.vector) + v * v * float(r_zwy @ moved)
        d_log = part.log_determinant + v * float(np.sum(r * part.matrix))
        slopes.append(slope(r_l.T @ part.matrix @ r_l, d_xvy, d_yvy, d_log))
    d_yvy = v * float(r_zwy @ zwz @ r_zwy) - float(zwy @ r_zwy)
    slopes.append(slope(-zwz_r_l.T @ zwz_r_l, -zwz_r_l.T @ r_zwy, d_yvy, float(np.sum(r * zwz))))
    determinants = reduced.log_determinant + np.linalg.slogdet(whole)[1] + np.linalg.slogdet(xvx)[1]
    return _Fit(float(determinants) + free * math.log(rss), 2.0 * x * np.array(slopes), rss / free, effect, inverse)


def _result(responses: Responses, answers: Answers, fit: _Fit, x: Array, variant: str) -> VarianceComponents:
    parts = [0.0 if root**2 < _TINY else float(root**2) * fit.residual for root in x]
    share = np.array(
        [np.mean(answers.stratum[answers.column[answers.responses.item]] == h) for h in range(answers.n_strata)]
    )
    return VarianceComponents(
        person=parts[0],
        person_stratum=parts[1] if len(parts) > 2 else None,
        item=parts[-1],
        residual=fit.residual,
        mean=float(share @ fit.effect),
        mean_variance=fit.residual * float(share @ fit.effect_variance @ share),
        n_used=len(responses.present),
        n_items=len(answers.stratum),
        n_rows=responses.n_rows,
        converged=True,
        variant=variant,
    )
