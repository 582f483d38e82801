"""How often Python looks for reference cycles, set once per process."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """Requests and scoring leave next to no cycles behind. Looking at all modules again every 700 objects costs a tenth of a
    save, and two thirds of scoring."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
