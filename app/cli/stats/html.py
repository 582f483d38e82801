"""Pieces of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numeric: Sequence[int] = (),
    html: bool = False,
    marked: Sequence[bool] = (),
) -> str:
    """A table; `numeric` columns are set to the right, `marked` rows carry a red edge."""
    kinds = [' class="n"' if place in numeric else "" for place in range(len(head))]
    first = "".join(f'<th scope="col"{kind}>{escape(cell)}</th>' for kind, cell in zip(kinds, head, strict=True))
    lines = []
    for place, row in enumerate(rows):
        said = row if html else [escape(cell) for cell in row]
        cells = f'<th scope="row"{kinds[0]}>{said[0]}</th>' + "".join(
            f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds[1:], said[1:], strict=True)
        )
        flagged = ' class="flagged"' if marked and marked[place] else ""
        lines.append(f"<tr{flagged}>{cells}</tr>")
    return f'<div class="wide" tabindex="0"><table><thead><tr>{first}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
