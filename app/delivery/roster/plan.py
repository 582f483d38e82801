"""What a file would do to a roster, row by row. Pure: the same file and the same roster give the same plan."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.core.datafile import Fault
from app.delivery.roster.table import Row, Table
from app.delivery.rules import seat_label
from app.delivery.types import RoomView, RosterView

NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9./-]{2,31}")
LONGEST: Final = {"name": 200, "room": 60, "seat": 12}


class Action(StrEnum):
    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who has had a card before."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The roster as the file finds it. `taken`: numbers of the file that belong to people of other sittings."""

    roster: Sequence[RosterView]
    rooms: Sequence[RoomView]
    taken: Collection[str]
    takes_people: bool  # a draft whose forms are not drawn
    takes_names: bool  # a draft
    known: Mapping[str, Known] = field(default_factory=dict)  # by the earlier numbers of the file


@dataclass(slots=True)
class PlannedRow:
    """One row, and how this line of the roster would stand afterwards. `changes`: field → from, to."""

    line: int
    entry: RosterView | None
    number: str | None
    name: str
    room: str | None
    seat: str | None
    earlier: str | None = None
    person_id: UUID | None = None  # who takes the exam again; none is new
    changes: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def action(self) -> Action:
        if self.faults:
            return Action.REFUSE
        if self.entry is None:
            return Action.ADD
        return Action.CHANGE if self.changes else Action.SAME

    def refuse(self, name: str, fault_id: str, fault_en: str) -> None:
        self.faults.append(Fault("roster", self.line, name, fault_id, fault_en))


@dataclass(frozen=True, slots=True)
class Plan:
    sha256: str  # of the file
    rows: tuple[PlannedRow, ...]
    new_rooms: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Of what would be done: another one means that the roster changed since somebody looked."""
        said = [[row.line, row.action, row.number, row.name, row.room, row.seat, row.earlier] for row in self.rows]
        return hashlib.sha256(json.dumps([self.sha256, said], ensure_ascii=False).encode()).hexdigest()

    def count(self) -> dict[str, int]:
        counted = Counter(row.action for row in self.rows)
        return {action.value: counted[action] for action in Action}


def make_plan(table: Table, standing: Standing) -> Plan:
    rooms = {_key(room.name): room.name for room in standing.rooms}
    named = {room.id: room.name for room in standing.rooms}
    new_rooms: dict[str, str] = {}
    rows = []
    for row, entry in _matched(table.rows, standing.roster):
        room = row.room
        if room is not None:
            room = rooms.get(_key(room)) or new_rooms.setdefault(_key(room), room)
        rows.append(_planned(row, entry, room, named, standing))
    _refuse_twice(rows)
    _know_again(rows, standing)
    _refuse_shared_seats(rows, standing, named)
    _refuse_full_rooms(rows, standing)
    used = {_key(row.room) for row in rows if row.room and not row.faults}
    return Plan(table.sha256, tuple(rows), tuple(new_rooms[key] for key in new_rooms if key in used), table.ignored)


def _matched(rows: Iterable[Row], roster: Sequence[RosterView]) -> list[tuple[Row, RosterView | None]]:
    """By number; without one by name, namesakes in the order of their numbers."""
    rows = list(rows)
    by_number = {entry.number: entry for entry in roster}
    asked = {row.number.upper() for row in rows if row.number}
    by_name: dict[str, list[RosterView]] = defaultdict(list)
    for entry in sorted(roster, key=lambda entry: entry.number, reverse=True):
        if entry.number not in asked:
            by_name[_key(entry.name)].append(entry)
    found: list[tuple[Row, RosterView | None]] = []
    for row in rows:
        if row.number:
            found.append((row, by_number.get(row.number.upper())))
        else:
            namesakes = by_name[_key(row.name)] if row.name else []
            found.append((row, namesakes.pop() if namesakes else None))
    return found


def _planned(
    row: Row, entry: RosterView | None, room: str | None, named: dict[UUID, str], standing: Standing
) -> PlannedRow:
    """What the row leaves out stays as it is."""
    old_room = named.get(entry.room_id) if entry and entry.room_id else None
    seat = seat_label(row.seat) if row.seat else entry.seat if entry and room in (None, old_room) else None
    planned = PlannedRow(
        line=row.line,
        entry=entry,
        number=entry.number if entry else row.number.upper() if row.number else None,
        name=row.name or (entry.name if entry else ""),
        room=room or old_room,
        seat=seat,
        earlier=row.earlier.upper() if row.earlier else None,
        faults=list(row.faults),
    )
    if entry:
        before = {"name": entry.name, "room": old_room, "seat": entry.seat}
        after = {"name": planned.name, "room": planned.room, "seat": planned.seat}
        planned.changes = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    _judge(planned, standing)
    return planned


def _judge(row: PlannedRow, standing: Standing) -> None:
    for name, longest in LONGEST.items():
        text = getattr(row, name) or ""
        if len(text) > longest:
            row.refuse(name, f"paling panjang {longest} huruf", f"at most {longest} characters")
        elif not text.isprintable():
            row.refuse(
                name,
                "ada tanda yang tidak terlihat (sering ikut tersalin); hapus, lalu ketik ulang",
                "it holds a sign that cannot be seen (often copied along); delete it and type it again",
            )
    if row.entry is None:
        _judge_new(row, standing)
    elif "name" in row.changes and not standing.takes_names:
        row.refuse(
            "name",
            "nama tidak dapat diubah setelah sesi dibuka; catat sebagai kejadian",
            "a name does not change once the sitting is open; write an incident",
        )


def _judge_new(row: PlannedRow, standing: Standing) -> None:
    if row.faults:
        return
    if not row.name:
        row.refuse("name", "isi nama", "fill in the name")
    elif row.number and not NUMBER.fullmatch(row.number):
        row.refuse(
            "number",
            "nomor: 3 sampai 32 huruf, angka, titik, garis; atau kosongkan agar diberi nomor",
            "a number has 3 to 32 letters, digits, dots, dashes; or leave it out to be given one",
        )
    elif row.number and row.number in standing.taken:
        row.refuse(
            "number",
            "nomor ini milik peserta sesi lain; kosongkan agar diberi nomor baru",
            "the number belongs to another sitting's candidate; leave it out to be given a new one",
        )
    elif not standing.takes_people:
        row.refuse(
            "name",
            "paket soal sudah diundi: peserta baru masuk ke sesi lain; di sini hanya ruang dan tempat yang berubah",
            "the forms are drawn: put new people into another sitting; here only rooms and seats change",
        )


def _refuse_twice(rows: Sequence[PlannedRow]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.number and (line := first.setdefault(row.number, row.line)) != row.line:
            row.refuse(
                "number",
                f"nomor ini sudah ada di baris {line}; hapus salah satu",
                f"the number stands in line {line} already; remove one of them",
            )


def _know_again(rows: Sequence[PlannedRow], standing: Standing) -> None:
    """Whoever names an earlier number is the person of that card, so that they get no items that they saw then."""
    here = {entry.person_id for entry in standing.roster}
    for row in rows:
        if row.earlier is None or row.faults:
            continue
        known = standing.known.get(row.earlier)
        if known is None:
            row.refuse(
                "earlier",
                "nomor lama ini tidak ada; periksa, atau kosongkan bila baru pertama kali ujian",
                "there is no such earlier number; look again, or leave it out if this is their first exam",
            )
        elif row.entry and row.entry.person_id != known.person_id:
            row.refuse(
                "earlier",
                "peserta ini sudah masuk daftar tanpa nomor lama dan tidak dapat disambungkan lagi; kosongkan, atau buat sesi lain",
                "they are on the roster without it and cannot be joined any more; leave it out, or make another sitting",
            )
        elif row.entry is None and _key(row.name) != _key(known.name):
            row.refuse(
                "earlier",
                f"nomor lama ini milik {known.name}; periksa nomornya, atau tulis namanya sama",
                f"this earlier number is {known.name}'s; look again, or write the same name",
            )
        elif row.entry is None and known.person_id in here:
            row.refuse("earlier", "orang ini sudah ada di daftar", "this person is on the roster already")
        elif row.entry is None:
            row.person_id = known.person_id
            here.add(known.person_id)


def _refuse_shared_seats(rows: Sequence[PlannedRow], standing: Standing, named: dict[UUID, str]) -> None:
    """As all of them would sit afterwards, so that two people may change places in one file."""
    moved = {row.entry.id for row in rows if row.entry}
    sitting = {
        (_key(named[entry.room_id] if entry.room_id else None), entry.seat): entry.name
        for entry in standing.roster
        if entry.seat and entry.id not in moved
    }
    for row in sorted(rows, key=_moves):  # whoever stays where they are sits there first
        if row.faults or row.seat is None:
            continue
        place = (_key(row.room), row.seat)
        if place in sitting and _moves(row):
            row.refuse(
                "seat",
                f"tempat {row.seat} sudah untuk {sitting[place]}; pilih tempat lain",
                f"seat {row.seat} is {sitting[place]}'s; choose another",
            )
        sitting.setdefault(place, row.name)


def _moves(row: PlannedRow) -> bool:
    return row.entry is None or bool({"room", "seat"} & row.changes.keys())


def _refuse_full_rooms(rows: Sequence[PlannedRow], standing: Standing) -> None:
    """Whoever would come into a room beyond its places, in the order of the file."""
    entering = [row for row in rows if not row.faults and row.room and (row.entry is None or "room" in row.changes)]
    leaving = Counter(_key(row.changes["room"][0]) for row in rows if not row.faults and "room" in row.changes)
    for room in standing.rooms:
        if room.places is None:
            continue
        free = room.places - room.candidates + leaving[_key(room.name)]
        for row in [row for row in entering if _key(row.room) == _key(room.name)][max(0, free) :]:
            row.refuse(
                "room",
                f"{room.name} hanya {room.places} tempat; pilih ruang lain",
                f"{room.name} has {room.places} places only; choose another room",
            )


def _key(name: str | None) -> str:
    return " ".join((name or "").casefold().split())
