"""A program of its own that computes a review (`python -m app.review.data.workshop`): method and data come in, lines go out.

The first line is the method as JSON, behind it stand the data as they were frozen. Out come lines of JSON: a step that begins, a part
that is ready. It gets no key and no way to the database, and stands back behind whatever candidates wait for.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from app.core.sandbox import STAND_BACK
from app.review.compute import PANELS, compute
from app.review.data.freeze import from_bytes, unpack
from app.review.method.content import parse_method


def main() -> None:
    os.nice(STAND_BACK)
    method = parse_method(json.loads(sys.stdin.buffer.readline()))
    data = from_bytes(unpack(sys.stdin.buffer.read()))
    for name, content in compute(
        data, method, lambda step: _tell({"step": step, "done": PANELS.index(step), "total": len(PANELS)})
    ):
        _tell({"part": name, "content": content})


def _tell(line: Mapping[str, Any]) -> None:
    print(json.dumps(line, ensure_ascii=False, allow_nan=False), flush=True)  # noqa: T201  (the pipe to whoever ordered it)


if __name__ == "__main__":
    main()
