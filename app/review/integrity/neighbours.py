"""Which candidates could have seen each other's answers: the only ones whose answers are compared. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.review.data.types import ReviewPerson
from app.review.method.types import ReviewMethod

MOST_PAIRS: Final = 300_000  # compared at most, the nearest first: some seconds for a period of 100,000 candidates
ALONG_A_ROW: Final = re.compile(r"(?P<row>.*?)[\s.\-/]*(?P<number>\d+)")  # A-12, A12, 12
BY_ROW_NUMBER: Final = re.compile(r"(?P<row>\d+)[\s.\-/]*(?P<letter>[A-Za-z])")  # 12A, 12-A

Places = Sequence[int]


@dataclass(frozen=True, slots=True)
class Seat:
    """`row` is empty where seats are only numbered; `row_no` orders the rows where their names do."""

    row: str
    row_no: int | None
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """`pairs`: (pairs, 2) places in the persons that were given, the nearest first, at most MOST_PAIRS of the `n_found`.

    `by_room`: how many of the found ones are only known to have shared a small room. `roomless`, `crowded`: candidates who are
    compared with nobody: their room is not known, or it is too large to compare everybody in it while seats are not known.
    """

    pairs: NDArray[np.int64]
    n_found: int
    by_room: int
    roomless: int
    crowded: int


def neighbours(persons: Sequence[ReviewPerson], method: ReviewMethod) -> Neighbours:
    """Pairs of one sitting and room: seats beside each other along a row, and before or behind each other where rows have names.

    Where a seat is not known, everybody in the room may have sat beside it, if the room holds few.
    """
    rooms: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, person in enumerate(persons):
        if person.room is not None:
            rooms[person.sitting, person.room].append(place)
    found: list[tuple[int, int, int]] = []  # how far, one, other
    crowded = 0
    for members in rooms.values():
        seats = {place: seat for place in members if (seat := read_seat(persons[place].seat)) is not None}
        found += _near(seats, method.neighbour_seats)
        unknown = [place for place in members if place not in seats]
        if len(members) <= method.room_at_most:
            found += _anybody(members, set(unknown), method.neighbour_seats + 1)
        else:
            crowded += len(unknown)
    found.sort()
    return Neighbours(
        pairs=np.array([(one, other) for _, one, other in found[:MOST_PAIRS]], dtype=np.int64).reshape(-1, 2),
        n_found=len(found),
        by_room=sum(far > method.neighbour_seats for far, _, _ in found),
        roomless=len(persons) - sum(len(members) for members in rooms.values()),
        crowded=crowded,
    )


def read_seat(name: str | None) -> Seat | None:
    """ "A-12" is the twelfth of row A, "12" the twelfth of a room without rows, "12A" the first of row 12."""
    if name is None:
        return None
    if found := BY_ROW_NUMBER.fullmatch(name):
        return Seat(found["row"], int(found["row"]), _letter(found["letter"]))
    if found := ALONG_A_ROW.fullmatch(name):
        row = found["row"].casefold()
        return Seat(row, _row_number(row), int(found["number"]))
    return None


def strangers(persons: Sequence[ReviewPerson], most: int) -> NDArray[np.int64]:
    """(pairs, 2) of candidates who sat in different rooms: what similarity looks like where nobody could have looked.

    Always the same for the same persons: each with whoever stands half the list further on, then with the next after that.
    """
    n = len(persons)
    far = ((one, one + offset) for offset in range(max(1, n // 2), n) for one in range(n - offset))
    looked_at = islice(far, 4 * most)  # where nearly all sat in one room there are no strangers to be found
    apart = ((one, other) for one, other in looked_at if _apart(persons[one], persons[other]))
    return np.array(list(islice(apart, most)), dtype=np.int64).reshape(-1, 2)


def _near(seats: Mapping[int, Seat], reach: int) -> Iterator[tuple[int, int, int]]:
    """Each pair once: further along the row, and in the row behind."""
    at = {(seat.row, seat.number): place for place, seat in seats.items()}
    rows = {seat.row_no: seat.row for seat in seats.values() if seat.row_no is not None}
    for place, seat in seats.items():
        for step in range(1, reach + 1):
            yield from _pair(place, at.get((seat.row, seat.number + step)), step)
        behind = None if seat.row_no is None else rows.get(seat.row_no + 1)
        if behind is not None:
            for step in (-1, 0, 1):
                yield from _pair(place, at.get((behind, seat.number + step)), 1 + abs(step))


def _anybody(members: Places, unknown: set[int], far: int) -> Iterator[tuple[int, int, int]]:
    for one, other in combinations(sorted(members), 2):
        if one in unknown or other in unknown:
            yield far, one, other


def _pair(one: int, other: int | None, far: int) -> Iterator[tuple[int, int, int]]:
    if other is not None:
        yield far, min(one, other), max(one, other)


def _apart(one: ReviewPerson, other: ReviewPerson) -> bool:
    rooms = (one.sitting, one.room), (other.sitting, other.room)
    return None not in (one.room, other.room) and rooms[0] != rooms[1] and one.person_id != other.person_id


def _row_number(row: str) -> int | None:
    if row.isdecimal():
        return int(row)
    return _letter(row) if len(row) == 1 and row.isalpha() and row.isascii() else None


def _letter(letter: str) -> int:
    return ord(letter.casefold()) - ord("a") + 1
