"""Flow charts and process maps on a grid of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from canvas import GRID, PALE, WHITE, Canvas, Point, text_width
from diagrams import HEAD, sheet


@dataclass(frozen=True, slots=True)
class Step:
    """A box of a flow: where it stands (column, row), its words, and its kind: step, end, decision or record."""

    column: float
    row: float
    text: str
    kind: str = "step"


Edge = tuple[str, str, str]  # from, to, word ("" for none); "a.bottom" leaves by a side


def flow(
    steps: Mapping[str, Step],
    edges: Sequence[Edge],
    *,
    title: str,
    cell: tuple[int, int] = (155, 92),
    box: tuple[int, int] = (112, 52),
    lanes: Sequence[str] = (),
) -> Canvas:
    """A flow chart. An arrow runs straight where it can, else with one bend; `lanes` name the rows (swimlanes)."""
    gutter = 16 + round(max((text_width(word, bold=True) for word in lanes), default=0)) if lanes else 8
    columns = max(step.column for step in steps.values()) + 1
    rows = max(step.row for step in steps.values()) + 1
    canvas = sheet(title, round(gutter + columns * cell[0] + 8), round(HEAD + rows * cell[1] + 8))
    for place, word in enumerate(lanes):
        canvas.rect(
            8, HEAD + place * cell[1], canvas.width - 16, cell[1], fill=PALE if place % 2 else WHITE, stroke=GRID
        )
        canvas.text(16, HEAD + (place + 0.5) * cell[1], word, bold=True)
    boxes = {
        name: (gutter + (step.column + 0.5) * cell[0], HEAD + (step.row + 0.5) * cell[1], _size(step, box))
        for name, step in steps.items()
    }
    for start, end, word in edges:
        _edge(canvas, boxes, start, end, word)
    for name, step in steps.items():
        _shape(canvas, step, boxes[name])
    return canvas


Box = tuple[float, float, tuple[float, float]]


def _size(step: Step, box: tuple[int, int]) -> tuple[float, float]:
    return (box[0] + 10, box[1] + 24) if step.kind == "decision" else box


def _shape(canvas: Canvas, step: Step, box: Box) -> None:
    x, y, (width, height) = box
    left, top = x - width / 2, y - height / 2
    if step.kind == "decision":
        canvas.polygon([(x, top), (x + width / 2, y), (x, top + height), (left, y)])
        canvas.label(left + width * 0.14, top + height * 0.14, width * 0.72, height * 0.72, step.text)
        return
    if step.kind == "record":
        edge = top + height
        canvas.polygon(
            [
                (left, top),
                (left + width, top),
                (left + width, edge - 8),
                (x + width / 4, edge - 12),
                (x - width / 4, edge),
                (left, edge - 4),
            ]
        )
    else:
        canvas.rect(left, top, width, height, radius=height / 2 if step.kind == "end" else 0)
    canvas.label(left, top, width, height - (8 if step.kind == "record" else 0), step.text)


def _edge(canvas: Canvas, boxes: Mapping[str, Box], start: str, end: str, word: str) -> None:
    source, _, leaving = start.partition(".")
    target, _, entering = end.partition(".")
    a, b = boxes[source], boxes[target]
    leaving = leaving or _towards(a, b)
    entering = entering or _towards(b, a)
    first, last = _side(a, leaving), _side(b, entering)
    points = [first, *_bend(first, last, leaving, entering), last]
    canvas.arrow(points)
    if word:
        x, y = first
        if leaving in {"left", "right"}:
            canvas.text(
                x + (6 if leaving == "right" else -6), y - 10, word, anchor="start" if leaving == "right" else "end"
            )
        else:
            canvas.text(x + 6, y + (10 if leaving == "bottom" else -10), word)


def _towards(a: Box, b: Box) -> str:
    """The side by which an arrow leaves box a for box b: along the row if they share it, else up or down."""
    if a[1] == b[1]:
        return "right" if b[0] > a[0] else "left"
    return "bottom" if b[1] > a[1] else "top"


def _side(box: Box, side: str) -> Point:
    x, y, (width, height) = box
    return {
        "left": (x - width / 2, y),
        "right": (x + width / 2, y),
        "top": (x, y - height / 2),
        "bottom": (x, y + height / 2),
    }[side]


def _bend(first: Point, last: Point, leaving: str, entering: str) -> list[Point]:
    """The corners between two ends: one where their sides cross, two where they are parallel, none on a straight line."""
    level = {"left", "right"}
    if leaving == entering:  # out and back by the same side
        reach = 18 if leaving in {"right", "bottom"} else -18
        furthest = max if reach > 0 else min
        if leaving in level:
            x = furthest(first[0], last[0]) + reach
            return [(x, first[1]), (x, last[1])]
        y = furthest(first[1], last[1]) + reach
        return [(first[0], y), (last[0], y)]
    if leaving in level and entering in level:
        middle = (first[0] + last[0]) / 2
        return [] if first[1] == last[1] else [(middle, first[1]), (middle, last[1])]
    if leaving in level:
        return [(last[0], first[1])]
    if entering in level:
        return [(first[0], last[1])]
    middle = first[1] + (last[1] - first[1]) * 0.3  # beside the border of a lane, not on it
    return [] if first[0] == last[0] else [(first[0], middle), (last[0], middle)]
