"""The review method as data: every value is explained and bounded, and a review goes by what was approved before its period."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from app.review.method.content import differences, faults_of, list_fields, method_content, parse_method
from app.review.method.queries import MethodVersion, choose
from app.review.method.types import ReviewMethod

PERIOD = (date(2026, 1, 1), date(2026, 6, 30))


def proposed(**changed: Any) -> dict[str, Any]:
    values = method_content(ReviewMethod()) | changed
    values.pop("version")
    return values


def version(number: int, approved_at: datetime, valid_from: date = date(2025, 7, 1)) -> MethodVersion:
    return MethodVersion(UUID(int=number), number, "", valid_from, approved_at, ReviewMethod())


def test_every_value_of_a_method_is_explained_and_the_proposal_lies_within_its_bounds() -> None:
    explained = [field.name for field in list_fields()]
    assert sorted(explained) == sorted(field.name for field in fields(ReviewMethod) if field.name != "version")
    assert faults_of(proposed()) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"quorum": 1}, "Kuorum rapat (orang): isi bilangan bulat antara 2 dan 50"),
        ({"quorum": 2.5}, "Kuorum rapat (orang): isi bilangan bulat antara 2 dan 50"),
        ({"quorum": True}, "Kuorum rapat (orang): isi bilangan bulat antara 2 dan 50"),
        ({"rate": 0.5}, "Tanda yang keliru di antara semua tanda: isi antara 0,1 % dan 20 %"),
        ({"rate": None}, "Tanda yang keliru di antara semua tanda: isi antara 0,1 % dan 20 %"),
        ({"rates": 0.05}, "rates: tidak dikenal; hapus"),
    ],
)
def test_a_value_outside_its_bounds_is_named_with_what_to_do(changed: dict[str, Any], said: str) -> None:
    (fault,) = faults_of(proposed(**changed))
    assert fault.text_id == said


def test_a_version_that_is_older_than_a_value_takes_what_is_proposed_for_it() -> None:
    older = proposed(quorum=3)
    del older["least_common"]
    assert parse_method(older | {"version": "1", "gone": 1}) == ReviewMethod(version="1", quorum=3)


def test_two_versions_differ_by_their_values_alone() -> None:
    changes = differences(proposed() | {"version": "1"}, proposed(quorum=3, rate=0.01) | {"version": "2"})
    assert [(one["field"], one["before"], one["after"]) for one in changes] == [("quorum", 2, 3), ("rate", 0.05, 0.01)]


@pytest.mark.parametrize(
    ("approved", "chosen"),
    [
        ([], None),
        ([version(1, datetime(2025, 12, 1, tzinfo=UTC)), version(2, datetime(2025, 12, 20, tzinfo=UTC))], 2),
        # In Jakarta it is the first of January already.
        ([version(1, datetime(2025, 12, 1, tzinfo=UTC)), version(2, datetime(2025, 12, 31, 17, 5, tzinfo=UTC))], 1),
        ([version(1, datetime(2025, 12, 31, 16, 55, tzinfo=UTC))], 1),
        ([version(1, datetime(2025, 12, 1, tzinfo=UTC)), version(2, datetime(2026, 5, 1, tzinfo=UTC))], 1),
        # Approved in time, but meant for later periods.
        (
            [
                version(1, datetime(2025, 12, 1, tzinfo=UTC)),
                version(2, datetime(2025, 12, 2, tzinfo=UTC), date(2026, 7, 1)),
            ],
            1,
        ),
        # None in time: the first, not the one that suits best.
        ([version(1, datetime(2026, 3, 1, tzinfo=UTC)), version(2, datetime(2026, 8, 1, tzinfo=UTC))], 1),
        ([version(1, datetime(2026, 3, 1, tzinfo=UTC), date(2026, 7, 1))], None),
    ],
)
def test_a_review_goes_by_what_was_approved_last_before_its_period(
    approved: list[MethodVersion], chosen: int | None
) -> None:
    found = choose(approved, PERIOD)
    assert (found.version_no if found else None) == chosen


def test_a_method_that_came_after_the_period_began_says_so() -> None:
    assert version(1, datetime(2025, 12, 31, 16, 55, tzinfo=UTC)).holds_before(PERIOD[0])
    assert not version(1, datetime(2026, 1, 1, tzinfo=UTC)).holds_before(PERIOD[0])
