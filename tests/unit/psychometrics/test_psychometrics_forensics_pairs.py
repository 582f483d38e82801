"""Answer similarity and copying: exact on small cases, right on sparse forms, stable under reordering."""

import itertools
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import Reason, Responses, forensics
from app.psychometrics.irt import ItemParameters
from tests.golden.producers.data import DataSet
from tests.simulated_exams import on_forms

NAN = float("nan")
GOLDEN = Path(__file__).parents[2] / "golden" / "psychometrics"
SIMILARITY = [
    forensics.omega_similarity,
    forensics.weighted_omega_similarity,
    forensics.gbt_similarity,
    forensics.m4_similarity,
]
COPYING = [forensics.omega_copying, forensics.gbt_copying]
EVERY = SIMILARITY + COPYING


def nominal(items: int, options: int = 3, seed: int = 2) -> forensics.NominalParameters:
    rng = np.random.default_rng(seed)
    return forensics.NominalParameters(rng.normal(size=(items, options)), rng.normal(size=(items, options)))


def drawn(model: forensics.NominalParameters, theta: np.ndarray, seed: int = 3, form: int | None = None) -> np.ndarray:
    """Options by the model; NaN outside a random form."""
    rng = np.random.default_rng(seed)
    bounds = model.probability(theta).cumsum(axis=-1)
    choices = (rng.random((*bounds.shape[:2], 1)) * bounds[..., -1:] >= bounds).sum(axis=-1).astype(float)
    return on_forms(choices, form, rng)


def responses_of(choices: np.ndarray, key: int = 0, options: int = 3) -> Responses:
    items = choices.shape[1]
    return Responses.from_choices(choices, key=[key] * items, n_options=[options] * items)


def exam(
    persons: int = 12, items: int = 30, form: int | None = None
) -> tuple[Responses, forensics.NominalParameters, np.ndarray]:
    model, theta = nominal(items), np.random.default_rng(7).normal(size=persons)
    return responses_of(drawn(model, theta, form=form)), model, theta


def by_enumeration(
    model: forensics.NominalParameters, theta: np.ndarray, answers: np.ndarray, key: int
) -> tuple[float, float, float]:
    """GBT, GBT given the source, and M4 of two candidates, from all answers they could have given."""
    options, items = model.n_options, model.n_items
    p = model.probability(theta)
    every = np.array(list(itertools.product(range(options), repeat=items)))
    at = np.arange(items)
    first, second = (np.prod(p[person][at, every], axis=1) for person in (0, 1))
    same = every[:, None] == every[None]
    right = (same & (every[:, None] == key)).sum(axis=2)
    total = same.sum(axis=2)
    joint = first[:, None] * second[None]
    seen = answers[0] == answers[1]
    n_seen, r_seen = int(seen.sum()), int((seen & (answers[0] == key)).sum())
    gbt = float(joint[total >= n_seen].sum())
    given = float(first[(every == answers[1]).sum(axis=1) >= n_seen].sum())
    table = np.zeros((items + 1, items + 1))
    np.add.at(table, (right.ravel(), (total - right).ravel()), joint.ravel())
    tail = np.array([[table[r:, w:].sum() for w in range(items + 1)] for r in range(items + 1)])
    m4 = float(table[tail <= tail[r_seen, n_seen - r_seen] * (1 + 1e-10)].sum())
    return gbt, given, m4


@pytest.mark.parametrize("seed", range(6))
def test_exact_tails_agree_with_enumeration(seed: int) -> None:
    model = nominal(6, seed=seed)
    theta = np.random.default_rng(seed).normal(size=2)
    answers = drawn(model, theta, seed=seed + 10)
    if seed == 0:
        answers[1] = answers[0]
    r = responses_of(answers, key=1)
    gbt, given, m4 = by_enumeration(model, theta, answers, key=1)
    options = {"pairs": [[0, 1]], "min_common": 1}
    assert forensics.gbt_similarity(r, model, theta, **options).p_value[0] == pytest.approx(gbt, rel=1e-12)
    assert forensics.gbt_copying(r, model, theta, **options).p_value[0] == pytest.approx(given, rel=1e-12)
    assert forensics.m4_similarity(r, model, theta, **options).p_value[0] == pytest.approx(m4, rel=1e-12)


def test_omega_by_hand() -> None:
    """Two items, P(right) 0.8 and 0.5: one match where (0.8 x 0.5 + 0.2 x 0.5) twice is expected."""
    parameters = ItemParameters.from_difficulty([0.0, 0.0])
    r = Responses.from_dense([[1, 1], [1, 0]])
    theta = [math.log(4.0), 0.0]
    both = forensics.omega_similarity(r, parameters, theta, min_common=2)
    assert (both.n_common[0], both.n_matches[0]) == (2, 1)
    assert both.expected[0] == pytest.approx(1.0)
    assert both.statistic[0] == pytest.approx(0.0)
    assert both.p_value[0] == pytest.approx(0.5)
    given = forensics.omega_copying(r, parameters, theta, min_common=2, pairs=[[0, 1], [1, 0]])
    assert given.expected == pytest.approx([0.8 + 0.2, 0.5 + 0.5])
    weights = forensics.weighted_omega_similarity(
        Responses.from_dense([[1, 1], [1, 1]]), parameters, theta, min_common=2
    )
    assert weights.statistic[0] == pytest.approx(2 * 0.5 / math.sqrt(2 * 0.25))


def test_agrees_with_a_published_package_on_the_common_items_of_random_forms() -> None:
    """Score-based omega and GBT of 16 pairs of a simulated bank exam, computed with the R package aberrance."""
    data = DataSet(GOLDEN / "loft_small_expected.json")
    content = json.loads((GOLDEN / "loft_small_expected.json").read_text())
    wanted = next(entry["value"] for entry in content["values"] if entry["id"] == "forensic.pairs")
    items, persons = data.truth["items"], data.truth["persons"]
    parameters = ItemParameters.from_difficulty(
        [entry["b"] for entry in items], slope=[entry["a"] for entry in items], guess=[entry["g"] for entry in items]
    )
    r, theta = data.responses, [entry["theta"] for entry in persons]
    pairs = [[r.persons.index(entry["copier"]), r.persons.index(entry["source"])] for entry in wanted]
    options = {"pairs": pairs, "min_common": 5}
    omega = forensics.omega_copying(r, parameters, theta, **options)
    assert omega.n_common.tolist() == [entry["n_common"] for entry in wanted]
    assert omega.n_matches.tolist() == [entry["n_match"] for entry in wanted]
    assert omega.statistic == pytest.approx([entry["omega_score"] for entry in wanted], abs=1e-12)
    assert omega.p_value == pytest.approx([entry["omega_p"] for entry in wanted], abs=1e-12)
    given = forensics.gbt_copying(r, parameters, theta, **options).p_value
    assert given == pytest.approx([entry["gbt_conditional_p"] for entry in wanted], abs=1e-12)
    both = forensics.gbt_similarity(r, parameters, theta, **options).p_value
    assert both == pytest.approx([entry["gbt_unconditional_p"] for entry in wanted], abs=1e-12)


@pytest.mark.parametrize("statistic", EVERY)
@pytest.mark.parametrize("form", [None, 20])
def test_all_pairs_are_the_pairs_one_by_one(
    statistic: Callable[..., forensics.PairStatistics], form: int | None
) -> None:
    r, model, theta = exam(form=form)
    everything = statistic(r, model, theta, min_common=5)
    orders = itertools.permutations if statistic in COPYING else itertools.combinations
    assert everything.pairs.tolist() == [list(pair) for pair in orders(range(12), 2)]
    named = statistic(r, model, theta, min_common=5, pairs=everything.pairs)
    assert named.n_matches.tolist() == everything.n_matches.tolist()
    assert named.statistic == pytest.approx(everything.statistic, rel=1e-12, abs=1e-12)
    assert named.p_value == pytest.approx(everything.p_value, rel=1e-11, abs=1e-14)


def test_many_tiles_hold_every_pair_once() -> None:
    """60 candidates and so many columns that the tiles are smaller than the group."""
    model = nominal(items=700, options=8)
    theta = np.random.default_rng(1).normal(size=270)
    r = responses_of(drawn(model, theta, form=12), options=8)
    result = forensics.omega_similarity(r, model, theta, min_common=1)
    listed = {tuple(pair) for pair in result.pairs.tolist()}
    assert len(listed) == len(result) == result.n_compared
    assert result.n_compared + result.n_left_out == 270 * 269 // 2
    some = result.pairs[:: len(result) // 50]
    again = forensics.omega_similarity(r, model, theta, min_common=1, pairs=some)
    assert again.statistic == pytest.approx(result.statistic[:: len(result) // 50], abs=1e-12)


@pytest.mark.parametrize("statistic", EVERY)
def test_order_of_candidates_and_items_does_not_matter(statistic: Callable[..., forensics.PairStatistics]) -> None:
    r, model, theta = exam(form=20)
    choices = np.where(np.isnan(r.to_dense()), NAN, 0.0)
    choices[r.person, r.item] = r.option
    rng = np.random.default_rng(4)
    rows, columns = rng.permutation(12), rng.permutation(30)
    other = responses_of(choices[rows][:, columns])
    moved = forensics.NominalParameters(model.slope[columns], model.intercept[columns])
    place = np.argsort(rows)
    straight = statistic(r, model, theta, min_common=5, pairs=[[0, 1], [5, 2], [11, 3]])
    shuffled = statistic(other, moved, theta[rows], min_common=5, pairs=place[straight.pairs])
    assert shuffled.statistic == pytest.approx(straight.statistic, rel=1e-12)
    assert shuffled.n_common.tolist() == straight.n_common.tolist()


@pytest.mark.parametrize("statistic", EVERY)
def test_names_of_the_options_do_not_matter(statistic: Callable[..., forensics.PairStatistics]) -> None:
    r, model, theta = exam()
    renamed = np.array([2, 0, 1])
    other = responses_of(renamed[r.option.reshape(12, 30)].astype(float), key=2)
    moved = forensics.NominalParameters(model.slope[:, [1, 2, 0]], model.intercept[:, [1, 2, 0]])
    straight = statistic(r, model, theta)
    assert statistic(other, moved, theta).p_value == pytest.approx(straight.p_value, rel=1e-11)


@pytest.mark.parametrize("statistic", SIMILARITY)
def test_similarity_has_no_direction(statistic: Callable[..., forensics.PairStatistics]) -> None:
    r, model, theta = exam()
    there, back = (statistic(r, model, theta, pairs=[pair]).p_value[0] for pair in ([2, 7], [7, 2]))
    assert there == pytest.approx(back, rel=1e-12)


@pytest.mark.parametrize("statistic", EVERY)
def test_items_that_only_one_received_change_nothing(statistic: Callable[..., forensics.PairStatistics]) -> None:
    """Defect D6 of a known package: items not administered to both count as identical there."""
    model, theta = nominal(50), np.array([0.3, -0.5])
    choices = drawn(model, theta)
    choices[0, 30:] = NAN
    choices[1, 20:30] = NAN
    choices[1, 40:] = NAN
    sparse = statistic(responses_of(choices), model, theta, pairs=[[0, 1]])
    dense = statistic(
        responses_of(choices[:, :20]),
        forensics.NominalParameters(model.slope[:20], model.intercept[:20]),
        theta,
        pairs=[[0, 1]],
    )
    assert sparse.n_common.tolist() == dense.n_common.tolist() == [20]
    assert sparse.statistic == pytest.approx(dense.statistic, rel=1e-12)


def test_two_innocent_candidates_of_a_bank_are_not_flagged() -> None:
    """60 % of the items of either are not the other's, and 340 items are nobody's: they match nothing."""
    parameters = ItemParameters.from_difficulty(np.linspace(-2, 2, 400))
    rng = np.random.default_rng(8)
    scores = np.full((2, 400), NAN)
    for person, form in enumerate((range(50), range(30, 80))):
        scores[person, list(form)] = rng.random(50) < parameters.of_items(list(form)).probability(0.0)
    r = Responses.from_dense(scores)
    for statistic in EVERY:
        result = statistic(r, parameters, [0.0, 0.0], pairs=[[0, 1]])
        assert result.n_common.tolist() == [20]
        assert result.p_value[0] > 0.05, statistic


@pytest.mark.parametrize("statistic", EVERY)
def test_items_that_were_not_calibrated_are_not_compared(statistic: Callable[..., forensics.PairStatistics]) -> None:
    """What all solve has no finite difficulty: as an even chance, every match on it would look copied."""
    rng = np.random.default_rng(8)
    difficulty, theta = np.linspace(-2, 2, 20), rng.normal(size=12)
    answers = (rng.random((12, 20)) < 1 / (1 + np.exp(difficulty - theta[:, None]))).astype(float)
    known = ItemParameters.from_difficulty(difficulty)
    more = ItemParameters(*(np.append(column, np.zeros(5)) for column in (known.slope, known.intercept, known.guess)))
    solved_by_all = Responses.from_dense(np.hstack([answers, np.ones((12, 5))]))
    expected = statistic(Responses.from_dense(answers), known, theta)
    for model in (more, forensics.OptionShares(more, np.tile([1.0, 0.0], (25, 1)), np.ones(25, dtype=np.int16))):
        options = np.hstack([answers, np.ones((12, 5))])
        r = solved_by_all if model is more else Responses.from_choices(options, key=[1] * 25, n_options=[2] * 25)
        result = statistic(r, model, theta)
        assert result.n_common.tolist() == expected.n_common.tolist()
        assert result.p_value == pytest.approx(expected.p_value, abs=1e-12)


def test_nothing_calibrated_leaves_nothing_in_common() -> None:
    nothing = ItemParameters(*np.zeros((3, 12)))
    result = forensics.gbt_similarity(Responses.from_dense(np.ones((3, 12))), nothing, [0.0] * 3)
    assert (len(result), result.reason) == (0, Reason.NO_COMMON_ITEMS)


def test_omitted_answers_match_nothing() -> None:
    """Two candidates who ran out of time share thirty open answers, which nobody copied."""
    r = Responses.from_dense([[1, 0] * 10 + [-1] * 30, [0, 1] * 10 + [-1] * 30])
    result = forensics.omega_similarity(r, ItemParameters.from_difficulty([0.0] * 50), [0.0, 0.0])
    assert (result.n_common[0], result.n_matches[0]) == (20, 0)


def test_short_overlaps_are_left_out_and_counted() -> None:
    r = Responses.from_dense([[1] * 10 + [NAN] * 10, [0] * 10 + [NAN] * 10, [NAN] * 10 + [1] * 10])
    parameters = ItemParameters.from_difficulty([0.0] * 20)
    for statistic in EVERY:
        orders = 2 if statistic in COPYING else 1
        result = statistic(r, parameters, [0.0] * 3)
        assert (result.n_compared, result.n_left_out) == (orders, 2 * orders)
        none = statistic(r, parameters, [0.0] * 3, min_common=11)
        assert (len(none), none.reason) == (0, Reason.NO_COMMON_ITEMS)


def test_only_the_listed_pairs_are_kept_but_all_are_counted() -> None:
    r, model, theta = exam(persons=30)
    everything = forensics.omega_similarity(r, model, theta)
    few = forensics.omega_similarity(r, model, theta, p_at_most=0.1)
    assert few.n_compared == everything.n_compared == 435
    assert few.pairs.tolist() == everything.pairs[everything.p_value <= 0.1].tolist()
    assert everything.most_extreme(3).p_value.tolist() == sorted(everything.p_value.tolist())[:3]


def test_pairs_of_one_room() -> None:
    assert forensics.pairs_within(["a", "b", "a", None, "a", "b"]).tolist() == [[0, 2], [0, 4], [2, 4], [1, 5]]
    assert forensics.pairs_within([]).shape == (0, 2)


@pytest.mark.parametrize("statistic", EVERY)
def test_what_cannot_be_compared_gives_a_reason(statistic: Callable[..., forensics.PairStatistics]) -> None:
    rasch = ItemParameters.from_difficulty([0.0] * 12)
    nobody = statistic(Responses.from_dense(np.empty((0, 12))), rasch, [])
    assert (len(nobody), nobody.reason) == (0, Reason.TOO_FEW_PERSONS)
    alone = statistic(Responses.from_dense([[1] * 12, [NAN] * 12]), rasch, [0.0, NAN])
    assert (alone.n_used, alone.reason) == (1, Reason.TOO_FEW_PERSONS)
    scores_only = statistic(Responses.from_dense([[1] * 12] * 2), nominal(12), [0.0, 0.0])
    assert scores_only.reason in (Reason.OPTIONS_UNRECORDED, Reason.KEY_UNKNOWN)
    certain = statistic(Responses.from_dense([[1] * 12] * 2), rasch, [900.0, 900.0])
    assert all(np.isfinite(certain.statistic)) and all(np.isfinite(certain.p_value))
    no_pairs = statistic(Responses.from_dense([[1] * 12] * 2), rasch, [0.0, 0.0], pairs=np.empty((0, 2), dtype=int))
    assert len(no_pairs) == 0


@pytest.mark.parametrize("seed", range(25))
def test_any_small_exam_gives_numbers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    choices = rng.choice([NAN, -1.0, 0.0, 1.0, 2.0], (rng.integers(0, 6), rng.integers(1, 5)))
    r = responses_of(choices)
    for statistic in EVERY:
        for model in (nominal(r.n_items), ItemParameters.from_difficulty([0.0] * r.n_items)):
            result = statistic(r, model, rng.normal(size=r.n_persons), min_common=1)
            assert (result.reason is None) == (result.n_compared > 0)
            assert np.all(np.isfinite(result.statistic))
            assert np.all((result.p_value >= 0.0) & (result.p_value <= 1.0))


def test_m4_needs_the_key() -> None:
    choices = np.zeros((2, 12))
    r = Responses.from_dense(np.zeros((2, 12)), options=choices)
    result = forensics.m4_similarity(r, nominal(12), [0.0, 0.0])
    assert (len(result), result.reason) == (0, Reason.KEY_UNKNOWN)
    screened = forensics.similarity_screen(r, nominal(12), [0.0, 0.0], screen=0.99)
    assert screened.m4 is None
    assert "m4" not in screened.rows()[0]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"theta": [0.0]}, "theta"),
        ({"theta": [0.0, NAN]}, "theta"),
        ({"pairs": [[0, 0]]}, "pairs"),
        ({"pairs": [[0, 2]]}, "pairs"),
        ({"pairs": [[0.5, 1.0]]}, "pairs"),
        ({"pairs": [0, 1]}, "pairs"),
        ({"min_common": 0}, "min_common"),
        ({"p_at_most": 0.0}, "p_at_most"),
        ({"model": ItemParameters.from_difficulty([0.0])}, "model"),
    ],
)
def test_malformed_arguments_are_named(change: dict[str, object], name: str) -> None:
    r = Responses.from_dense([[1] * 12] * 2)
    arguments: dict[str, object] = {"model": ItemParameters.from_difficulty([0.0] * 12), "theta": [0.0, 0.0]} | change
    for statistic in EVERY:
        with pytest.raises(ValueError, match=name):
            statistic(r, **arguments)


def test_options_unknown_to_the_model_are_refused() -> None:
    r = Responses.from_choices(np.full((2, 12), 3.0), key=[0] * 12)
    with pytest.raises(ValueError, match="model"):
        forensics.gbt_similarity(r, nominal(12), [0.0, 0.0])


def test_the_screen_corrects_for_all_pairs_compared() -> None:
    r, model, theta = exam(persons=40)
    result = forensics.similarity_screen(r, model, theta, screen=0.2, rate=0.05)
    exact = forensics.gbt_similarity(r, model, theta)
    assert result.n_compared == len(exact) == 780
    below = forensics.omega_similarity(r, model, theta).p_value <= 0.2
    ones = np.where(below, exact.p_value, 1.0)
    q = ps.numerics.false_discovery(ones)[below]
    order = np.lexsort((exact.pairs[below][:, 1], exact.pairs[below][:, 0], exact.p_value[below]))
    assert result.q_value == pytest.approx(q[order], rel=1e-12)
    assert result.bonferroni == pytest.approx(np.minimum(result.gbt * 780, 1.0))
    assert result.flagged.tolist() == (result.q_value <= 0.05).tolist()
    assert json.loads(json.dumps(result.rows(), allow_nan=False))[0]["pairs"] == result.pairs[0].tolist()
    assert exact.rows()[3]["p_value"] == exact.p_value[3]
    empty = forensics.similarity_screen(r, model, theta, min_common=31)
    assert (len(empty), empty.reason) == (0, Reason.NO_COMMON_ITEMS)
    with pytest.raises(ValueError, match="rate"):
        forensics.similarity_screen(r, model, theta, rate=1.0)
