"""Option analysis and the sign of a wrong key."""

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import OMITTED, Reason, Responses

NAN = float("nan")


def test_options_by_hand() -> None:
    choices = np.array([[0, 0, 0], [0, 0, 1], [1, 0, 0], [2, 1, 0], [-1, 1, 1], [1, 1, 1]])
    r = Responses.from_choices(choices, key=[0, 0, 0], n_options=[4, 2, 2])
    options = ps.ctt.option_analysis(r)[0]
    assert [o.option for o in options] == [0, 1, 2, 3, OMITTED]
    assert [o.n for o in options] == [2, 2, 1, 0, 1]
    assert [o.is_key for o in options] == [True, False, False, False, False]
    assert options[0].proportion.value == pytest.approx(2 / 6)  # the omitted answer counts
    rest = np.array([2, 1, 2, 1, 0, 0])  # total minus the scored item, for every option
    for option in options[:3]:
        chosen = choices[:, 0] == option.option
        assert option.option_rest.value == pytest.approx(np.corrcoef(chosen, rest)[0, 1])
    assert options[3].option_rest.reason == Reason.NO_ITEM_VARIANCE
    assert options[3].mean_total is None
    # totals 3 2 2 1 0 0, median 1.5
    assert [(o.n_upper, o.n_lower) for o in options] == [(2, 0), (1, 1), (0, 1), (0, 0), (0, 1)]
    assert options[0].mean_total == 2.5


def test_who_stands_at_the_median_is_in_neither_half() -> None:
    """Totals 2 2 1 0 0: the third candidate is the median."""
    r = Responses.from_choices(np.array([[0, 0], [0, 0], [2, 0], [1, 1], [1, 1]]), key=[0, 0], n_options=[3, 2])
    assert [(o.n, o.n_upper, o.n_lower) for o in ps.ctt.option_analysis(r)[0]] == [(2, 2, 0), (2, 0, 2), (1, 0, 0)]


def test_upper_lower_contrasts_of_all_options_cancel(random_forms: Responses) -> None:
    for options in ps.ctt.option_analysis(random_forms):
        assert sum(o.d27 or 0.0 for o in options) == pytest.approx(0.0, abs=1e-12)
        assert sum(o.proportion.value or 0.0 for o in options) == pytest.approx(1.0)


def test_the_key_has_the_statistics_of_the_item(random_forms: Responses) -> None:
    for item in ps.item_analysis(random_forms):
        key = next(o for o in item.options if o.is_key)
        assert key.option_rest.value == pytest.approx(item.item_rest.value, abs=1e-12)
        assert key.d27 == pytest.approx(item.d27.value, abs=1e-12)


def test_scores_without_options_give_no_option_analysis() -> None:
    item = ps.item_analysis(Responses.from_dense([[1, 0], [0, 1], [1, 1]]))[0]
    assert item.options == ()
    assert (item.miskey.suspected, item.miskey.reason) == (None, Reason.OPTIONS_UNRECORDED)


def test_one_option_that_is_not_recorded_leaves_the_item_without_option_analysis() -> None:
    """Shares of the others would not add up to the whole."""
    rows = [("a", "q", 0, 1), ("b", "q", ps.UNRECORDED, 0), ("c", "q", 1, 0), ("d", "q", 1, 0)]
    assert ps.ctt.option_analysis(Responses.from_rows(rows, key={"q": 0})) == ((),)


def test_equal_totals_correlate_with_no_option() -> None:
    options = ps.ctt.option_analysis(Responses.from_choices([[0, 1], [1, 0], [0, 1], [1, 0]], key=[0, 0]))
    assert {option.option_total for item in options for option in item} == {None}
    assert {option.option_rest.value for option in options[0]} == {-1.0, 1.0}


def miskeyed(chose_key: int) -> Responses:
    """100 candidates; on item 0 the able choose option 1 while the key says 0."""
    able = np.arange(100) >= chose_key
    choices = np.where(able[:, None], 0, 1).repeat(6, axis=1)
    choices[:, 0] = np.where(able, 1, 0)
    choices[::7, 3] = 1
    return Responses.from_choices(choices, key=[0] * 6, n_options=[2] * 6)


def test_a_wrong_key_is_suspected_and_the_better_option_named() -> None:
    check = ps.item_analysis(miskeyed(30))[0].miskey
    assert (check.suspected, check.option, check.n_used) == (True, 1, 100)


def test_a_key_chosen_by_45_percent_is_not_suspected() -> None:
    assert ps.item_analysis(miskeyed(44))[0].miskey.suspected is True
    check = ps.item_analysis(miskeyed(45))[0].miskey
    assert (check.suspected, check.option) == (False, None)


def test_sound_items_are_not_suspected(fixed_form: Responses) -> None:
    suspected = [item.miskey.suspected for item in ps.item_analysis(fixed_form)]
    assert suspected == [False] * 20


def test_a_key_that_nobody_chose_is_suspected_when_a_distractor_works() -> None:
    choices = [[1, 0, 0], [1, 0, 0], [2, 1, 1], [2, 1, 0]]
    check = ps.item_analysis(Responses.from_choices(choices, key=[0, 0, 0]))[0].miskey
    assert (check.suspected, check.option) == (True, 1)


def test_an_omitted_answer_is_never_the_better_key() -> None:
    choices = [[-1, 0, 0], [-1, 0, 0], [1, 1, 1], [1, 1, 0], [0, 1, 1]]
    check = ps.item_analysis(Responses.from_choices(choices, key=[0, 0, 0]))[0].miskey
    assert check.suspected is False


def test_no_key_no_check() -> None:
    r = Responses.from_rows((person, item, option, 0) for person in range(4) for item, option in (("p", 0), ("q", 1)))
    assert ps.item_analysis(r)[0].miskey.reason == Reason.KEY_UNKNOWN


def test_option_curves_by_hand() -> None:
    """Totals 4 3 2 2 1 0 in three groups of two; the tied two share the middle."""
    choices = np.array([[0, 0, 0, 0], [0, 0, 0, 1], [1, 0, 0, 1], [0, 0, 1, 1], [2, 0, 1, 1], [2, 1, 1, 1]])
    options = ps.ctt.option_analysis(Responses.from_choices(choices, key=[0] * 4), groups=3)[0]
    assert [option.curve for option in options] == [(0.0, 0.5, 1.0), (0.0, 0.5, 0.0), (1.0, 0.0, 0.0)]
    halves = ps.ctt.option_analysis(Responses.from_choices(choices, key=[0] * 4), groups=4)[0]
    # groups of 1.5: the lowest holds total 0 and half of total 1, the next the other half and half of the tied
    assert [option.curve for option in halves] == [
        (0.0, pytest.approx(0.5 / 1.5), pytest.approx(1.0 / 1.5), 1.0),
        (0.0, pytest.approx(0.5 / 1.5), pytest.approx(0.5 / 1.5), 0.0),
        (1.0, pytest.approx(0.5 / 1.5), 0.0, 0.0),
    ]


def test_option_curves_add_up(random_forms: Responses) -> None:
    for options in ps.ctt.option_analysis(random_forms, groups=7):
        np.testing.assert_allclose(np.sum([option.curve for option in options], axis=0), np.ones(7), atol=1e-12)
        for option in options:
            assert np.mean(option.curve) == pytest.approx(option.proportion.value, abs=1e-12)


def test_no_curve_without_order_and_no_curve_of_one_group() -> None:
    r = Responses.from_choices([[0, 1], [1, 0], [0, 1], [1, 0]], key=[0, 0])
    assert {option.curve for item in ps.ctt.option_analysis(r) for option in item} == {()}
    few = Responses.from_choices([[0, 0], [1, 0], [0, 1], [1, 1]], key=[0, 0])
    assert {option.curve for item in ps.ctt.option_analysis(few) for option in item} == {()}
    for function in (ps.ctt.option_analysis, ps.item_analysis):
        with pytest.raises(ValueError, match=r"^groups"):
            function(r, groups=1)


def test_the_two_part_rule_finds_wrong_keys_and_spares_sound_ones() -> None:
    """60 candidates, 30 fixed forms of 60 items, 2PL with guessing .2, 5 % wrong keys (seed below).

    As stated: about 1 % of sound items suspected at n = 60, and more than 9 of 10 wrong keys found.
    """
    rng = np.random.default_rng(20261122)
    false_alarms = sound = hits = wrong_keys = 0
    for _ in range(30):
        ability, hardness, slope = rng.normal(size=(60, 1)), rng.normal(-0.6, 1.0, 60), rng.lognormal(0.0, 0.3, 60)
        knows = rng.random((60, 60)) < 0.2 + 0.8 / (1.0 + np.exp(-slope * (ability - hardness)))
        choices = np.where(knows, 0, rng.integers(1, 4, (60, 60)))
        wrong = rng.random(60) < 0.05
        key = np.where(wrong, 1, 0)
        items = ps.item_analysis(Responses.from_choices(choices, key=key))
        suspected = np.array([bool(item.miskey.suspected) for item in items])
        named = np.array([item.miskey.option == 0 for item in items])
        false_alarms, sound = false_alarms + np.sum(suspected & ~wrong), sound + np.sum(~wrong)
        hits, wrong_keys = hits + np.sum(named & wrong), wrong_keys + np.sum(wrong)
    assert false_alarms / sound <= 0.02
    assert hits / wrong_keys >= 0.9
