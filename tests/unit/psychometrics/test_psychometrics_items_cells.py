"""Candidates counted together by their answer and score: the same figures on every road to them."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from app import psychometrics as ps
from app.psychometrics import Responses
from app.psychometrics.criterion import criterion_adjusted, criterion_raw
from app.psychometrics.ctt.cells import ItemCells, item_cells

Build = Callable[..., NDArray[np.float64]]
NAN = float("nan")


def cells_of(rank: list[int]) -> ItemCells:
    ranks = np.array(rank)
    zeros = np.zeros(len(rank), dtype=np.int64)
    return ItemCells(np.ones(len(rank)), zeros, zeros, ranks, ranks.astype(float), ranks, 0.0, "rank")


def test_ties_at_a_boundary_are_shared() -> None:
    """Ten candidates, ranks 0 0 | 1 x5 | 2 2 2: the lowest 2.7 are both zeros and 0.7 of the five ones."""
    cells = cells_of([0, 0, 1, 1, 1, 1, 1, 2, 2, 2])
    zeros, ones, twos = (cells.rank == rank for rank in range(3))
    amount = np.stack((zeros, ones, twos)).astype(float)
    np.testing.assert_allclose(cells.below(amount, 2.7), [2, 0.7, 0], atol=1e-15)
    np.testing.assert_allclose(cells.below(amount, 7.3), [2, 5, 0.3], atol=1e-15)
    np.testing.assert_allclose(cells.below(amount, [0.0, 2.0, 10.0]), [[0, 2, 2], [0, 0, 5], [0, 0, 3]])


@pytest.mark.parametrize(
    ("rank", "places"),
    [
        ([0, 1, 2], (1.0, 2.0)),  # the middle one is in neither half
        ([0, 1, 2, 3], (2.0, 2.0)),
        ([0, 1, 1, 2], (1.0, 3.0)),
        ([0, 0, 0, 1], (0.0, 3.0)),
        ([5], (0.0, 1.0)),
    ],
)
def test_who_stands_around_the_median(rank: list[int], places: tuple[float, float]) -> None:
    assert cells_of(rank).around_median() == places


def expanded(cells: ItemCells) -> list[tuple[int, int, int, float]]:
    """One entry per candidate."""
    columns = zip(cells.count, cells.option, cells.score, cells.total, cells.value, strict=True)
    return sorted((int(o), int(x), int(t), float(v)) for n, o, x, t, v in columns for _ in range(int(n)))


@pytest.mark.parametrize("form", [None, 12])
def test_cells_hold_every_candidate_once(choices: Build, form: int | None) -> None:
    r = Responses.from_choices(choices(persons=70, items=20, form=form), key=[0] * 20)
    for criterion in (criterion_raw(r), criterion_adjusted(r)):
        for index, cells in enumerate(item_cells(r, criterion)):
            rows = r.of_item(index)
            columns = zip(rows.option, rows.score, r.total[rows.person], criterion.score[rows.person], strict=True)
            wanted = sorted((int(o), int(x), int(t), float(v)) for o, x, t, v in columns)
            assert expanded(cells) == wanted
            assert np.all(np.diff(cells.rank) >= 0)


@pytest.mark.parametrize("form", [None, 12])
def test_counting_and_sorting_give_the_same(choices: Build, form: int | None) -> None:
    """One option with a high number makes the table of counts too large, so that the rows are sorted."""
    matrix = choices(persons=70, items=20, form=form)
    wide = matrix.copy()
    wide[matrix == 3] = 32_000
    counted, by_sorting = (Responses.from_choices(m, key=[0] * 20) for m in (matrix, wide))
    for function in (ps.ctt.item_rest_raw, ps.ctt.item_total, ps.ctt.upper_lower_27, ps.ctt.bounded_biserial):
        for one, other in zip(function(counted), function(by_sorting), strict=True):
            assert one.value == pytest.approx(other.value, abs=1e-12)


def test_candidates_without_items_do_not_count(choices: Build) -> None:
    matrix = choices(persons=40, items=10)
    padded = np.full((43, 11), NAN)
    padded[1:41, :10] = matrix
    plain = ps.item_analysis(Responses.from_choices(matrix, key=[0] * 10, n_options=[4] * 10))
    wide = ps.item_analysis(Responses.from_choices(padded, key=[0] * 11, n_options=[4] * 11))
    assert wide[:10] == plain


def test_alpha_if_deleted_is_the_alpha_of_the_other_items(fixed_form: Responses) -> None:
    for index, estimate in enumerate(ps.ctt.alpha_if_deleted(fixed_form)):
        others = fixed_form.with_items([j for j in range(20) if j != index])
        assert estimate.value == pytest.approx(ps.reliability.kr20(others).value, abs=1e-12)


def test_alpha_if_deleted_needs_three_items_of_one_form(random_forms: Responses) -> None:
    assert {e.reason for e in ps.ctt.alpha_if_deleted(random_forms)} == {ps.Reason.FORMS_DIFFER}
    two = Responses.from_dense([[1, 0], [0, 1], [1, 1]])
    assert {e.reason for e in ps.ctt.alpha_if_deleted(two)} == {ps.Reason.TOO_FEW_ITEMS}
    # without the third item all have the same score
    same = Responses.from_dense([[1, 0, 1], [0, 1, 0], [1, 0, 0]])
    assert ps.ctt.alpha_if_deleted(same)[2].reason == ps.Reason.NO_SCORE_VARIANCE


def test_reliability_indices_add_up_to_the_sd_of_the_total(fixed_form: Responses) -> None:
    indices = [e.value or 0.0 for e in ps.ctt.reliability_index(fixed_form)]
    assert sum(indices) == pytest.approx(np.std(fixed_form.total), abs=1e-12)


def test_item_variance_by_hand() -> None:
    r = Responses.from_dense([[1, NAN, NAN], [1, 0, NAN], [0, -1, NAN], [0, 1, NAN]])
    first, second, third = ps.ctt.item_variance(r)
    assert (first.value, first.n_used) == (0.25, 4)
    assert second.value == pytest.approx(2 / 9)
    assert third.reason == ps.Reason.NOT_ADMINISTERED
