"""What a file would do to a roster: added, changed, left alone, or refused with the field and the remedy."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.delivery.roster.plan import Action, Known, Plan, Standing, make_plan
from app.delivery.roster.table import read_table
from app.delivery.seating import natural, plan_seats
from app.delivery.types import Place, RoomView, RosterView

LAB, HALL = uuid4(), uuid4()
ROOMS = (RoomView(LAB, "Lab 1", 2, 1, ()), RoomView(HALL, "Aula", None, 0, ()))
ADI = RosterView(uuid4(), "MMU-1", "Adi", uuid4(), LAB, "01")
BUDI = RosterView(uuid4(), "MMU-2", "Budi", uuid4(), None, None)
OLD_BUDI = RosterView(uuid4(), "MMU-9", "Budi", uuid4(), HALL, "01")


def plan(text: str, **changes: Any) -> Plan:
    standing: dict[str, Any] = {"roster": (ADI, BUDI), "rooms": ROOMS, "taken": {"MMU-77"}}
    standing |= {"known": {"OLD-1": Known(uuid4(), "Citra"), "OLD-2": Known(ADI.person_id, "Adi")}}
    standing |= {"takes_people": True, "takes_names": True} | changes
    return make_plan(read_table(text.encode()), Standing(**standing))


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("nama\nCitra", ["add"]),
        ("nama;nomor lama\nCitra;old-1", ["add"]),  # takes the exam again
        ("nama;nomor lama\nAdi;OLD-2", ["same"]),  # the same file a second time
        ("nama\nCitra\nCitra", ["add", "add"]),  # namesakes, each with a number of their own
        ("nomor;nama\nMMU-3;Citra", ["add"]),
        ("nomor;nama\nmmu-1;Adi", ["same"]),
        ("nomor;nama\nMMU-1;Adi Nugroho", ["change"]),
        ("nama\nadi", ["change"]),  # as it is written now
        ("nama\nAdi", ["same"]),
        ("nomor;nama;ruang;tempat\nMMU-1;Adi;lab  1;1", ["same"]),
        ("nomor;ruang;tempat\nMMU-1;;", ["same"]),  # what is left out stays
        ("nomor;ruang\nMMU-2;Aula", ["change"]),
        ("nomor;ruang;tempat\nMMU-1;Aula;01\nMMU-2;Lab 1;01", ["change", "change"]),  # two change places
        ("nomor;ruang\nMMU-2;Lab 2", ["change"]),  # a room that is made
    ],
)
def test_what_a_row_does(text: str, actions: list[str]) -> None:
    assert [row.action for row in plan(text).rows] == actions


@pytest.mark.parametrize(
    ("text", "field", "remedy"),
    [
        ("nomor;nama\nMMU-3;", "name", "isi nama"),
        ("nama;nomor lama\nCitra;OLD-3", "earlier", "tidak ada"),
        ("nama;nomor lama\nDewi;OLD-1", "earlier", "milik Citra"),
        ("nama;nomor lama\nCitra;OLD-1\nCitra;OLD-1", "earlier", "sudah ada"),
        ("nomor;nama;nomor lama\nMMU-3;Adi;OLD-2", "earlier", "sudah ada"),
        ("nama;nomor lama\nBudi;OLD-2", "earlier", "tanpa nomor lama"),
        ("nomor;nama\nM?;Citra", "number", "kosongkan"),
        ("nomor;nama\nMMU-77;Citra", "number", "sesi lain"),
        ("nomor;nama\nMMU-3;Citra\nMMU-3;Dewi", "number", "baris 2"),
        (f"nama\n{'x' * 201}", "name", "200"),
        ("nama\nA\u202eB", "name", "ketik ulang"),  # it looks as if nothing were wrong
        ("nama,ruang\nBudi Santoso, S.T., Lab 1", "name", "tanda kutip"),
        (f"nama;ruang\nCitra;{'x' * 61}", "room", "60"),
        ("nama;ruang;tempat\nCitra;Lab 1;01", "seat", "Adi"),
        ("nama;ruang;tempat\nCitra;Aula;1\nDewi;Aula;01", "seat", "Citra"),
        ("nomor;nama;ruang\nMMU-2;Budi;Lab 1\nMMU-3;Citra;Lab 1", "room", "2 tempat"),
    ],
)
def test_why_a_row_is_refused(text: str, field: str, remedy: str) -> None:
    made = plan(text)
    row = made.rows[-1]
    assert row.action is Action.REFUSE
    (fault,) = row.faults
    assert (fault.field, remedy in fault.fault_id) == (field, True)
    assert made.count()["refuse"] == 1, "the others are not to blame"


def test_a_room_that_somebody_leaves_has_a_place_again() -> None:
    assert plan("nomor;nama;ruang\nMMU-1;;Aula\nMMU-2;;Lab 1\nMMU-3;Citra;Lab 1").count()["refuse"] == 0


@pytest.mark.parametrize(
    ("text", "standing", "action"),
    [
        ("nama\nCitra", {"takes_people": False}, "refuse"),
        ("nomor;nama\nMMU-1;Adi N", {"takes_people": False}, "change"),
        ("nomor;nama\nMMU-1;Adi N", {"takes_people": False, "takes_names": False}, "refuse"),
        ("nomor;nama;ruang\nMMU-1;Adi;Aula", {"takes_people": False, "takes_names": False}, "change"),
    ],
)
def test_what_a_sitting_still_takes(text: str, standing: dict[str, bool], action: str) -> None:
    assert [row.action for row in plan(text, **standing).rows] == [action]


def test_namesakes_without_numbers_are_matched_in_order_and_never_twice() -> None:
    made = plan("nama\nBudi\nBudi\nBudi", roster=(ADI, BUDI, OLD_BUDI))
    assert [row.number for row in made.rows] == ["MMU-2", "MMU-9", None]
    made = plan("nomor;nama\nMMU-2;Budi\n;Budi", roster=(ADI, BUDI, OLD_BUDI))
    assert [row.number for row in made.rows] == ["MMU-2", "MMU-9"], "the one that a number names is spoken for"


def test_only_rooms_that_somebody_goes_to_are_made_and_once() -> None:
    made = plan("nama;ruang\nCitra;Lab 2\nDewi;lab 2\n;Lab 3")
    assert made.new_rooms == ("Lab 2",)
    assert {row.room for row in made.rows[:2]} == {"Lab 2"}


def test_the_fingerprint_is_of_what_would_be_done() -> None:
    text = "nama;ruang\nCitra;Aula"
    assert plan(text).fingerprint == plan(text).fingerprint
    assert plan(text).fingerprint != plan(text, takes_people=False).fingerprint


def person(number: int, room: UUID | None = None, seat: str | None = None) -> RosterView:
    return RosterView(uuid4(), f"MMU-{number:02d}", f"Peserta {number}", uuid4(), room, seat)


def test_seats_are_filled_by_number_room_after_room_around_who_stays() -> None:
    rooms = (RoomView(HALL, "Lab 10", 5, 0, ()), RoomView(LAB, "Lab 2", 2, 1, ()))
    waiting, settled = [person(3), person(2), person(1)], [person(9, LAB, "01")]
    filled = plan_seats(waiting, settled, rooms)
    assert [(one.number, place) for one, place in filled.moves] == [
        ("MMU-01", Place(LAB, "02")),
        ("MMU-02", Place(HALL, "01")),
        ("MMU-03", Place(HALL, "02")),
    ]
    filled = plan_seats(waiting, settled, rooms[1:])
    assert [one.number for one in filled.left_over] == ["MMU-02", "MMU-03"]


def test_who_has_that_very_place_is_not_moved() -> None:
    assert plan_seats([person(1, LAB, "01")], [], ROOMS[:1]).moves == ()


def test_lab_2_comes_before_lab_10() -> None:
    assert sorted(["Lab 10", "lab 2", "Aula", "2"], key=natural) == ["Aula", "lab 2", "Lab 10", "2"]
