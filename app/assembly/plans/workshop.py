"""A program of its own that makes forms (`python -m app.assembly.plans.workshop`): an order comes in, lines go out, all of it JSON.

Planning takes up to minutes of a processor core, so the worker has it done by a process that stands back behind whatever candidates
wait for. One line for each form that is made, then the result.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.assembly.errors import CannotPlan
from app.assembly.plans.making import made_out, make, order_in
from app.core.sandbox import STAND_BACK


def main() -> None:
    os.nice(STAND_BACK)
    order = order_in(json.load(sys.stdin))
    try:
        answer = made_out(make(order, lambda done, total: _tell({"done": done, "total": total})))
    except CannotPlan as error:
        answer = {"shortfalls": [asdict(one) for one in error.shortfalls]}
    _tell(answer)


def _tell(line: Mapping[str, Any]) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201  (the pipe to whoever ordered it)


if __name__ == "__main__":
    main()
