"""The charts of quality work, drawn from their data. Shape, dash and fill tell things apart; colour only helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

from axes import Axes
from canvas import DEEP, INK, MID, PALE, SOFT, WHITE, Canvas, Point, number, text_width

DASHES = ("", "7 4", "2 3", "9 3 2 3")
MARKS = (DEEP, WHITE, MID, INK)
FILLS = (DEEP, PALE, MID, SOFT)
Scale = tuple[float, float, float]  # low, high, step


def control_chart(
    values: Sequence[float],
    *,
    title: str,
    centre: float,
    upper: float | Sequence[float],
    lower: float | Sequence[float] | None,
    scale: Scale,
    x_label: str,
    y_label: str,
    sigma_lines: bool = False,
    places: int | None = None,
    size: tuple[int, int] = (620, 320),
) -> Canvas:
    """A control chart; limits that change with the sample (p, u) are given one for each point and drawn as steps."""
    count = len(values)
    axes = Axes(title, x=(0.4, count + 0.6), y=scale[:2], x_label=x_label, y_label=y_label, size=size, right=86)
    axes.scale(scale[2], grid=False, places=places)
    axes.ticks((place, str(place)) for place in range(1, count + 1))
    axes.level(centre, f"GT {number(centre, places)}")
    for name, limit in (("BKA", upper), ("BKB", lower)):
        if isinstance(limit, Sequence):
            _steps(axes, limit, name)
        elif limit is not None:
            axes.level(limit, f"{name} {number(limit, places)}", dash="7 4", width=2)
            for third in (1, 2) if sigma_lines else ():
                word = f"{'+' if limit > centre else '−'}{third}σ"
                axes.level(centre + (limit - centre) * third / 3, word, dash="2 4", width=1)
    _line(axes, list(enumerate(values, 1)), "", DEEP)
    axes.frame()
    return axes.canvas


def _steps(axes: Axes, limits: Sequence[float], name: str) -> None:
    points = [axes.at(place + side, limit) for place, limit in enumerate(limits, 1) for side in (-0.5, 0.5)]
    axes.canvas.polyline(points, width=2, dash="7 4")
    axes.canvas.text(axes.right + 5, axes.y(limits[-1]), name)


def _line(axes: Axes, points: Sequence[Point], dash: str, fill: str) -> None:
    axes.canvas.polyline([axes.at(*point) for point in points], dash=dash, stroke=INK)
    for point in points:
        axes.canvas.circle(axes.at(*point), 4, fill=fill)


def run_chart(
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    periods: Sequence[str],
    scale: Scale,
    x_label: str = "",
    y_label: str = "",
    levels: Mapping[str, float] | None = None,
    marks: Mapping[int, str] | None = None,
    size: tuple[int, int] = (620, 320),
) -> Canvas:
    """Figures over time, one line for each series. `levels` are named level lines, `marks` a moment after period n."""
    names = [*(levels or {}), *(series if len(series) > 1 else ())]
    right = 20 + max((round(text_width(name)) for name in names), default=0)
    axes = Axes(
        title, x=(0.5, len(periods) + 0.5), y=scale[:2], x_label=x_label, y_label=y_label, size=size, right=right
    )
    axes.scale(scale[2])
    axes.ticks(enumerate(periods, 1))
    for name, level in (levels or {}).items():
        axes.level(level, name, dash="7 4")
    for moment, word in (marks or {}).items():
        axes.upright(moment + 0.5, word, dash="2 3")
    for (name, values), dash, fill in zip(series.items(), DASHES, MARKS, strict=False):
        _line(axes, list(enumerate(values, 1)), dash, fill)
        if len(series) > 1:
            axes.canvas.text(axes.right - 4, axes.y(values[-1]), name)
    axes.frame()
    return axes.canvas


def bars(
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    categories: Sequence[str],
    scale: Scale,
    x_label: str = "",
    y_label: str = "",
    figures: bool = True,
    size: tuple[int, int] = (600, 320),
) -> Canvas:
    """Bars side by side for each category; `figures` writes the value over each. The scale may start above 0."""
    axes = Axes(title, x=(0, len(categories)), y=scale[:2], x_label=x_label, y_label=y_label, size=size)
    axes.scale(scale[2])
    axes.ticks((place + 0.5, name) for place, name in enumerate(categories))
    width = 0.7 / len(series)
    for place, (name, values) in enumerate(series.items()):
        for category, value in enumerate(values):
            _bar(axes, category + 0.15 + place * width, width, value, FILLS[place], figures=figures)
        if len(series) > 1:
            _key(axes, place, list(series), name)
    axes.frame()
    return axes.canvas


def _bar(axes: Axes, left: float, width: float, value: float, fill: str, *, figures: bool) -> None:
    top = axes.y(value)
    axes.canvas.rect(axes.x(left), top, axes.x(left + width) - axes.x(left), axes.bottom - top, fill=fill)
    if figures:
        axes.canvas.text(axes.x(left + width / 2), top - 10, number(value), anchor="middle")


def _key(axes: Axes, place: int, names: Sequence[str], name: str) -> None:
    x = axes.right - sum(text_width(other) + 34 for other in names[place:])
    axes.canvas.rect(x, 31, 14, 12, fill=FILLS[place])
    axes.canvas.text(x + 19, 37, name)


def pareto(
    counts: Mapping[str, float],
    *,
    title: str,
    y_label: str,
    scale: Scale,
    cumulative: bool = True,
    size: tuple[int, int] = (620, 340),
) -> Canvas:
    """Bars in the order given and, where wanted, the line of the cumulative share over a right axis of percent."""
    axes = Axes(title, x=(0, len(counts)), y=scale[:2], y_label=y_label, size=size, right=70)
    axes.scale(scale[2], grid=False)
    axes.ticks((place + 0.5, name) for place, name in enumerate(counts))
    for place, count in enumerate(counts.values()):
        _bar(axes, place + 0.1, 0.8, count, MID, figures=True)
    if cumulative:
        _cumulative(axes, list(counts.values()), scale)
    axes.frame()
    return axes.canvas


def _cumulative(axes: Axes, counts: Sequence[float], scale: Scale) -> None:
    """The line of shares: 100 % stands at the sum of the counts, or at the top of the scale where the sum is beyond it."""
    top = min(sum(counts), scale[1])
    for percent in range(0, 101, 20):
        axes.canvas.line(
            (axes.right, axes.y(top * percent / 100)), (axes.right + 5, axes.y(top * percent / 100)), width=1
        )
        axes.canvas.text(axes.right + 9, axes.y(top * percent / 100), f"{percent} %")
    axes.canvas.line((axes.right, axes.y(top)), (axes.right, axes.bottom))
    shares = [(place + 0.9, top * part / sum(counts)) for place, part in enumerate(accumulate(counts))]
    _line(axes, shares, "7 4", WHITE)


def histogram(
    counts: Sequence[float],
    *,
    title: str,
    start: float,
    step: float,
    scale: Scale,
    x_label: str,
    limits: Mapping[str, float] | None = None,
    places: int | None = None,
    y_label: str = "Frekuensi",
    size: tuple[int, int] = (600, 320),
) -> Canvas:
    """Bars that touch, from `start` in classes of `step`; `limits` are named upright lines (BSB, BSA, target)."""
    edges = [start + place * step for place in range(len(counts) + 1)]
    reach = [*edges, *(limits or {}).values()]
    margin = step * 0.6
    axes = Axes(
        title, x=(min(reach) - margin, max(reach) + margin), y=scale[:2], x_label=x_label, y_label=y_label, size=size
    )
    axes.scale(scale[2])
    axes.ticks((edge, number(edge, places)) for edge in edges)
    for edge, count in zip(edges, counts, strict=False):
        _bar(axes, edge, step, count, MID, figures=False)
    for name, limit in (limits or {}).items():
        axes.upright(limit, f"{name} {number(limit, places)}")
    axes.frame()
    return axes.canvas


def scatter(
    groups: Mapping[str, Sequence[Point]],
    *,
    title: str,
    x_scale: Scale,
    y_scale: Scale,
    x_label: str,
    y_label: str,
    size: tuple[int, int] = (600, 340),
) -> Canvas:
    """Points of pairs; more than one group gets its own marker and a legend."""
    axes = Axes(title, x=x_scale[:2], y=y_scale[:2], x_label=x_label, y_label=y_label, size=size)
    axes.scale(y_scale[2])
    steps = round((x_scale[1] - x_scale[0]) / x_scale[2])
    axes.ticks((x_scale[0] + n * x_scale[2], number(x_scale[0] + n * x_scale[2])) for n in range(steps + 1))
    for place, (name, points) in enumerate(groups.items()):
        for point in points:
            axes.canvas.circle(axes.at(*point), 5, fill=MARKS[place])
        if len(groups) > 1:
            x = axes.right - sum(text_width(other) + 30 for other in list(groups)[place:])
            axes.canvas.circle((x, 36), 5, fill=MARKS[place])
            axes.canvas.text(x + 9, 36, name)
    axes.frame()
    return axes.canvas


def gantt(
    tasks: Sequence[tuple[str, float, float]], *, title: str, periods: Sequence[str], size: tuple[int, int] = (620, 0)
) -> Canvas:
    """Bars of time: name, begin and length counted in periods from 0 (length 0 is a milestone)."""
    row, left = 30, 16 + round(max(text_width(name) for name, _, _ in tasks))
    canvas = Canvas(size[0], size[1] or 76 + row * len(tasks))
    canvas.text(size[0] / 2, 18, title, size=15, bold=True, anchor="middle")
    column = (size[0] - left - 10) / len(periods)
    foot = 62 + row * len(tasks)
    for place, period in enumerate(periods):
        canvas.rect(left + place * column, 36, column, 26, fill=PALE, line=1)
        canvas.text(left + (place + 0.5) * column, 49, period, anchor="middle")
        canvas.rect(left + place * column, 62, column, foot - 62, fill="none", stroke=SOFT, line=0.7)
    for place, (name, begin, length) in enumerate(tasks):
        y = 62 + place * row
        canvas.text(left - 8, y + row / 2, name, anchor="end")
        x = left + begin * column
        if length:
            canvas.rect(x, y + 7, length * column, row - 14, fill=MID)
        else:
            canvas.polygon([(x, y + 6), (x + 9, y + 15), (x, y + 24), (x - 9, y + 15)], fill=INK)
    return canvas
