"""The last word of a generating process."""

from __future__ import annotations

import json
import sys
from typing import Any


def say(answer: dict[str, Any]) -> None:
    """Through a buffer, which goes on where a pipe took only a part; where output is unbuffered, `print` does not."""
    with open(sys.stdout.fileno(), "w", encoding="utf-8", closefd=False) as out:
        json.dump(answer, out)
