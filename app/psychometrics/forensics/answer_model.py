"""How likely each option is to be chosen: the models that answers of two candidates are compared under."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.irt.blocks import check_parameters
from app.psychometrics.irt.model import ItemParameters
from app.psychometrics.long_form import KEY_UNKNOWN
from app.psychometrics.responses import Responses

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NominalParameters:
    """Nominal response model, ``P(option c) = exp(a_c theta + d_c) / sum_h exp(a_h theta + d_h)``.

    slope:     (items, options) a_c, in other texts lambda.
    intercept: (items, options) d_c, in other texts zeta.
    NaN in both where an item has fewer options. Adding a constant to all slopes (or all
    intercepts) of an item changes nothing.

    Source: Bock 1972, Psychometrika 37:29-51.

    >>> p = NominalParameters(np.array([[1.0, -1.0]]), np.array([[0.0, 0.0]]))
    >>> p.probability([0.0]).tolist()
    [[[0.5, 0.5]]]
    """

    slope: Array
    intercept: Array

    def __post_init__(self) -> None:
        if self.slope.ndim != 2 or self.slope.shape != self.intercept.shape:
            raise ValueError("slope and intercept must be matrices of one shape, items by options")
        absent = np.isnan(self.slope)
        if np.any(absent != np.isnan(self.intercept)):
            raise ValueError("slope and intercept must be NaN for the same options")
        if np.any(np.isinf(self.slope)) or np.any(np.isinf(self.intercept)):
            raise ValueError("slope and intercept must be finite")
        if self.slope.size and np.any(np.all(absent, axis=1)):
            raise ValueError("slope and intercept must have at least one option per item")

    @classmethod
    def from_columns(cls, *, slope: ArrayLike, intercept: ArrayLike) -> "NominalParameters":
        """From anything that numpy reads as matrices, items by options.

        >>> NominalParameters.from_columns(slope=[[1, -1]], intercept=[[0, 0]]).n_options
        2
        """
        return cls(np.array(slope, dtype=np.float64), np.array(intercept, dtype=np.float64))

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.slope)

    @property
    def n_options(self) -> int:
        """Number of options of the item that has most."""
        return int(self.slope.shape[1])

    def probability(self, theta: ArrayLike) -> Array:
        """P(option) at each ability: theta of any shape gives (..., items, options); 0 for an absent option."""
        logit = np.asarray(theta, dtype=np.float64)[..., None, None] * self.slope + self.intercept
        logit = np.where(np.isnan(logit), -np.inf, logit)
        weight = np.exp(logit - logit.max(axis=-1, keepdims=True, initial=-np.inf))
        chance: Array = weight / weight.sum(axis=-1, keepdims=True)
        return chance


@dataclass(frozen=True, eq=False)
class OptionShares:
    """Options without a nominal calibration: right by `ItemParameters`, else by the shares among wrong answers.

    ``P(key) = P(right | theta)`` and ``P(distractor c) = (1 - P(right | theta)) share_c``.

    parameters: of the items.
    share:      (items, options) share of each distractor among the wrong answers, 0 at the key;
                rows sum to 1.
    key:        (items,) right option.

    It takes the choice among the distractors as unrelated to ability. Where able candidates prefer
    one distractor, two able candidates agree a little more often than it expects.
    """

    parameters: ItemParameters
    share: Array
    key: NDArray[np.int16]

    def __post_init__(self) -> None:
        if self.share.ndim != 2 or self.share.shape[0] != self.parameters.n_items:
            raise ValueError("share must be a matrix, items by options")
        items, options = self.share.shape
        if self.key.shape != (items,) or np.any((self.key < 0) | (self.key >= options)):
            raise ValueError("key must name one option per item")
        at_key = self.share[np.arange(items), self.key]
        if np.any(self.share < 0.0) or np.any(at_key != 0.0) or np.any(abs(self.share.sum(axis=1) - 1.0) > 1e-9):
            raise ValueError("share must be shares of the distractors, 0 at the key, with rows that sum to 1")

    @classmethod
    def from_responses(cls, responses: Responses, parameters: ItemParameters) -> "OptionShares":
        """Count the wrong answers; half an answer is added to each distractor, so that none is impossible.

        responses: with options and the key of every item; omitted answers are left out.

        >>> r = Responses.from_choices([[0], [1], [1], [2]], key=[0], n_options=[3])
        >>> OptionShares.from_responses(r, ItemParameters.from_difficulty([0.0])).share.tolist()
        [[0.0, 0.625, 0.375]]
        """
        if responses.key is None or np.any(responses.key == KEY_UNKNOWN):
            raise ValueError("responses must have the key of every item")
        check_parameters(responses, parameters)
        counts = _options_of(responses)
        if np.any(counts < 2):
            raise ValueError("responses must have items of at least two options")
        items = np.arange(responses.n_items)
        width = int(counts.max(initial=2))
        answered = responses.option >= 0
        cell = responses.item[answered].astype(np.int64) * width + responses.option[answered]
        chosen = np.bincount(cell, minlength=len(items) * width).reshape(len(items), width) + 0.5
        chosen[np.arange(width) >= counts[:, None]] = 0.0
        chosen[items, responses.key] = 0.0
        return cls(parameters, chosen / chosen.sum(axis=1, keepdims=True), responses.key)

    @property
    def n_items(self) -> int:
        """Number of items."""
        return len(self.share)

    @property
    def n_options(self) -> int:
        """Number of options of the item that has most."""
        return int(self.share.shape[1])

    def probability(self, theta: ArrayLike) -> Array:
        """P(option) at each ability: theta of any shape gives (..., items, options)."""
        right = self.parameters.probability(theta)[..., None]
        is_key = np.arange(self.n_options) == self.key[:, None]
        return np.where(is_key, right, (1.0 - right) * self.share)


AnswerModel = ItemParameters | NominalParameters | OptionShares
"""Answers are compared as right or wrong under `ItemParameters`, as options under the other two."""


def _options_of(responses: Responses) -> NDArray[np.int64]:
    if responses.n_options is not None:
        return responses.n_options.astype(np.int64)
    assert responses.key is not None
    counts = responses.key.astype(np.int64) + 1
    np.maximum.at(counts, responses.item, responses.option + 1)
    return counts
