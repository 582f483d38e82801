"""The ground of a plot: from data to points of the page, and shapes as SVG in greys that a copier keeps."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from app.review.shown import Figure

WIDTH: Final = 640
HEIGHT: Final = 190
LEFT: Final = 40
BOTTOM: Final = 34
TOP: Final = 26
FONT: Final = "Libertinus Serif"
INK, BAR, PASS, SOFT = "#17202e", "#9aa4b2", "#3d4a5c", "#c9d0da"


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
