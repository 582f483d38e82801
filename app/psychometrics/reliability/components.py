"""Variance components of scores in sparse data, in closed form."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.criterion import weighted_counts
from app.psychometrics.estimate import Reason
from app.psychometrics.responses import Responses

Array = NDArray[np.float64]
Figure = Array | np.float64


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """Where the variance of a single answer (0 or 1) comes from.

    person:         between candidates.
    person_stratum: between candidates within a stratum, beyond `person`; ``None`` without strata.
    item:           between items (within strata where there are); ``None`` when nested in persons.
    residual:       the rest: candidate by item and chance; items within persons when nested.
    mean, mean_variance: the estimated mean score of an answer and its sampling variance.
    n_used, n_items, n_rows: candidates, items and answers that entered.
    converged:      did the iterations end? ``True`` for a closed form.
    variant:        the estimator.

    A component of a closed form may come out negative by sampling error and is left so; where
    the data cannot carry them all figures are ``None`` and `reason` says why.
    """

    person: float | None
    person_stratum: float | None
    item: float | None
    residual: float | None
    mean: float | None
    mean_variance: float | None
    n_used: int
    n_items: int
    n_rows: int
    converged: bool
    variant: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Sums of squares and counts of the analogous analysis of variance; arrays of any one shape.

    square, whole, persons, items: uncorrected sums of squares of the answers, of their total, of
    the totals of persons and of items, each divided by its number of answers.
    person_weight, item_weight: sums of squared numbers of answers, divided by n.
    """

    n: Figure
    n_persons: Figure
    n_items: Figure
    square: Figure
    whole: Figure
    persons: Figure
    items: Figure
    person_weight: Figure
    item_weight: Figure

    def crossed(self) -> Array:
        """(..., 3) components person, item, residual; NaN where the design cannot tell them apart.

        Three expected differences of sums of squares, linear in the three components.
        """
        n, p, i = self.n, self.n_persons, self.n_items
        rows = (
            (n - self.person_weight, p - self.item_weight, p - 1.0),
            (i - self.person_weight, n - self.item_weight, i - 1.0),
            (n - self.person_weight, n - self.item_weight, n - 1.0),
        )
        coefficient = np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
        observed = np.stack([self.persons - self.whole, self.items - self.whole, self.square - self.whole], axis=-1)
        scaled = coefficient / np.maximum(n, 1.0)[..., None, None]
        singular = np.abs(np.linalg.det(scaled)) < 1e-12
        scaled = np.where(singular[..., None, None], np.eye(3), scaled)
        solution = np.linalg.solve(scaled, (observed / np.maximum(n, 1.0)[..., None])[..., None])[..., 0]
        return np.where(singular[..., None], np.nan, solution)

    def nested(self) -> Array:
        """(..., 2) components person, items within person; not finite where there are too few persons."""
        with np.errstate(divide="ignore", invalid="ignore"):
            within = (self.square - self.persons) / (self.n - self.n_persons)
            between = (self.persons - self.whole) / (self.n_persons - 1.0)
            size = (self.n - self.person_weight) / (self.n_persons - 1.0)
            return np.stack([(between - within) / size, within], axis=-1)


def terms(responses: Responses) -> Terms:
    """Of all candidates together: 0-dimensional arrays."""
    lengths, totals = responses.form_length[responses.present], responses.total[responses.present]
    seen, right = _used(responses)
    n, t = float(responses.n_rows), float(totals.sum())
    return Terms(
        n=np.float64(n),
        n_persons=np.float64(len(lengths)),
        n_items=np.float64(len(seen)),
        square=np.float64(t),
        whole=np.float64(t * t / n),
        persons=np.sum(totals**2 / lengths),
        items=np.sum(right**2 / seen),
        person_weight=np.sum(lengths**2) / n,
        item_weight=np.sum(seen**2) / n,
    )


def terms_without_each(responses: Responses) -> Terms:
    """Leave out each candidate in turn: arrays of (candidates with items,), from one pass over the rows."""
    whole = terms(responses)
    lengths, totals = responses.form_length[responses.present], responses.total[responses.present]
    seen, right = responses.administered[responses.item], responses.correct[responses.item].astype(np.float64)
    left = right - responses.score
    change = right**2 / seen - left**2 / np.maximum(seen - 1, 1)

    def per_person(values: NDArray[np.floating] | NDArray[np.integer]) -> Array:
        return weighted_counts(responses.person, values, responses.n_persons)[responses.present]

    n = whole.n - lengths
    total = whole.square - totals
    return Terms(
        n=n,
        n_persons=np.broadcast_to(whole.n_persons - 1.0, n.shape),
        n_items=whole.n_items - per_person(seen == 1),
        square=total,
        whole=total**2 / n,
        persons=whole.persons - totals**2 / lengths,
        items=whole.items - per_person(change),
        person_weight=(whole.person_weight * whole.n - lengths**2) / n,
        item_weight=(whole.item_weight * whole.n - per_person(2 * seen - 1)) / n,
    )


def components_one_way(responses: Responses) -> VarianceComponents:
    """Components of items within persons, ``x = mu + person + item:person``: one-way analysis of variance.

    For forms of any lengths that share no items, or whose sharing is not used; the item effects
    are part of `residual`, as in an absolute error.

    Returns no figures for fewer than 2 candidates or answers that do not vary. Least n: 50.
    Source: Brennan 2001, Generalizability Theory.

    >>> c = components_one_way(Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]))
    >>> round(c.person, 4), round(c.residual, 4)
    (0.1296, 0.1667)
    """
    variant = "one-way ANOVA, items within persons"
    reason = obstacle(responses, crossed=False)
    if reason is not None:
        return no_components(responses, reason, variant)
    t = terms(responses)
    person, residual = t.nested().tolist()
    return _result(responses, t, (person, None, residual), variant)


def components_henderson(responses: Responses) -> VarianceComponents:
    """Components of persons crossed with items, ``x = mu + p + i + residual``, by Henderson's method 1.

    The sums of squares of the analogous analysis of variance are set equal to their
    expectations: closed form for any pattern of missing rows, in one pass over them. On a fixed
    form it is the ordinary analysis of variance.

    Returns no figures for fewer than 2 candidates or items, answers that do not vary, or forms
    that share too little (``NO_COMMON_ITEMS``). Least n: 50.
    Source: Henderson 1953, Biometrics 9:226-252; Brennan 2001, Generalizability Theory, ch. 7.

    >>> c = components_henderson(Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]))
    >>> round(c.person, 4), round(c.item, 4), round(c.residual, 4)
    (0.1389, 0.0278, 0.1389)
    """
    variant = "p x i, Henderson's method 1"
    reason = obstacle(responses, crossed=True)
    if reason is not None:
        return no_components(responses, reason, variant)
    t = terms(responses)
    figures = t.crossed().tolist()
    if not np.all(np.isfinite(figures)):
        return no_components(responses, Reason.NO_COMMON_ITEMS, variant)
    return _result(responses, t, (figures[0], figures[1], figures[2]), variant)


def obstacle(responses: Responses, *, crossed: bool) -> Reason | None:
    """Why answers carry no components, if they do not."""
    if len(responses.present) < 2:
        return Reason.TOO_FEW_PERSONS
    if np.count_nonzero(responses.administered) < 2 or responses.form_length.max() < 2:
        return Reason.TOO_FEW_ITEMS
    if responses.total.sum() in (0, responses.n_rows):
        return Reason.NO_TOTAL_VARIANCE
    if crossed and responses.administered.max() < 2:
        return Reason.NO_COMMON_ITEMS
    return None


def no_components(responses: Responses, reason: Reason, variant: str, *, converged: bool = True) -> VarianceComponents:
    """Return components without figures, and the reason."""
    n, items = len(responses.present), int(np.count_nonzero(responses.administered))
    return VarianceComponents(
        None, None, None, None, None, None, n, items, responses.n_rows, converged, variant, reason
    )


def _result(
    responses: Responses, t: Terms, figures: tuple[float, float | None, float], variant: str
) -> VarianceComponents:
    person, item, residual = figures
    n = float(t.n)
    spread = max(person, 0.0) * float(t.person_weight) + max(item or 0.0, 0.0) * float(t.item_weight) + residual
    return VarianceComponents(
        person=person,
        person_stratum=None,
        item=item,
        residual=residual,
        mean=float(t.square) / n,
        mean_variance=max(spread, 0.0) / n,
        n_used=int(t.n_persons),
        n_items=int(t.n_items),
        n_rows=responses.n_rows,
        converged=True,
        variant=variant,
    )


def _used(responses: Responses) -> tuple[Array, Array]:
    used = responses.administered > 0
    return responses.administered[used].astype(np.float64), responses.correct[used].astype(np.float64)
