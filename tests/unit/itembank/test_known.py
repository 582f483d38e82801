"""How the bank shows what is known of an item: counts, then the share, then D, as n grows; printed as the review prints."""

from __future__ import annotations

import pytest

from app.itembank.known import known_figures
from app.review.shown import figure


@pytest.mark.parametrize(
    ("n", "share", "apart"),
    [(0, False, False), (29, False, False), (30, True, False), (99, True, False), (100, True, True)],
)
def test_little_is_told_of_few(n: int, share: bool, apart: bool) -> None:
    found = known_figures(n, 0.6, 0.31)
    assert (found["n"], found["right"]) == (n, round(0.6 * n))
    assert (found["p"] is not None, found["d"] is not None) == (share, apart)


def test_what_nobody_answered_has_no_count() -> None:
    assert known_figures(8, None, None) == {"n": 8, "right": None, "p": None, "d": None}


@pytest.mark.parametrize(("p", "d"), [(49 / 400, 0.125), (2 / 3, -0.004), (1.0, -0.375)])
def test_the_bank_prints_the_digits_of_the_review(p: float, d: float) -> None:
    """Ties too: a browser would round them another way."""
    found = known_figures(400, p, d)
    for name, value, definition in (("p", p, "item-p"), ("d", d, "item-d27")):
        shown = figure(definition, value)
        assert (found[name]["text_id"], found[name]["text_en"]) == (shown["text_id"], shown["text_en"])
