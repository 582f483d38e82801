"""K and its variants: identical wrong answers, judged by candidates with as many wrong answers. Fixed forms only."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate
from app.psychometrics.long_form import OMITTED, UNRECORDED
from app.psychometrics.numerics.discrete import binomial_pmf
from app.psychometrics.numerics.poisson import poisson_means
from app.psychometrics.responses import Responses

from .answer_model import Array

_CLIP = 0.001  # what a chance is set to, from the bound it passes


@dataclass(frozen=True, slots=True)
class KIndices:
    """Upper-tail probabilities of the matches of one copier with one source; small is suspicious.

    k:      Holland: binomial, mean of the copier's own number-wrong group.
    k1, k2: binomial, mean from a linear or quadratic regression on the share wrong.
    s1:     Poisson, mean from a log-linear regression on the number wrong.
    s2:     as s1, with matching right answers added, each weighted by how rare it is in the group.
    n_matches: identical wrong answers.  n_source_wrong: wrong answers of the source.
    Estimates without a value give the reason; `n_used` counts candidates.
    """

    k: Estimate
    k1: Estimate
    k2: Estimate
    s1: Estimate
    s2: Estimate
    n_matches: int
    n_source_wrong: int


@dataclass(frozen=True, slots=True)
class _Groups:
    """Candidates grouped by number wrong, the source left out.

    n_wrong: (groups,) ascending.  mean_matches: (groups,) identical wrong answers with the source.
    right_weight: (groups, items) weight of a right answer shared with the source.
    mean_right: (groups,) mean weighted right matches.
    """

    n_wrong: NDArray[np.int64]
    mean_matches: Array
    right_weight: Array
    mean_right: Array


def k_indices(
    responses: Responses,
    *,
    copier: int,
    source: int,
    identical: Literal["option", "score"] = "option",
    guess: float = 0.2,
) -> KIndices:
    """K, K1, K2, S1 and S2 of one pair on a fixed form.

    With w_s wrong answers of the source and M identical wrong answers: ``K = P(X >= M)`` for X
    binomial (w_s, p), ``p = mean matches with the source / w_s`` of the candidates with as many
    wrong answers as the copier (the copier included, and the source where it belongs there).
    K1 and K2 take p from a least-squares line or parabola over all number-wrong groups, and 0.001
    or 0.999 where that leaves (0, 1). S1 is ``P(M <= X <= w_s)`` for X Poisson with a log-linear
    mean. S2 adds to M ``ceil(sum of weights)`` of the shared right answers, with weight
    ``((1+g)/(1-g) e)^(-P (1+g)/g)`` and P the share of the group that has the right match.

    copier, source: indices of two candidates.
    identical: "option", the same wrong option (Holland), or "score", both wrong whatever they chose.
    guess:     g in (0, 1).
    Returns no value on different forms (``FORMS_DIFFER``), or for a source without wrong answers.
    Least n: 100, for the groups to have members; omitted answers are wrong, and identical only by score.
    Source: Holland 1996, ETS RR-96-7; Sotaridona & Meijer 2002, 2003, J. Educ. Meas. 39:115-132, 40:53-69.

    >>> r = Responses.from_dense([[1, 0, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0], [1, 1, 0, 0]])
    >>> round(k_indices(r, copier=0, source=1, identical="score").k.value, 4)
    0.3906
    """
    for name, person in (("copier", copier), ("source", source)):
        if not 0 <= person < responses.n_persons:
            raise ValueError(f"{name} must be the index of a candidate, got {person!r}")
    if copier == source:
        raise ValueError("source must be another candidate than copier")
    if identical not in ("option", "score"):
        raise ValueError(f"identical must be 'option' or 'score', got {identical!r}")
    check_level(guess, "guess")
    reason = _obstacle(responses, copier, source, identical)
    if reason is not None:
        none = no_estimate(reason, len(responses.present), variant=f"identical by {identical}")
        return KIndices(none, none, none, none, none, 0, 0)
    return _indices(responses, copier, source, identical, guess)


def _obstacle(responses: Responses, copier: int, source: int, identical: str) -> Reason | None:
    if not responses.is_fixed_form:
        return Reason.FORMS_DIFFER
    if 0 in responses.form_length[[copier, source]]:
        return Reason.NO_COMMON_ITEMS
    if identical == "option" and np.any(responses.option == UNRECORDED):
        return Reason.OPTIONS_UNRECORDED
    if responses.total[source] == responses.form_length[source]:
        return Reason.NO_WRONG_ANSWERS
    return None


def _indices(responses: Responses, copier: int, source: int, identical: str, guess: float) -> KIndices:
    n = len(responses.present)
    k = int(responses.form_length[copier])
    right = responses.score.reshape(n, k) == 1
    option = responses.option.reshape(n, k)
    at = np.searchsorted(responses.present, [copier, source])
    same = ~right & ~right[at[1]]
    if identical == "option":
        same &= (option == option[at[1]]) & (option != OMITTED)
    matches, n_wrong = same.sum(axis=1), (~right).sum(axis=1)
    observed, own = int(matches[at[0]]), int(n_wrong[at[0]])
    possible = int(n_wrong[at[1]])

    groups = _groups(right, n_wrong, matches, int(at[1]), guess)
    here = int(np.searchsorted(groups.n_wrong, own))
    shared = right[at[0]] & right[at[1]]
    with_right = observed + _ceil(groups.right_weight[here] @ shared)

    share = groups.mean_matches / possible
    q = groups.n_wrong / k
    k0 = float(matches[n_wrong == own].mean()) / possible
    k1, k2 = (_inside(float(_fitted(q, share, degree)[here])) for degree in (1, 2))
    s1 = _log_linear(groups.n_wrong, groups.mean_matches)
    s2 = _log_linear(groups.n_wrong, groups.mean_matches + np.array([_ceil(w) for w in groups.mean_right]))
    by = f"identical by {identical}"
    return KIndices(
        k=_binomial(k0, observed, possible, n, f"K, {by}"),
        k1=_binomial(k1, observed, possible, n, f"K1, {by}"),
        k2=_binomial(k2, observed, possible, n, f"K2, {by}"),
        s1=_poisson(s1, here, observed, possible, n, f"S1, {by}"),
        s2=_poisson(s2, here, with_right, k, n, f"S2, {by}"),
        n_matches=observed,
        n_source_wrong=possible,
    )


def _groups(
    right: NDArray[np.bool_], n_wrong: NDArray[np.int64], matches: NDArray[np.int64], source: int, guess: float
) -> _Groups:
    others = np.arange(len(right)) != source
    sizes, group = np.unique(n_wrong[others], return_inverse=True)
    count = np.bincount(group)
    both = (right & right[source])[others].astype(np.float64)
    share = np.zeros((len(sizes), right.shape[1]))
    np.add.at(share, group, both)
    share /= count[:, None]
    weight = ((1.0 + guess) / (1.0 - guess) * math.e) ** (-(1.0 + guess) / guess * share)
    # the mean over the group of its weighted right matches
    return _Groups(sizes, np.bincount(group, matches[others]) / count, weight, np.sum(share * weight, axis=1))


def _fitted(x: Array, y: Array, degree: int) -> Array:
    """Least-squares polynomial at the points themselves; fewer points than coefficients are met exactly."""
    design = np.vander(x - x.mean(), degree + 1)
    fitted: Array = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return fitted


def _inside(p: float) -> float:
    """A line may leave (0, 1)."""
    return p if 0.0 < p < 1.0 else min(max(p, _CLIP), 1.0 - _CLIP)


def _log_linear(x: NDArray[np.int64], y: Array) -> Array | None:
    """Means of a Poisson regression at the points x, ascending; ``None`` where the likelihood has no maximum."""
    if len(x) == 1 or not np.any(y > 0.0):
        return y if len(x) == 1 and y[0] > 0.0 else None
    taken = x[y > 0.0]
    if taken[-1] == x[0] or taken[0] == x[-1]:  # at one end only: no slope is steep enough
        return None
    means, _, converged = poisson_means(y, np.stack((np.ones(len(x)), x - x.mean()), axis=1))
    return means if converged else None


def _binomial(p: float, low: int, high: int, n: int, variant: str) -> Estimate:
    """P(X >= low) of the binomial law of `high` trials."""
    return Estimate(min(float(binomial_pmf(high, p)[low:].sum()), 1.0), n, variant=variant)


def _poisson(means: Array | None, here: int, low: int, high: int, n: int, variant: str) -> Estimate:
    """P(low <= X <= high) with the mean of the copier's group, at most `high`."""
    if means is None:
        return no_estimate(Reason.NOT_CONVERGED, n, variant=variant)
    mean = min(float(means[here]), float(high))
    if mean <= 0.0:
        return no_estimate(Reason.BOUNDARY, n, variant=variant)
    terms = [math.exp(x * math.log(mean) - mean - math.lgamma(x + 1)) for x in range(low, high + 1)]
    return Estimate(min(math.fsum(terms), 1.0), n, variant=variant)


def _ceil(value: float) -> int:
    """Round up; a whole number with rounding noise stays itself."""
    return math.ceil(value - 1e-9)
