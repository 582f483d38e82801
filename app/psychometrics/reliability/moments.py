"""The score matrix of one fixed form and its covariances."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Reason
from app.psychometrics.responses import Responses

from .obstacles import fixed_form_obstacle

Array = NDArray[np.float64]

_BLOCK = 8192  # candidates at a time


@dataclass(frozen=True, eq=False)
class FixedForm:
    """Scores of one form: `scores` is (n, k), in item order, without the candidates who got nothing.

    items: (k,) indices of the items administered.
    """

    scores: NDArray[np.int8]
    items: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Number of candidates."""
        return len(self.scores)

    @property
    def k(self) -> int:
        """Number of items."""
        return len(self.items)

    @cached_property
    def products(self) -> Array:
        """(k, k) number of candidates right on both items; on the diagonal, right on the one."""
        products = np.zeros((self.k, self.k))
        for start in range(0, self.n, _BLOCK):
            block = self.scores[start : start + _BLOCK].astype(np.float32)  # whole numbers: exact
            products += block.T @ block
        return products

    @cached_property
    def covariance(self) -> Array:
        """(k, k) covariances with 1/(n-1), from whole numbers."""
        right = np.diag(self.products)
        return (self.n * self.products - np.outer(right, right)) / (self.n * (self.n - 1.0))

    @cached_property
    def varying(self) -> NDArray[np.int64]:
        """Columns of the items on which candidates differ."""
        return np.flatnonzero(np.diag(self.covariance) > 0.0)


def fixed_form(responses: Responses) -> FixedForm | Reason:
    """Give the matrix of a fixed form that carries a coefficient, or the reason why there is none."""
    reason = fixed_form_obstacle(responses)
    if reason is not None:
        return reason
    used = np.flatnonzero(responses.administered)
    return FixedForm(responses.score.reshape(len(responses.present), len(used)), used)


def correlations(covariance: Array) -> Array:
    """Correlations of a covariance matrix with a positive diagonal."""
    spread = np.sqrt(np.diag(covariance))
    result: Array = covariance / np.outer(spread, spread)
    return result
