"""The answers of candidates beside their chances under a model: what every comparison starts from."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.psychometrics.irt.model import ItemParameters
from app.psychometrics.long_form import KEY_UNKNOWN, OMITTED
from app.psychometrics.responses import Responses

from .answer_model import AnswerModel, Array, NominalParameters, OptionShares

NO_ANSWER = -1
"""Code of an item that a candidate did not receive, or left without an answer."""

_CELLS = 1_000_000  # numbers in one array of a block: 8 MB


@dataclass(frozen=True)
class Answers:
    """The answers of all candidates as codes of the model's categories, and the abilities.

    Two candidates are compared on the items that *both answered*. An item that one of them did not
    receive cannot match; an omitted answer is not copied from anybody, and the models give it no
    chance. An item of slope 0 was not calibrated: its chances stand for nothing, and where all
    answered it rightly every pair would match beyond them. It does not enter.
    """

    responses: Responses
    model: AnswerModel
    theta: Array
    code: NDArray[np.int16]

    @classmethod
    def of(cls, responses: Responses, model: AnswerModel, theta: ArrayLike) -> "Answers":
        """Check that the model fits the responses, and code the answers."""
        if model.n_items != responses.n_items:
            raise ValueError("model must have the items of responses")
        abilities = checked_theta(responses, theta)
        if isinstance(model, ItemParameters):
            code = np.where(responses.option == OMITTED, NO_ANSWER, responses.score).astype(np.int16)
        else:
            code = np.maximum(responses.option, NO_ANSWER)  # an option that is not recorded is no answer
            if np.any(code >= model.n_options):
                raise ValueError("model must have every option of responses")
        if not isinstance(model, NominalParameters):
            code = np.where(calibrated_items(model)[responses.item], code, NO_ANSWER).astype(np.int16)
        return cls(responses, model, abilities, code)

    @property
    def n_categories(self) -> int:
        """Categories that an answer may fall in."""
        return 2 if isinstance(self.model, ItemParameters) else self.model.n_options

    @property
    def recorded(self) -> bool:
        """Are answers recorded in the categories of the model?"""
        if isinstance(self.model, ItemParameters):
            return True
        option = self.responses.option
        return bool(np.any(option >= 0)) or not bool(np.any(option != OMITTED))

    def key(self) -> NDArray[np.int16] | None:
        """(items,) category of the right answer; ``None`` when it is not known for every item."""
        if isinstance(self.model, ItemParameters):
            return np.ones(self.model.n_items, dtype=np.int16)
        key = self.model.key if isinstance(self.model, OptionShares) else self.responses.key
        return None if key is None or np.any(key == KEY_UNKNOWN) else key

    def of_persons(self, persons: NDArray[np.integer]) -> tuple[NDArray[np.int16], Array]:
        """Codes (n, items), and chances (n, items, categories), 0 where there is no answer."""
        person, rows = self.responses.rows_of(persons)
        code = np.full((len(persons), self.responses.n_items), NO_ANSWER, dtype=np.int16)
        code[person, self.responses.item[rows]] = self.code[rows]
        chance = category_chances(self.model, self.theta[persons])
        return code, np.where((code >= 0)[..., None], chance, 0.0)


def calibrated_items(model: ItemParameters | OptionShares) -> NDArray[np.bool_]:
    """(items,) does the item say something of ability?"""
    parameters = model if isinstance(model, ItemParameters) else model.parameters
    speaks: NDArray[np.bool_] = parameters.slope != 0.0
    return speaks


def checked_theta(responses: Responses, theta: ArrayLike) -> Array:
    """(persons,) abilities, finite for all who received anything; 0 for the others."""
    values = np.array(theta, dtype=np.float64)
    if values.shape != (responses.n_persons,):
        raise ValueError("theta must have one entry per candidate")
    values[responses.form_length == 0] = 0.0
    if not np.all(np.isfinite(values)):
        raise ValueError("theta must be finite for every candidate with items")
    return values


def category_chances(model: AnswerModel, theta: Array) -> Array:
    """(persons, items, categories) chances; wrong and right under `ItemParameters`."""
    chance = model.probability(theta)
    return np.stack((1.0 - chance, chance), axis=-1) if isinstance(model, ItemParameters) else chance


def person_blocks(responses: Responses, categories: int) -> Iterator[tuple[slice, slice]]:
    """Persons and their rows, so many at a time that persons x items x categories stay small."""
    return responses.blocks(max(1, _CELLS // max(1, responses.n_items * categories)))
