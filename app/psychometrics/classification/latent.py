"""Consistency and accuracy from item parameters and abilities, also on each candidate's own form."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.irt.blocks import check_parameters
from app.psychometrics.irt.model import ItemParameters
from app.psychometrics.numerics.discrete import sum_score_distribution
from app.psychometrics.numerics.normal import normal_tail
from app.psychometrics.numerics.quadrature import Quadrature, normal_grid, normalised
from app.psychometrics.responses import Responses

from .decision import Decision, Replication, checked_cut
from .true_score import Array, judged_figures

_BLOCK = 1 << 16  # chances held at a time: what fits the cache


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFormDecision(Decision):
    """A `Decision` with each candidate's own figures.

    pass_probability: chance to pass the own form again, ``None`` without items or ability.
    """

    pass_probability: tuple[float | None, ...] = ()


def lee_irt(parameters: ItemParameters, *, cut: int, quadrature: Quadrature | None = None) -> Decision:
    """Accuracy and consistency of a raw cut on one form, over a law of ability (Lee's D method).

    The raw score given an ability follows the Lord-Wingersky recursion; the candidate truly
    passes where the expected score reaches the cut. Both are averaged over the nodes.

    parameters: of the items of the form.
    cut:        whole, >= 0; a candidate passes at ``score >= cut``.
    quadrature: (abilities, weights); ``None``: 61 equally spaced on [-6, 6], standard normal.

    Returns no figures for a cut above the number of items, or with an item that was not calibrated
    (``NOT_CALIBRATED``, slope 0). Assumes that the model fits.
    Source: Lee 2010, J. Educ. Meas. 47:1-17; Lord & Wingersky 1984.

    >>> d = lee_irt(ItemParameters.from_difficulty([0.0, 0.0]), cut=1)
    >>> round(d.pass_rate, 3), d.replication.name
    (0.707, 'SAME_FORM')
    """
    theta, weight = normalised(normal_grid() if quadrature is None else quadrature)
    variant = "Lee 2010, D method: over a law of ability"
    if checked_cut(cut) > parameters.n_items:
        return Decision(
            replication=Replication.SAME_FORM, cut=cut, n_used=0, variant=variant, reason=Reason.CUT_UNREACHABLE
        )
    if np.any(parameters.slope == 0.0):
        return Decision(
            replication=Replication.SAME_FORM, cut=cut, n_used=0, variant=variant, reason=Reason.NOT_CALIBRATED
        )
    chances = parameters.probability(theta)
    passes = _passing(chances, cut)
    return Decision(
        replication=Replication.SAME_FORM,
        cut=cut,
        n_used=0,
        variant=variant,
        **judged_figures(passes, chances.sum(axis=1) >= cut, weight),
    )


def lee_own_form(responses: Responses, parameters: ItemParameters, theta: ArrayLike, *, cut: int) -> OwnFormDecision:
    """Accuracy and consistency of a raw cut on each candidate's own form (Lee's P method).

    As `lee_irt`, with each candidate's own items and ability, averaged over candidates. Right on
    random forms of any length; it speaks of the *same* form again, not of a retake on another.

    parameters: of the items of `responses`.
    theta:      (persons,) abilities; NaN where unknown, then the candidate is left out, as is one who
                received an item that was not calibrated (slope 0).
    cut:        whole, >= 0; a candidate passes at ``score >= cut``, so fails a shorter form.

    Returns no figures when no form reaches the cut or nobody has items and an ability. The error of
    theta enters consistency as if ability spread wider: prefer true-score laws for few items.
    Source: Lee 2010, J. Educ. Meas. 47:1-17.

    >>> r = Responses.from_dense([[1, 0, float("nan")], [float("nan"), 1, 1]])
    >>> d = lee_own_form(r, ItemParameters.from_difficulty([0.0, 0.0, 1.0]), [0.0, 1.0], cut=1)
    >>> [round(p, 3) for p in d.pass_probability]
    [0.75, 0.866]
    """
    ability = np.array(theta, dtype=np.float64)
    if ability.shape != (responses.n_persons,) or np.any(np.isinf(ability)):
        raise ValueError("theta must hold one finite number or NaN per candidate")
    check_parameters(responses, parameters)
    checked_cut(cut)
    uncalibrated = responses.person[parameters.slope[responses.item] == 0.0]
    ability[uncalibrated] = np.nan
    passes = np.full(responses.n_persons, np.nan)
    expected = np.full(responses.n_persons, np.nan)
    for persons, chances in _own_chances(responses, parameters, ability):
        passes[persons] = _passing(chances, cut)
        expected[persons] = chances.sum(axis=1)
    used = ~np.isnan(passes)
    n = int(np.count_nonzero(used))
    reason = None if n else Reason.NOT_CALIBRATED if len(uncalibrated) else Reason.TOO_FEW_PERSONS
    if n and cut > responses.form_length.max():
        reason = Reason.CUT_UNREACHABLE
    return OwnFormDecision(
        replication=Replication.SAME_FORM,
        cut=cut,
        n_used=n,
        variant="Lee 2010, P method: each candidate's own form",
        reason=reason,
        pass_probability=tuple(p if known else None for p, known in zip(passes.tolist(), used.tolist(), strict=True)),
        **({} if reason else judged_figures(passes[used], expected[used] >= cut, np.full(n, 1.0 / n))),
    )


def rudner(theta: ArrayLike, se: ArrayLike, *, theta_cut: float) -> Decision:
    """Accuracy and consistency of a cut on the ability scale, from abilities and standard errors.

    ``P_i = Phi((theta_i - theta_cut) / se_i)`` is the chance of an estimate at or above the cut. Accuracy
    takes the side on which theta_i itself lies, consistency is the mean of ``P_i^2 + (1 - P_i)^2``.

    theta, se: (persons,) e.g. EAP and posterior SD; NaN where unknown. se >= 0.
    theta_cut: finite; see `theta_at_score` for that of a raw cut.

    It speaks of deciding by ability on the same form, not by the raw score. Least n: 1.
    Source: Rudner 2001, 2005, Practical Assessment, Research & Evaluation 7(14), 10(13).

    >>> d = rudner([-1.0, 1.0], [0.5, 0.5], theta_cut=0.0)
    >>> round(d.accuracy, 4), round(d.consistency, 4)
    (0.9772, 0.9555)
    """
    ability, error = np.asarray(theta, dtype=np.float64), np.asarray(se, dtype=np.float64)
    if ability.ndim != 1 or ability.shape != error.shape or np.any(np.isinf(ability) | np.isinf(error)):
        raise ValueError("theta and se must be finite columns of one length")
    if np.any(error < 0.0):
        raise ValueError("se must not be negative")
    if not np.isfinite(theta_cut):
        raise ValueError(f"theta_cut must be finite, got {theta_cut!r}")
    known = ~(np.isnan(ability) | np.isnan(error))
    distance, error = theta_cut - ability[known], error[known]
    n = len(error)
    side = np.where(distance > 0.0, np.inf, -np.inf)
    with np.errstate(over="ignore"):
        z = np.divide(distance, error, out=side, where=error > 0.0)
    passes = normal_tail(z)
    return Decision(
        replication=Replication.SAME_FORM,
        cut=None,
        n_used=n,
        variant="Rudner 2005: normal error of the ability",
        reason=None if n else Reason.TOO_FEW_PERSONS,
        **(judged_figures(passes, distance <= 0.0, np.full(n, 1.0 / n)) if n else {}),
    )


def _passing(chances: Array, cut: int) -> Array:
    """P(score >= cut) of each row of chances."""
    upper: Array = sum_score_distribution(chances)[..., cut:].sum(axis=-1)
    return np.minimum(upper, 1.0)


def _own_chances(
    responses: Responses, parameters: ItemParameters, theta: Array
) -> Iterator[tuple[NDArray[np.int64], Array]]:
    """Candidates with forms of one length, and their chances on the own items, block by block."""
    for length in np.unique(responses.form_length[responses.form_length > 0]).tolist():
        persons = np.flatnonzero((responses.form_length == length) & ~np.isnan(theta))
        size = max(1, _BLOCK // length)
        for start in range(0, len(persons), size):
            block = persons[start : start + size]
            items = responses.item[responses.person_start[block][:, None] + np.arange(length)]
            yield block, parameters.probability_of(items, theta[block, None])
