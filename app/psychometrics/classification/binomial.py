"""Consistency from one administration, where each score is a binomial count around its true score."""

import math
from dataclasses import dataclass, replace

from app.psychometrics.estimate import Reason
from app.psychometrics.numerics.bivariate import bivariate_normal_cdf
from app.psychometrics.numerics.distributions import normal_cdf
from app.psychometrics.reliability import kr20, kr21
from app.psychometrics.responses import Responses

from .decision import Decision, RawScores, Replication, checked_cut, checked_reliability, judged_scores, kappa
from .true_score import BetaLaw, agreement, regressed


@dataclass(frozen=True, slots=True, kw_only=True)
class HuynhDecision(Decision):
    """A `Decision` with the beta law of true proportions right; ``None`` with a `reason`."""

    law: BetaLaw | None = None


def subkoviak(responses: Responses, *, cut: int, reliability: float | None = None) -> Decision:
    """Consistency of pass and fail on one form, from each candidate's regressed score.

    With ``p_i = r x_i / k + (1 - r) M / k`` and ``P_i = P(Binomial(k, p_i) >= cut)``, consistency is
    the mean of ``P_i^2 + (1 - P_i)^2``; the chance in kappa takes the mean of P_i.

    cut:         whole, >= 0; a candidate passes at ``score >= cut``.
    reliability: r at most 1, below 0 taken as 0; ``None`` takes KR-20, which needs one fixed form.
                 A given one is used on random forms too, and the replication is then such a form.

    Returns no figures for forms of different lengths, a cut above k, or without a reliability.
    Assumes items of like difficulty. Least n: 50.
    Source: Subkoviak 1976, J. Educ. Meas. 13:265-276.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(subkoviak(r, cut=2).consistency, 4)
    0.7426
    """
    checked_reliability(reliability)
    fixed = responses.is_fixed_form
    nothing = Decision(
        replication=Replication.SAME_FORM if fixed or reliability is None else Replication.RANDOM_FORM,
        cut=checked_cut(cut),
        n_used=len(responses.present),
        variant="Subkoviak 1976: binomial at the regressed score",
    )
    scores = judged_scores(responses, cut)
    if not isinstance(scores, RawScores):
        return replace(nothing, reason=scores)
    if reliability is None:
        estimate = kr20(responses)
        if estimate.value is None:
            return replace(nothing, reason=estimate.reason)
        reliability = estimate.value
    return replace(nothing, reliability=reliability, **regressed(scores, cut, reliability))


def huynh(responses: Responses, *, cut: int) -> HuynhDecision:
    """Consistency on another random form, from a beta law of true proportions right.

    With r = KR-21, ``alpha = M (1/r - 1)`` and ``beta = (k - M)(1/r - 1)``; two scores of a candidate
    are independent binomial counts given the true proportion. Computed without approximation for
    any k. Accuracy takes ``cut / k`` as the true cut.

    cut: whole, >= 0; a candidate passes at ``score >= cut``.

    Returns no figures as `reliability.kr21`, for a cut above k, and ``BOUNDARY`` where KR-21 is not
    between 0 and 1: there is no such law then. Least n: 50.
    Source: Huynh 1976, J. Educ. Meas. 13:253-264.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> d = huynh(r, cut=2)  # alpha = beta = 1: every proportion equally likely
    >>> round(d.law.alpha, 6), round(d.consistency, 6), round(d.kappa, 6)
    (1.0, 0.742857, 0.485714)
    """
    nothing = HuynhDecision(
        replication=Replication.RANDOM_FORM,
        cut=checked_cut(cut),
        n_used=len(responses.present),
        variant="Huynh 1976: beta-binomial from KR-21",
    )
    scores, r = judged_scores(responses, cut), kr21(responses)
    if not isinstance(scores, RawScores) or r.value is None:
        return replace(nothing, reason=r.reason if isinstance(scores, RawScores) else scores)
    if not 0.0 < r.value < 1.0:
        return replace(nothing, reason=Reason.BOUNDARY, reliability=r.value)
    odds = 1.0 / r.value - 1.0
    law = BetaLaw(0.0, 1.0, scores.mean * odds, (scores.length - scores.mean) * odds)
    result = agreement(law, n=scores.length, cut=cut, true_cut=cut / scores.length)
    return replace(nothing, reliability=r.value, law=law, **result)


def peng_subkoviak(responses: Responses, *, cut: int) -> Decision:
    """Consistency on another random form, from two normal scores correlated by KR-21.

    With ``z = (cut - 1/2 - M) / s``, s the standard deviation (1/N) and r = KR-21, consistency is
    ``1 + 2 (Phi2(z, z; r) - Phi(z))``. An approximation to `huynh` that gives no accuracy.

    cut: whole, >= 0; a candidate passes at ``score >= cut``.

    Returns no figures as `reliability.kr21`, for a cut above k, and ``BOUNDARY`` for a negative KR-21.
    Least n: 50; poor for few items or scores piled up at an end.
    Source: Peng & Subkoviak 1980, J. Educ. Meas. 17:359-368.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> d = peng_subkoviak(r, cut=2)  # z = 0: 1/2 + asin(r) / pi
    >>> round(d.consistency, 6)
    0.704833
    """
    nothing = Decision(
        replication=Replication.RANDOM_FORM,
        cut=checked_cut(cut),
        n_used=len(responses.present),
        variant="Peng & Subkoviak 1980: bivariate normal with KR-21, continuity 1/2",
    )
    scores, r = judged_scores(responses, cut), kr21(responses)
    if not isinstance(scores, RawScores) or r.value is None:
        return replace(nothing, reason=r.reason if isinstance(scores, RawScores) else scores)
    if r.value < 0.0:
        return replace(nothing, reason=Reason.BOUNDARY, reliability=r.value)
    z = (cut - 0.5 - scores.mean) / math.sqrt(scores.variance)
    fails = normal_cdf(z) if cut > 0 else 0.0  # everybody reaches a cut of 0
    if fails == 0.0:
        return replace(nothing, reliability=r.value, consistency=1.0, pass_rate=1.0)
    consistency = 1.0 + 2.0 * (bivariate_normal_cdf(z, z, min(1.0, r.value)) - fails)
    return replace(
        nothing,
        reliability=r.value,
        consistency=consistency,
        kappa=kappa(consistency, 1.0 - fails),
        pass_rate=1.0 - fails,
    )
