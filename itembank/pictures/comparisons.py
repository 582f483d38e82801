"""Charts that set positions against each other: within and between pieces, before and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from axes import Axes
from canvas import DEEP, INK, SOFT, WHITE, Canvas, Point, text_width
from charts import Scale

Piece = tuple[float, float, float]
FILLS = (DEEP, WHITE, INK)


def multi_vari(
    times: Mapping[str, Sequence[Piece]],
    *,
    title: str,
    piece: str,
    places: tuple[str, str, str],
    scale: Scale,
    y_label: str,
    size: tuple[int, int] = (600, 320),
) -> Canvas:
    """Three places measured on each piece, the pieces of each time side by side, with a gap between the times."""
    most = max(len(pieces) for pieces in times.values())
    axes = Axes(title, x=(0, len(times) * (most + 1)), y=scale[:2], y_label=y_label, size=size)
    axes.scale(scale[2], places=1)
    axes.canvas.text(axes.left - 9, axes.bottom + 16, piece, anchor="end")
    count = 0
    for turn, (time, pieces) in enumerate(times.items()):
        for place, values in enumerate(pieces):
            count += 1
            middle = turn * (most + 1) + 1 + place
            axes.ticks([(middle, str(count))])
            _piece(axes, middle, values)
        axes.canvas.text(axes.x(turn * (most + 1) + (len(pieces) + 1) / 2), axes.bottom + 34, time, anchor="middle")
    _legend(axes, places, FILLS)
    axes.frame()
    return axes.canvas


def _piece(axes: Axes, middle: float, values: Piece) -> None:
    points = [axes.at(middle + 0.25 * (side - 1), value) for side, value in enumerate(values)]
    axes.canvas.polyline(points)
    for point, fill in zip(points, FILLS, strict=True):
        axes.canvas.circle(point, 4, fill=fill)


def quadrants(
    moves: Mapping[str, tuple[Point, Point]],
    *,
    title: str,
    corners: tuple[str, str, str, str],
    moments: tuple[str, str],
    x_label: str,
    y_label: str,
    size: tuple[int, int] = (560, 440),
) -> Canvas:
    """Where each party stood and stands, on two scales from 0 to 5. `corners` name the quarters in reading order."""
    axes = Axes(title, x=(0, 5), y=(0, 5), x_label=x_label, y_label=y_label, size=size)
    axes.scale(1, grid=False)
    axes.ticks((step, str(step)) for step in range(1, 6))
    axes.canvas.line(axes.at(0, 2.5), axes.at(5, 2.5), width=2)
    axes.canvas.line(axes.at(2.5, 0), axes.at(2.5, 5), width=2)
    for place, word in enumerate(corners):
        axes.canvas.text(*axes.at(0.1 + 2.5 * (place % 2), 4.85 - 2.5 * (place // 2)), word, fill=SOFT, bold=True)
    for name, (before, now) in moves.items():
        start, end = axes.at(*before), axes.at(*now)
        axes.canvas.arrow([start, end])
        axes.canvas.circle(start, 5)
        axes.canvas.circle(end, 5, fill=INK)
        axes.canvas.text(end[0], end[1] - 16, name, anchor="middle")
    _legend(axes, moments, (WHITE, INK))
    axes.frame()
    return axes.canvas


def _legend(axes: Axes, names: Sequence[str], fills: Sequence[str]) -> None:
    for place, (name, fill) in enumerate(zip(names, fills, strict=True)):
        x = axes.right - sum(text_width(other) + 28 for other in names[place:])
        axes.canvas.circle((x, 38), 5, fill=fill)
        axes.canvas.text(x + 10, 38, name)
