"""Who gets which form of a plan: spiralled at random over rooms and seats. Pure.

Going from seat to seat, each candidate gets at random one of the forms that fewest have so far, but never the one of the
neighbour: blocks of K in random order, so that every form meets the same kinds of rooms, rows and candidates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from uuid import UUID

from app.assembly.plans.arrange import ARRANGEMENT
from app.assembly.randomness import Stream

TRIES: Final = 16  # a candidate with few choices can leave a neighbour none; another order of chances mends that


@dataclass(frozen=True, slots=True)
class Chair:
    """Where one candidate sits, and the forms that they may get: all of the plan's, or those without items that they know."""

    entry_id: UUID
    room: str
    forms: frozenset[int]


def assign(chairs: Sequence[Chair], seed: bytes) -> dict[UUID, int]:
    """The number of the form for each entry of the roster. `chairs` stand in order of room and seat.

    No two neighbours have one form, and no form is given out twice more often than another, where the choices allow both: the
    neighbours come first.
    """
    tries = (_spiral(chairs, Stream(seed, f"{ARRANGEMENT}/assignment/{number}")) for number in range(TRIES))
    best: tuple[int, int] | None = None
    chosen: list[int] = []
    for given in tries:
        faults = _meetings(chairs, given), _unevenness(chairs, given)
        if best is None or faults < best:
            best, chosen = faults, given
        if best == (0, 0):
            break
    return {chair.entry_id: form for chair, form in zip(chairs, chosen, strict=True)}


def _spiral(chairs: Sequence[Chair], stream: Stream) -> list[int]:
    """Whoever has the fewest choices first, the others from seat to seat around them."""
    given: dict[int, int] = {}
    counts: Counter[int] = Counter()
    for place in sorted(range(len(chairs)), key=lambda place: len(chairs[place].forms)):
        beside = {
            given[other]
            for other in (place - 1, place + 1)
            if other in given and chairs[other].room == chairs[place].room
        }
        open_forms = chairs[place].forms - beside or chairs[place].forms
        fewest = min(counts[form] for form in open_forms)
        choice = sorted(form for form in open_forms if counts[form] == fewest)
        given[place] = choice[stream.below(len(choice))]
        counts[given[place]] += 1
    return [given[place] for place in range(len(chairs))]


def _meetings(chairs: Sequence[Chair], given: Sequence[int]) -> int:
    return sum(
        one.room == other.room and first == second
        for (one, first), (other, second) in pairwise(zip(chairs, given, strict=True))
    )


def _unevenness(chairs: Sequence[Chair], given: Sequence[int]) -> int:
    """By how many more than one the forms that anybody may get differ in how often they are given out."""
    widest = max((chair.forms for chair in chairs), key=len, default=frozenset[int]())
    counts: Mapping[int, int] = Counter(given)
    of_each = [counts.get(form, 0) for form in widest]
    return max(0, max(of_each) - min(of_each) - 1) if of_each else 0
