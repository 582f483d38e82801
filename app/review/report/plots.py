"""Plots drawn from the same parts that the tables print."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.review.report import blocks
from app.review.report.blocks import Block
from app.review.report.canvas import BAR, INK, LEFT, PASS, TOP, WIDTH, Canvas
from app.review.report.voice import Voice
from app.review.shown import Figure

DASHES: Final = ("", "5 3", "2 2", "8 3 2 3")


def histogram(found: Mapping[str, Any], voice: Voice) -> Block:
    """How many candidates of the period had which score; the pass mark is a line."""
    bars, mark, most = found["bars"], found["mark"], found["max"]
    tallest = max((bar["count"] for bar in bars), default=0) or 1
    canvas = Canvas((0, most + 1), (0, tallest))
    canvas.axes(
        [(score + 0.5, str(score)) for score in range(0, most + 1, 10)], _counts(tallest), voice.say("Nilai", "Score")
    )
    for bar in bars:
        canvas.bar(bar["score"] + 0.1, bar["score"] + 0.9, bar["count"], PASS if bar["score"] >= mark else BAR)
    canvas.line(canvas.at_x(mark), TOP - 10, canvas.at_x(mark), canvas.at_y(0), INK, 1.2, "4 3")
    canvas.words(canvas.at_x(mark) + 4, TOP - 8, voice.say(f"batas {mark}", f"pass mark {mark}"), "start")
    title = voice.say("Sebaran nilai dalam periode ini", "Scores of this period")
    told = "; ".join(f"{bar['score']}: {bar['count']}" for bar in bars if bar["count"])
    caption = voice.say(
        f"Tinggi batang: banyaknya peserta. Gelap: mencapai {mark}.",
        f"Height of a bar: candidates. Dark: reached {mark}.",
    )
    return blocks.plot(title, canvas.svg(), alt=f"{title}. {told}", caption=caption)


def run_chart(found: Mapping[str, Any], voice: Voice) -> Block:
    """The mean score of each period with its interval; limits only where the panel gives them."""
    periods, limits = found["periods"], found.get("limits")
    canvas = Canvas((0.5, len(periods) + 0.5), _tens(one["mean"] for one in periods))
    canvas.axes([(place, one["label"]) for place, one in enumerate(periods, 1)], _every_ten(canvas.y), "")
    known = [(place, one["mean"]) for place, one in enumerate(periods, 1) if one["mean"]["value"] is not None]
    canvas.path([(place, mean["value"]) for place, mean in known], PASS)
    for place, mean in known:
        canvas.interval(place, mean)
    for value in (limits or {}).values():
        canvas.line(LEFT, canvas.at_y(value), WIDTH - 10, canvas.at_y(value), BAR, 1, "6 3")
    title = voice.say("Rerata nilai per periode", "Mean score by period")
    told = "; ".join(f"{one['label']}: {voice.told(one['mean'], 'text')}" for one in periods)
    few = voice.say(
        f"Garis batas baru digambar mulai {found['least_periods']} periode.",
        f"Limits are drawn from {found['least_periods']} periods on.",
    )
    return blocks.plot(title, canvas.svg(), alt=f"{title}. {told}", caption="" if limits else few)


def form_means(found: Mapping[str, Any], voice: Voice) -> Block:
    """What each form of a sitting gave, with its interval, beside what its plan expected."""
    forms = found["forms"]
    canvas = Canvas((0.5, len(forms) + 0.5), _tens(one[name] for one in forms for name in ("observed", "expected")))
    canvas.axes(
        [(place, str(place)) for place in range(1, len(forms) + 1)], _every_ten(canvas.y), voice.say("Paket", "Form")
    )
    for place, one in enumerate(forms, 1):
        if one["observed"]["value"] is not None:
            canvas.interval(place, one["observed"])
        if one["expected"]["value"] is not None:
            y = canvas.at_y(one["expected"]["value"])
            canvas.line(canvas.at_x(place - 0.2), y, canvas.at_x(place + 0.2), y, BAR, 2)
    title = voice.say("Rerata tiap paket dan rencananya", "Mean of each form and its plan")
    told = "; ".join(f"{voice.told(one, 'label')}: {voice.told(one['observed'], 'text')}" for one in forms)
    caption = voice.say(
        "Titik: rerata peserta dengan selangnya; garis mendatar: menurut rencana.",
        "Dot: mean of the candidates with its interval; flat line: as planned.",
    )
    return blocks.plot(title, canvas.svg(), alt=f"{title}. {told}", caption=caption)


def _tens(figures: Iterable[Figure]) -> tuple[float, float]:
    """Whole tens around all of these figures and their intervals."""
    ends = [end for one in figures for end in (one["value"], one["low"], one["high"]) if end is not None]
    low, high = (min(ends), max(ends)) if ends else (0.0, 100.0)
    return 10.0 * math.floor(low / 10), 10.0 * math.floor(high / 10 + 1)


def _every_ten(ends: tuple[float, float]) -> list[tuple[float, str]]:
    return [(float(value), str(value)) for value in range(int(ends[0]), int(ends[1]) + 1, 10)]


def option_curves(code: str, options: Sequence[Mapping[str, Any]], voice: Voice) -> Block:
    """The share of each fifth of the candidates that chose each option: the key thick, the others without their letters."""
    shown = [option for option in options if option["curve"]]
    canvas = Canvas((0.6, 5.4), (0, 1))
    low, high = voice.say("terendah", "lowest"), voice.say("tertinggi", "highest")
    groups = [(1.0, low), (2.0, "2"), (3.0, "3"), (4.0, "4"), (5.0, high)]
    shares = [(share / 4, f"{25 * share} %") for share in range(5)]
    canvas.axes(groups, shares, voice.say("Kelompok nilai", "Group by score"))
    wrong = 0
    for option in shown:
        points = [(place, one["value"]) for place, one in enumerate(option["curve"], 1) if one["value"] is not None]
        if option["key"]:
            canvas.path(points, INK, width=2.6)
        else:
            canvas.path(points, PASS, DASHES[wrong % len(DASHES)], 1.2)
            wrong += 1
    title = voice.say(f"Siapa memilih jawaban mana: {code}", f"Who chose which answer: {code}")
    caption = voice.say(
        "Tebal: jawaban menurut kunci; tipis: jawaban lain. Garis tebal yang naik berarti peserta yang lebih mampu lebih sering benar;"
        " garis tipis yang naik patut ditelaah.",
        "Thick: the answer by the key; thin: the other answers. A thick line that rises says that abler candidates are right more"
        " often; a thin line that rises is worth a look.",
    )
    return blocks.plot(title, canvas.svg(), alt=f"{title}. {_told(shown, voice)}", caption=caption)


def _told(options: Sequence[Mapping[str, Any]], voice: Voice) -> str:
    """The lines in words, for whoever cannot see them."""
    said = []
    for option in options:
        name = (
            voice.say("menurut kunci", "by the key") if option["key"] else voice.say("jawaban lain", "another answer")
        )
        said.append(f"{name}: " + ", ".join(voice.told(one, "text") for one in option["curve"]))
    return "; ".join(said)


def _counts(most: int) -> list[tuple[float, str]]:
    """Whole numbers up to the tallest bar, at most five of them."""
    step = max(1, -(-most // 4))
    return [(float(count), str(count)) for count in range(0, most + 1, step)]
