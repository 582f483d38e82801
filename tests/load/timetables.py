"""What a candidate does and when, drawn beforehand from a seed: the pieces of which the levels make their timetables."""

from __future__ import annotations

import random

SAVES_PER_EXAM = 110  # a hundred answers, and one in ten changed
BEAT_SECONDS = 15.0
LOBBY_SECONDS = 10.0

Timetable = list[tuple[float, str]]


def working(
    rng: random.Random, first: float, last: float, saves: float, *, beat_every: float = BEAT_SECONDS
) -> Timetable:
    """Saves at random moments, `saves` of them in the mean, and a heartbeat every fifteen seconds."""
    work: Timetable = []
    at = first + rng.expovariate(saves / (last - first))
    while at < last:
        work.append((at, "save"))
        at += rng.expovariate(saves / (last - first))
    beat = first + rng.random() * beat_every
    while beat < last:
        work.append((beat, "beat"))
        beat += beat_every
    return work


def entering(at: float) -> Timetable:
    return [(at, "log in"), (at + 0.5, "lobby"), (at + 1, "agree"), (at + 1.5, "paper")]


def beginning(at: float) -> Timetable:
    return [(at, "start"), (at, "open")]


def in_lobby(rng: random.Random, first: float, last: float) -> Timetable:
    polls: Timetable = []
    at = first + LOBBY_SECONDS * rng.uniform(0.75, 1.25)
    while at < last:
        polls.append((at, "lobby"))
        at += LOBBY_SECONDS * rng.uniform(0.75, 1.25)
    return polls


def whole_exam(rng: random.Random, arrives: float, ends: float, *, beats: int | None = None) -> Timetable:
    """From the log-in to the receipt; `beats` of them where fifteen seconds are too long for the compressed exam."""
    began = arrives + 3
    beat_every = (ends - began) / beats if beats else BEAT_SECONDS
    work = working(rng, began + 0.5, ends, SAVES_PER_EXAM, beat_every=beat_every)
    return [
        *entering(arrives),
        *beginning(began),
        *work,
        (ends, "submit"),
        (ends + 0.5, "attempt"),
        (ends + 1, "leave"),
    ]


def drawn(rng: random.Random, first: float, seconds: float, rate: float) -> Timetable:
    plan: Timetable = []
    at = first + rng.expovariate(rate)
    while at < first + seconds:
        plan.append((at, "save"))
        at += rng.expovariate(rate)
    return plan
