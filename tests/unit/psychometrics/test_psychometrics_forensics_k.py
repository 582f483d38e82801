"""K and its variants on small fixed forms."""

import dataclasses
import json
import math

import numpy as np
import pytest

from app.psychometrics import Reason, Responses, forensics

NAMES = ("k", "k1", "k2", "s1", "s2")
#   wrong: 2, 2, 2, 1, 3, 1; the source is the last but two
SCORES = [
    [1, 0, 0, 1],
    [1, 0, 0, 1],
    [0, 1, 1, 0],
    [1, 1, 0, 1],
    [0, 0, 0, 1],
    [0, 1, 1, 1],
]


def values(indices: forensics.KIndices) -> list[float | None]:
    return [getattr(indices, name).value for name in NAMES]


def test_by_hand() -> None:
    """Copier 0, source 3: wrong only on item 3. Others by number wrong: 1: nobody matches; 2: two of three; 3: one of one."""
    r = Responses.from_dense(SCORES)
    result = forensics.k_indices(r, copier=0, source=3, identical="score")
    assert (result.n_matches, result.n_source_wrong) == (1, 1)
    assert result.k.value == pytest.approx(2 / 3)
    line = np.polyfit([0.25, 0.5, 0.75], [0.0, 2 / 3, 1.0], 1)
    assert result.k1.value == pytest.approx(np.polyval(line, 0.5))
    assert result.k2.value == pytest.approx(2 / 3)  # a parabola meets three points
    # Poisson regression: intercept and slope solve sum(y - m) = 0 and sum(x (y - m)) = 0, by hand for x = -1, 0, 1
    a, b = 0.0, 0.0
    for _ in range(200):
        m = np.exp([a - b, a, a + b])
        y = np.array([0.0, 2 / 3, 1.0])
        hessian = np.array([[m.sum(), m[2] - m[0]], [m[2] - m[0], m[0] + m[2]]])
        step = np.linalg.solve(hessian, [(y - m).sum(), (y - m)[2] - (y - m)[0]])
        a, b = a + step[0], b + step[1]
    mean = min(math.exp(a), 1.0)
    assert result.s1.value == pytest.approx(mean * math.exp(-mean), rel=1e-8)


def test_identical_options_are_fewer_than_identical_scores() -> None:
    rng = np.random.default_rng(2)
    choices = rng.integers(0, 3, (60, 20)).astype(float)
    choices[1] = choices[0]
    r = Responses.from_choices(choices, key=[0] * 20)
    twins = forensics.k_indices(r, copier=0, source=1)
    strangers = forensics.k_indices(r, copier=0, source=2)
    assert twins.n_matches == twins.n_source_wrong > strangers.n_matches
    assert strangers.n_matches < forensics.k_indices(r, copier=0, source=2, identical="score").n_matches
    for name in NAMES:
        assert getattr(twins, name).value < 0.01 < getattr(strangers, name).value


def test_order_of_candidates_and_items_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    choices = rng.integers(-1, 3, (50, 15)).astype(float)
    rows, columns = rng.permutation(50), rng.permutation(15)
    place = np.argsort(rows)
    straight = forensics.k_indices(Responses.from_choices(choices, key=[0] * 15), copier=4, source=9)
    moved = Responses.from_choices(choices[rows][:, columns], key=[0] * 15)
    assert values(forensics.k_indices(moved, copier=int(place[4]), source=int(place[9]))) == pytest.approx(
        values(straight)
    )


def test_an_item_that_nobody_received_changes_nothing() -> None:
    dense = forensics.k_indices(Responses.from_dense(SCORES), copier=0, source=3, identical="score")
    wide = np.full((7, 6), np.nan)
    wide[:6, :4] = SCORES
    assert values(forensics.k_indices(Responses.from_dense(wide), copier=0, source=3, identical="score")) == values(
        dense
    )


@pytest.mark.parametrize(
    ("scores", "identical", "reason"),
    [
        ([[1, 0, np.nan], [np.nan, 0, 1], [1, 1, 1]], "score", Reason.FORMS_DIFFER),
        ([[1, 0], [1, 1], [0, 0]], "score", Reason.NO_WRONG_ANSWERS),
        ([[1, 0], [0, 1], [0, 0]], "option", Reason.OPTIONS_UNRECORDED),
        ([[1, 0], [np.nan, np.nan], [0, 0]], "score", Reason.NO_COMMON_ITEMS),
    ],
)
def test_what_data_cannot_carry_gives_a_reason(scores: list[list[float]], identical: str, reason: Reason) -> None:
    result = forensics.k_indices(Responses.from_dense(scores), copier=0, source=1, identical=identical)
    assert all(getattr(result, name).reason is reason for name in NAMES)


@pytest.mark.parametrize("seed", range(40))
def test_tiny_groups_give_numbers_or_reasons(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (rng.integers(2, 6), rng.integers(1, 5))
    r = Responses.from_dense(rng.integers(-1, 2, shape))
    result = dataclasses.asdict(forensics.k_indices(r, copier=0, source=1, identical="score"))
    json.dumps(result, allow_nan=False)
    for name in NAMES:
        assert result[name]["value"] is None or 0.0 <= result[name]["value"] <= 1.0


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"copier": 6}, "copier"),
        ({"source": -1}, "source"),
        ({"source": 0}, "source"),
        ({"identical": "answer"}, "identical"),
        ({"guess": 1.0}, "guess"),
    ],
)
def test_malformed_arguments_are_named(change: dict[str, object], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        forensics.k_indices(Responses.from_dense(SCORES), **({"copier": 0, "source": 3} | change))
