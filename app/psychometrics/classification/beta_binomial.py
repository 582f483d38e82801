"""Consistency and accuracy from a beta law of true scores fitted to the moments of the raw scores."""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from app.psychometrics.estimate import Reason
from app.psychometrics.responses import Responses

from .decision import (
    Decision,
    RawScores,
    Replication,
    checked_cut,
    checked_reliability,
    coefficient,
    judged_scores,
)
from .pairwise import agreement_by_pairs
from .true_score import BetaLaw, Figures, agreement, four_moment_law, moments, regressed, two_moment_law

LONGEST = 10_000
"""Effective length beyond which more items change no decision to be seen: reliabilities near 1."""


class LawPath(StrEnum):
    """How the law of true scores was found."""

    FOUR_MOMENTS = "beta law of four moments"
    TWO_MOMENTS = "beta law on 0..1 of two moments"
    SUBKOVIAK = "no beta law; binomial at the regressed score"


@dataclass(frozen=True, slots=True, kw_only=True)
class BetaDecision(Decision):
    """A `Decision` from a beta law of the true proportion right.

    path:          how the law was found; on ``SUBKOVIAK`` there is no law and no accuracy.
    law:           the beta law, ``None`` without one.
    test_length:   items of the binomial score: the effective length of Livingston & Lewis before
                   rounding, else k.
    cut_effective: the cut on the effective length.
    lords_k:       Lord's k of the compound binomial, ``None`` where the score is binomial.
    """

    path: LawPath | None = None
    law: BetaLaw | None = None
    test_length: float | None = None
    cut_effective: int | None = None
    lords_k: float | None = None


def livingston_lewis(
    responses: Responses, *, cut: int, replication: Replication | None = None, reliability: float | None = None
) -> BetaDecision:
    """Decision accuracy and consistency after Livingston & Lewis.

    With M, s^2 (1/(N-1)) and k, the effective length is ``n = (M (k - M) - r s^2) / (s^2 (1 - r))``. A
    four-parameter beta law is fitted to the moments of ``x n / k``; where it leaves [0, 1], one of two
    moments on [0, 1]; where that fails too, Subkoviak's method, without accuracy: see `path`. Given the
    true proportion a score is binomial with ``round(n)`` trials, and passes from the *one* effective cut
    ``round(round(n) cut / k)`` on, in every replication. True cut: ``cut / k``. Halves round to even.

    cut:         whole, >= 0; a candidate passes at ``score >= cut``.
    replication: which second administration; ``None``: the same form where all had one form, else
                 another random form.
    reliability: r at most 1; ``None`` takes KR-20 for the same form, and for a random form the
                 stratified-binomial coefficient: together the answer to *would a retake decide alike?*

    Returns no figures for forms of different lengths, a cut above k, equal totals, without a
    reliability, and ``BOUNDARY`` for a reliability of 1. Least n: 100 for four moments.
    Source: Livingston & Lewis 1995, J. Educ. Meas. 32:179-197; consistency as Hanson 1991.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> d = livingston_lewis(r, cut=2)
    >>> round(d.test_length, 3), d.path.name, round(d.consistency, 3)
    (2.4, 'SUBKOVIAK', 0.743)
    """
    nothing, scores = _begun(responses, cut, replication, reliability, "Livingston & Lewis 1995")
    r = nothing.reliability
    if scores is None or r is None:
        return nothing
    k, variance = scores.length, scores.variance * scores.n / (scores.n - 1)
    length = (scores.mean * (k - scores.mean) - r * variance) / (variance * (1.0 - r))
    law, path = _law(scores, length, 0.0)
    if law is None:
        return replace(nothing, path=LawPath.SUBKOVIAK, test_length=length, **regressed(scores, cut, r))
    whole = min(LONGEST, round(length))
    cut_effective = round(whole * cut / k)
    result: Figures = agreement(law, n=whole, cut=cut_effective, true_cut=cut / k)
    return replace(
        nothing,
        path=path,
        law=law,
        test_length=length,
        cut_effective=cut_effective,
        **result,
    )


def hanson_brennan(
    responses: Responses,
    *,
    cut: int,
    replication: Replication | None = None,
    reliability: float | None = None,
    tolerance: float | None = None,
) -> BetaDecision:
    """Decision accuracy and consistency after Hanson & Brennan.

    As `livingston_lewis`, but on the k items themselves: the score is Lord's two-term approximation to
    the compound binomial, with
    ``K = k ((k - 1) r s^2 - k s^2 + M (k - M)) / (2 (M (k - M) - r s^2))`` and s^2 with 1/(N-1). The
    approximation is no true law of chance: where its chance to pass leaves 0..1, it is 0 or 1.

    tolerance: ``None`` integrates to rounding. A number integrates pair by pair of scores, each to this
               error, to set beside the R package `betafunctions`, whose tolerance is ``2**-13``.
    The other parameters and results as `livingston_lewis`. Least n: 100 for four moments.
    Source: Hanson & Brennan 1990, J. Educ. Meas. 27:345-359; Lord 1965, Psychometrika 30:239-270.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> d = hanson_brennan(r, cut=2)
    >>> round(d.lords_k, 3), d.path.name, round(d.consistency, 3)
    (-0.375, 'TWO_MOMENTS', 0.661)
    """
    nothing, scores = _begun(responses, cut, replication, reliability, "Hanson & Brennan 1990")
    r = nothing.reliability
    if scores is None or r is None:
        return nothing
    k, mean = scores.length, scores.mean
    variance = scores.variance * scores.n / (scores.n - 1)
    binomial, lords_k, law, path = mean * (k - mean), None, None, LawPath.SUBKOVIAK
    if binomial > r * variance:
        lords_k = k * ((k - 1) * r * variance - k * variance + binomial) / (2.0 * (binomial - r * variance))
        law, path = _law(scores, k, lords_k)
    if law is None or lords_k is None:
        return replace(nothing, path=LawPath.SUBKOVIAK, test_length=k, lords_k=lords_k, **regressed(scores, cut, r))
    result: Figures
    if tolerance is None:
        result = agreement(law, n=k, cut=cut, true_cut=cut / k, lords_k=lords_k)
    else:
        result = agreement_by_pairs(law, n=k, cut=cut, true_cut=cut / k, lords_k=lords_k, tolerance=tolerance)
    return replace(
        nothing,
        path=path,
        law=law,
        test_length=k,
        cut_effective=cut,
        lords_k=lords_k,
        **result,
    )


def _begun(
    responses: Responses, cut: int, replication: Replication | None, reliability: float | None, name: str
) -> tuple[BetaDecision, RawScores | None]:
    """Return the result so far, with the reliability; the scores only where they carry the rest."""
    checked_reliability(reliability)
    if replication is None:
        replication = Replication.SAME_FORM if responses.is_fixed_form else Replication.RANDOM_FORM
    nothing = BetaDecision(
        replication=replication,
        cut=checked_cut(cut),
        n_used=len(responses.present),
        variant=name,
    )
    scores = judged_scores(responses, cut)
    if not isinstance(scores, RawScores):
        return replace(nothing, reason=scores), None
    if scores.variance == 0.0:
        return replace(nothing, reason=Reason.NO_TOTAL_VARIANCE), None
    if reliability is None:
        estimate = coefficient(responses, replication)
        if estimate.value is None:
            return replace(nothing, reason=estimate.reason), None
        reliability = estimate.value
    nothing = replace(nothing, reliability=reliability)
    if reliability >= 1.0:
        return replace(nothing, reason=Reason.BOUNDARY), None
    return nothing, scores


def _law(scores: RawScores, length: float, lords_k: float) -> tuple[BetaLaw | None, LawPath]:
    if length < 2.0 or not math.isfinite(length):  # the variance needs two items
        return None, LawPath.SUBKOVIAK
    if length >= 4.0:  # four moments need four items
        four = moments(scores, length, lords_k=lords_k)
        law = None if four is None else four_moment_law(four)
        if law is not None:
            return law, LawPath.FOUR_MOMENTS
    two = moments(scores, length, lords_k=lords_k, highest=2)
    law = None if two is None else two_moment_law(two[0], two[1] - two[0] ** 2)
    return law, LawPath.TWO_MOMENTS if law is not None else LawPath.SUBKOVIAK
