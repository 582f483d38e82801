"""Responses cut into blocks of candidates, so that whole-array work fits the cache and the memory."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.psychometrics.criterion import weighted_counts
from app.psychometrics.responses import Responses

from .model import Array, ItemParameters, expit

_CELLS = 1 << 16
"""Entries of the largest array of a block."""
_FAR = 500.0
"""Logits beyond this are this: the chances stay above 0."""


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring candidates and their rows.

    persons: their positions.  n_items: of the whole bank.
    item, score, person: (rows,); `person` counts from the first candidate of the block.
    """

    persons: slice
    n_items: int
    item: NDArray[np.int32]
    score: NDArray[np.int8]
    person: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Number of candidates."""
        return int(self.persons.stop - self.persons.start)

    def administered(self) -> Array:
        """(candidates, items) 1 where administered."""
        matrix = np.zeros((self.n, self.n_items))
        matrix[self.person, self.item] = 1.0
        return matrix

    def right(self) -> Array:
        """(candidates, items) 1 where right."""
        matrix = np.zeros((self.n, self.n_items))
        matrix[self.person, self.item] = self.score
        return matrix

    def summed(self, values: Array) -> Array:
        """(candidates,) sum of a value per row."""
        return weighted_counts(self.person, values, self.n)


def blocks(responses: Responses, *, width: int = 1) -> Iterator[Block]:
    """All candidates in blocks; `width` is the number of figures kept for each, the items apart."""
    size = max(1, _CELLS // max(width, responses.n_items, 1))
    for persons, rows in responses.blocks(size):
        yield Block(
            persons=persons,
            n_items=responses.n_items,
            item=responses.item[rows],
            score=responses.score[rows],
            person=responses.person[rows].astype(np.int64) - persons.start,
        )


@dataclass(frozen=True, slots=True)
class ItemNodes:
    """What each item adds at each node of ability, all (nodes, items).

    log_wrong: log Q.  log_odds: log P - log Q, which a right answer adds to it.
    """

    log_wrong: Array
    log_odds: Array

    @classmethod
    def of(cls, parameters: ItemParameters, nodes: Array) -> "ItemNodes":
        """Logarithms that stay finite far from the difficulty."""
        logit = nodes[:, None] * parameters.slope + parameters.intercept
        softplus = np.maximum(logit, 0.0) + np.log1p(np.exp(-np.abs(logit)))
        log_wrong = np.log1p(-parameters.guess) - softplus
        with np.errstate(divide="ignore"):
            log_guess = np.log(parameters.guess)
        log_right = np.logaddexp(log_guess, np.log1p(-parameters.guess) + logit - softplus)
        return cls(log_wrong, log_right - log_wrong)

    def log_likelihood(self, block: Block) -> Array:
        """(candidates, nodes) log-likelihood of the responses of each candidate."""
        return block.administered() @ self.log_wrong.T + block.right() @ self.log_odds.T


@dataclass(frozen=True, slots=True)
class Curves:
    """The model at pairs of item and ability, all of one shape.

    p, q:        chances of right and wrong, both without cancellation.
    weight:      P'/(PQ), so that the score function is the sum of ``weight (x - p)``.
    slope, bend: P' and P'', so that the information is the sum of ``weight slope``.
    """

    p: Array
    q: Array
    weight: Array
    slope: Array
    bend: Array

    @classmethod
    def at(cls, parameters: ItemParameters, item: NDArray[np.integer], theta: Array) -> "Curves":
        """Evaluate for these items and abilities, broadcast against each other."""
        a, g = parameters.slope[item], parameters.guess[item]
        logit = np.clip(a * theta + parameters.intercept[item], -_FAR, _FAR)
        rising, falling = expit(logit), expit(-logit)
        p = g + (1.0 - g) * rising
        slope = a * (1.0 - g) * rising * falling
        return cls(p, (1.0 - g) * falling, a * rising / p, slope, a * slope * (falling - rising))

    @classmethod
    def on_nodes(cls, parameters: ItemParameters, nodes: Array) -> "Curves":
        """Evaluate every item at every node, (nodes, items)."""
        return cls.at(parameters, np.arange(parameters.n_items), nodes[:, None])


def check_parameters(responses: Responses, parameters: ItemParameters) -> None:
    """Raise ``ValueError`` unless there is one set of parameters per item."""
    if parameters.n_items != responses.n_items:
        raise ValueError(f"parameters must be of {responses.n_items} items, got {parameters.n_items}")


def check_variance(variance: float) -> float:
    """Return the variance of ability if it is positive and finite, else raise ``ValueError``."""
    if not (variance > 0.0 and math.isfinite(variance)):
        raise ValueError(f"variance must be positive and finite, got {variance!r}")
    return variance


def own_form_sums(responses: Responses, values: Array) -> Array:
    """(persons, nodes) sums over the own form of `values`, (nodes, items)."""
    result = np.empty((responses.n_persons, len(values)))
    for block in blocks(responses, width=len(values)):
        result[block.persons] = block.administered() @ values.T
    return result
