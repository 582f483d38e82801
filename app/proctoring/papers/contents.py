"""What stands on each paper: plain data for its template, every word, date and time written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.delivery import Course, Sitting
from app.proctoring.papers import dates, words
from app.proctoring.papers.types import IncidentFacts, Kind, RoomFacts, SittingFacts

Content = dict[str, Any]


def head(
    kind: Kind,
    sitting: Sitting,
    *,
    body: str,
    scheme: str,
    room: str = "",
    proctors: Sequence[str] = (),
    lang: str = "id",
) -> Content:
    """What every paper begins with."""
    return {
        "lang": lang,
        "title": words.TITLES[kind] if lang == "id" else words.ENGLISH_TITLES[kind],
        "body": body,
        "scheme": scheme,
        "sitting": {
            "title": sitting.title,
            "code": sitting.code,
            "window": dates.span(sitting.opens_at, sitting.closes_at, sitting.zone, lang),
            "room": room,
        },
        "proctors": list(proctors),
    }


def sitting_head(facts: SittingFacts, kind: Kind) -> Content:
    """What the papers about a sitting and its rooms begin with."""
    room = ", ".join(room.name for room in facts.rooms if room.name)
    return head(kind, facts.sitting, body=facts.body, scheme=facts.scheme, room=room, proctors=facts.proctors)


def attendance(facts: SittingFacts) -> Content:
    """A line to sign for each candidate, a list for each room; who has started already is noted with times."""
    zone = facts.sitting.zone
    return sitting_head(facts, Kind.ATTENDANCE) | {"rooms": [_presence(room, zone) for room in facts.rooms]}


def _presence(room: RoomFacts, zone: str) -> Content:
    rows = [
        {
            "seat": course.seat or "",
            "number": course.number,
            "name": course.name,
            "started": dates.clock(course.started_at, zone) if course.started_at else "",
            "ended": dates.clock(course.submitted_at, zone) if course.submitted_at else "",
        }
        for course in room.courses
    ]
    came = sum(course.started_at is not None for course in room.courses)
    # Before the exam the numbers are filled in by hand.
    counts = {"listed": len(rows), "came": came, "absent": len(rows) - came} if came else {"listed": len(rows)}
    return {"name": room.name, "proctors": list(room.proctors), "rows": rows, "counts": counts}


def seating(facts: SittingFacts) -> Content:
    """The seats of each room in their order; how they stand in the room is the room's own."""
    rooms = [
        {
            "name": room.name,
            "seats": [
                {"seat": course.seat or "–", "number": course.number, "name": course.name} for course in room.courses
            ],
        }
        for room in facts.rooms
    ]
    return sitting_head(facts, Kind.SEATING) | {"rooms": rooms}


def cards(facts: SittingFacts, pins: dict[str, str], address: str) -> Content:
    """A card for each number that has a new PIN."""
    rows = [
        {
            "number": course.number,
            "name": course.name,
            "room": room.name,
            "seat": course.seat or "–",
            "pin": _halves(pins[course.number]),
        }
        for room in facts.rooms
        for course in room.courses
        if course.number in pins
    ]
    return sitting_head(facts, Kind.CARDS) | {"rows": rows, "address": address}


def _halves(pin: str) -> str:
    """Easier to type; blanks do not count."""
    middle = len(pin) // 2
    return f"{pin[:middle]} {pin[middle:]}"


def without_pins(content: Content) -> Content:
    """A hash over a short PIN would give it away to whoever tries them all."""
    return content | {"rows": [{member: row[member] for member in row if member != "pin"} for row in content["rows"]]}


def incidents(facts: SittingFacts, found: tuple[IncidentFacts, ...]) -> Content:
    """A sheet for each incident; where there was none, one to fill in by hand."""
    return sitting_head(facts, Kind.INCIDENTS) | {"sheets": [incident(one, facts.sitting.zone) for one in found]}


def incident(one: IncidentFacts, zone: str) -> Content:
    return {
        "category": _kind(one),
        "note": one.note,
        "opened": f"{dates.moment(one.opened_at, zone)}, oleh {one.opened_by}",
        "closed": f"{dates.moment(one.closed_at, zone)}, oleh {one.closed_by}" if one.closed_at else "",
        "closing_note": one.closing_note or "",
        "room": one.room,
        "candidates": [person(course) for course in one.courses],
    }


def _kind(one: IncidentFacts) -> str:
    category = words.word(words.CATEGORIES, one.category)
    return f"{category}: {words.word(words.CODES, one.code)}" if one.code else category


def person(course: Course) -> str:
    return f"{course.name} ({course.number})"
