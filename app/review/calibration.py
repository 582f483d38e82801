"""What years of released sittings say about the difficulty of items, on the scale of the reference standard. Pure.

Candidates of several sittings count as one population. Forms are so long (100 items) that this pulls the difficulties of an able
cohort's items by a few hundredths of a logit, a fraction of their standard errors.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.psychometrics import Responses, item_analysis
from app.psychometrics.equating import RaschShift, link_rasch
from app.psychometrics.irt import mml_rasch
from app.review.method.types import ReviewMethod

LEAST_N: Final = ReviewMethod().least_n_calibration  # answers to an item, for the Rasch model
LEAST_ITEMS: Final = 10  # with so many answers, before a scale is worth having
MOVED: Final = 2.7  # robust z of an anchor that is left out; the usual 1.645 leaves out one sound anchor in eight, and the scale slips


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Of one item: difficulty on the standard's scale with the error of its own answers, and its classical figures."""

    n: int
    b: float
    se_b: float
    p: float | None
    d: float | None


@dataclass(frozen=True, slots=True)
class LinkedCalibration:
    """Items by their label in the responses, and the link that put them onto the standard's scale."""

    items: dict[Hashable, Calibrated]
    link: RaschShift


def calibrate(responses: Responses, standard: Mapping[Hashable, float]) -> LinkedCalibration | None:
    """Every item with LEAST_N answers or more. `standard`: the difficulties that the reference standard holds, by the same labels.

    None where too few items have so many answers, or where too few of them are in the standard.
    """
    enough = responses.administered >= LEAST_N
    if np.count_nonzero(enough) < LEAST_ITEMS:
        return None
    found = mml_rasch(responses)
    if found.se_difficulty is None or not found.converged:
        return None
    b, se = found.parameters.difficulty, found.se_difficulty
    known = np.flatnonzero(enough & found.estimated).tolist()
    anchors = [place for place in known if responses.items[place] in standard]
    link = link_rasch(b[anchors], [standard[responses.items[place]] for place in anchors], critical=MOVED)
    if link.shift.value is None:
        return None
    classical = item_analysis(responses)
    items = {
        responses.items[place]: Calibrated(
            n=classical[place].n,
            b=float(b[place]) + link.shift.value,
            se_b=float(se[place]),
            p=classical[place].difficulty.value,
            d=classical[place].d27.value,
        )
        for place in known
    }
    return LinkedCalibration(items, link)
