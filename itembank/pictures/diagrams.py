"""Diagrams made of boxes and words: flow, fishbone, matrix, SIPOC, turtle, tree and form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from canvas import LINE_HEIGHT, MID, PALE, WHITE, Canvas, text_width, wrapped

HEAD = 40  # room for the title


def sheet(title: str, width: int, height: int) -> Canvas:
    """A canvas with its title."""
    canvas = Canvas(width, height)
    canvas.text(width / 2, 18, title, size=15, bold=True, anchor="middle")
    return canvas


def matrix(
    rows: Sequence[Sequence[str]],
    *,
    title: str,
    widths: Sequence[int],
    height: int = 34,
    heights: Sequence[int] = (),
    shades: Mapping[tuple[int, int], str] | None = None,
    heading: bool = True,
    left: Sequence[int] = (),
) -> Canvas:
    """A table of cells. `heading` shades the first row, `shades` fill single cells, columns in `left` begin at the left."""
    tall = list(heights) or [height] * len(rows)
    canvas = sheet(title, sum(widths) + 16, HEAD + sum(tall) + 8)
    y = float(HEAD)
    for row, cells in enumerate(rows):
        x = 8.0
        for column, cell in enumerate(cells):
            fill = (shades or {}).get((row, column), PALE if heading and row == 0 else WHITE)
            canvas.rect(x, y, widths[column], tall[row], fill=fill, line=1)
            bold = heading and row == 0
            anchor = "start" if column in left and row else "middle"
            canvas.label(x, y, widths[column], tall[row], cell, bold=bold, anchor=anchor)
            x += widths[column]
        y += tall[row]
    return canvas


def fishbone(
    causes: Mapping[str, Sequence[str]], *, effect: str, title: str, size: tuple[int, int] = (640, 360)
) -> Canvas:
    """Up to six bones (three above, three below, in reading order) with their causes, and the effect at the right."""
    canvas = sheet(title, *size)
    spine, head = (size[1] + HEAD) / 2 - 10, size[0] - 118
    canvas.arrow([(12, spine), (head, spine)], width=2.5)
    canvas.rect(head, spine - 40, 112, 80, fill=MID)
    canvas.label(head, spine - 40, 112, 80, effect, bold=True)
    columns = (len(causes) + 1) // 2
    pitch = (head - 20) / columns
    for place, (name, words) in enumerate(causes.items()):
        joint = 20 + pitch * (place % columns + 1)
        _bone(canvas, name, words, joint=joint, spine=spine, pitch=pitch, up=place < columns)
    return canvas


def _bone(
    canvas: Canvas, name: str, words: Sequence[str], *, joint: float, spine: float, pitch: float, up: bool
) -> None:
    side = -1 if up else 1
    reach = spine - HEAD - 34
    end = (joint - 46, spine + side * reach)
    canvas.arrow([end, (joint - 6, spine)])
    width = text_width(name, bold=True) + 16
    canvas.rect(end[0] - width / 2, end[1] - 12 + side * 12, width, 24, fill=PALE)
    canvas.text(end[0], end[1] + side * 12, name, bold=True, anchor="middle")
    for place, word in enumerate(words, 1):
        part = place / (len(words) + 1)
        y = end[1] + (spine - end[1]) * part
        x = end[0] + 40 * part
        long = min(text_width(word) + 8, pitch - 26)
        canvas.line((x - long, y), (x, y), width=1)
        canvas.text(x - 6, y - 9, word, anchor="end")


def sipoc(columns: Mapping[str, Sequence[str]], *, title: str, width: int = 632, height: int = 58) -> Canvas:
    """Columns of boxes under their headings, for example supplier, input, process, output, customer."""
    rows = max(len(cells) for cells in columns.values())
    canvas = sheet(title, width, HEAD + 34 + rows * (height + 8) + 6)
    pitch = (width - 16) / len(columns)
    for place, (name, cells) in enumerate(columns.items()):
        x = 8 + place * pitch
        canvas.rect(x, HEAD, pitch - 8, 28, fill=MID)
        canvas.label(x, HEAD, pitch - 8, 28, name, bold=True)
        for row, cell in enumerate(cells):
            y = HEAD + 36 + row * (height + 8)
            canvas.rect(x, y, pitch - 8, height)
            canvas.label(x, y, pitch - 8, height, cell)
    return canvas


TURTLE = (
    ("Sumber daya", 0, 0),
    ("Orang", 2, 0),
    ("Masukan", 0, 1),
    ("Keluaran", 2, 1),
    ("Metode", 0, 2),
    ("Ukuran", 2, 2),
)


def turtle(process: str, sides: Mapping[str, Sequence[str]], *, title: str) -> Canvas:
    """The six sides of a process round it; a side that is absent stays an empty box with its name."""
    canvas = sheet(title, 632, 330)
    centre = (226.0, HEAD + 96.0, 180.0, 76.0)
    canvas.rect(*centre, fill=MID, radius=38)
    canvas.label(*centre, process, bold=True)
    for name, column, row in TURTLE:
        x, y = 8 + column * 208, HEAD + row * 96
        canvas.rect(x, y, 200, 84)
        canvas.text(x + 100, y + 14, name, bold=True, anchor="middle")
        canvas.lines(x + 10, y + 51, [f"• {word}" for word in sides.get(name, ())])
        inner = (centre[0] + (30 if column == 0 else 150), centre[1] + (6 if row == 0 else 70))
        if row == 1:
            level = y + 38.0
            canvas.arrow([(208, level), (226, level)] if column == 0 else [(406, level), (424, level)])
        else:
            canvas.arrow([(208.0 if column == 0 else 424.0, y + 42.0), (inner[0], y + 42.0), inner])
    return canvas


def tree(
    levels: Sequence[Sequence[tuple[str, int]]], *, title: str, width: int = 632, box: tuple[int, int] = (130, 46)
) -> Canvas:
    """An organisation chart: for each level its boxes with the place of the parent in the level above (the root names -1)."""
    canvas = sheet(title, width, HEAD + len(levels) * (box[1] + 34) - 20)
    above: list[float] = []
    for depth, row in enumerate(levels):
        y = HEAD + depth * (box[1] + 34)
        middles = [width * (place + 0.5) / len(row) for place in range(len(row))]
        for middle, (name, parent) in zip(middles, row, strict=True):
            if parent >= 0:
                canvas.polyline([(above[parent], y - 34), (above[parent], y - 17), (middle, y - 17), (middle, y)])
            canvas.rect(middle - box[0] / 2, y, *box, fill=PALE if depth == 0 else WHITE)
            canvas.label(middle - box[0] / 2, y, *box, name)
        above = middles
    return canvas


def form(
    title: str, fields: Sequence[tuple[str, str]], *, width: int = 600, label: int = 170, foot: str = ""
) -> Canvas:
    """A filled-in form: the name of each field at the left, what was written at the right."""
    heights = [_height(text, width - label - 16) for _, text in fields]
    canvas = sheet(title, width, HEAD + sum(heights) + (30 if foot else 8))
    y = float(HEAD)
    for (name, text), height in zip(fields, heights, strict=True):
        canvas.rect(8, y, label, height, fill=PALE, line=1)
        canvas.label(8, y, label, height, name, bold=True, anchor="start")
        canvas.rect(8 + label, y, width - label - 16, height, line=1)
        canvas.label(8 + label, y, width - label - 16, height, text, anchor="start")
        y += height
    canvas.text(10, y + 14, foot)
    return canvas


def _height(text: str, width: float) -> int:
    return round(len(wrapped(text, width - 10)) * 13 * LINE_HEIGHT) + 14
