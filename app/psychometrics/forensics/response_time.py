"""Effort read from response times: answers too fast to have read the question."""

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.criterion import weighted_counts
from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate
from app.psychometrics.long_form import OMITTED
from app.psychometrics.responses import Responses

from .person_fit import PersonStatistic


def rapid_thresholds_nt10(responses: Responses, *, share: float = 0.1, longest: float = 10.0) -> tuple[Estimate, ...]:
    """Normative threshold of each item: ``min(longest, share x mean time)`` in seconds.

    The mean is over the candidates who received the item; one who never came to it (no answer, no
    time) does not count. NT10 is 10 % and at most 10 seconds.

    share: in (0, 1).  longest: > 0 seconds.
    Returns one estimate per item; ``TIMES_UNRECORDED`` or ``NOT_ADMINISTERED``. Least n: 30.
    Source: Wise & Ma 2012, NCME.

    >>> r = Responses.from_rows([("a", "q", 0, 1, 30.0), ("b", "q", 1, 0, 50.0)])
    >>> rapid_thresholds_nt10(r)[0].value
    4.0
    """
    check_level(share, "share")
    if not 0.0 < longest < np.inf:
        raise ValueError(f"longest must be positive and finite, got {longest!r}")
    variant = f"NT{100.0 * share:g}"
    if responses.seconds is None:
        return (no_estimate(Reason.TIMES_UNRECORDED, variant=variant),) * responses.n_items
    seen = _seen(responses)
    n = np.bincount(responses.item[seen], minlength=responses.n_items)
    total = weighted_counts(responses.item[seen], responses.seconds[seen], responses.n_items)
    return tuple(
        Estimate(min(longest, share * seconds / count), count, variant=variant)
        if count
        else no_estimate(Reason.NOT_ADMINISTERED, variant=variant)
        for seconds, count in zip(total.tolist(), n.tolist(), strict=True)
    )


def response_time_effort(
    responses: Responses, *, thresholds: tuple[Estimate, ...] | None = None
) -> tuple[PersonStatistic, ...]:
    """Share of each candidate's items answered with effort: ``RTE_i = 1 - rapid_i / items_i``.

    An answer is rapid when its time lies strictly below the threshold of the item. Items of the own
    form only; items the candidate never came to, and items without a threshold, do not count.

    thresholds: one per item, as `rapid_thresholds_nt10` returns them, which is the default.
    Returns one figure per candidate. Below 0.9 is commonly taken as little effort; it does not say
    why: haste, lack of time, or an answer known beforehand.
    Source: Wise & Kong 2005, Appl. Meas. Educ. 18:163-183.

    >>> r = Responses.from_rows([("a", "q", 0, 1, 2.0), ("b", "q", 1, 0, 78.0)])
    >>> [e.value for e in response_time_effort(r)]
    [0.0, 1.0]
    """
    limits = rapid_thresholds_nt10(responses) if thresholds is None else thresholds
    if len(limits) != responses.n_items:
        raise ValueError("thresholds must have one entry per item")
    variant = "response-time effort"
    if responses.seconds is None:
        none = PersonStatistic(None, 0, reason=Reason.TIMES_UNRECORDED, variant=variant)
        return (none,) * responses.n_persons
    limit = np.array([np.nan if entry.value is None else entry.value for entry in limits])
    rows = np.flatnonzero(_seen(responses) & ~np.isnan(limit[responses.item]))
    person = responses.person[rows]
    rapid = responses.seconds[rows] < limit[responses.item[rows]]
    counts = np.bincount(person, minlength=responses.n_persons)
    effort = counts - np.bincount(person[rapid], minlength=responses.n_persons)
    return tuple(
        PersonStatistic(able / count, count, variant=variant)
        if count
        else PersonStatistic(None, 0, reason=Reason.TOO_FEW_ITEMS, variant=variant)
        for able, count in zip(effort.tolist(), counts.tolist(), strict=True)
    )


def _seen(responses: Responses) -> NDArray[np.bool_]:
    """Rows that the candidate came to: answered, or left open after some time."""
    assert responses.seconds is not None
    seen: NDArray[np.bool_] = (responses.option != OMITTED) | (responses.seconds > 0.0)
    return seen
