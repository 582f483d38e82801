"""Tables that a run writes into a page of the documentation."""

from __future__ import annotations

from pathlib import Path


def put_between(path: Path, name: str, lines: list[str]) -> None:
    """Replace what stands between the marks of this name."""
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    head, mark, rest = path.read_text(encoding="utf-8").partition(start)
    if not mark or end not in rest:
        raise ValueError(f"{path} has no marks for {name}")
    tail = rest.partition(end)[2]
    path.write_text(head + mark + "\n".join(lines) + "\n" + end + tail, encoding="utf-8")
