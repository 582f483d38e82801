"""What a committee must have before it decides on a review or closes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.review.reviews.rules import Ground, add_months, missing_to_close, missing_to_decide
from app.review.reviews.types import Meeting, meeting_in, meeting_out

ANI, BUDI, CICI = (UUID(int=number) for number in (1, 2, 3))
GROUND = Ground(
    members=(ANI, BUDI, CICI),
    quorum=2,
    unspoken=(),
    corrected=(),
    today=date(2026, 7, 20),
    period_to=date(2026, 6, 30),
    latest_due=date(2027, 1, 20),
)
MEETING = Meeting(
    held_on=date(2026, 7, 15),
    place="Ruang rapat",
    present=(ANI, BUDI),
    minutes="Dibahas satu per satu.",
    fairness="Adil.",
    validity="Sahih.",
    reliability="Andal.",
    performance="Baik.",
    next_due=date(2026, 12, 31),
)


def test_a_complete_meeting_lacks_nothing() -> None:
    assert missing_to_decide(MEETING, GROUND) == []


def test_an_empty_one_says_everything_that_is_missing_at_once() -> None:
    fields = [one.field for one in missing_to_decide(Meeting(), GROUND)]
    assert fields == [
        "held_on", "place", "present", "minutes", "fairness", "validity", "reliability", "performance", "next_due"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"held_on": date(2026, 6, 29)}, "held_on"),
        ({"held_on": date(2026, 7, 21)}, "held_on"),
        ({"present": (ANI,)}, "present"),
        ({"present": (ANI, ANI)}, "present"),
        ({"present": (ANI, uuid4())}, "present"),  # who left the committee since makes no quorum
        ({"reliability": ""}, "reliability"),
        ({"next_due": date(2026, 6, 30)}, "next_due"),
        ({"next_due": date(2027, 1, 21)}, "next_due"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], field: str) -> None:
    assert [one.field for one in missing_to_decide(replace(MEETING, **changed), GROUND)] == [field]


def test_whatever_has_strong_evidence_is_spoken_about_before_the_decision() -> None:
    unspoken = [("pasangan peserta", "pair of candidates"), ("MMU-1.1-01", "MMU-1.1-01")]
    (missing,) = missing_to_decide(MEETING, replace(GROUND, unspoken=unspoken))
    assert missing.text_id == (
        "2 hal dengan bukti kuat belum diputuskan dan belum menjadi temuan: MMU-1.1-01, pasangan peserta."
    )


def test_figures_from_before_a_correction_are_computed_again_before_the_decision() -> None:
    (missing,) = missing_to_decide(MEETING, replace(GROUND, corrected={"MMU-1.1-02", "MMU-1.1-01"}))
    assert missing.field == "corrections"
    assert "MMU-1.1-01, MMU-1.1-02. Buka lagi kajian ini dan hitung ulang." in missing.text_id


def test_somebody_else_than_who_decided_closes_what_was_reported() -> None:
    assert [one.field for one in missing_to_close(ANI, ANI, printed=False)] == ["closer", "report"]
    assert missing_to_close(ANI, BUDI, printed=True) == []


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 6, 30), 6, date(2026, 12, 31)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2026, 8, 30), 6, date(2027, 2, 28)),
        (date(2026, 3, 15), 12, date(2027, 3, 15)),
    ],
)
def test_intervals_run_from_the_end_of_a_month_to_the_end_of_a_month(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_minutes_come_back_as_they_were_kept() -> None:
    assert meeting_in(meeting_out(MEETING)) == MEETING
    assert meeting_in({}) == Meeting()
