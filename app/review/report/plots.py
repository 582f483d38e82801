"""Plots as SVG, drawn from the same parts that the tables print: quiet, in greys that a copier keeps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from app.review.report import blocks
from app.review.report.blocks import Block
from app.review.report.voice import Voice
from app.review.shown import Figure

WIDTH: Final = 640
HEIGHT: Final = 190
LEFT: Final = 40
BOTTOM: Final = 34
TOP: Final = 16
FONT: Final = "Libertinus Serif"
INK, BAR, PASS, SOFT = "#17202e", "#9aa4b2", "#3d4a5c", "#c9d0da"
DASHES: Final = ("", "5 3", "2 2", "8 3 2 3")


class Canvas:
    """A plot's ground: from data to points of the page, and the shapes drawn so far."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.x, self.y = x, y
        self.shapes: list[str] = []

    def at_x(self, value: float) -> float:
        low, high = self.x
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - 10)

    def at_y(self, value: float) -> float:
        low, high = self.y
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str = INK, width: float = 1, dash: str = ""
    ) -> None:
        self.shapes.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"'
            f' stroke-dasharray="{dash or "none"}"/>'
        )

    def bar(self, left: float, right: float, value: float, colour: str) -> None:
        x, y = self.at_x(left), self.at_y(value)
        wide, tall = self.at_x(right) - x, self.at_y(self.y[0]) - y
        self.shapes.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{colour}"/>')

    def path(
        self, points: Iterable[tuple[float, float]], colour: str = INK, dash: str = "", width: float = 1.5
    ) -> None:
        told = " ".join(f"{self.at_x(x):.1f},{self.at_y(y):.1f}" for x, y in points)
        self.shapes.append(
            f'<polyline points="{told}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dash or "none"}"/>'
        )

    def dot(self, x: float, y: float, colour: str = INK, radius: float = 3) -> None:
        self.shapes.append(f'<circle cx="{self.at_x(x):.1f}" cy="{self.at_y(y):.1f}" r="{radius}" fill="{colour}"/>')

    def interval(self, place: float, one: Figure) -> None:
        """A dot with its interval."""
        if one["low"] is not None and one["high"] is not None:
            self.line(self.at_x(place), self.at_y(one["low"]), self.at_x(place), self.at_y(one["high"]))
        if one["value"] is not None:
            self.dot(place, one["value"])

    def words(self, x: float, y: float, told: str, anchor: str = "middle", size: int = 11) -> None:
        style = f'text-anchor="{anchor}" font-family="{FONT}" font-size="{size}" fill="{INK}"'
        self.shapes.append(f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(told)}</text>')

    def axes(self, x_ticks: Iterable[tuple[float, str]], y_ticks: Iterable[tuple[float, str]], x_title: str) -> None:
        for value, label in y_ticks:
            self.line(LEFT, self.at_y(value), WIDTH - 10, self.at_y(value), SOFT, 0.6)
            self.words(LEFT - 5, self.at_y(value) + 4, label, "end")
        self.line(LEFT, self.at_y(self.y[0]), WIDTH - 10, self.at_y(self.y[0]))
        for value, label in x_ticks:
            self.words(self.at_x(value), HEIGHT - BOTTOM + 14, label)
        self.words((LEFT + WIDTH) / 2, HEIGHT - 4, x_title)

    def svg(self) -> str:
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(self.shapes)}</svg>'


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
    canvas.line(canvas.at_x(mark), TOP - 4, canvas.at_x(mark), canvas.at_y(0), INK, 1.2, "4 3")
    canvas.words(canvas.at_x(mark) + 4, TOP + 4, voice.say(f"batas {mark}", f"pass mark {mark}"), "start")
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
