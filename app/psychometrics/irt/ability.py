"""Abilities from the responses to the own form, with the item parameters known.

All estimators take sparse responses: forms may differ, an omitted answer is a wrong one, an item
that was not administered says nothing.
"""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.estimate import Estimate, Reason, no_estimate
from app.psychometrics.numerics import bracketed_roots, normal_grid
from app.psychometrics.responses import Responses

from .blocks import Block, Curves, ItemNodes, blocks, check_parameters, check_variance, own_form_sums
from .model import Array, ItemParameters

_SEARCH_NODES = 81
"""Where the likelihood is first looked at; the best node brackets the maximum."""


@dataclass(frozen=True, slots=True, eq=False)
class Abilities:
    """Abilities of all candidates, in the order of `Responses.persons`.

    theta:    (persons,) always finite: the bound where the likelihood has its maximum beyond, and
              0 where no item says anything.
    se:       (persons,) standard error, of EAP the posterior SD; 0, which is never a standard
              error, where there is none: at a bound, or without items.
    defined:  (persons,) does the candidate have an estimate with a standard error?
    n_items:  (persons,) items of the own form that say something: slope not 0.
    n_used:   number of candidates with an estimate.
    bound:    abilities were looked for in [-bound, bound].
    variant:  which estimator.
    """

    theta: Array
    se: Array
    defined: NDArray[np.bool_]
    n_items: NDArray[np.int64]
    n_used: int
    bound: float
    variant: str

    def estimates(self) -> tuple[Estimate, ...]:
        """One estimate per candidate; `n_used` counts items, and a bound is no value but a reason.

        >>> r = Responses.from_dense([[1, 0], [1, 1]])
        >>> [e.reason for e in ml(r, ItemParameters.from_difficulty([0.0, 0.0])).estimates()]
        [None, <Reason.BOUNDARY: 'the estimate lies at the edge of what is possible'>]
        """
        rows = zip(self.theta.tolist(), self.se.tolist(), self.defined.tolist(), self.n_items.tolist(), strict=True)
        return tuple(
            Estimate(value=theta, n_used=k, se=se, variant=self.variant)
            if defined
            else no_estimate(Reason.BOUNDARY if k else Reason.TOO_FEW_ITEMS, k, variant=self.variant)
            for theta, se, defined, k in rows
        )


def eap(
    responses: Responses,
    parameters: ItemParameters,
    *,
    variance: float = 1.0,
    n_nodes: int = 61,
    bound: float = 6.0,
) -> Abilities:
    """Expected a posteriori ability: mean and SD of the posterior under a normal prior.

    ``theta = sum_q theta_q L(theta_q) g(theta_q) / sum_q L(theta_q) g(theta_q)`` over equally
    spaced nodes on [-bound, bound], g the normal density with mean 0. The estimates are drawn
    towards the mean of the prior, the more so the shorter the form; they always exist.

    parameters: of all items.  variance: of the prior, the latent variance of the calibration.
    n_nodes: >= 2, their distance not above the standard errors.  bound: > 0, about four prior SDs or more.

    Returns `Abilities`; without items the mean of the prior stays, and is not counted. No least n.
    Source: Bock & Mislevy 1982, Appl. Psychol. Meas. 6:431-444.

    >>> r = Responses.from_dense([[1, 0], [1, 1]])
    >>> eap(r, ItemParameters.from_difficulty([0.0, 0.0])).theta.round(4).tolist()
    [0.0, 0.7043]
    """
    check_parameters(responses, parameters)
    nodes, _ = normal_grid(n_nodes, bound=bound)
    log_prior = -0.5 * nodes**2 / check_variance(variance)
    items = ItemNodes.of(parameters, nodes)
    theta, se = np.empty(responses.n_persons), np.empty(responses.n_persons)
    for block in blocks(responses, width=n_nodes):
        posterior = items.log_likelihood(block) + log_prior
        posterior = np.exp(posterior - posterior.max(axis=1, keepdims=True))
        posterior /= posterior.sum(axis=1, keepdims=True)
        mean = posterior @ nodes
        theta[block.persons] = mean
        se[block.persons] = np.sqrt(np.sum(posterior * (nodes - mean[:, None]) ** 2, axis=1))
    n_items = _informative_items(responses, parameters)
    return _abilities(theta, np.where(n_items > 0, se, 0.0), n_items, bound, "EAP, posterior SD, normal prior")


def wle(responses: Responses, parameters: ItemParameters, *, bound: float = 20.0) -> Abilities:
    """Weighted likelihood ability, the maximum-likelihood one without its bias of order 1/k.

    Root of ``sum_j P'/(PQ) (x_j - P_j) + J / (2 I)`` with ``J = sum_j P' P'' / (PQ)`` and I the
    information of the own form; finite also for all right and all wrong. ``se = 1/sqrt(I)``.

    parameters: of all items.  bound: > 0, abilities are looked for in [-bound, bound]; with few or
    weak items one may lie beyond, and is then not defined.

    Returns `Abilities`. Assumes the model; with fewer than about 10 items the standard error is rough.
    Source: Warm 1989, Psychometrika 54:427-450.

    >>> r = Responses.from_dense([[1, 0], [1, 1]])
    >>> wle(r, ItemParameters.from_difficulty([0.0, 0.0])).theta.round(4).tolist()
    [0.0, 1.6094]
    """
    return _maximum(responses, parameters, bound, "WLE (Warm), SE from the information", weighted=True)


def ml(responses: Responses, parameters: ItemParameters, *, bound: float = 10.0) -> Abilities:
    """Maximum-likelihood ability within bounds: for reports and for fit statistics.

    Root of ``sum_j P'/(PQ) (x_j - P_j)``, ``se = 1/sqrt(I)``. A form all right or all wrong has no
    finite maximum: the ability is then the bound, without a standard error.

    parameters: of all items.  bound: > 0, abilities are looked for in [-bound, bound].

    Returns `Abilities`. Biased away from 0 on short forms: prefer `wle`.
    Source: Birnbaum 1968, in Lord & Novick, ch. 20.

    >>> r = Responses.from_dense([[1, 0], [1, 1]])
    >>> ml(r, ItemParameters.from_difficulty([0.0, 0.0]), bound=6.0).theta.round(4).tolist()
    [0.0, 6.0]
    """
    return _maximum(responses, parameters, bound, "ML within bounds, SE from the information", weighted=False)


def _maximum(
    responses: Responses, parameters: ItemParameters, bound: float, variant: str, *, weighted: bool
) -> Abilities:
    """Find the highest maximum of the likelihood, or of the weighted likelihood, of each candidate."""
    check_parameters(responses, parameters)
    if not (bound > 0.0 and math.isfinite(bound)):
        raise ValueError(f"bound must be positive and finite, got {bound!r}")
    nodes = np.linspace(-bound, bound, _SEARCH_NODES)
    curves = Curves.on_nodes(parameters, nodes)
    theta, se = np.zeros(responses.n_persons), np.zeros(responses.n_persons)
    for block in blocks(responses, width=len(nodes)):
        low, high = _bracket(_score_on_nodes(block, curves, weighted=weighted), nodes)
        score = partial(_score, block, parameters, weighted=weighted)
        theta[block.persons] = bracketed_roots(score, low, high)
        information = _information(block, parameters, theta[block.persons])
        inside = (low < high) & (information > 0.0)
        se[block.persons] = np.where(inside, 1.0 / np.sqrt(np.where(inside, information, 1.0)), 0.0)
    n_items = _informative_items(responses, parameters)
    return _abilities(np.where(n_items > 0, theta, 0.0), se, n_items, bound, variant)


def _bracket(score: Array, nodes: Array) -> tuple[Array, Array]:
    """Neighbouring nodes around the highest maximum; twice the same end when it lies beyond.

    score: (candidates, nodes), the derivative of what is maximised.
    """
    n = len(score)
    rising = np.hstack([np.ones((n, 1), bool), score > 0.0, np.zeros((n, 1), bool)])
    peak = rising[:, :-1] & ~rising[:, 1:]  # before the first node, between nodes, after the last
    trapezia = 0.5 * np.diff(nodes) * (score[:, 1:] + score[:, :-1])
    height = np.hstack([np.zeros((n, 1)), np.cumsum(trapezia, axis=1)])
    around = np.hstack([height[:, :1], np.maximum(height[:, :-1], height[:, 1:]), height[:, -1:]])
    best = np.argmax(np.where(peak, around, -np.inf), axis=1)
    last = len(nodes) - 1
    return nodes[np.maximum(best - 1, 0)], nodes[np.minimum(best, last)]


def _score_on_nodes(block: Block, curves: Curves, *, weighted: bool) -> Array:
    administered = block.administered()
    score = block.right() @ curves.weight.T - administered @ (curves.weight * curves.p).T
    if not weighted:
        return score
    information = administered @ (curves.weight * curves.slope).T
    return score + _correction(administered @ (curves.weight * curves.bend).T, information)


def _score(block: Block, parameters: ItemParameters, theta: Array, *, weighted: bool) -> Array:
    curves = Curves.at(parameters, block.item, theta[block.person])
    score = block.summed(curves.weight * (block.score - curves.p))
    if not weighted:
        return score
    information = block.summed(curves.weight * curves.slope)
    return score + _correction(block.summed(curves.weight * curves.bend), information)


def _correction(j: Array, information: Array) -> Array:
    """Warm's J / (2 I); 0 where nothing was administered."""
    return 0.5 * j / np.where(information > 0.0, information, 1.0)


def _information(block: Block, parameters: ItemParameters, theta: Array) -> Array:
    curves = Curves.at(parameters, block.item, theta[block.person])
    return block.summed(curves.weight * curves.slope)


def _informative_items(responses: Responses, parameters: ItemParameters) -> NDArray[np.int64]:
    """(persons,) items of the own form with a slope."""
    speaks = (parameters.slope != 0.0).astype(np.float64)[None]
    return own_form_sums(responses, speaks)[:, 0].astype(np.int64)


def _abilities(theta: Array, se: Array, n_items: NDArray[np.int64], bound: float, variant: str) -> Abilities:
    defined = se > 0.0
    return Abilities(
        theta=theta,
        se=se,
        defined=defined,
        n_items=n_items,
        n_used=int(np.count_nonzero(defined)),
        bound=bound,
        variant=variant,
    )
