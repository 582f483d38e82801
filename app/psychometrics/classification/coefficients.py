"""Reliability around the cut: how well the exam tells distance from the cut, not who passes."""

from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.reliability import kr20
from app.psychometrics.responses import Responses

from .decision import RawScores, checked_reliability, raw_scores


def livingston_k2(responses: Responses, *, cut: float, reliability: float | None = None) -> Estimate:
    """Livingston's criterion-referenced reliability of a raw cut.

    ``(r v + (M - C)^2) / (v + (M - C)^2)`` with M and v the mean and variance (1/N) of the raw score.
    The further the cut from the mean, the higher: it says nothing of the share of decisions.

    cut:         C, finite, on the raw score.
    reliability: r at most 1; ``None`` takes KR-20, which needs one fixed form. On random forms put an
                 absolute coefficient in, such as `reliability.stratified_binomial`.

    Returns no value for forms of different lengths, or without a reliability. Least n: 50.
    Source: Livingston 1972, J. Educ. Meas. 9:13-26.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(livingston_k2(r, cut=2.5).value, 4)
    0.8611
    """
    _check_cut(cut)
    checked_reliability(reliability)
    variant = "Livingston 1972, population variance"
    scores = raw_scores(responses)
    if not isinstance(scores, RawScores):
        return no_estimate(scores, len(responses.present), variant=variant)
    if scores.variance == 0.0:
        return no_estimate(Reason.NO_TOTAL_VARIANCE, scores.n, variant=variant)
    if reliability is None:
        estimate = kr20(responses)
        if estimate.value is None:
            return no_estimate(estimate.reason or Reason.FORMS_DIFFER, scores.n, variant=variant)
        reliability = estimate.value
    distance = (scores.mean - cut) ** 2
    value = (reliability * scores.variance + distance) / (scores.variance + distance)
    return Estimate(value=value, n_used=scores.n, variant=variant)


def phi_lambda_brennan_kane(responses: Responses, *, cut: float) -> Estimate:
    """Index of dependability at a cut, for right-wrong items and forms drawn at random.

    ``1 - (m (1 - m) - v) / ((k - 1) ((m - c)^2 + v))`` with m and v the mean and variance (1/N) of the
    proportion right and c the cut as a proportion. At ``c = m`` it is KR-21. An absolute
    coefficient, so also right on random forms of one length.

    cut: finite, on the raw score.

    Returns no value for forms of different lengths, k < 2, n < 2 or equal totals. Least n: 50.
    Source: Brennan & Kane 1977, J. Educ. Meas. 14:277-289.

    >>> r = Responses.from_dense([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(phi_lambda_brennan_kane(r, cut=1.5).value, 4)
    0.6
    """
    _check_cut(cut)
    variant = "Brennan & Kane 1977, right-wrong items, population variance"
    scores = raw_scores(responses)
    if not isinstance(scores, RawScores):
        return no_estimate(scores, len(responses.present), variant=variant)
    k = scores.length
    if k < 2:  # one item has no inner consistency
        return no_estimate(Reason.TOO_FEW_ITEMS, scores.n, variant=variant)
    if scores.variance == 0.0:
        return no_estimate(Reason.NO_TOTAL_VARIANCE, scores.n, variant=variant)
    m, v = scores.mean / k, scores.variance / k**2
    value = 1.0 - (m * (1.0 - m) - v) / ((k - 1) * ((m - cut / k) ** 2 + v))
    return Estimate(value=value, n_used=scores.n, variant=variant)


def _check_cut(cut: float) -> None:
    if not -float("inf") < cut < float("inf"):
        raise ValueError(f"cut must be finite, got {cut!r}")
