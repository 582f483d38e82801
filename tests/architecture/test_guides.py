"""The guides tell people what to type: each command that they name exists, and so does each of its options."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "panduan").glob("*.md"))]
TYPED = re.compile(r"`(?:\w+=\S+ )*sahih ([^`|]*)")


def typed_in(page: Path) -> list[str]:
    return TYPED.findall(page.read_text(encoding="utf-8"))


def command_of(words: list[str]) -> Any:
    """The command that these words begin with; the words that belong to it are taken away."""
    found: Any = typer.main.get_command(app)
    while hasattr(found, "commands") and words:
        found = found.commands[words.pop(0)]
    return found


def test_the_guides_are_read_at_all() -> None:
    assert sum(len(typed_in(page)) for page in PAGES) > 50


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_guide_names_exists_with_its_options(page: Path) -> None:
    for typed in typed_in(page):
        words = typed.split()
        command = command_of(words)
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= known, typed
