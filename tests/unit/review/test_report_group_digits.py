"""What the paper says of groups and of each item, computed anew from the answers by the library alone."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from app.psychometrics import item_analysis
from app.psychometrics.dif import (
    AdjustedMatch,
    Floor,
    MantelHaenszel,
    ScoreMatch,
    detectable_delta,
    mantel_haenszel,
    power_mantel_haenszel,
    purify,
    standardization,
)
from app.psychometrics.irt import eap, mml_rasch
from app.psychometrics.numerics import false_discovery
from app.review.shown import definition
from tests.review_data import ATTRIBUTE, FOCAL, REFERENCE
from tests.unit.review.recomputed import (
    assert_row,
    cell,
    difference,
    mean,
    percent,
    probability,
    said,
    share,
)
from tests.unit.review.reported_exam import METHOD, data, letters, reached, responses, scores_of


@cache
def compared() -> tuple[MantelHaenszel, ...]:
    window = data().of_period()
    value = [(one.groups or {}).get(ATTRIBUTE) for one, keep in zip(data().persons, window, strict=True) if keep]
    codes = np.array([{REFERENCE: 0, FOCAL: 1}.get(one or "", -1) for one in value])
    floor = Floor(group=METHOD.least_n_group, total=METHOD.least_n_groups)
    found = purify(
        lambda anchor: mantel_haenszel(responses(), codes, match=AdjustedMatch(20), anchor=anchor, floor=floor),
        n_items=responses().n_items,
    )
    return found.items


def q_of(found: tuple[MantelHaenszel, ...]) -> list[float]:
    return [float(q) for q in false_discovery([one.p if one.p is not None else math.nan for one in found])]


def test_items_that_differ_for_a_group() -> None:
    found = compared()
    assert all(one.p is not None for one in found)
    for item, one, q in zip(data().items, found, q_of(found), strict=True):
        if one.ets in ("B", "C"):
            n = str(one.n_reference + one.n_focal)
            assert_row(letters(), f"{item.code} · kelas {one.ets}", n, cell(one.delta, 2), probability(q))
    assert any(one.ets == "C" for one in found)
    information = float(np.median([one.information for one in found]))
    n = round(float(np.median([one.n_reference + one.n_focal for one in found])))
    power, least = power_mantel_haenszel(information, delta=METHOD.dif_delta), detectable_delta(information)
    assert power is not None
    assert least is not None
    assert_row(letters(), definition("dif_power").title_id, percent(power), str(n))
    assert_row(letters(), definition("dif_detectable").title_id, said(least, 2), str(n))


def test_results_of_groups() -> None:
    window = data().of_period()
    by_value = {
        value: scores_of(window & np.array([(one.groups or {}).get(ATTRIBUTE) == value for one in data().persons]))
        for value in (REFERENCE, FOCAL)
    }
    for value, values in by_value.items():
        apart = cell(difference(values, by_value[REFERENCE])) if value == FOCAL else "–"
        assert_row(letters(), value, str(len(values)), cell(mean(values)), share(reached(values)), apart)


@pytest.mark.clause(
    "9.3.5", "the report's table of items holds the library's figures, with the change against periods before"
)
def test_every_item_and_how_it_changed() -> None:
    window, now = responses(), data().of_period(0)[data().of_period()]
    abilities = mml_rasch(window, standard_errors=False)
    match = ScoreMatch(eap(window, abilities.parameters, variance=abilities.variance).theta)
    floor = Floor(group=METHOD.least_n_drift, total=2 * METHOD.least_n_drift)
    sizes = standardization(window, now.astype(int), match=match, floor=floor)
    tests = mantel_haenszel(window, now.astype(int), match=match, floor=floor)
    kept = zip(data().items, item_analysis(window), item_analysis(responses(0)), sizes, tests, strict=True)
    moved = 0
    for item, found, current, size, test in kept:
        if not found.n:
            continue
        assert found.difficulty.value is not None
        right = round(found.difficulty.value * found.n)
        cells = [
            percent(found.difficulty.value),
            "–" if current.difficulty.value is None else percent(current.difficulty.value),
            *("–" if one.value is None else said(one.value, 2) for one in (found.item_rest, found.d27)),
            "–" if size.p_dif.value is None else percent(size.p_dif.value),
        ]
        assert_row(letters(), item.code, f"{right} dari {found.n}", *cells)
        moved += (change := size.p_dif.value) is not None and abs(change) > METHOD.drift_p and (test.q or 1) < 0.05
        if change is not None and change > METHOD.drift_p:  # explained on a page of its own, with its q
            assert test.q is not None
            assert_row(letters(), definition("item-change-q").title_id, probability(test.q))
    assert moved == 1, "the leaked one"
