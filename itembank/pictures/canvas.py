"""A sheet of SVG that the charts and diagrams draw on. Units are CSS pixels; every text is at least 13 px high."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape

from PIL import ImageFont

FONT = "DejaVu Sans, Liberation Sans, sans-serif"
INK = "#1a1a1a"
SOFT = "#6b7280"
GRID = "#d4d7dc"
PALE = "#e8edf4"
MID = "#b9c7da"
DEEP = "#2f5d94"
WHITE = "#ffffff"
LEAST_TEXT = 13
LINE_HEIGHT = 1.25

Point = tuple[float, float]


@cache
def _face(file: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size)


def text_width(text: str, size: float = LEAST_TEXT, *, bold: bool = False) -> float:
    """How wide the text stands, in CSS pixels."""
    return _face("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf", size).getlength(text)


def wrapped(text: str, width: float, size: float = LEAST_TEXT, *, bold: bool = False) -> list[str]:
    """The text in lines no wider than `width`; a line break in the text is kept."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size, bold=bold) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def number(value: float, places: int | None = None) -> str:
    """A figure with a decimal comma: 0,5 or 12."""
    text = f"{value:.{places}f}" if places is not None else f"{value:.6g}"
    return text.replace("-", "−").replace(".", ",")


class Canvas:
    """One drawing; its methods add shapes in the order of painting."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._shapes: list[str] = []

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = WHITE,
        stroke: str = INK,
        line: float = 1.5,
        radius: float = 0,
    ) -> None:
        self._add("rect", x=x, y=y, width=width, height=height, rx=radius, fill=fill, stroke=stroke, stroke_width=line)

    def line(self, start: Point, end: Point, *, stroke: str = INK, width: float = 1.5, dash: str = "") -> None:
        self.polyline([start, end], stroke=stroke, width=width, dash=dash)

    def polyline(self, points: Sequence[Point], *, stroke: str = INK, width: float = 1.5, dash: str = "") -> None:
        self._add(
            "polyline", points=_path(points), fill="none", stroke=stroke, stroke_width=width, stroke_dasharray=dash
        )

    def polygon(self, points: Sequence[Point], *, fill: str = WHITE, stroke: str = INK, width: float = 1.5) -> None:
        self._add("polygon", points=_path(points), fill=fill, stroke=stroke, stroke_width=width)

    def circle(self, centre: Point, radius: float, *, fill: str = WHITE, stroke: str = INK, width: float = 1.5) -> None:
        self._add("circle", cx=centre[0], cy=centre[1], r=radius, fill=fill, stroke=stroke, stroke_width=width)

    def arrow(self, points: Sequence[Point], *, stroke: str = INK, width: float = 1.5, dash: str = "") -> None:
        """A line through the points with a head at the last of them."""
        (x1, y1), (x2, y2) = points[-2], points[-1]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        dx, dy = (x2 - x1) / length, (y2 - y1) / length
        neck = (x2 - 8 * dx, y2 - 8 * dy)
        self.polyline([*points[:-1], neck], stroke=stroke, width=width, dash=dash)
        head = [
            (x2, y2),
            (x2 - 9 * dx - 4.5 * dy, y2 - 9 * dy + 4.5 * dx),
            (x2 - 9 * dx + 4.5 * dy, y2 - 9 * dy - 4.5 * dx),
        ]
        self.polygon(head, fill=stroke, stroke=stroke, width=0.5)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = LEAST_TEXT,
        bold: bool = False,
        anchor: str = "start",
        fill: str = INK,
        turn: int = 0,
    ) -> None:
        """One line; `y` is its middle. `anchor` is start, middle or end."""
        if size < LEAST_TEXT:
            raise ValueError(f"text of {size} px cannot be read: {text}")
        self._add(
            "text",
            escape(text),
            x=x,
            y=y + 0.36 * size,
            font_size=size,
            font_weight="bold" if bold else "normal",
            text_anchor=anchor,
            fill=fill,
            transform=f"rotate({turn} {x:g} {y:g})" if turn else "",
        )

    def lines(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: float = LEAST_TEXT,
        bold: bool = False,
        anchor: str = "start",
        fill: str = INK,
    ) -> None:
        """Several lines, the middle of the block at `y`."""
        first = y - (len(lines) - 1) * size * LINE_HEIGHT / 2
        for place, line in enumerate(lines):
            self.text(x, first + place * size * LINE_HEIGHT, line, size=size, bold=bold, anchor=anchor, fill=fill)

    def label(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        text: str,
        *,
        size: float = LEAST_TEXT,
        bold: bool = False,
        anchor: str = "middle",
        fill: str = INK,
    ) -> None:
        """Text wrapped into a rectangle, in its middle or (`anchor` start) at its left. Refuses what does not fit."""
        lines = wrapped(text, width - 10, size, bold=bold)
        widest = max(text_width(line, size, bold=bold) for line in lines)
        if widest > width - 4 or len(lines) * size * LINE_HEIGHT > height:
            raise ValueError(f"no room in {width:g} x {height:g} for: {text}")
        self.lines(
            x + (width / 2 if anchor == "middle" else 6),
            y + height / 2,
            lines,
            size=size,
            bold=bold,
            anchor=anchor,
            fill=fill,
        )

    def svg(self) -> str:
        size = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}">{"".join(self._shapes)}</svg>'

    def _add(self, tag: str, content: str = "", **attributes: object) -> None:
        told = " ".join(
            f'{name.replace("_", "-")}="{_short(value)}"'
            for name, value in attributes.items()
            if value not in {"", 0} or name in {"x", "y"}
        )
        self._shapes.append(f"<{tag} {told}>{content}</{tag}>")


def _short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{_short(float(x))},{_short(float(y))}" for x, y in points)
