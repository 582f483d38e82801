"""Plots as SVG: plain marks in the colours of the page, a title that a screen reader says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 16, 44
TICKS = 6

Point = tuple[float, float]


@dataclass(slots=True)
class Plot:
    """A frame with two axes; marks are given in the units of the data."""

    title: str
    x_label: str
    y_label: str
    x: tuple[float, float]
    y: tuple[float, float]
    width: int = WIDTH
    height: int = HEIGHT
    decimal: str = ","
    marks: list[str] = field(default_factory=list)

    def bars(self, heights: Sequence[tuple[float, float]], *, kind: str = "bar") -> None:
        """A bar of width 1 around each x."""
        for centre, value in heights:
            left, right = self._at(centre - 0.45, 0.0)[0], self._at(centre + 0.45, 0.0)[0]
            top, bottom = self._at(centre, value)[1], self._at(centre, 0.0)[1]
            self.marks.append(
                f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}"/>'
            )

    def line(self, points: Sequence[Point], *, kind: str = "line") -> None:
        """A line through the points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self._at(*point) for point in points))
        self.marks.append(f'<polyline class="{kind}" points="{path}"/>')

    def dot(self, point: Point, label: str, *, kind: str = "dot", link: str = "") -> None:
        """A dot that says its label when pointed at."""
        x, y = self._at(*point)
        circle = f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{escape(label)}</title></circle>'
        self.marks.append(f'<a href="#{escape(link)}">{circle}</a>' if link else circle)

    def text(self, point: Point, words: str) -> None:
        """Words at a point, a little to its right."""
        x, y = self._at(*point)
        self.marks.append(f'<text class="note" x="{x + 4:.1f}" y="{y + 12:.1f}">{escape(words)}</text>')

    def svg(self) -> str:
        """The whole picture."""
        parts = [*self._axes(), *self.marks]
        role = "group" if any(mark.startswith("<a ") for mark in self.marks) else "img"  # an image hides its links
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="{role}" aria-label="{escape(self.title)}">'
            f"<title>{escape(self.title)}</title>{''.join(parts)}</svg>"
        )

    def _at(self, x: float, y: float) -> Point:
        across = (min(max(x, self.x[0]), self.x[1]) - self.x[0]) / (self.x[1] - self.x[0])
        up = (min(max(y, self.y[0]), self.y[1]) - self.y[0]) / (self.y[1] - self.y[0])
        return LEFT + across * (self.width - LEFT - RIGHT), self.height - BOTTOM - up * (self.height - TOP - BOTTOM)

    def _axes(self) -> list[str]:
        parts = []
        for value in ticks(*self.y):
            y = self._at(self.x[0], value)[1]
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{self.width - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(
                f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{said(value, self.decimal)}</text>'
            )
        for value in ticks(*self.x):
            x = self._at(value, self.y[0])[0]
            y = self.height - BOTTOM + 16
            parts.append(
                f'<text class="tick" x="{x:.1f}" y="{y}" text-anchor="middle">{said(value, self.decimal)}</text>'
            )
        middle_x, middle_y = (LEFT + self.width - RIGHT) / 2, (TOP + self.height - BOTTOM) / 2
        parts.append(
            f'<text class="axis" x="{middle_x}" y="{self.height - 6}" text-anchor="middle">{escape(self.x_label)}</text>'
        )
        turned = f'transform="rotate(-90 14 {middle_y})"'
        parts.append(
            f'<text class="axis" x="14" y="{middle_y}" {turned} text-anchor="middle">{escape(self.y_label)}</text>'
        )
        return parts


def ticks(low: float, high: float) -> list[float]:
    """Round values between two ends, about six of them."""
    rough = (high - low) / TICKS
    size = 10.0 ** len(str(int(rough))) if rough >= 1.0 else 1.0
    while size > rough:
        size /= 10.0
    step = size * next(factor for factor in (1, 2, 5, 10) if size * factor >= rough * 0.999)
    first = -(-low // step)
    return [index * step for index in range(int(first), int(high / step + 1e-9) + 1)]


def said(value: float, decimal: str) -> str:
    """A tick without needless decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", decimal)
