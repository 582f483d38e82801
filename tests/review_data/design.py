"""What is asked for, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass

from app.review.data.types import ReviewData


@dataclass(frozen=True, slots=True)
class Design:
    """`candidates` in each period, one sitting each, on `forms` forms of `items` items (both multiples of 20) from a bank of `bank`.

    `retakes`: the share of a period's candidates who sat in the period before. `consent`: the share with a group. `times`: seconds
    per item are known. `standard`: the bank stands in a reference standard, and plans know difficulties.
    """

    candidates: int = 600
    forms: int = 2
    bank: int = 200
    items: int = 100
    periods: tuple[int, ...] = (0, -1, -2)
    seed: int = 1
    retakes: float = 0.05
    consent: float = 0.9
    times: bool = True
    standard: bool = True


@dataclass(frozen=True, slots=True)
class Planted:
    """Where the plants lie: indices of items, of the form (in `data.forms`) and of two persons (source, copier)."""

    data: ReviewData
    mis_key: int | None = None
    leak: int | None = None
    dif: int | None = None
    form: int | None = None
    pair: tuple[int, int] | None = None
