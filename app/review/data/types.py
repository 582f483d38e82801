"""The data of a review: everything that its figures depend on, and nothing else. Frozen with a hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.psychometrics import Responses


@dataclass(frozen=True, slots=True)
class ReviewSitting:
    """`period`: 0 the review's own, -1 the interval before it, and so on back through the window."""

    id: UUID
    code: str
    title: str
    held_on: date
    mode: str
    period: int
    duration_seconds: int
    absent: int
    sha256: str  # of its own snapshot


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An item by lineage. `key`: the option (stored order) that the newest version and its corrections call right; `void`: everybody
    gets the point. `b`, `se`: what the newest plan of forms took it for (standard's scale), where there was a plan."""

    lineage_id: UUID
    version_id: UUID  # the newest that was seen
    code: str
    kuk: str
    unit: str
    n_options: int
    key: int
    void: bool
    state: str  # of the newest version in the bank: active, suspended, retired, …
    versions: tuple[tuple[int, UUID], ...]  # (number, id) of all that were seen
    expected_p: float
    b: float | None = None
    se: float | None = None
    in_standard: bool = False


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """One form of a sitting's plan. `expected`: its expected score at the cut, with the error that its certificate states."""

    sitting: int
    form_no: int | None
    items: tuple[int, ...]
    expected: float | None = None
    expected_se: float | None = None


@dataclass(frozen=True, slots=True)
class ReviewPerson:
    """One attempt that counts. `first`: the person's first attempt in the scheme; statistics use only those. `groups`: what they
    agreed to be counted by. `seat`: room and place, as the room plan names them."""

    attempt_id: UUID
    person_id: UUID
    sitting: int
    form: int
    first: bool
    score: int  # the released one
    minutes: float | None
    by_bell: bool
    room: str | None = None
    seat: str | None = None
    groups: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What a candidate wrote about an item; who wrote it does not matter here."""

    item: int
    sitting: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class ReviewData:
    """Rows are answers: `person`, `item` index the tuples; `option` is in stored order, -1 where omitted; `score` 0 or 1 by the keys
    in force, corrected ones too (a voided item keeps what its key says: the point for everybody is in `ReviewPerson.score` alone);
    `position` from 1; `seconds` the time that went into it, NaN where unknown, 0 where nothing was ever chosen."""

    scheme_code: str
    scheme_title: str
    units: tuple[tuple[str, str], ...]  # code, title
    pass_mark: int
    max_score: int
    theta_cut: float | None
    sittings: tuple[ReviewSitting, ...]
    items: tuple[ReviewItem, ...]
    forms: tuple[ReviewForm, ...]
    persons: tuple[ReviewPerson, ...]
    remarks: tuple[Remark, ...]
    person: NDArray[np.int32]
    item: NDArray[np.int32]
    option: NDArray[np.int16]
    score: NDArray[np.int8]
    position: NDArray[np.int16]
    seconds: NDArray[np.float32]
    exposures: Mapping[str, Any] | None = None  # by lineage: forms and sittings that held the item in the window

    def of_period(self, *periods: int) -> NDArray[np.bool_]:
        """(persons,) first attempts that fell into these periods; all of the window where none is named."""
        counts = [p.first and (not periods or self.sittings[p.sitting].period in periods) for p in self.persons]
        return np.array(counts, dtype=bool)

    def timed(self) -> NDArray[np.bool_]:
        """(persons,) whose every second is known: those of whom `responses` can tell times."""
        timed = np.ones(len(self.persons), dtype=bool)
        timed[self.person[np.isnan(self.seconds)]] = False
        return timed

    def responses(self, persons: NDArray[np.bool_] | None = None, *, with_void: bool = False) -> Responses:
        """Of these persons (a mask), by default of all first attempts; items keep their place, whoever saw them.

        Strata are the units, forms those of the plan. Voided items say nothing about candidates and are left out, unless the
        items themselves are looked at. Times are told where they are known of all of these persons (`timed`).
        """
        chosen = self.of_period() if persons is None else persons
        place = np.cumsum(chosen) - 1
        void = np.array([item.void for item in self.items], dtype=bool)
        rows = chosen[self.person] & (with_void | ~void[self.item])
        seconds = self.seconds[rows]
        people = [person for person, keep in zip(self.persons, chosen, strict=True) if keep]
        return Responses.from_arrays(
            place[self.person[rows]],
            self.item[rows],
            self.option[rows],
            self.score[rows],
            persons=[person.attempt_id for person in people],
            items=[item.lineage_id for item in self.items],
            seconds=None if np.isnan(seconds).any() else seconds,
            position=self.position[rows],
            strata=[item.unit for item in self.items],
            forms=[person.form for person in people],
            n_options=[item.n_options for item in self.items],
            key=[item.key for item in self.items],
        )
