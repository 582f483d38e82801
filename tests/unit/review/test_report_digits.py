"""Every figure of the exam in the paper, computed anew from the answers by the library alone, to the printed digit and in its row."""

from __future__ import annotations

import math

import numpy as np

from app.assembly import COHORT_SD
from app.psychometrics import correlation, exam_analysis, proportion
from app.psychometrics.classification import huynh, livingston_lewis
from app.psychometrics.ctt import unit_scores
from app.psychometrics.equating import FormScores, bootstrap_errors, circle_arc_equating
from app.psychometrics.form_equity import form_equity
from app.psychometrics.irt import ItemParameters
from app.psychometrics.numerics import normal_grid, root
from app.psychometrics.reliability import generalizability_henderson, stratified_binomial
from tests.unit.review.recomputed import (
    RANGE,
    assert_explained,
    assert_row,
    between,
    cell,
    difference,
    mean,
    normal_interval,
    percent,
    plain,
    said,
    share,
    t_interval,
)
from tests.unit.review.reported_exam import METHOD, data, letters, reached, responses, scores


def test_periods_modes_and_the_change_of_the_mean() -> None:
    for label, period in (("09/2025", -1), ("03/2026", 0)):
        values, reliable = scores(period), stratified_binomial(responses(period))
        assert_row(letters(), label, str(len(values)), cell(mean(values)), share(reached(values)), cell(reliable, 2))
    now, before = scores(0), scores(-1)
    moved = difference(now, before)
    assert moved.value is not None
    assert moved.high is not None
    noise = said(moved.high - moved.value)
    assert_row(
        letters(), f"Rerata nilai turun {said(-moved.value)} angka dari periode sebelumnya. Beda < {noise} angka"
    )
    assert_row(letters(), "daring", str(len(before)), cell(mean(before)), share(reached(before)))
    assert_row(letters(), "luring", str(len(now)), cell(mean(now)), share(reached(now)))
    apart = difference(before, now)
    assert apart.value is not None
    assert_row(letters(), "Beda rerata antarcara ujian", said(apart.value), between(apart.low, apart.high))


def test_units_and_how_they_go_together() -> None:
    tables = {period: responses(*period) for period in ((0,), ())}
    for at, (code, title) in enumerate(data().units):
        cells = []
        for found in tables.values():
            right, length = (table[found.present, at] for table in found.by_stratum())
            cells.append(share(mean(right / length)))
            assert set(length.tolist()) == {length[0]}
        assert_row(letters(), f"{code} · {title}", str(int(length[0])), *cells)
    window = responses()
    units, n = unit_scores(window), len(window.present)
    reliable = [
        stratified_binomial(window.with_items(np.flatnonzero(window.stratum == at))).value or 0.0
        for at in range(len(units.units))
    ]
    freed = 0
    for g in range(len(units.units)):
        for h in range(g):
            r = units.correlation[g][h]
            assert r is not None
            enough = min(reliable[g], reliable[h]) >= METHOD.reliability_least
            true = said(r / math.sqrt(reliable[g] * reliable[h]), 2) if enough else "–"
            freed += enough
            assert_row(letters(), f"{units.units[h]} · {units.units[g]}", cell(correlation(r, n), 2), true)
    assert 0 < freed < 10


def test_speed() -> None:
    for_periods = []
    for period in ((0,), ()):
        persons = data().of_period(*period)
        rows = persons[data().person]
        last, end = np.zeros(len(persons)), np.zeros(len(persons))
        np.maximum.at(end, data().person[rows], data().position[rows])
        answered = rows & (data().option >= 0)
        np.maximum.at(last, data().person[answered], data().position[answered])
        people = [one for one, keep in zip(data().persons, persons, strict=True) if keep]
        seconds = data().seconds[rows]
        found = [
            proportion(int((end > last).sum()), len(people)),
            proportion(sum(one.by_bell for one in people), len(people)),
        ]
        for_periods.append(
            {
                name: share(one).replace("(", "").replace(")", "") + f"n={len(people)}"
                for name, one in zip(("speed_not_reached", "speed_by_bell"), found, strict=True)
            }
            | {
                "speed_minutes": f"{np.median([one.minutes for one in people]):.0f}n={len(people)}",
                "speed_item_seconds": f"{np.median(seconds[seconds > 0]):.0f}n={len(people)}",
            }
        )
    for name, told in for_periods[0].items():
        assert_explained(letters(), name, told, for_periods[1][name])


def test_reliability_errors_and_decisions() -> None:
    told: dict[str, list[str]] = {}
    for period in ((0,), ()):
        found = responses(*period)
        exam, cut = exam_analysis(found, cut=data().pass_mark), data().pass_mark
        general, decided = (
            generalizability_henderson(found, cut=cut / data().max_score),
            livingston_lewis(found, cut=cut),
        )
        assert general.at_cut is not None
        n = f"n={len(found.present)}"
        figures = {
            "exam_reliability_random": plain(exam.stratified_binomial, 2),
            "exam_phi": plain(general.absolute, 2),
            "exam_phi_cut": plain(general.at_cut, 2),
            "exam_sem": plain(exam.sem_absolute, 1),
            "exam_csem": plain(exam.csem_at_cut, 1),
            "exam_consistency": percent(decided.consistency or 0.0) + RANGE,
            "exam_accuracy": percent(decided.accuracy or 0.0) + RANGE,
            "exam_consistency_huynh": percent(huynh(found, cut=cut).consistency or 0.0),
        }
        for name, figure in figures.items():
            told.setdefault(name, []).append(figure + n)
    for name, cells in told.items():
        assert_explained(letters(), name, *cells)


def test_forms_their_plans_and_their_equating() -> None:
    """Of two forms each is held against the other: their means, less what each was planned to give."""
    known = data()
    at = [place for place, form in enumerate(known.forms) if known.sittings[form.sitting].period == 0]
    taken = [[(one.score, one.first) for one in known.persons if one.form == place] for place in at]
    first = [np.array([score for score, fresh in people if fresh], dtype=np.float64) for people in taken]
    planned = _planned([list(known.forms[place].items) for place in at], [[s for s, _ in people] for people in taken])
    excess = [float(values.mean()) - plan for values, plan in zip(first, planned, strict=True)]
    df = sum(map(len, first)) - 2
    spread = math.sqrt(sum(values.var(ddof=1) * (len(values) - 1) for values in first) / df)
    used = sorted({item for place in at for item in known.forms[place].items})
    sets = [[used.index(item) for item in known.forms[place].items] for place in at]
    parameters, errors = _parameters(used), [known.items[item].se or 0.0 for item in used]
    assert known.theta_cut is not None
    at_cut = form_equity(parameters, sets, cut=known.pass_mark, theta_cut=known.theta_cut, difficulty_sd=errors).forms
    for one, other in ((0, 1), (1, 0)):
        apart = t_interval(excess[one] - excess[other], spread * math.sqrt(sum(1 / len(v) for v in first)), df)
        mark, form = known.pass_mark, at_cut[one]
        flips = sum((score >= mark) != (score >= form.equated_cut) for score, _ in taken[one])
        curves = (FormScores.from_scores(first[place].astype(int).tolist(), max_score=100) for place in (other, one))
        equated = bootstrap_errors(circle_arc_equating, *curves, draws=200, seed=one + 1)
        assert equated.equivalents
        assert equated.se
        assert form.uncertainty is not None
        assert_row(
            letters(),
            f"Paket {one + 1}",
            str(len(first[one])),
            str(len(taken[one]) - len(first[one])),
            cell(mean(first[one])),
            said(planned[one] + excess[other]),
            cell(apart),
            cell(normal_interval(form.expected, form.uncertainty)),
            str(flips),
            cell(normal_interval(equated.equivalents[mark], equated.se[mark])),
        )


def _planned(forms: list[list[int]], taken: list[list[int]]) -> list[float]:
    """What each form's plan gives a cohort as able as this one."""
    nodes, weights = normal_grid()

    def expected(items: list[int], ability: float) -> float:
        return float(weights @ _parameters(items).probability(ability + COHORT_SD * nodes).sum(axis=1))

    def excess(ability: float) -> float:
        return sum(len(t) * expected(items, ability) - sum(t) for items, t in zip(forms, taken, strict=True))

    ability = root(excess, -6.0, 6.0)
    assert ability is not None
    return [expected(items, ability) for items in forms]


def _parameters(items: list[int]) -> ItemParameters:
    return ItemParameters.from_difficulty([data().items[item].b or 0.0 for item in items], slope=[1.0] * len(items))
