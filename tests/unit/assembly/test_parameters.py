"""Difficulties on one scale: judged, from answers, calibrated; and what is planted in simulated sittings is found again."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from app.assembly import Difficulty, Evidence, Observed, Source, difficulties
from app.assembly.foundations.parameters import (
    COHORT_SD,
    JUDGED_SD,
    PANEL_SD,
    judged,
    name_of,
    read_findings,
    read_panel,
)
from app.itembank import Finding


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def test_a_judged_share_is_the_chance_of_the_borderline_candidate() -> None:
    found = judged(0.65)
    assert 1 / (1 + math.exp(found.b)) == pytest.approx(0.65)
    assert found.se == pytest.approx(JUDGED_SD / (0.65 * 0.35))
    assert (found.source, found.n) == (Source.JUDGED, 0)
    assert difficulties([Evidence(0.65)]) == [found]


def test_a_calibration_wins_over_answers_and_judges() -> None:
    calibrated = Difficulty(1.2, -0.4, 0.1, Source.CALIBRATED, 250)
    items = [Evidence(0.9, {"A": Observed(60, 0.2)}, calibrated), Evidence(0.5, {"A": Observed(60, 0.5)})]
    assert difficulties(items)[0] == calibrated


def test_many_answers_outweigh_the_judges_and_few_do_not() -> None:
    """The other items hold the cohort at theta 0, so that a share of .5 means b = 0."""
    held = [Evidence(0.5, {"A": Observed(4000, 0.5)}) for _ in range(30)]
    for n, source in ((3, Source.JUDGED), (400, Source.EMPIRICAL)):
        odd = difficulties([Evidence(0.8, {"A": Observed(n, 0.5)}), *held])[0]
        assert (odd.source, odd.n) == (source, n)
        assert -logit(0.8) < odd.b < 0
        assert odd.se < judged(0.8).se
        assert (abs(odd.b) < 0.1) == (source is Source.EMPIRICAL)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_an_item_that_all_or_none_got_right_stays_finite(share: float) -> None:
    items = [Evidence(0.6, {"A": Observed(15, share)}), *(Evidence(0.6, {"A": Observed(15, 0.6)}) for _ in range(20))]
    odd, other = difficulties(items)[:2]
    assert abs(odd.b) < 6
    assert (odd.b > other.b) == (share == 0)


def test_a_stronger_cohort_does_not_make_items_look_easier() -> None:
    """The same items, answered by a cohort one unit abler: their difficulties stay, to a hundredth."""
    b = np.linspace(-1.5, 0.5, 40)
    nodes, weights = np.polynomial.hermite_e.hermegauss(31)

    def share(difficulty: float, mean: float) -> float:
        return float(weights @ (1 / (1 + np.exp(-(mean + COHORT_SD * nodes - difficulty)))) / weights.sum())

    expected = [1 / (1 + math.exp(one)) for one in b]
    for mean in (-0.5, 0.0, 1.0):
        items = [
            Evidence(p, {"A": Observed(200, share(one, mean))}) for p, one in zip(expected, b.tolist(), strict=True)
        ]
        assert [one.b for one in difficulties(items)] == pytest.approx(b.tolist(), abs=0.01)


def test_what_is_planted_in_three_cohorts_is_found_within_the_stated_error() -> None:
    rng = np.random.default_rng(20261122)
    planted = rng.normal(-0.9, 0.6, 300)
    judgements = np.clip(1 / (1 + np.exp(planted)) + rng.normal(0, JUDGED_SD, 300), 0.05, 0.98)
    seen: list[dict[str, Observed]] = [{} for _ in planted]
    for name, mean, candidates in (("weak", -0.4, 60), ("usual", 0.2, 120), ("strong", 1.2, 300)):
        ability = rng.normal(mean, COHORT_SD, candidates)
        for place, b in enumerate(planted):
            had = ability[rng.random(candidates) < 1 / 3]
            seen[place][name] = Observed(len(had), float((rng.random(len(had)) < 1 / (1 + np.exp(b - had))).mean()))
    found = difficulties([Evidence(float(p), one) for p, one in zip(judgements, seen, strict=True)])
    error = np.array([one.b for one in found]) - planted
    assert abs(error.mean()) < 0.06
    assert error.std() < 0.25  # the judges alone: 0.7
    assert 0.85 < (error / np.array([one.se for one in found])).std() < 1.15
    assert {one.source for one in found} == {Source.EMPIRICAL}


def test_answers_that_the_standard_holds_are_not_counted_again() -> None:
    anchor = Difficulty(1.0, -0.5, 0.3, Source.EMPIRICAL, 40)
    item = Evidence(0.9, {"A": Observed(40, 0.6)}, anchor=anchor, settled=frozenset({"A"}))
    others = [Evidence(0.6, {"A": Observed(40, 0.6), "B": Observed(40, 0.6)}) for _ in range(20)]
    assert difficulties([item, *others])[0] == anchor
    grown = difficulties([replace(item, sittings={**item.sittings, "B": Observed(40, 0.3)}), *others])[0]
    assert grown.b > anchor.b
    assert grown.se < anchor.se
    assert (grown.source, grown.n) == (Source.EMPIRICAL, 80)


def test_findings_are_read_by_sitting_and_the_newest_counts() -> None:
    findings = [
        Finding("BATCH-1 · aaaaaaaaaaaa", 30, {"p": 0.9, "d": None}),
        Finding("BATCH-1 · bbbbbbbbbbbb", 30, {"p": 0.5, "d": None}),  # recorded again after its key was corrected
        Finding("BATCH-2 · cccccccccccc", 0, {"p": None}),
        Finding("calibration 2026", 210, {"b": -0.2, "se_b": 0.15, "model": "rasch"}),
        Finding("calibration 2027", 520, {"a": 1.3, "b": -0.3, "se_b": 0.1, "model": "2pl"}),
    ]
    sittings, calibration = read_findings(findings)
    assert sittings == {"BATCH-1": Observed(30, 0.5)}
    assert calibration == ("calibration 2027", Difficulty(1.3, -0.3, 0.1, Source.CALIBRATED, 520))
    assert {name_of(one.source) for one in findings} == {"BATCH-1", "BATCH-2", "calibration 2026", "calibration 2027"}


def test_the_newest_panel_counts_and_is_no_surer_than_the_best_experts() -> None:
    findings = [
        Finding("panel Angoff 2025", 5, {"judged_p": 0.5, "se": 0.2}),
        Finding("SIM-1", 40, {"p": 0.7}),
        Finding("panel Angoff 2026", 6, {"judged_p": 0.62, "se": 0.01}),
    ]
    assert read_panel(findings) == (0.62, PANEL_SD)
    assert read_panel(findings[:2]) == (0.5, 0.2)
    assert read_panel(findings[1:2]) is None
    assert list(read_findings(findings)[0]) == ["SIM-1"]  # what judges think is no sitting


def test_a_panel_that_disagrees_gives_way_to_answers_sooner() -> None:
    held = [Evidence(0.5, {"A": Observed(4000, 0.5)}) for _ in range(30)]
    sure, unsure = (
        difficulties([Evidence(0.8, {"A": Observed(20, 0.5)}, judged_sd=sd), *held])[0].b for sd in (0.10, 0.25)
    )
    assert -logit(0.8) < sure < unsure < 0


def test_what_a_review_found_is_passed_over_since_its_sittings_are_known_one_by_one() -> None:
    of_sitting, of_review = Finding("UJI-1 · 0a1b", 40, {"p": 0.6}), Finding("kajian 2026 · 9f8e", 120, {"p": 0.9})
    sittings, calibration = read_findings([of_sitting, of_review])
    assert (set(sittings), calibration) == ({"UJI-1"}, None)
