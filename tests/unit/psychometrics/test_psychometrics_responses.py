"""Long form keeps the three states apart, whatever it was built from."""

from typing import Any

import numpy as np
import pytest

from app.psychometrics import KEY_UNKNOWN, OMITTED, UNRECORDED, Responses

NAN = float("nan")


def test_omitted_counts_as_wrong_and_not_administered_does_not_count() -> None:
    r = Responses.from_dense([[1, -1, NAN], [1, 0, 1]])
    assert r.total.tolist() == [1, 2]
    assert r.form_length.tolist() == [2, 3]
    assert r.administered.tolist() == [2, 2, 1]
    assert r.of_item(1).option.tolist() == [OMITTED, UNRECORDED]
    assert not r.is_fixed_form


def test_all_ways_in_give_the_same_responses() -> None:
    choices = [[2, -1, NAN], [0, 1, 3]]
    key = [2, 1, 0]
    dense = Responses.from_choices(choices, key=key, n_options=[4] * 3)
    rows = Responses.from_rows(
        [
            (1, 2, 3, 0),
            (0, 1, None, 0),
            (1, 0, 0, 0),
            (0, 0, 2, 1),
            (1, 1, 1, 1),
        ],
        persons=[0, 1],
        items=[0, 1, 2],
        key=dict(enumerate(key)),
        n_options={0: 4, 1: 4, 2: 4},
    )
    for name in ("person", "item", "option", "score", "key", "n_options"):
        assert getattr(dense, name).tolist() == getattr(rows, name).tolist(), name
    np.testing.assert_array_equal(rows.to_dense(), [[1, 0, NAN], [0, 1, 0]])


def test_views_of_items_and_persons_share_the_rows() -> None:
    r = Responses.from_rows(
        [("b", "q2", 1, 1, 7.0), ("a", "q1", 0, 0, 9.0), ("b", "q1", 3, 1, 5.0)],
        strata={"q1": "unit 1", "q2": "unit 2"},
        forms={"a": "F1", "b": "F2"},
    )
    assert (r.persons, r.items) == (("b", "a"), ("q2", "q1"))
    assert (r.strata, r.forms) == (("unit 2", "unit 1"), ("F2", "F1"))
    item = r.of_item(1)
    assert item.person.tolist() == [0, 1]
    assert item.option.tolist() == [3, 0]
    assert item.seconds is not None
    assert item.seconds.tolist() == [5.0, 9.0]
    person = r.of_person(0)
    assert (person.item.tolist(), person.score.tolist()) == ([0, 1], [1, 1])


def test_a_key_may_be_unknown_for_some_items() -> None:
    r = Responses.from_rows([("a", "q1", 0, 1), ("a", "q2", 1, 0)], key={"q1": 0})
    assert r.key is not None
    assert r.key.tolist() == [0, KEY_UNKNOWN]


def test_labels_without_rows_are_kept_but_not_present() -> None:
    r = Responses.from_rows([("a", "q1", 0, 1)], persons=["x", "a"], items=["q0", "q1"])
    assert r.present.tolist() == [1]
    assert r.administered.tolist() == [0, 1]
    assert r.is_fixed_form


def test_no_rows_at_all_is_a_valid_exam() -> None:
    assert Responses.from_rows([]).n_rows == 0
    assert Responses.from_dense(np.empty((0, 3))).administered.tolist() == [0, 0, 0]


def test_the_arrays_cannot_be_changed_and_do_not_follow_their_source() -> None:
    source = np.array([1, 0], dtype=np.int8)
    r = Responses.from_arrays([0, 1], [0, 0], [0, 1], source, persons="ab", items="q")
    source[1] = 1
    assert r.total.tolist() == [1, 0]
    for values in (r.score, r.person, r.of_item(0).score):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0


GOOD: dict[str, Any] = {
    "person": [0, 0],
    "item": [0, 1],
    "option": [1, 0],
    "score": [1, 0],
    "persons": ["a"],
    "items": ["p", "q"],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("person", [0, 1]),
        ("person", [[0, 0]]),
        ("item", [0, 2]),
        ("item", [0, -1]),
        ("item", [1, 1]),
        ("item", [0]),
        ("option", [1, -3]),
        ("option", [1.5, 0]),
        ("option", [1, "B"]),
        ("option", [1, 4]),
        ("option", [1, NAN]),
        ("score", [1, 2]),
        ("score", [0.5, 1]),
        ("score", [1]),
        ("seconds", [1.0]),
        ("seconds", [1.0, -1.0]),
        ("seconds", [1.0, NAN]),
        ("persons", ["a", "a"]),
        ("items", ["p", "p"]),
        ("strata", ["one"]),
        ("forms", ["F1", "F2"]),
        ("n_options", [4, 0]),
        ("n_options", [4]),
        ("key", [4, 0]),
        ("key", [0, -2]),
    ],
)
def test_malformed_arrays_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name}"):
        Responses.from_arrays(**({"n_options": [4, 4]} | GOOD | {name: value}))


def test_an_omitted_answer_cannot_score() -> None:
    with pytest.raises(ValueError, match=r"^score must be 0 where option is -1"):
        Responses.from_arrays(**(GOOD | {"option": [-1, 0]}))


@pytest.mark.parametrize("matrix", [[[2.0]], [[-2.0]], [[0.5]], [1.0, 0.0], [[float("inf")]]])
def test_a_malformed_matrix_is_refused(matrix: Any) -> None:
    with pytest.raises(ValueError, match=r"^matrix"):
        Responses.from_dense(matrix)


def test_options_that_contradict_the_matrix_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^options"):
        Responses.from_dense([[-1.0]], options=[[2]])
    with pytest.raises(ValueError, match=r"^options"):
        Responses.from_dense([[1.0]], options=[[NAN]])


def test_rows_with_unknown_labels_or_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^items lacks 'q9'"):
        Responses.from_rows([("a", "q9", 0, 1)], items=["q1"])
    with pytest.raises(ValueError, match=r"^strata lacks 'q1'"):
        Responses.from_rows([("a", "q1", 0, 1)], strata={})
    with pytest.raises(ValueError, match=r"^rows"):
        Responses.from_rows([("a", "q1", 0, 1), ("a", "q2", 0, 1, 3.0)])
