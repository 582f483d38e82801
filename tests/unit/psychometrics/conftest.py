"""Small simulated exams, each from a stated seed."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from app import psychometrics as ps
from tests.simulated_exams import on_forms

Choices = NDArray[np.float64]


def choices_of(seed: int, persons: int, items: int, form: int | None, omit: float) -> Choices:
    """0-based options, the key is 0; -1 omitted, NaN not administered."""
    rng = np.random.default_rng(seed)
    ability, hardness = rng.normal(size=(persons, 1)), rng.normal(-0.5, 1.0, size=items)
    right = rng.random((persons, items)) < 1.0 / (1.0 + np.exp(hardness - 1.2 * ability))
    choices = np.where(right, 0.0, rng.integers(1, 4, (persons, items)))
    choices[rng.random((persons, items)) < omit] = -1.0
    return on_forms(choices, form, rng)


@pytest.fixture
def choices() -> Callable[..., Choices]:
    def build(
        *,
        seed: int = 1,
        persons: int = 80,
        items: int = 20,
        form: int | None = None,
        omit: float = 0.03,
    ) -> Choices:
        return choices_of(seed, persons, items, form, omit)

    return build


@pytest.fixture
def fixed_form(choices: Callable[..., Choices]) -> ps.Responses:
    return ps.Responses.from_choices(choices(), key=[0] * 20, strata=[j % 4 for j in range(20)])


@pytest.fixture
def random_forms(choices: Callable[..., Choices]) -> ps.Responses:
    matrix = choices(persons=150, items=30, form=20)
    return ps.Responses.from_choices(matrix, key=[0] * 30, strata=[j % 2 for j in range(30)])
