"""The guides tell people what to type and where to look: each command with its options, each page and each picture is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "panduan").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
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


def anchors_in(page: Path) -> set[str]:
    """As the pages of a repository name their headings."""
    titles = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_guide_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_in(target), link


def test_every_picture_of_a_guide_is_shown_by_it() -> None:
    shown = {
        (page.parent / link).resolve() for page in PAGES for link in LINK.findall(page.read_text(encoding="utf-8"))
    }
    assert set((ROOT / "docs" / "pictures").glob("*/*.png")) <= shown
