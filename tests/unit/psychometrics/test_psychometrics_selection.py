"""Choosing items: as good as trying all choices, and never against the rules."""

import dataclasses
import itertools
import json
from collections import Counter

import numpy as np
import pytest

from app.psychometrics import Reason, selection
from app.psychometrics.irt import ItemParameters
from app.psychometrics.selection import Status, select_max_information, select_target_information

RNG = np.random.default_rng(2)
BANK = ItemParameters.from_difficulty(
    RNG.normal(0, 1, 14), slope=np.exp(RNG.normal(0, 0.3, 14)), guess=RNG.uniform(0.05, 0.25, 14)
)
RULES = {
    "units": ["a"] * 6 + ["b"] * 5 + ["c"] * 3,
    "blueprint": {"a": 3, "b": 2, "c": 1},
    "enemies": [(0, 7), (1, 2), (6, 12), (3, 10)],
}


def every_choice() -> list[tuple[int, ...]]:
    found = []
    for items in itertools.combinations(range(14), 6):
        counts = Counter(RULES["units"][j] for j in items)
        if counts == RULES["blueprint"] and not any({i, j} <= set(items) for i, j in RULES["enemies"]):
            found.append(items)
    return found


def test_no_choice_has_more_information() -> None:
    made = select_max_information(BANK, theta=0.4, **RULES)
    information = BANK.information(0.4)
    best = max(every_choice(), key=lambda items: information[list(items)].sum())
    assert made.items == best
    assert made.objective == pytest.approx(information[list(best)].sum())
    assert (made.status, made.n_used) == (Status.OPTIMAL, 14)
    assert made.gap == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("target", [[1.0, 1.2, 1.0], [0.3, 0.3, 0.3], [9.0, 9.0, 9.0]])
def test_no_choice_is_closer_to_the_target(target: list[float]) -> None:
    theta = [-1.0, 0.0, 1.0]
    information = BANK.information(theta)
    made = select_target_information(BANK, theta=theta, target=target, gap=0.0, **RULES)
    best = min(np.abs(information[:, list(items)].sum(1) - target).max() for items in every_choice())
    assert made.objective == pytest.approx(best, abs=1e-6)
    assert made.items in every_choice()
    assert made.information == pytest.approx(information[:, list(made.items)].sum(1))
    assert made.bound <= made.objective


def test_items_of_units_not_named_are_not_taken() -> None:
    made = select_max_information(BANK, theta=0.0, units=RULES["units"], blueprint={"b": 2})
    assert all(6 <= item <= 10 for item in made.items)
    assert select_max_information(BANK, theta=0.0, units=RULES["units"], blueprint={}).items == ()


@pytest.mark.parametrize(
    "rules",
    [
        {"units": RULES["units"], "blueprint": {"c": 4}},
        {"units": RULES["units"], "blueprint": {"z": 1}},
        {"units": RULES["units"], "blueprint": {"c": 3}, "enemies": [(11, 12)]},
    ],
)
def test_rules_that_no_choice_can_keep(rules: dict) -> None:
    for made in (
        select_max_information(BANK, theta=0.0, **rules),
        select_target_information(BANK, theta=[0.0], target=[1.0], **rules),
    ):
        assert (made.items, made.objective, made.gap) == (None, None, None)
        assert (made.status, made.reason) == (Status.INFEASIBLE, Reason.NO_FEASIBLE_SELECTION)
        json.dumps(dataclasses.asdict(made), allow_nan=False)


def test_the_order_of_the_bank_does_not_matter() -> None:
    order = RNG.permutation(14)
    place = {int(item): at for at, item in enumerate(order)}
    made = select_max_information(BANK, theta=0.4, **RULES)
    again = select_max_information(
        BANK.of_items(order),
        theta=0.4,
        units=[RULES["units"][j] for j in order],
        blueprint=RULES["blueprint"],
        enemies=[(place[i], place[j]) for i, j in RULES["enemies"]],
    )
    assert {int(order[j]) for j in again.items} == set(made.items)


def test_a_target_within_reach_is_proven_within_the_gap() -> None:
    rng = np.random.default_rng(3)
    rich = ItemParameters.from_difficulty(rng.normal(0, 1, 150), slope=np.exp(rng.normal(0, 0.3, 150)))
    made = select_target_information(
        rich, theta=[-1.0, 0.0, 1.0], target=[7.0, 8.5, 7.0], units=[0] * 150, blueprint={0: 40}, gap=0.01
    )
    assert made.status == Status.OPTIMAL
    assert made.gap <= 0.01 * (8.5 + made.objective)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"units": ["a"]}, "units"),
        ({"blueprint": {"a": -1}}, "blueprint"),
        ({"enemies": [(0, 14)]}, "enemies"),
        ({"enemies": [(3, 3)]}, "enemies"),
        ({"gap": -1.0}, "gap"),
        ({"time_limit": 0.0}, "time_limit"),
        ({"theta": float("nan")}, "theta"),
    ],
)
def test_malformed_input_is_named(change: dict, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        select_max_information(BANK, **{"theta": 0.0, **RULES, **change})
    with pytest.raises(ValueError, match="parameters"):
        select_max_information(BANK.of_items([]), theta=0.0, units=[], blueprint={})
    for theta, target, fault in (([], [], "theta"), ([0.0], [1.0, 2.0], "target"), ([0.0], [-1.0], "target")):
        with pytest.raises(ValueError, match=fault):
            select_target_information(BANK, theta=theta, target=target, **RULES)


def test_public_functions_have_examples() -> None:
    for name in selection.__all__:
        assert getattr(selection, name).__doc__
    assert all(">>>" in f.__doc__ for f in (select_max_information, select_target_information))
