"""One candidate's arrangement of a form: pure. Same items, same seed, same number: the same arrangement to the bit.

Items stand in random order, those of one case one after the other; options do, too, but for items that keep their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.assembly.randomness import Stream
from app.assembly.types import DrawnForm, PoolItem

ARRANGEMENT: Final = "spiral-1"  # how forms are given out (`assignment`) and arranged; stored with a form set


def arrange(items: Sequence[PoolItem], n_options: int, seed: bytes, form_no: int) -> DrawnForm:
    """`items` are those of the form by code; `form_no` is the candidate's own, no two of a sitting have the same."""
    stream = Stream(seed, f"{ARRANGEMENT}/arrangement/{form_no}")
    shown = _cases_together(stream.shuffled(items))
    orders = tuple(
        tuple(range(n_options)) if item.fixed else tuple(stream.shuffled(range(n_options))) for item in shown
    )
    return DrawnForm(form_no, tuple(item.version_id for item in shown), orders)


def _cases_together(items: Sequence[PoolItem]) -> list[PoolItem]:
    """In this order, but whoever shares a case follows the first of them: the case is read once."""
    first_of: dict[str, int] = {}
    places = []
    for place, item in enumerate(items):
        places.append((first_of.setdefault(item.case, place) if item.case else place, place))
    return [items[place] for _, place in sorted(places)]
