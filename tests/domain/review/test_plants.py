"""A review finds what lies in the data, finds no more than chance where nothing does, and is silent where it cannot know."""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import pytest

from app.review.compute import compute
from app.review.method.types import ReviewMethod
from tests.review_data import Planted, plant

METHOD = ReviewMethod()
ALL = {"mis_key": True, "leak": True, "dif": True, "form": True, "copy": True}
SOUND = (11, 12, 13)
SMALL = (21, 22, 23)


@cache
def reviewed(candidates: int, seed: int, *, planted: bool) -> tuple[Planted, dict[str, Any]]:
    made = plant(candidates, seed=seed, **(ALL if planted else {}))
    return made, dict(compute(made.data, METHOD))


def raised(parts: dict[str, Any]) -> set[tuple[str, str]]:
    return {(lead["rule"], lead["subject"]["ref"]) for lead in parts["leads"]["leads"]}


@pytest.mark.parametrize("seed", [1, 2])
def test_each_plant_is_raised_where_it_lies(seed: int) -> None:
    made, parts = reviewed(2500, seed, planted=True)
    data, found = made.data, raised(parts)
    for rule, item in (("mis-key", made.mis_key), ("leak", made.leak), ("dif", made.dif)):
        assert item is not None
        lineage = str(data.items[item].lineage_id)
        assert (rule, lineage) in found, rule
        assert rule in {sign["rule"] for sign in parts[f"item:{lineage}"]["signs"]}, "the item's card tells it too"
    assert made.form is not None
    form = data.forms[made.form]
    assert ("harder-form", f"{data.sittings[form.sitting].id}/{form.form_no}") in found
    assert made.pair is not None
    both = {str(data.persons[one].attempt_id) for one in made.pair}
    assert both in [set(ref.split("/")) for rule, ref in found if rule == "similar-pair"]


@pytest.mark.parametrize("seed", [1, 2])
def test_beside_the_plants_there_is_next_to_nothing(seed: int) -> None:
    made, parts = reviewed(2500, seed, planted=True)
    places = [place for place in (made.mis_key, made.leak, made.dif) if place is not None]
    meant = {str(made.data.items[place].lineage_id) for place in places}
    others = {
        (rule, ref) for rule, ref in raised(parts) if ref not in meant and rule not in ("harder-form", "similar-pair")
    }
    chance = sum(parts["leads"]["by_chance"].values())
    assert len(others) <= chance + 2 * sqrt(chance)


def test_sound_exams_raise_no_more_than_the_stated_share() -> None:
    """Over several exams together: what each states as its most by chance, and what chance may add to that."""
    exams = [reviewed(1000, seed, planted=False)[1] for seed in SOUND]
    stated = sum(sum(parts["leads"]["by_chance"].values()) for parts in exams)
    leads = [lead for parts in exams for lead in parts["leads"]["leads"]]
    assert len(leads) <= stated + 2 * sqrt(stated), [lead["id"] for lead in leads]


def test_sixty_candidates_carry_counts_and_no_label() -> None:
    """Three half-years of twenty: no item has a hundred answers."""
    for seed in SMALL:
        _, parts = reviewed(20, seed, planted=True)
        assert {row["verdict"] for row in parts["items"]["rows"]} == {"not-enough"}
        assert all(row["n"] >= row["right"] for row in parts["items"]["rows"]), "counts are shown"
        assert all("belum cukup data" in row["rest"][1] for row in parts["items"]["rows"])
        # What remains is a reason to look at a key, or at two who sat together; no group, no form, no drift, no leak is named.
        assert {rule for rule, _ in raised(parts)} <= {"mis-key", "similar-pair"}
        assert {lead["strength"] for lead in parts["leads"]["leads"]} <= {"expert"}


def test_sixty_sound_candidates_accuse_no_more_keys_than_chance_is_said_to() -> None:
    exams = [reviewed(20, seed, planted=False)[1] for seed in SMALL]
    stated = sum(sum(parts["leads"]["by_chance"].values()) for parts in exams)
    assert sum(len(parts["leads"]["leads"]) for parts in exams) <= stated + 2 * sqrt(stated)
