"""A template becomes a text, line by line."""

from __future__ import annotations

import pytest

from app.proctoring.invitations import UnknownPlaceholder, render


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Yth. $name", "Yth. Ayu"),
        ("$name di $place", ""),  # nothing is known of the place
        ("a\nTempat: $place\nb", "a\nb"),
        ("a\n\nb", "a\n\nb"),
        ("$name, $name", "Ayu, Ayu"),
        ("Rp 350.000 $ 5", "Rp 350.000 $ 5"),
        ("$tricky", "$name\nx"),  # what is filled in is no template
    ],
)
def test_lines_about_what_is_not_known_are_left_out(template: str, text: str) -> None:
    assert render(template, {"name": "Ayu", "place": None, "tricky": "$name\nx"}) == text


def test_a_template_cannot_ask_for_a_pin() -> None:
    with pytest.raises(UnknownPlaceholder, match=r"\$pin"):
        render("PIN: $pin", {"name": "Ayu"})
