"""What few answers say of an item together with what experts expected: the share of right answers, drawn towards theirs. Pure."""

from __future__ import annotations

from typing import Final

from app.psychometrics import Estimate
from app.psychometrics.numerics import beta_quantile

LEVEL: Final = 0.95
SHARES: Final = (0.02, 0.98)  # nobody judges an item surer than that


def shrunken(right: int, n: int, expected: float, sd: float) -> Estimate:
    """Mean and middle 95 % of the beta posterior whose prior has the experts' mean and the SD by which experts err.

    With no answers it is their judgement; with hundreds, the observed share. Source: Gelman et al. 2013, ch. 2.
    """
    mean = min(max(expected, SHARES[0]), SHARES[1])
    weight = max(mean * (1 - mean) / sd**2 - 1, 1.0)  # the judgement counts as so many candidates
    a, b = weight * mean + right, weight * (1 - mean) + n - right
    tail = (1 - LEVEL) / 2
    return Estimate(
        value=a / (a + b),
        n_used=n,
        low=beta_quantile(tail, a, b),
        high=beta_quantile(1 - tail, a, b),
        variant="beta posterior, experts' estimate as prior",
    )
