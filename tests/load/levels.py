"""The load levels as data: who comes when, what each then does, and what must hold afterwards.

A timetable is drawn beforehand from the seed and never waits for the server: an open loop. `Size` makes a level smaller without
changing its shape; `compress` lets an exam of two hours pass in less, so that each candidate does everything more often.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from tests.load.timetables import (
    SAVES_PER_EXAM,
    Timetable,
    beginning,
    drawn,
    entering,
    in_lobby,
    whole_exam,
    working,
)

EXAM_SECONDS = 7200.0
TRANSMISSION_SECONDS = 10
SWEEP_SECONDS = 30
HOLD_SECONDS = 2.0
APART_SECONDS = 0.3  # between two proctors, so that they look at every part of the board's second


class Seating(StrEnum):
    """How far the candidates have come when the level begins."""

    CARD = "with number and PIN"
    LOBBY = "logged in and agreed beforehand"
    RUNNING = "started beforehand"


@dataclass(frozen=True)
class Size:
    people: float = 1.0
    time: float = 1.0
    compress: float = 100.0
    started: bool = False  # `break` without the start: what saves and heartbeats alone let a machine carry

    def of(self, candidates: int) -> int:
        return max(10, round(candidates * self.people))

    def seconds(self, seconds: float) -> float:
        return seconds * self.time


SHORT = Size(people=0.1, time=0.2, compress=600.0)


@dataclass(frozen=True)
class Level:
    id: str
    says: str
    candidates: int
    seating: Seating
    seconds: float
    timetable: Callable[[int, random.Random], Timetable]
    sockets: bool = True
    bell: Callable[[int], float] | None = None  # when each one's shown clock ends, where that is within the level
    message_at: float | None = None  # when a proctor says something to everybody
    most: Mapping[str, float] = field(default_factory=dict)
    least: Mapping[str, float] = field(default_factory=dict)
    rates: tuple[float, ...] = ()  # offered saves per second, one step after the other
    step_seconds: float = 0.0
    may_be_unavailable: bool = False  # beyond its head-room a server says 503 and Retry-After
    hold_at: float | None = None  # when the answers are held by a lock for a while, as by a disk that hangs
    proctors: int = 0  # how many hold the board's stream open


def l0(size: Size) -> Level:
    ends = 6 + size.seconds(14)
    return Level(
        "L0",
        f"10 candidates, the whole exam with all its {SAVES_PER_EXAM} saves in {ends:.0f} s, over HTTP",
        10,
        Seating.CARD,
        ends + 2,
        lambda place, rng: whole_exam(rng, rng.random(), ends + rng.random()),
        sockets=False,
    )


def l1(size: Size) -> Level:
    length = EXAM_SECONDS / size.compress
    count = size.of(100)
    ends = 10 + length
    return Level(
        "L1",
        f"{count} candidates, the whole exam compressed {size.compress:g} times, from the log-in to the receipt",
        count,
        Seating.CARD,
        ends + 3,
        lambda place, rng: whole_exam(rng, rng.random() * 6, ends + rng.random()),
        most={"all p95 ms": 150, "all p99 ms": 400},
    )


def l2(size: Size) -> Level:
    count, arrive, begin = size.of(500), size.seconds(60), size.seconds(10)
    opens = arrive + 3
    ends = opens + begin + max(2.0, size.seconds(10))

    def timetable(place: int, rng: random.Random) -> Timetable:
        arrives, begins = rng.random() * arrive, opens + rng.random() * begin
        waits = in_lobby(rng, arrives + 2, begins)
        return [*entering(arrives), *waits, *beginning(begins), *working(rng, begins + 1, ends, 3)]

    return Level(
        "L2",
        f"{count} candidates log in within {arrive:.0f} s, wait in the lobby, and start within {begin:.0f} s",
        count,
        Seating.CARD,
        ends,
        timetable,
        most={"start p99 ms": 1_000, "start max ms": 30_000},
    )


def l3(size: Size) -> Level:
    count, length = size.of(500), EXAM_SECONDS / size.compress

    def timetable(place: int, rng: random.Random) -> Timetable:
        return [(rng.random() * 5, "open"), *working(rng, 5, 5 + length, SAVES_PER_EXAM), (5 + length / 2, "drop")]

    return Level(
        "L3",
        f"{count} candidates work on an exam compressed {size.compress:g} times; in the middle every line is cut at once",
        count,
        Seating.RUNNING,
        5 + length,
        timetable,
        most={"back max ms": 20_000, "memory growth %": 10},
    )


def l4(size: Size) -> Level:
    count, before, spread = size.of(500), max(8.0, size.seconds(20)), max(1.0, size.seconds(5))

    def bell(place: int) -> float:
        return before + spread * place / (2 * count)

    def timetable(place: int, rng: random.Random) -> Timetable:
        work = [(rng.random() * 3, "open"), *working(rng, 3, bell(place), 6)]
        if place % 2:  # this computer is switched off before the bell
            return [*work, (bell(place), "leave")]
        return [*work, (bell(place) + rng.random(), "submit"), (bell(place) + 2, "attempt")]

    return Level(
        "L4",
        f"at the bell {count} candidates hand in within {spread + 1:.0f} s, and {count} more are gone and left to the sweep",
        2 * count,
        Seating.RUNNING,
        before + spread + TRANSMISSION_SECONDS,
        timetable,
        bell=bell,
        most={"closed after the deadline s": SWEEP_SECONDS, "not closed": 0},
    )


def l5(size: Size) -> Level:
    count = size.of(500)

    def timetable(place: int, rng: random.Random) -> Timetable:
        return [
            (rng.random() * 4, "open"),
            (4 + rng.random() * 2, "save"),
            (7, "hear"),
            (9.5 + rng.random() / 2, "confirm"),
            (12.5 + rng.random() / 2, "clicks"),
        ]

    return Level(
        "L5",
        f'a proctor says something to {count} candidates at once; each reads it, presses "Sudah saya baca" 13 times in 2 s, '
        "and then sends one answer 13 times in 2 s",
        count,
        Seating.RUNNING,
        15,
        timetable,
        message_at=7,
        most={
            "hear p99 ms": 2_000,
            **{f"{verb} p99 ms": 1_000 for verb in ("attempt", "messages", "read", "click")},
            "effects besides one": 0,
        },
        least={"acknowledged once": count},
    )


def l6(size: Size) -> Level:
    people, crowd, step = size.of(500), size.of(6_500), max(2.0, size.seconds(5))
    rates = tuple(rate * size.people for rate in (2_000, 3_500, 5_100, 6_500, 8_000, 10_000))
    # 5,100, since what is drawn at random may be one in a hundred less, and 5,000 is promised.
    beyond, last = 20_000 * size.people, 4 + len(rates) * step

    def timetable(place: int, rng: random.Random) -> Timetable:
        plan: Timetable = []
        for number, rate in enumerate(rates if place < people else ()):
            plan += drawn(rng, 2 + number * step, step, rate / people)
        return plan + drawn(rng, last, step, beyond / crowd)

    return Level(
        "L6",
        f"saves per second up to the break and beyond: {people} lines at {', '.join(f'{rate:g}' for rate in rates)} saves/s, "
        f"then {crowd} lines at {beyond:g}, with {HOLD_SECONDS:g} s in the middle in which no answer can be stored",
        crowd,
        Seating.RUNNING,
        last + step,
        timetable,
        sockets=False,
        least={"saves/s": 5_000 * size.people, "put off": 1},
        rates=rates,
        step_seconds=step,
        may_be_unavailable=True,
        hold_at=last + step / 2,
    )


def b6(size: Size) -> Level:
    count, arrive, length = size.of(500), size.seconds(10), max(1.5, size.seconds(45))
    proctors = max(2, round(10 * size.people))

    def timetable(place: int, rng: random.Random) -> Timetable:
        arrives = rng.random() * arrive
        waits = [(arrives + 2 + pause, "lobby") for pause in (0.0, 0.5)]
        return [*waits, *whole_exam(rng, arrives, arrives + 3 + length, beats=20)]

    return Level(
        "B6",
        f"{count} candidates sit the whole exam of {SAVES_PER_EXAM} saves in {length:.3g} s, from the log-in to the receipt, "
        f"while {proctors} proctors watch the board",
        count,
        Seating.CARD,
        arrive + length + 5,
        timetable,
        most={"lag p99 ms": 2_000, "unseen": 0, "broken streams": 0},
        proctors=proctors,
    )


def watched(size: Size, proctors: int) -> Level:
    """The same work and signals, for one proctor or for fifty: what watching costs is the difference.

    At the pace of a real exam each candidate leaves the window seven times in two hours.
    """
    count, length = size.of(500), max(4.0, size.seconds(40))
    pace = size.compress / EXAM_SECONDS

    def timetable(place: int, rng: random.Random) -> Timetable:
        work = working(rng, 4, 4 + length, SAVES_PER_EXAM * length * pace)
        return [(rng.random() * 3, "open"), *work, *((at, "signals") for at, _ in drawn(rng, 4, length, 7 * pace))]

    return Level(
        "watched",
        f"{count} candidates work on an exam compressed {size.compress:g} times and report signals, while {proctors} watch the board",
        count,
        Seating.RUNNING,
        4 + length,
        timetable,
        most={"lag p99 ms": 2_000, "unseen": 0, "broken streams": 0},
        proctors=proctors,
    )


def population(count: int, size: Size) -> Level:
    """One step of `break`: this many start within a minute and then work at the pace of a real exam."""
    window, hold = size.seconds(60), size.seconds(25)
    ends = window + hold

    def timetable(place: int, rng: random.Random) -> Timetable:
        begins = rng.random() * window
        saves = SAVES_PER_EXAM * size.compress * (ends - begins) / EXAM_SECONDS
        waits = [*in_lobby(rng, rng.random() - 7.5, begins), (rng.random() * begins, "paper"), *beginning(begins)]
        first = [(begins, "open")] if size.started else waits
        return [*first, *working(rng, begins + 0.5, ends, saves)]

    faster = "" if size.compress == 1 else f", {size.compress:g} times as often as a real one"
    every = EXAM_SECONDS / SAVES_PER_EXAM / size.compress
    begin = (
        "open their lines (started beforehand)" if size.started else "wait in the lobby, fetch their papers and start"
    )
    return Level(
        "break",
        f"{count} candidates {begin} within {window:.0f} s and each saves every {every:.0f} s{faster}, with a heartbeat every 15 s",
        count,
        Seating.RUNNING if size.started else Seating.LOBBY,
        ends,
        timetable,
        most={"save p99 ms": 100},
    )


LEVELS: Mapping[str, Callable[[Size], Level]] = {
    "L0": l0,
    "L1": l1,
    "L2": l2,
    "L3": l3,
    "L4": l4,
    "L5": l5,
    "L6": l6,
    "B6": b6,
    "W1": partial(watched, proctors=1),
    "W50": partial(watched, proctors=50),
}
POPULATIONS = (1_000, 2_000, 3_000, 5_000, 7_500, 10_000)
FLOOR = 3_000  # the least that the project promises; the last population is its goal


def level_of(name: str, size: Size) -> Level:
    """`L2`, or `break 3000`."""
    kind, _, count = name.partition(" ")
    return population(int(count), size) if kind == "break" else LEVELS[kind](size)
