"""Conditional Rasch estimation: closed forms, brute force, sparse forms, and data that cannot carry it."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app import psychometrics as ps
from app.psychometrics import Reason, Responses
from app.psychometrics.irt.cml import _Scores
from app.psychometrics.numerics import symmetric_functions
from tests.golden.producers.data import DataSet
from tests.simulated_exams import on_forms, rasch_scores

NAN = float("nan")
Array = NDArray[np.float64]
GOLDEN = Path(__file__).parents[2] / "golden" / "psychometrics"


def simulated(seed: int, persons: int, items: int, *, form: int | None = None) -> tuple[Array, Array]:
    """Scores of a Rasch model, and its difficulties."""
    rng = np.random.default_rng(seed)
    b = rng.normal(size=items)
    return on_forms(rasch_scores(b, rng.normal(0.5, 1.0, size=persons), rng), form, rng), b


def values(result: ps.irt.ConditionalRasch) -> Array:
    return np.array([item.value for item in result.difficulty], dtype=float)


@pytest.mark.parametrize("k", [2, 3, 4, 7, 10])
def test_symmetric_functions_agree_with_brute_force(k: int) -> None:
    e = np.exp(np.random.default_rng(k).normal(0.0, 2.0, k))
    e[1] = e[0]  # a tie
    for r in range(1, k):
        sets = list(itertools.combinations(range(k), r))
        products = np.array([np.prod(e[list(chosen)]) for chosen in sets])
        inside = np.array([[j in chosen for j in range(k)] for chosen in sets], dtype=float)
        [block] = symmetric_functions(np.log(e)[None], [r], pairs=True)
        assert block.log_value[0] == pytest.approx(math.log(products.sum()), abs=1e-12)
        assert block.chance[0] == pytest.approx(products @ inside / products.sum(), abs=1e-12)
        assert block.pairs is not None
        assert block.pairs[0] == pytest.approx((inside.T * products) @ inside / products.sum(), abs=1e-12)


def test_symmetric_functions_agree_with_the_sum_algorithm() -> None:
    """100 items of SD 3, every order: gamma_r = P(score r) prod (1 + e), by adding one item at a time."""
    e = np.exp(np.random.default_rng(99).normal(0.0, 3.0, 100))
    orders = np.arange(1, 100)
    table = np.tile(np.log(e), (99, 1))
    log_gamma = np.concatenate([block.log_value for block in symmetric_functions(table, orders)])
    scores = ps.numerics.sum_score_distribution(e / (1.0 + e))[1:100]
    assert log_gamma == pytest.approx(np.log(scores) + np.log1p(e).sum(), rel=1e-12, abs=1e-11)


def test_symmetric_functions_of_many_equal_items_are_binomial_coefficients() -> None:
    for k, r in ((600, 1), (600, 300), (1500, 1499), (2001, 1000)):
        [block] = symmetric_functions(np.full((1, k), 3.0), [r])
        wanted = math.lgamma(k + 1) - math.lgamma(r + 1) - math.lgamma(k - r + 1) + 3.0 * r
        assert block.log_value[0] == pytest.approx(wanted, rel=1e-12)
        assert block.chance[0] == pytest.approx(np.full(k, r / k), rel=1e-9)


def test_symmetric_functions_of_far_apart_items_and_short_rows() -> None:
    table = [[20.0, -20.0, 0.0, 0.0], [0.0, 0.0, -np.inf, -np.inf]]
    [block] = symmetric_functions(table, [2, 1])
    assert block.log_value == pytest.approx([20.0 + math.log(2.0), math.log(2.0)])
    assert block.chance == pytest.approx(np.array([[1.0, 0.0, 0.5, 0.5], [0.5, 0.5, 0.0, 0.0]]), abs=1e-8)
    with pytest.raises(ValueError, match="order"):
        list(symmetric_functions([[0.0, 0.0]], [2]))


def test_two_items_have_a_closed_form() -> None:
    """With n10 and n01 the discordant pairs: b2 - b1 = log(n10/n01), se^2 of it 1/n10 + 1/n01."""
    n10, n01 = 37, 11
    r = Responses.from_dense([[1, 0]] * n10 + [[0, 1]] * n01 + [[1, 1]] * 9 + [[0, 0]] * 4)
    result = ps.irt.cml_rasch(r)
    half = 0.5 * math.log(n10 / n01)
    assert values(result) == pytest.approx([-half, half], abs=1e-10)
    se = 0.5 * math.sqrt(1.0 / n10 + 1.0 / n01)
    assert [item.se for item in result.difficulty] == pytest.approx([se, se], abs=1e-10)
    n = n10 + n01
    assert result.log_likelihood == pytest.approx(n10 * math.log(n10 / n) + n01 * math.log(n01 / n))
    assert result.n_used == n


def test_the_likelihood_is_that_of_the_definition() -> None:
    matrix, _ = simulated(1, 40, 5, form=4)
    r = Responses.from_dense(matrix)
    result = ps.irt.cml_rasch(r)
    b, total = values(result), 0.0
    for person in range(40):
        rows = r.of_person(person)
        score = int(rows.score.sum())
        sets = itertools.combinations(rows.item.tolist(), score)
        gamma = sum(math.exp(-sum(b[j] for j in chosen)) for chosen in sets)
        total -= float(b[rows.item] @ rows.score) + math.log(gamma)
    assert result.log_likelihood == pytest.approx(total, abs=1e-9)


def test_finite_differences_confirm_maximum_and_standard_errors() -> None:
    r = Responses.from_dense(simulated(2, 120, 6, form=5)[0])
    result = ps.irt.cml_rasch(r)
    b, scores, step = values(result), _Scores.of(r), 1e-3

    def at(i: int, j: int, u: float, v: float) -> float:
        moved = b.copy()
        moved[i] += u * step
        moved[j] += v * step
        return scores.log_likelihood(moved)

    for i in range(6):
        assert at(i, i, 0.5, 0.0) - at(i, i, -0.5, 0.0) == pytest.approx(0.0, abs=1e-6)
    information = np.array(
        [[-(at(i, j, 1, 1) - at(i, j, 1, -1) - at(i, j, -1, 1) + at(i, j, -1, -1)) for j in range(6)] for i in range(6)]
    ) / (4.0 * step**2)
    assert result.covariance == pytest.approx(np.linalg.pinv(information, rcond=1e-4), rel=1e-3, abs=1e-4)


def test_erm_stops_short_of_the_maximum_and_as_erm_stops_there_too() -> None:
    """eRm's printed difficulties of sim2pl leave a gradient; the default leaves none, and its likelihood is higher."""
    data = DataSet(GOLDEN / "sim2pl_expected.json")
    entries = json.loads((GOLDEN / "sim2pl_expected.json").read_text())["values"]
    printed = np.array(next(entry["value"] for entry in entries if entry["id"] == "irt.rasch_cml.b"))
    scores = _Scores.of(data.responses)
    result, stopped = (ps.irt.cml_rasch(data.responses, as_erm=mode) for mode in (False, True))
    ours, theirs = scores.derivatives(values(result)), scores.derivatives(printed)
    assert result.log_likelihood is not None and stopped.log_likelihood is not None
    assert result.log_likelihood > stopped.log_likelihood + 4e-5
    assert np.max(np.abs(ours[1])) < 1e-6 < 0.08 < np.max(np.abs(theirs[1]))
    assert values(stopped) == pytest.approx(printed, abs=2e-6)
    assert np.max(np.abs(values(result) - printed)) > 2e-4
    assert stopped.converged and "eRm" in stopped.variant and "eRm" not in result.variant


def test_as_erm_works_on_sparse_forms_and_keeps_the_reasons() -> None:
    """eRm 1.0-2 under R 4.2.2, `RM(X, sum0=TRUE)` on the same matrix."""
    matrix, _ = simulated(7, 300, 6, form=4)
    stopped = ps.irt.cml_rasch(Responses.from_dense(matrix), as_erm=True)
    printed = [0.337048577667, 0.818608969062, 0.325747954377, -0.603617540589, -0.183357574258, -0.694430386259]
    assert values(stopped) == pytest.approx(printed, abs=1e-7)
    assert stopped.iterations == 12
    nobody = ps.irt.cml_rasch(Responses.from_dense([[1, 1], [0, 1]]), as_erm=True)
    assert nobody.difficulty[0].value is None and nobody.log_likelihood is None


@pytest.mark.parametrize("form", [None, 9])
def test_order_does_not_matter(form: int | None) -> None:
    matrix, _ = simulated(3, 200, 12, form=form)
    rng = np.random.default_rng(4)
    rows, columns = rng.permutation(200), rng.permutation(12)
    straight = ps.irt.cml_rasch(Responses.from_dense(matrix))
    shuffled = ps.irt.cml_rasch(Responses.from_dense(matrix[rows][:, columns], items=columns.tolist()))
    assert values(shuffled) == pytest.approx(values(straight)[columns], abs=1e-9)
    assert shuffled.log_likelihood == pytest.approx(straight.log_likelihood, abs=1e-9)


def test_sparse_equals_dense() -> None:
    """Two candidates with two more items, answered so that they join no set, change nothing for the others."""
    dense, _ = simulated(5, 150, 10)
    wide = np.full((152, 12), NAN)
    wide[:150, :10] = dense
    wide[150:, 10:] = [[1, 0], [0, 1]]
    plain, sparse = (ps.irt.cml_rasch(Responses.from_dense(matrix)) for matrix in (dense, wide))
    assert values(sparse)[:10] == pytest.approx(values(plain), abs=1e-12)
    assert [item.reason for item in sparse.difficulty[10:]] == [Reason.NOT_CONNECTED] * 2
    assert sparse.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-10)


def test_items_that_cannot_be_placed_have_their_reason() -> None:
    matrix, _ = simulated(6, 100, 6)
    all_right, all_wrong, unused = np.ones(100), np.zeros(100), np.full(100, NAN)
    r = Responses.from_dense(np.column_stack([matrix, all_right, all_wrong, unused]))
    result = ps.irt.cml_rasch(r)
    assert result.estimated.tolist() == list(range(6))
    assert values(result)[:6] == pytest.approx(values(ps.irt.cml_rasch(Responses.from_dense(matrix))), abs=1e-9)
    assert [item.reason for item in result.difficulty[6:]] == [
        Reason.NO_ITEM_VARIANCE,
        Reason.NO_ITEM_VARIANCE,
        Reason.NOT_ADMINISTERED,
    ]


def test_a_search_that_fails_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.psychometrics.irt.cml._MAX_ITERATIONS", 1)
    rows = [[1, 0, 0, 1], [0, 1, 1, 1], [1, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1]]
    result = ps.irt.cml_rasch(Responses.from_dense(rows * 10))
    reasons = [item.reason for item in result.difficulty]
    assert reasons == [Reason.NOT_CONVERGED] * 3 + [Reason.NO_ITEM_VARIANCE]
    assert (result.estimated.tolist(), result.parameters.n_items, result.converged, result.iterations) == (
        [],
        0,
        False,
        1,
    )


def test_one_sided_connections_are_not_enough() -> None:
    """All who solve an item of the second pair solve both of the first: no finite difference (Fischer 1981)."""
    rows = [[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 0], [1, 1, 0, 1]]
    r = Responses.from_dense(rows * 5 + [[1, 0, 0, 0]])
    assert ps.irt.connected_items(r).tolist() == [0, 1]
    result = ps.irt.cml_rasch(r)
    assert [item.reason for item in result.difficulty] == [None, None, Reason.NOT_CONNECTED, Reason.NOT_CONNECTED]


@pytest.mark.parametrize(
    "matrix",
    [
        np.zeros((0, 3)),
        np.full((4, 3), NAN),
        np.ones((4, 3)),
        np.array([[1.0], [0.0]]),
        np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]),  # a perfect Guttman scale
        np.array([[1, 0, NAN, NAN], [NAN, NAN, 1, 0]]),
    ],
)
def test_data_that_cannot_carry_it(matrix: Array) -> None:
    result = ps.irt.cml_rasch(Responses.from_dense(matrix))
    assert len(result.estimated) == result.n_used == result.parameters.n_items == 0
    assert result.log_likelihood is None
    assert all(item.reason is not None for item in result.difficulty)


def test_intervals_cover_the_true_difficulties_on_random_forms() -> None:
    """40 simulated exams of 400 candidates, 10 of 25 items each, seeds 100 to 139."""
    errors = []
    for seed in range(100, 140):
        matrix, b = simulated(seed, 400, 25, form=10)
        result = ps.irt.cml_rasch(Responses.from_dense(matrix))
        se = np.array([item.se for item in result.difficulty], dtype=float)
        errors.append((values(result) - (b - b.mean())) / se)
    assert 0.93 < np.mean(np.abs(errors) < 1.96) < 0.97
    assert np.std(errors) == pytest.approx(1.0, abs=0.06)


def test_forms_of_different_difficulty_do_not_bias() -> None:
    """Better candidates get harder forms; conditioning on the score takes no notice of it."""
    rng = np.random.default_rng(8)
    b = np.linspace(-2.0, 2.0, 21)
    theta = np.r_[rng.normal(-1.0, 0.7, 1500), rng.normal(1.0, 0.7, 1500)]
    matrix = (rng.random((3000, 21)) < 1.0 / (1.0 + np.exp(b - theta[:, None]))).astype(float)
    matrix[:1500, 14:] = NAN
    matrix[1500:, :7] = NAN
    assert values(ps.irt.cml_rasch(Responses.from_dense(matrix))) == pytest.approx(b, abs=0.35)
