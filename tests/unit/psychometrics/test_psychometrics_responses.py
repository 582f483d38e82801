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


def test_the_order_of_presentation_goes_with_the_rows() -> None:
    r = Responses.from_rows(
        [("b", "q2", 1, 1, 7.0, 2), ("a", "q1", 0, 0, 9.0, 1), ("b", "q1", 3, 1, 5.0, 3)], items=["q1", "q2"]
    )
    assert r.position is not None
    assert r.position.tolist() == [3, 2, 1]

    def positions(rows: Any) -> list[int]:
        assert rows.position is not None
        return [int(value) for value in rows.position]

    assert positions(r.of_item(0)) == [3, 1]
    assert positions(r.of_person(0)) == [3, 2]
    assert positions(r.with_items([1, 0]).of_person(0)) == [2, 3]
    assert positions(r.with_persons([1, 0, 0])) == [1, 3, 2, 3, 2]
    assert Responses.from_rows([("a", "q1", 0, 0, 9.0)]).position is None


def test_times_may_be_missing_where_positions_are_known() -> None:
    r = Responses.from_rows([("a", "p", 0, 1, None, 2), ("a", "q", 1, 0, None, 1)])
    assert (r.seconds, r.position is None) == (None, False)
    with pytest.raises(ValueError, match=r"^seconds"):
        Responses.from_rows([("a", "p", 0, 1, None, 2), ("a", "q", 1, 0, 3.0, 1)])


def test_matrices_of_any_number_type_are_read_alike() -> None:
    choices = np.array([[2, -1], [0, 1]])
    wanted = Responses.from_choices(choices, key=[2, 1])
    for kind in (np.int8, np.int16, np.int64, np.float32, np.float64):
        for layout in ("C", "F"):
            other = Responses.from_choices(np.array(choices, dtype=kind, order=layout), key=[2, 1])  # type: ignore[call-overload]
            for name in ("person", "item", "option", "score"):
                assert getattr(other, name).tolist() == getattr(wanted, name).tolist()
                assert getattr(other, name).dtype == getattr(wanted, name).dtype
    scores = Responses.from_dense(np.array([[True, False]]))
    assert scores.total.tolist() == [1]


def test_a_matrix_does_not_follow_its_source() -> None:
    source = np.array([[1, 0], [0, 1]], dtype=np.int16)
    r = Responses.from_choices(source, key=[1, 1])
    source[:] = 0
    assert r.option.tolist() == [1, 0, 0, 1]
    assert source.flags.writeable


def test_a_fixed_form_is_one_that_all_have() -> None:
    assert Responses.from_dense([[1, 0], [NAN, NAN], [0, 1]]).is_fixed_form
    assert not Responses.from_dense([[1, NAN], [NAN, 1]]).is_fixed_form  # of one length, yet others
    r = Responses.from_dense([[NAN, NAN, NAN], [1, NAN, 0], [1, NAN, 1]])
    assert r.is_fixed_form
    assert (r.administered.tolist(), r.correct.tolist(), r.total.tolist()) == ([2, 0, 2], [2, 0, 1], [0, 1, 2])


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
        ("position", [1]),
        ("position", [1, -1]),
        ("position", [1, 0.5]),
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


def test_what_cannot_be_scored_or_found_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^matrix"):
        Responses.from_choices([[UNRECORDED, 0]], key=[0, 0])
    r = Responses.from_dense([[1, 0], [1, 1]])
    for index in (-1, 2):
        with pytest.raises(ValueError, match=r"^item"):
            r.of_item(index)
        with pytest.raises(ValueError, match=r"^person"):
            r.of_person(index)
    with pytest.raises(ValueError, match=r"^items must be indices"):
        r.with_items([True, False])


@pytest.mark.parametrize("name", ["persons", "items", "strata", "forms"])
def test_labels_must_be_hashable(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}"):
        Responses.from_dense([[1, 0], [1, 1]], **{name: [["a"], ["b"]]})  # type: ignore[arg-type]
