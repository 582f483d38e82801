"""The frame of a chart: two scales, ticks, grid and names of the axes."""

from __future__ import annotations

from collections.abc import Iterable

from canvas import GRID, INK, Canvas, Point, number

TITLE = 15
LEFT, RIGHT, TOP, BOTTOM = 66, 20, 52, 58


class Axes:
    """A plot on a new canvas. `x` and `y` turn values into pixels."""

    def __init__(
        self,
        title: str,
        *,
        x: tuple[float, float],
        y: tuple[float, float],
        x_label: str = "",
        y_label: str = "",
        size: tuple[int, int] = (600, 320),
        right: int = RIGHT,
        left: int = LEFT,
    ) -> None:
        self.canvas = Canvas(*size)
        self.left, self.right = left, size[0] - right
        self.top, self.bottom = TOP, size[1] - BOTTOM
        self._x, self._y = x, y
        self.canvas.text(size[0] / 2, 18, title, size=TITLE, bold=True, anchor="middle")
        self.canvas.text((self.left + self.right) / 2, size[1] - 14, x_label, size=13, anchor="middle")
        self.canvas.text(16, (self.top + self.bottom) / 2, y_label, size=13, anchor="middle", turn=-90)

    def x(self, value: float) -> float:
        low, high = self._x
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self._y
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def at(self, x: float, y: float) -> Point:
        return self.x(x), self.y(y)

    def scale(self, step: float, *, places: int | None = None, grid: bool = True) -> None:
        """Ticks, figures and grid lines on the upright axis, from its foot in equal steps."""
        low, high = self._y
        for turn in range(round((high - low) / step + 1e-6) + 1):
            value = low + turn * step
            if grid and turn:
                self.canvas.line((self.left, self.y(value)), (self.right, self.y(value)), stroke=GRID, width=1)
            self.canvas.line((self.left - 5, self.y(value)), (self.left, self.y(value)), width=1)
            self.canvas.text(self.left - 9, self.y(value), number(value, places), anchor="end")

    def ticks(self, marks: Iterable[tuple[float, str]]) -> None:
        """Ticks with words under the level axis."""
        for value, word in marks:
            self.canvas.line((self.x(value), self.bottom), (self.x(value), self.bottom + 5), width=1)
            for place, line in enumerate(word.split("\n")):
                self.canvas.text(self.x(value), self.bottom + 16 + 15 * place, line, anchor="middle")

    def level(self, value: float, word: str, *, dash: str = "", width: float = 1.5) -> None:
        """A line across the plot with its name beyond the right edge."""
        self.canvas.line((self.left, self.y(value)), (self.right, self.y(value)), stroke=INK, width=width, dash=dash)
        self.canvas.text(self.right + 5, self.y(value), word)

    def upright(self, value: float, word: str, *, dash: str = "7 4") -> None:
        """A line down the plot with its name on top."""
        self.canvas.line((self.x(value), self.top - 2), (self.x(value), self.bottom), width=2, dash=dash)
        self.canvas.text(self.x(value), self.top - 10, word, anchor="middle")

    def frame(self) -> None:
        """The axes themselves, painted last so that nothing covers them."""
        self.canvas.polyline([(self.left, self.top), (self.left, self.bottom), (self.right, self.bottom)], width=1.5)
