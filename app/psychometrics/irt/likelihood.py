"""How likely the responses are under given item parameters."""

import math

import numpy as np

from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.numerics import normal_grid
from app.psychometrics.responses import Responses

from .blocks import ItemNodes, blocks, check_parameters, check_variance
from .model import ItemParameters

_VARIANT = "marginal, normal population"


def marginal_log_likelihood(
    responses: Responses,
    parameters: ItemParameters,
    *,
    variance: float = 1.0,
    n_nodes: int = 61,
    bound: float = 6.0,
) -> Estimate:
    """Marginal log-likelihood of the responses: the one number by which calibrations compare.

    ``sum_i log sum_q L_i(sd z_q) w_q`` over equally spaced nodes z on [-bound, bound] with normal
    weights w, ``sd^2 = variance`` and mean 0; L_i is the likelihood of the own form of candidate i.
    At its own parameters and variance it is the `Calibration.log_likelihood`. Calibrations compare
    on the same responses, nodes and model only; the higher has come nearer to the peak.

    parameters: of all items. An item that a calibration left out (slope and intercept 0) would add
        log 1/2 per answer: leave it out with `Responses.with_items` and `ItemParameters.of_items`.
    variance: of ability, > 0; 1 but for Rasch.  n_nodes: >= 2.
    bound: > 0, in standard deviations of ability.

    Returns the value, no standard error; `n_used` counts candidates with items, and without any the
    reason is ``TOO_FEW_PERSONS``. Source: Bock & Aitkin 1981, Psychometrika 46:443-459.

    >>> r = Responses.from_dense([[1, 0], [1, 1]])
    >>> round(marginal_log_likelihood(r, ItemParameters.from_difficulty([0.0, 0.0])).value, 4)
    -2.8032
    """
    check_parameters(responses, parameters)
    if not math.isfinite(bound):
        raise ValueError(f"bound must be finite, got {bound!r}")
    sd = math.sqrt(check_variance(variance))
    nodes, weights = normal_grid(n_nodes, bound=bound)
    n_used = len(responses.present)
    if n_used == 0:
        return no_estimate(Reason.TOO_FEW_PERSONS, variant=_VARIANT)
    items = ItemNodes.of(parameters, sd * nodes)
    with np.errstate(divide="ignore"):  # a weight far out may underflow
        log_weights = np.log(weights)
    total = 0.0
    for block in blocks(responses, width=n_nodes):
        joint = items.log_likelihood(block) + log_weights
        top = joint.max(axis=1)
        total += float(np.sum(top + np.log(np.sum(np.exp(joint - top[:, None]), axis=1))))
    return Estimate(value=total, n_used=n_used, variant=_VARIANT)
