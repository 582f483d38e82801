"""What a calibration gives: item parameters with standard errors, and how well the model fits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason

from .model import ItemParameters

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Calibration:
    """Item parameters estimated from responses.

    parameters: slope, intercept and guess per item. An item that could not be calibrated stands
                there with slope 0 and intercept 0: it says nothing about ability, so that scoring
                with these parameters passes over it. An expected raw score does not: there it counts one
                half, so leave it out (`ItemParameters.of_items`). `estimated` tells which ones count.
    variance:   of the ability, whose mean is 0; 1 in every model but Rasch.
    estimated:  (items,) was the item calibrated?
    reasons:    (items,) why not: nobody received it, all answers alike (``NO_ITEM_VARIANCE``), or its
                slope or intercept ran away (``BOUNDARY``), as few answers let it.
    se_slope, se_intercept, se_difficulty, se_guess: (items,) standard errors, 0 where not estimated.
                ``None`` where the model fixes the parameter, and all of them where none were wanted
                or the likelihood has no proper peak.
    se_variance: of `variance`, ``None`` likewise.
    log_likelihood: marginal, without the priors.  aic, bic: from it, with `n_used` in the BIC.
    n_parameters: free parameters.  n_used: candidates with at least one calibrated item.
    converged, iterations: of the EM algorithm, repeated where items had to be left out.
    reason:     why there are no figures at all (then `log_likelihood` is ``None``), or why to distrust
                them: ``NOT_CONVERGED``, or ``BOUNDARY`` where ability seems not to vary; else ``None``.
    variant:    model and method in words.
    """

    parameters: ItemParameters
    variance: float
    estimated: NDArray[np.bool_]
    reasons: tuple[Reason | None, ...]
    se_slope: Array | None
    se_intercept: Array | None
    se_difficulty: Array | None
    se_guess: Array | None
    se_variance: float | None
    log_likelihood: float | None
    aic: float | None
    bic: float | None
    n_parameters: int
    n_used: int
    converged: bool
    iterations: int
    reason: Reason | None
    variant: str

    @property
    def difficulty(self) -> tuple[float | None, ...]:
        """(items,) b = -d / a, ``None`` where the item was not calibrated or has slope 0."""
        known = self.estimated & (self.parameters.slope != 0.0)
        values = self.parameters.difficulty.tolist()
        return tuple(value if is_known else None for value, is_known in zip(values, known, strict=True))
