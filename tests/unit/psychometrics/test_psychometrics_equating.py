"""Equating random groups: by hand, there and back, and with nothing to equate on."""

import dataclasses
import json

import numpy as np
import pytest

from app.psychometrics import Reason, Responses, numerics
from app.psychometrics import equating as eq

RNG = np.random.default_rng(5)


def form(counts: object) -> eq.FormScores:
    return eq.FormScores.from_counts(counts)


def bell(k: int, n: int, chance: float, seed: int) -> eq.FormScores:
    rng = np.random.default_rng(seed)
    ability = rng.beta(6 * chance, 6 * (1 - chance), n)
    return eq.FormScores.from_scores(rng.binomial(k, ability), max_score=k)


HARD, EASY = bell(20, 4000, 0.5, 1), bell(20, 3000, 0.6, 2)
EVERY = [
    eq.mean_equating,
    eq.linear_equating,
    eq.equipercentile_equating,
    eq.circle_arc_equating,
    lambda x, y, least_n=100: eq.equipercentile_equating(x, y, degree=4, least_n=least_n),
]


# Kolen & Brennan 2014, Tables 2.2-2.4: a test of four items
FOUR_X, FOUR_Y = form([20, 30, 20, 20, 10]), form([10, 20, 20, 30, 20])


def test_percentile_ranks_of_the_textbook() -> None:
    assert eq.percentile_ranks(FOUR_X).tolist() == pytest.approx([0.10, 0.35, 0.60, 0.80, 0.95])
    assert eq.percentile_ranks(FOUR_Y, [2.7, -0.5, 4.5]).tolist() == pytest.approx([0.56, 0.0, 1.0])


def test_equipercentile_equivalents_of_the_textbook() -> None:
    made = eq.equipercentile_equating(FOUR_X, FOUR_Y)
    assert made.equivalents == pytest.approx((0.5, 1.75, 2.0 + 5 / 6, 3.5, 4.25))


def test_mean_and_linear_by_hand() -> None:
    x, y = form([25, 50, 25]), form([0, 50, 0, 50])  # means 1 and 2, sums of squares 50 and 100
    assert eq.mean_equating(x, y).equivalents == (1.0, 2.0, 3.0)
    assert eq.mean_equating(x, y).se[0] == pytest.approx(((50 + 100) / 99 / 100) ** 0.5)
    made = eq.linear_equating(x, y)
    assert made.slope == pytest.approx(2**0.5)
    assert made.equivalents == pytest.approx((2 - 2**0.5, 2.0, 2 + 2**0.5))


@pytest.mark.parametrize("equate", EVERY)
def test_a_form_equated_to_itself_is_itself(equate: object) -> None:
    assert equate(HARD, HARD).equivalents == pytest.approx(range(21), abs=1e-9)
    assert eq.identity_equating(HARD, HARD).equivalents == tuple(range(21))


def test_there_and_back_is_where_one_began() -> None:
    for x, y in [(HARD, EASY), (FOUR_X, FOUR_Y)]:
        there, back = eq.linear_equating(x, y), eq.linear_equating(y, x)
        assert there.slope * back.slope == pytest.approx(1.0)
        assert back.slope * there.intercept + back.intercept == pytest.approx(0.0, abs=1e-12)
        on_y = eq.score_at_rank(y, eq.percentile_ranks(x))
        again = eq.score_at_rank(x, eq.percentile_ranks(y, on_y))
        assert again == pytest.approx(np.arange(len(x.counts)), abs=1e-6)


def test_reading_the_scale_from_the_other_end_changes_nothing() -> None:
    mirrored = [form(f.counts[::-1]) for f in (HARD, EASY)]
    for equate in EVERY[:4]:
        straight, turned = equate(HARD, EASY).equivalents, equate(*mirrored).equivalents
        assert [20 - e for e in reversed(turned)] == pytest.approx(straight, abs=1e-9)


def test_scores_that_nobody_has_are_a_stretch_whose_middle_counts() -> None:
    gap = form([50, 0, 0, 50])
    assert eq.score_at_rank(gap, [0.0, 0.5, 1.0]).tolist() == [-0.5, 1.5, 3.5]
    assert eq.score_at_rank(form([0, 100, 0]), [0.0, 0.25, 1.0]).tolist() == [-0.5, 0.75, 2.5]
    thirds = form([1, 2, 0, 3])  # 1/6 + 2/6 reached in other steps than 1/2
    assert eq.score_at_rank(thirds, 1 / 6 + 2 / 6).item() == 2.0
    assert eq.equipercentile_equating(gap, gap).equivalents == pytest.approx((0.0, 1.5, 1.5, 3.0))


def test_thin_tails_keep_their_digits_at_both_ends() -> None:
    thin = form(numerics.sum_score_distribution([0.5] * 60))
    made = eq.equipercentile_equating(thin, thin, least_n=1)
    assert made.equivalents == pytest.approx(range(61), abs=1e-6)


def test_equating_undoes_a_shift() -> None:
    shifted = form(np.concatenate([[0, 0, 0], FOUR_X.counts]))
    for equate in (eq.mean_equating, eq.linear_equating, eq.equipercentile_equating):
        assert equate(FOUR_X, shifted).equivalents == pytest.approx((3, 4, 5, 6, 7))


def test_a_circle_arc_goes_through_the_ends_and_the_means() -> None:
    x, y = form([0, 0, 100, 0, 0]), form([0, 0, 0, 100, 0])  # (2, 3) between (0, 0) and (4, 4)
    made = eq.circle_arc_equating(x, y).equivalents
    assert (made[0], made[2], made[4]) == pytest.approx((0.0, 3.0, 4.0))
    # over the line, the circle through (0, 0), (2, 1), (4, 0): centre (2, -1.5), radius 2.5
    assert made[1] == pytest.approx(1 - 1.5 + (2.5**2 - 1) ** 0.5)
    under = eq.circle_arc_equating(y, x).equivalents
    assert under[3] == pytest.approx(2.0)


def test_a_circle_arc_leaves_what_lies_under_the_lowest_score() -> None:
    made = eq.circle_arc_equating(HARD, EASY, lowest=4.0).equivalents
    assert made[:5] == (0.0, 1.0, 2.0, 3.0, 4.0)
    assert eq.circle_arc_equating(HARD, EASY, lowest=15.0).reason == Reason.BOUNDARY


def test_standard_errors_of_the_line_agree_with_the_bootstrap() -> None:
    made = eq.linear_equating(HARD, EASY)
    again = eq.bootstrap_errors(eq.linear_equating, HARD, EASY, draws=800, seed=3)
    assert again.equivalents == made.equivalents
    assert np.array(again.se) == pytest.approx(np.array(made.se), rel=0.12)


def test_standard_errors_of_percentiles_agree_with_the_bootstrap() -> None:
    made = eq.equipercentile_equating(HARD, EASY)
    again = eq.bootstrap_errors(eq.equipercentile_equating, HARD, EASY, draws=800, seed=4)
    ratio = np.array(again.se)[3:19] / np.array(made.se[3:19])  # Lord's jumps from score to score of Y
    assert np.mean(ratio) == pytest.approx(1.0, abs=0.08)
    assert np.all((ratio > 0.7) & (ratio < 1.4))


def test_smoothing_makes_the_standard_error_smaller() -> None:
    def smooth(x: eq.FormScores, y: eq.FormScores) -> eq.Equating:
        return eq.equipercentile_equating(x, y, degree=3)

    rough = eq.bootstrap_errors(eq.equipercentile_equating, HARD, EASY, draws=100, seed=4)
    fine = eq.bootstrap_errors(smooth, HARD, EASY, draws=100, seed=4)
    assert np.mean(fine.se) < np.mean(rough.se)
    assert fine == eq.bootstrap_errors(smooth, HARD, EASY, draws=100, seed=4)


def test_the_true_equating_lies_within_the_standard_errors() -> None:
    """200 pairs of samples of 500 from known distributions: the 95 % interval covers 91-99 % of the time."""
    rng = np.random.default_rng(11)
    share_x, share_y = HARD.counts / HARD.n, EASY.counts / EASY.n
    truth = np.array(eq.linear_equating(HARD, EASY).equivalents)
    covered = []
    for _ in range(200):
        made = eq.linear_equating(form(rng.multinomial(500, share_x)), form(rng.multinomial(500, share_y)))
        covered.append(np.abs(np.array(made.equivalents) - truth) <= 1.96 * np.array(made.se))
    assert 0.91 < np.mean(covered) < 0.99


# --- presmoothing


@pytest.mark.parametrize("degree", [1, 2, 4, 6])
def test_smoothing_keeps_the_moments(degree: int) -> None:
    smooth = eq.loglinear(HARD, degree=degree)
    score = np.arange(21)
    for power in range(degree + 1):
        assert smooth.form.counts @ score**power == pytest.approx(HARD.counts @ score**power, rel=1e-9)
    assert smooth.df == 21 - degree - 1
    assert smooth.deviance > 0


def test_a_smoothing_is_plain_json() -> None:
    for smooth in (eq.loglinear(HARD), eq.loglinear(form([0, 9, 0, 0, 0, 0]), degree=3)):
        json.dumps(dataclasses.asdict(smooth), allow_nan=False)


def test_smoothing_finds_a_binomial_law_again() -> None:
    counts = [1, 8, 28, 56, 70, 56, 28, 8, 1]  # a binomial times a slope is log-linear of no low degree
    smooth = eq.loglinear(form(counts), degree=8)  # as many parameters as cells
    assert smooth.form.counts == pytest.approx(counts, rel=1e-6)
    assert smooth.deviance == pytest.approx(0.0, abs=1e-9)


def test_smoothing_is_stable_at_a_hundred_items_and_a_high_degree() -> None:
    long = bell(100, 3000, 0.65, 7)
    smooth = eq.loglinear(long, degree=8)
    assert smooth.converged
    assert smooth.form.mean == pytest.approx(long.mean, abs=1e-8)
    assert np.all(smooth.form.counts > 0)


def test_smoothing_without_enough_scores_has_a_reason() -> None:
    for counts in ([0, 0, 60, 60, 0], [0, 0, 100, 0, 0]):
        smooth = eq.loglinear(form(counts), degree=4)
        assert (smooth.form, smooth.reason, smooth.converged) == (None, Reason.NOT_CONVERGED, False)
    made = eq.equipercentile_equating(form([0, 0, 60, 60, 0]), FOUR_Y, degree=4)
    assert (made.equivalents, made.reason, made.converged) == ((), Reason.NOT_CONVERGED, False)
    assert eq.loglinear(form([0, 0, 0]), degree=1).reason == Reason.TOO_FEW_PERSONS


def test_joint_smoothing_keeps_margins_covariance_and_what_cannot_be() -> None:
    rng = np.random.default_rng(3)
    ability = rng.beta(4, 3, 2000)
    anchor = rng.binomial(6, ability)
    table = eq.FormScores.from_scores(anchor + rng.binomial(14, ability), max_score=20, anchor=anchor, max_anchor=6)
    smooth = eq.loglinear_joint(table, degree=4, anchor_degree=3, cross=1).form
    assert smooth.covariance == pytest.approx(table.covariance, rel=1e-9)
    assert smooth.variance == pytest.approx(table.variance, rel=1e-9)
    assert smooth.anchor.mean == pytest.approx(table.anchor.mean, rel=1e-9)
    assert smooth.joint[2, 3] == 0.0  # three of the anchor right, and two in all
    assert smooth.joint[20, 5] == 0.0
    assert np.all(smooth.joint[10, :7] > 0)


# --- the data


def test_moments_by_hand() -> None:
    m = eq.score_moments(form([0, 1, 0, 2, 1]))  # 1, 3, 3, 4
    assert (m.mean, m.minimum, m.maximum, m.n_used) == (2.75, 1, 4, 4)
    assert m.sd == pytest.approx((4.75 / 3) ** 0.5)
    assert m.skewness == pytest.approx(np.mean([-(1.75**3), 0.25**3, 0.25**3, 1.25**3]) / m.sd**3)
    assert m.kurtosis == pytest.approx(np.mean([1.75**4, 0.25**4, 0.25**4, 1.25**4]) / m.sd**4)
    for counts, known in [([0, 0], 0), ([0, 1], 1), ([0, 9], 9)]:
        none = eq.score_moments(form(counts))
        assert (none.n_used, none.skewness, none.kurtosis) == (known, None, None)
        assert none.reason == (None if known else Reason.TOO_FEW_PERSONS)


def test_scores_come_from_responses_in_any_order() -> None:
    right = RNG.random((150, 12)) < 0.6
    r = Responses.from_dense(right.astype(float))
    whole = eq.FormScores.from_responses(r, anchor=[0, 4, 7])
    assert whole.counts.tolist() == np.bincount(right.sum(1), minlength=13).tolist()
    assert whole.anchor.counts.tolist() == np.bincount(right[:, [0, 4, 7]].sum(1), minlength=4).tolist()
    mixed = Responses.from_dense(right[RNG.permutation(150)][:, ::-1].astype(float), items=range(11, -1, -1))
    again = eq.FormScores.from_responses(mixed, anchor=[7, 0, 4])
    assert again.joint.tolist() == whole.joint.tolist()


def test_different_forms_have_no_raw_scores_to_equate() -> None:
    dense = RNG.integers(0, 2, (200, 6)).astype(float)
    dense[::2, 0] = dense[1::2, 5] = np.nan
    mixed = eq.FormScores.from_responses(Responses.from_dense(dense))
    assert mixed.reason == eq.score_moments(mixed).reason == Reason.FORMS_DIFFER
    for equate in (*EVERY, eq.identity_equating):
        assert equate(mixed, HARD).reason == equate(HARD, mixed).reason == Reason.FORMS_DIFFER


def test_omitted_counts_as_wrong_and_an_item_nobody_got_does_not_count() -> None:
    r = Responses.from_dense([[1, -1, np.nan], [1, 1, np.nan]])
    assert eq.FormScores.from_responses(r).counts.tolist() == [0, 1, 1]


@pytest.mark.parametrize("equate", EVERY)
def test_too_few_candidates_are_not_equated(equate: object) -> None:
    small = form([30, 39, 30])  # 99
    made = equate(small, form([40, 40, 40]))
    assert (made.equivalents, made.reason, made.n_x, made.n_used) == ((), Reason.TOO_FEW_PERSONS, 99, 219)
    assert equate(form([0, 0, 0]), HARD, least_n=1).reason == Reason.TOO_FEW_PERSONS


def test_scores_without_spread() -> None:
    still = form([0, 0, 200, 0])
    assert eq.linear_equating(still, HARD).reason == Reason.NO_TOTAL_VARIANCE
    assert eq.linear_equating(HARD, still).reason == Reason.NO_TOTAL_VARIANCE
    assert eq.mean_equating(still, still).equivalents == (0.0, 1.0, 2.0, 3.0)
    assert eq.equipercentile_equating(still, still).equivalents == pytest.approx((-0.5, -0.5, 2.0, 3.5))
    perfect = form([0, 0, 0, 200])
    assert eq.circle_arc_equating(perfect, perfect).reason == Reason.BOUNDARY


def test_every_result_is_plain_json() -> None:
    still, empty, tiny = form([0, 0, 200, 0]), form([0, 0]), form([1])
    for x in (HARD, still, empty, tiny, FOUR_X):
        for y in (EASY, still, empty, tiny):
            for equate in (*EVERY, lambda a, b, least_n=1: eq.identity_equating(a, b)):
                try:
                    made = equate(x, y, least_n=1)
                except ValueError as fault:  # a degree beyond so short a form
                    assert "degree" in str(fault)
                    continue
                json.dumps(dataclasses.asdict(made), allow_nan=False)
                assert bool(made.equivalents) == (made.reason is None)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: form([-1, 2]), "counts"),
        (lambda: form([np.nan]), "counts"),
        (lambda: form([]), "counts"),
        (lambda: eq.FormScores.from_scores([3], max_score=2), "scores"),
        (lambda: eq.FormScores.from_scores([1.5], max_score=2), "scores"),
        (lambda: eq.FormScores.from_scores([1], max_score=2, anchor=[1]), "max_anchor"),
        (lambda: eq.FormScores.from_scores([1], max_score=2, anchor=[1, 1], max_anchor=2), "anchor"),
        (lambda: eq.FormScores.from_responses(Responses.from_dense([[1]]), anchor=["q"]), "anchor"),
        (lambda: eq.FormScores.from_responses(Responses.from_dense([[1, np.nan]]), anchor=[1]), "anchor"),
        (lambda: HARD.anchor, "anchor"),
        (lambda: eq.score_at_rank(HARD, [1.2]), "rank"),
        (lambda: eq.percentile_ranks(form([0])), "form"),
        (lambda: eq.percentile_ranks(HARD, [np.nan]), "at"),
        (lambda: form([0, 0]).mean, "candidates"),
        (lambda: form([0, 1]).variance, "two candidates"),
        (lambda: eq.loglinear(HARD, degree=21), "degree"),
        (lambda: eq.loglinear_joint(form([[1, 1], [1, 1]]), degree=1, anchor_degree=1, cross=0), "internal"),
        (lambda: eq.loglinear_joint(form([[1, 1], [1, 1]]), degree=1, anchor_degree=1, cross=2), "cross"),
        (lambda: eq.mean_equating(HARD, EASY, least_n=0), "least_n"),
        (lambda: eq.bootstrap_errors(eq.mean_equating, HARD, EASY, draws=1), "draws"),
        (lambda: eq.bootstrap_errors(eq.mean_equating, form(HARD.counts + 0.5), EASY), "x"),
    ],
)
def test_malformed_input_is_named(call: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        call()


def test_a_bootstrap_of_what_cannot_be_equated_says_so() -> None:
    made = eq.bootstrap_errors(eq.linear_equating, form([0, 200]), HARD, draws=5)
    assert made.reason == Reason.NO_TOTAL_VARIANCE
