"""Items left without an answer: how often, and how often because time ran out."""

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Estimate, Reason, check_level, no_estimate, proportion
from app.psychometrics.long_form import OMITTED
from app.psychometrics.responses import Responses


def omit_rate(responses: Responses, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Share of those who received the item and gave no answer, with the Wilson interval.

    Items not reached are among them; `not_reached_rate` tells how many. An item that was not
    administered does not count.

    Returns one estimate per item; ``NOT_ADMINISTERED`` at n = 0. Least n for use: 30.

    >>> [e.value for e in omit_rate(Responses.from_dense([[1, -1], [0, -1]]))]
    [0.0, 1.0]
    """
    check_level(level)
    omitted = np.bincount(responses.item[responses.option == OMITTED], minlength=responses.n_items)
    return tuple(
        omit_rate_of(blank, n, level=level)
        for blank, n in zip(omitted.tolist(), responses.administered.tolist(), strict=True)
    )


def not_reached_rate(responses: Responses, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Share of those who received the item and did not get to it, with the Wilson interval.

    Not reached: omitted, at a later position than the last item that the candidate answered. One
    who answered nothing reached nothing.

    Returns one estimate per item; ``POSITIONS_UNRECORDED`` without positions, ``NOT_ADMINISTERED``
    at n = 0. Least n for use: 30. Assumes that candidates answer in the order of presentation: who
    jumps ahead and back hides what was not reached.

    >>> rows = [("a", "p", 0, 1, None, 1), ("a", "q", None, 0, None, 2), ("b", "p", None, 0, None, 2), ("b", "q", 1, 0, None, 3)]
    >>> [e.value for e in not_reached_rate(Responses.from_rows(rows))]
    [0.0, 0.5]
    """
    check_level(level)
    counts = not_reached(responses)
    return tuple(
        not_reached_rate_of(None if counts is None else int(counts[index]), n, level=level)
        for index, n in enumerate(responses.administered.tolist())
    )


def not_reached(responses: Responses) -> NDArray[np.int64] | None:
    """(items,) candidates who did not get to the item; ``None`` without positions."""
    if responses.position is None:
        return None
    omitted = responses.option == OMITTED
    if responses.n_rows == 0:
        return np.zeros(responses.n_items, dtype=np.int64)
    answered_at = np.where(omitted, -1, responses.position)
    last = np.maximum.reduceat(answered_at, responses.person_start[responses.present])
    after = responses.position > np.repeat(last, responses.form_length[responses.present])
    return np.bincount(responses.item[omitted & after], minlength=responses.n_items)


def omit_rate_of(omitted: int, n: int, *, level: float) -> Estimate:
    """Omit rate of one item; see `omit_rate`."""
    return proportion(omitted, n, level=level, variant="without answer, not reached included; Wilson interval")


def not_reached_rate_of(count: int | None, n: int, *, level: float) -> Estimate:
    """Not-reached rate of one item; see `not_reached_rate`. count: ``None`` without positions."""
    variant = "without answer after the last answered item; Wilson interval"
    if count is None:
        return no_estimate(Reason.POSITIONS_UNRECORDED, n, variant=variant)
    return proportion(count, n, level=level, variant=variant)
