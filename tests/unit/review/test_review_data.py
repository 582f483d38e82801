"""The data of a review: frozen they are the same bytes for ever; seconds and periods say no more than is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from app.review.data.durations import Breaks, Saves, durations
from app.review.data.freeze import from_bytes, pack, sha256_of, to_bytes, unpack
from app.review.data.periods import Span, months_before
from tests.review_data import make_review_data, plant

NO_BREAKS = Breaks(np.array([], np.int32), np.array([]))


def saves(*rows: tuple[int, int, float], live: bool = True) -> Saves:
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return Saves(
        table[:, 0].astype(np.int32), table[:, 1].astype(np.int32), table[:, 2], np.full(len(table), live, dtype=bool)
    )


def test_the_same_data_are_the_same_bytes_and_come_back_as_they_were() -> None:
    data = plant(40, mis_key=True, copy=True).data
    frozen = to_bytes(data)
    again = from_bytes(unpack(pack(frozen)))
    assert to_bytes(again) == frozen
    assert sha256_of(to_bytes(make_review_data(40, mis_key=True, copy=True))) == sha256_of(frozen)
    assert (again.persons, again.items, again.forms, again.sittings) == (
        data.persons,
        data.items,
        data.forms,
        data.sittings,
    )
    assert np.array_equal(again.responses().score, data.responses().score)


def test_another_answer_gives_another_hash() -> None:
    data = make_review_data(20, periods=(0,))
    option = data.option.copy()
    option[7] = (option[7] + 1) % 4
    assert sha256_of(to_bytes(data)) != sha256_of(to_bytes(replace(data, option=option)))


def test_rows_that_are_not_those_of_one_person_after_the_other_are_refused() -> None:
    data = make_review_data(20, periods=(0,))
    with pytest.raises(ValueError, match="ordered by person"):
        to_bytes(replace(data, person=data.person[::-1]))


def test_bytes_of_another_form_are_refused() -> None:
    with pytest.raises(ValueError, match="no data of a review"):
        from_bytes(b"something else")


def test_an_item_has_the_time_since_the_save_before_and_all_of_its_visits() -> None:
    found = durations(saves((0, 1, 130), (0, 2, 150.5), (0, 1, 160)), np.array([100.0]), NO_BREAKS, 3)
    assert found.tolist() == [[pytest.approx(39.5), pytest.approx(20.5), 0.0]]


def test_what_arrived_together_and_what_came_next_have_no_time() -> None:
    found = durations(saves((0, 1, 30), (0, 2, 90), (0, 3, 90), (0, 4, 95), (0, 5, 125)), np.array([0.0]), NO_BREAKS, 5)
    assert np.isnan(found).tolist() == [[False, True, True, True, False]]
    assert found[0, 4] == 30


def test_a_pause_or_a_rescue_leaves_the_time_unknown() -> None:
    paused = Breaks(np.array([0], np.int32), np.array([45.0]))
    found = durations(saves((0, 1, 30), (0, 2, 60), (1, 1, 60)), np.array([0.0, 0.0]), paused, 2)
    assert found[0, 0] == 30
    assert np.isnan(found[0, 1])
    assert found[1, 0] == 60  # the other's clock went on
    assert np.isnan(durations(saves((0, 1, 30), live=False), np.array([0.0]), NO_BREAKS, 1))


def test_whose_times_are_not_all_known_is_left_out_where_times_are_told() -> None:
    data = make_review_data(20, periods=(0,))
    seconds = data.seconds.copy()
    seconds[data.person == 3] = np.nan
    partly = replace(data, seconds=seconds)
    assert partly.responses().seconds is None
    assert partly.timed().sum() == 19
    assert partly.responses(partly.timed()).seconds is not None


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 6, 30), 0),
        (date(2026, 1, 1), 0),
        (date(2025, 12, 31), -1),
        (date(2025, 7, 1), -1),
        (date(2025, 6, 30), -2),
        (date(2023, 7, 1), -5),
        (date(2023, 6, 30), None),
        (date(2026, 7, 1), None),
    ],
)
def test_a_sitting_belongs_to_the_interval_of_its_day(day: date, period: int | None) -> None:
    span = Span(date(2026, 1, 1), date(2026, 6, 30), interval_months=6, window_years=3)
    assert span.period_of(day) == period


def test_a_month_without_such_a_day_has_its_last() -> None:
    assert months_before(date(2026, 8, 31), 6) == date(2026, 2, 28)
