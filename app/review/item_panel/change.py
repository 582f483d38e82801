"""Whether an item became easier or harder than it was, for candidates who know as much. Pure.

Candidates of the current period are held against those of the earlier ones with the same ability, so that an abler cohort does not
make items look easier. On random forms ability comes from one Rasch calibration of the window: the total that is only freed of the
mean difficulty of forms mixes cohorts up where they had other items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import Estimate, Responses
from app.psychometrics.dif import Floor, Match, ScoreMatch, mantel_haenszel, standardization
from app.psychometrics.irt import eap, mml_rasch
from app.review.method.types import ReviewMethod

LARGE: Final = "C"  # of the ETS classes


@dataclass(frozen=True, slots=True)
class Change:
    """`p_dif`: how many more (or fewer) of the current candidates are right than equally able ones before; `q`: its p-value
    adjusted for all items that were tested; `large`: class C of ETS."""

    p_dif: Estimate
    q: float | None
    large: bool
    n_before: int
    n_now: int


def changes(responses: Responses, now: NDArray[np.bool_], method: ReviewMethod) -> list[Change] | None:
    """One for each item; None where nobody can be compared. `now`: (persons,) who sat in the current period."""
    if now.all() or not now.any():
        return None
    matched, match = _match(responses)
    if not matched:
        return None
    group, floor = now.astype(np.int64), Floor(group=method.least_n_drift, total=2 * method.least_n_drift)
    tests = mantel_haenszel(responses, group, match=match, floor=floor)
    sizes = standardization(responses, group, match=match, floor=floor)
    return [
        Change(size.p_dif, test.q, test.ets == LARGE, size.n_reference, size.n_focal)
        for test, size in zip(tests, sizes, strict=True)
    ]


def _match(responses: Responses) -> tuple[bool, Match | None]:
    """Whether there is a matching, and which; None is the total, which is right on one fixed form."""
    if responses.is_fixed_form:
        return True, None
    found = mml_rasch(responses, standard_errors=False)
    if not found.converged or found.log_likelihood is None:
        return False, None
    return True, ScoreMatch(eap(responses, found.parameters, variance=found.variance).theta)
