"""What the statistics promise over many exams: false alarms near the level, copiers found, power as stated."""

import numpy as np
import pytest

from app.psychometrics import Reason, Responses, forensics
from app.psychometrics.irt import ItemParameters

ITEMS, FORM, OPTIONS = 100, 50, 4


def bank(seed: int = 1) -> forensics.NominalParameters:
    rng = np.random.default_rng(seed)
    slope = np.c_[np.full(ITEMS, 0.8), rng.normal(-0.3, 0.3, (ITEMS, 3))]
    intercept = np.c_[np.full(ITEMS, 0.9), rng.normal(-0.3, 0.5, (ITEMS, 3))]
    return forensics.NominalParameters(slope, intercept)


def answers(model: forensics.NominalParameters, theta: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    bounds = model.probability(theta).cumsum(axis=-1)
    return (rng.random((len(theta), ITEMS, 1)) * bounds[..., -1:] >= bounds).sum(axis=-1).astype(float)


def random_forms(rng: np.random.Generator, persons: int) -> np.ndarray:
    """True where the item is not in the form."""
    unused = np.zeros((persons, ITEMS), dtype=bool)
    unused[np.arange(persons)[:, None], np.argsort(rng.random((persons, ITEMS)), axis=1)[:, FORM:]] = True
    return unused


def sat(choices: np.ndarray) -> Responses:
    return Responses.from_choices(choices, key=[0] * ITEMS, n_options=[OPTIONS] * ITEMS)


def test_innocent_pairs_are_flagged_at_the_level_or_below() -> None:
    """300 candidates with random forms of 50 from 100 items, all 44,850 pairs (seed 11)."""
    rng = np.random.default_rng(11)
    model, theta = bank(), rng.normal(size=300)
    choices = answers(model, theta, rng)
    choices[random_forms(rng, 300)] = np.nan
    r = sat(choices)
    for statistic in (forensics.omega_similarity, forensics.omega_copying):
        p = statistic(r, model, theta).p_value
        assert 0.04 < np.mean(p <= 0.05) < 0.07  # a count of about 25 is no normal variable
        assert 0.006 < np.mean(p <= 0.01) < 0.017
    p = forensics.gbt_similarity(r, model, theta).p_value
    assert 0.02 < np.mean(p <= 0.05) <= 0.05  # counts are discrete: never above the level
    assert np.mean(p <= 0.01) <= 0.01
    some = forensics.m4_similarity(r, model, theta, pairs=forensics.pairs_within(np.arange(300) // 4)).p_value
    assert 0.01 < np.mean(some <= 0.05) < 0.09
    assert not np.any(forensics.similarity_screen(r, model, theta).flagged)


def test_shares_of_the_options_do_as_well_as_their_model_when_it_holds() -> None:
    """Distractors chosen regardless of ability, 300 candidates (seed 12)."""
    rng = np.random.default_rng(12)
    parameters = ItemParameters.from_difficulty(rng.normal(-0.5, 1.0, ITEMS))
    theta = rng.normal(size=300)
    right = rng.random((300, ITEMS)) < parameters.probability(theta)
    choices = np.where(right, 0.0, rng.choice([1.0, 2.0, 3.0], (300, ITEMS), p=[0.6, 0.3, 0.1]))
    r = sat(choices)
    model = forensics.OptionShares.from_responses(r, parameters)
    assert model.share[:, 1:].mean(axis=0) == pytest.approx([0.6, 0.3, 0.1], abs=0.01)
    assert 0.04 < np.mean(forensics.omega_similarity(r, model, theta).p_value <= 0.05) < 0.06


def test_copiers_stand_out_among_neighbours() -> None:
    """Five of 200 candidates copy 80 % of the items they share with a neighbour (seed 13)."""
    rng = np.random.default_rng(13)
    model, theta = bank(), rng.normal(size=200)
    choices = answers(model, theta, rng)
    unused = random_forms(rng, 200)
    copiers = np.arange(0, 50, 10)
    for copier in copiers:
        common = np.flatnonzero(~unused[copier] & ~unused[copier + 1])
        taken = rng.permutation(common)[: round(0.8 * len(common))]
        choices[copier, taken] = choices[copier + 1, taken]
    choices[unused] = np.nan
    rooms = forensics.pairs_within((np.arange(200) // 10).tolist())
    result = forensics.similarity_screen(sat(choices), model, theta, pairs=rooms)
    planted = {(copier, copier + 1) for copier in copiers.tolist()}
    assert {tuple(pair) for pair in result.pairs[:5].tolist()} == planted
    assert result.flagged.tolist()[:4] == [True] * 4  # the fifth shares few items with the source
    assert not np.any(result.flagged[5:])
    assert result.n_compared == 20 * 45
    given = forensics.gbt_copying(sat(choices), model, theta, pairs=[[c, c + 1] for c in copiers])
    assert np.all(given.p_value < 1e-3)


def test_power_agrees_with_copying_that_was_simulated_elsewhere() -> None:
    """600 copiers of 40 % of 40 common items, counted by `gbt_copying` (seed 14)."""
    rng = np.random.default_rng(14)
    model, pairs = bank(), 600
    theta = np.tile([-0.5, 1.0], pairs)
    choices = answers(model, theta, rng)
    common = np.argsort(rng.random((pairs, ITEMS)), axis=1)[:, :40]
    sparse = np.full_like(choices, np.nan)
    for pair in range(pairs):
        choices[2 * pair, common[pair, :16]] = choices[2 * pair + 1, common[pair, :16]]
        for person in (2 * pair, 2 * pair + 1):
            sparse[person, common[pair]] = choices[person, common[pair]]
    who = np.arange(2 * pairs).reshape(pairs, 2)
    found = np.mean(forensics.gbt_copying(sat(sparse), model, theta, pairs=who).p_value <= 0.001)
    stated = forensics.copying_power(
        model, copier_theta=-0.5, source_theta=1.0, n_common=40, share_copied=0.4, significance=0.001, seed=3
    )
    assert stated.value is not None
    assert abs(stated.value - found) < 4 * np.sqrt(found * (1 - found) * (1 / pairs + 1 / 2000))


def test_power_rises_with_what_is_copied_and_is_the_level_without() -> None:
    case = {
        "copier_theta": -0.5,
        "source_theta": 1.0,
        "n_common": 40,
        "significance": 0.05,
        "replications": 1000,
        "seed": 5,
    }
    for statistic in ("omega", "gbt"):
        values = [
            forensics.copying_power(bank(), share_copied=share, statistic=statistic, **case).value
            for share in (0.0, 0.2, 0.4, 1.0)
        ]
        assert values == sorted(values)
        assert 0.01 < values[0] < 0.07
        assert values[-1] == 1.0
    known = forensics.copying_power(bank(), share_copied=0.2, **case)
    estimated = forensics.copying_power(bank(), share_copied=0.2, form_length=80, **case)
    assert (known.value or 0) > (estimated.value or 0) > 0.05
    assert forensics.copying_power(bank(), share_copied=0.2, **case) == known


def test_power_has_no_value_where_the_model_leaves_no_chance() -> None:
    certain = ItemParameters.from_difficulty([0.0] * 10)
    case = {"copier_theta": 900.0, "source_theta": 900.0, "share_copied": 0.5, "replications": 10, "seed": 1}
    result = forensics.copying_power(certain, n_common=5, statistic="omega", **case)
    assert (result.value, result.reason) == (None, Reason.PATTERNS_EQUALLY_LIKELY)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"n_common": 0}, "n_common"),
        ({"n_common": 101}, "n_common"),
        ({"share_copied": 1.1}, "share_copied"),
        ({"significance": 0.0}, "significance"),
        ({"replications": 0}, "replications"),
        ({"form_length": 5}, "form_length"),
        ({"statistic": "K"}, "statistic"),
        ({"copier_theta": float("inf")}, "copier_theta"),
    ],
)
def test_malformed_arguments_of_power_are_named(change: dict[str, object], name: str) -> None:
    case: dict[str, object] = {"copier_theta": 0.0, "source_theta": 0.0, "n_common": 10, "share_copied": 0.5, "seed": 1}
    with pytest.raises(ValueError, match=name):
        forensics.copying_power(bank(), **(case | change))
