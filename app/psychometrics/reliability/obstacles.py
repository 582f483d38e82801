"""What raw scores can carry a reliability coefficient, and its bound."""

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.responses import Responses

LEAST_N = 2


def own(responses: Responses) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return responses.total[responses.present], responses.form_length[responses.present]


def total_obstacle(totals: NDArray[np.int64], lengths: NDArray[np.int64]) -> Reason | None:
    if len(totals) < LEAST_N:
        return Reason.TOO_FEW_PERSONS
    if lengths.min() < 2:  # one item has no inner consistency
        return Reason.TOO_FEW_ITEMS
    if not np.any(totals * lengths[0] != totals[0] * lengths):  # all proportions equal, exactly
        return Reason.NO_TOTAL_VARIANCE
    return None


def fixed_form_obstacle(responses: Responses) -> Reason | None:
    if not responses.is_fixed_form:
        return Reason.FORMS_DIFFER
    return total_obstacle(*own(responses))


def at_most_one(coefficient: float) -> float:
    """Return a coefficient whose bound is 1: where all items agree, rounding alone leads beyond."""
    return min(1.0, float(coefficient))
