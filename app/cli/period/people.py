"""Who sits in a simulated period: names, groups that they agreed to, rooms and seats. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import numpy as np

ROOM_SEATS: Final = 20
AGREED: Final = 0.9  # the share that agreed to be counted by group
ATTRIBUTE: Final = "jenis kelamin"
FOCAL, REFERENCE = "perempuan", "laki-laki"
FOCAL_SHARE: Final = 0.45
GIVEN_NAMES: Final = {
    FOCAL: ("Ayu", "Citra", "Dewi", "Elok", "Fitri", "Gita", "Hesti", "Intan", "Kartika", "Laras", "Maya", "Nadia"),
    REFERENCE: ("Agus", "Bima", "Candra", "Damar", "Eko", "Fajar", "Galih", "Hendra", "Irfan", "Joko", "Luki", "Made"),
}
FAMILY_NAMES: Final = (
    "Anggraini", "Hidayat", "Kusuma", "Lestari", "Mahendra", "Nugroho", "Pratama", "Rahayu", "Santoso", "Saputra",
    "Setiawan", "Utami", "Wibowo", "Wulandari", "Yulianto",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sitter:
    person_id: UUID
    roster_id: UUID
    attempt_id: UUID
    number: str
    name: str
    group: str
    agreed: bool
    room: int
    seat: str


def invite(rng: np.random.Generator, numbers: Sequence[str]) -> list[Sitter]:
    """One person for each participant number, in the order of the rooms and seats."""
    focal = rng.random(len(numbers)) < FOCAL_SHARE
    agreed = rng.random(len(numbers)) < AGREED
    found = []
    for index, number in enumerate(numbers):
        group = FOCAL if focal[index] else REFERENCE
        given, family = rng.choice(GIVEN_NAMES[group]), rng.choice(FAMILY_NAMES)
        room, seat = divmod(index, ROOM_SEATS)
        name = f"{given} {family} (contoh)"
        found.append(
            Sitter(uuid4(), uuid4(), uuid4(), number, name, group, bool(agreed[index]), room, f"{seat + 1:02d}")
        )
    return found


def seated_pair(rng: np.random.Generator, sitters: Sequence[Sitter]) -> tuple[int, int]:
    """Two neighbours in one room."""
    beside = [index for index in range(len(sitters) - 1) if sitters[index].room == sitters[index + 1].room]
    one = int(rng.choice(beside))
    return one, one + 1
