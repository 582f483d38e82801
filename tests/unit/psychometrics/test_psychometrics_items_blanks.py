"""Omitted and not reached: told apart by the order of presentation."""

import numpy as np
import pytest

from app import psychometrics as ps
from app.psychometrics import OMITTED, Reason, Responses

BLANK = None

# candidate, item, option, score, seconds, position
ROWS = [
    ("a", "p", 0, 1, None, 1),
    ("a", "q", BLANK, 0, None, 2),  # left out: r was answered after it
    ("a", "r", 1, 0, None, 3),
    ("a", "s", BLANK, 0, None, 4),  # not reached
    ("b", "s", 2, 1, None, 1),  # another order
    ("b", "r", BLANK, 0, None, 2),
    ("b", "p", BLANK, 0, None, 3),
    ("c", "q", BLANK, 0, None, 7),  # nothing answered: nothing reached
    ("c", "p", BLANK, 0, None, 3),
]


def test_omitted_and_not_reached_by_hand() -> None:
    r = Responses.from_rows(ROWS)
    assert r.items == ("p", "q", "r", "s")
    assert [e.value for e in ps.ctt.omit_rate(r)] == [2 / 3, 1.0, 0.5, 0.5]
    assert [e.value for e in ps.ctt.not_reached_rate(r)] == [2 / 3, 0.5, 0.5, 0.5]
    assert [e.n_used for e in ps.ctt.not_reached_rate(r)] == [3, 2, 2, 2]


def test_the_item_analysis_has_both() -> None:
    r = Responses.from_rows(ROWS)
    items = ps.item_analysis(r)
    assert tuple(item.omitted for item in items) == ps.ctt.omit_rate(r)
    assert tuple(item.not_reached for item in items) == ps.ctt.not_reached_rate(r)
    assert [item.n_omitted for item in items] == [2, 2, 1, 1]


def test_without_the_order_nobody_knows_what_was_reached() -> None:
    r = Responses.from_dense([[1, -1], [0, 1]])
    assert [e.reason for e in ps.ctt.not_reached_rate(r)] == [Reason.POSITIONS_UNRECORDED] * 2
    assert ps.ctt.omit_rate(r)[1].value == 0.5


def test_an_answer_that_is_not_recorded_is_an_answer() -> None:
    rows = [("a", "p", OMITTED, 0, None, 0), ("a", "q", ps.UNRECORDED, 1, None, 1)]
    assert [e.value for e in ps.ctt.not_reached_rate(Responses.from_rows(rows))] == [0.0, 0.0]


def test_items_nobody_received_and_no_rows_at_all() -> None:
    empty = Responses.from_arrays([], [], [], [], persons=["a"], items=["p"], position=[])
    assert [e.reason for e in ps.ctt.not_reached_rate(empty)] == [Reason.NOT_ADMINISTERED]
    assert [e.reason for e in ps.ctt.omit_rate(empty)] == [Reason.NOT_ADMINISTERED]


def test_order_of_rows_does_not_matter() -> None:
    order = np.random.default_rng(4).permutation(len(ROWS))
    r = Responses.from_rows(ROWS)
    shuffled = Responses.from_rows([ROWS[index] for index in order], items="pqrs", persons="abc")
    assert ps.ctt.not_reached_rate(r) == ps.ctt.not_reached_rate(shuffled)


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_level_of_certainty_is_refused(level: float) -> None:
    for function in (ps.ctt.omit_rate, ps.ctt.not_reached_rate):
        with pytest.raises(ValueError, match=r"^level"):
            function(Responses.from_rows(ROWS), level=level)
