"""What a page of statistics prints: its figures, and every number that explains itself nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from playwright.sync_api import Page, expect

from app.review.report.walk import figures_in
from app.review.shown import Figure, definition, list_definitions

LANGUAGES: Final = ("id", "en")
# What a number outside of any figure may be, and why.
ALLOWED_PLACES: Final = {
    "button .count": "how many items the button leaves in the list",
    "[role=status]": "how long the list is",
    "kbd": "a key of the keyboard",
}
ALLOWED_TEXTS: Final = {r"MMu · 1 \w+ – 30 \w+ 2026 · [\w ]+": "the period of the review"}
NOTHING: Final[Mapping[str, str]] = {}

Told = tuple[str, str, str]  # what its title asks, its digits, and its interval or why there are none
EXPLAIN: Final = {"id": "Apa arti {}?", "en": "What does {} mean?"}
SPEAK: Final = "(name) => [...document.querySelectorAll('button')].find((one) => one.innerText === name)?.click()"

FIGURES: Final = """() => [...document.querySelectorAll('main span > button[aria-haspopup=dialog]')].map((one) => [
    one.title, one.textContent, [...one.parentElement.querySelectorAll(':scope > .soft')].map((next) => next.textContent).join('')
])"""

# The explanations have come: until then a figure is called by the name of its definition.
NAMED: Final = """(ids) => ![...document.querySelectorAll('main span > button[aria-haspopup=dialog]')].some(
    (one) => ids.some((id) => one.title.includes(` ${id}?`) || one.title.includes(` ${id} mean?`)))"""

# Numbers that are no part of a heading, of a plot's drawing, or of a figure: one that opens its meaning, stands in the cell of one that
# does, or in a column whose heading does.
UNEXPLAINED: Final = """(elsewhere) => {
    const opens = 'button[aria-haspopup=dialog]';
    const column = (cell) => cell?.closest('table')?.tHead?.rows[0]?.cells[cell.cellIndex];
    const explained = (one) =>
        one.closest(`${opens}, svg, h1, h2, h3, h4, h5, figcaption, summary, th, option, style, script`) ||
        one.closest('td, dd')?.querySelector(opens) ||
        one.parentElement.querySelector(`:scope > ${opens}`) ||
        column(one.closest('td'))?.querySelector(opens);
    const found = [];
    const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode.textContent.trim();
        const one = walk.currentNode.parentElement;
        if (/[0-9]/.test(text) && !explained(one) && !one.closest(elsewhere)) found.push(text);
    }
    return found;
}"""


def speak(page: Page, lang: str) -> None:
    page.evaluate(SPEAK, lang.upper())
    expect(page.locator("html")).to_have_attribute("lang", lang)


def figures_on(page: Page) -> set[Told]:
    page.wait_for_function(NAMED, arg=[one.id for one in list_definitions()])
    return {(title, text.strip(), " ".join(rest.split())) for title, text, rest in page.evaluate(FIGURES)}


def told_by(parts: Any, lang: str) -> set[Told]:
    """As the page must show the figures of these parts."""
    return {_told(one, lang) for one in figures_in(parts)}


def _told(one: Figure, lang: str) -> Told:
    meaning = definition(one["definition"])
    title, text, between, reason = (
        (meaning.title_id, one["text_id"], one["range_id"], one["reason_id"])
        if lang == "id"
        else (meaning.title_en, one["text_en"], one["range_en"], one["reason_en"])
    )
    return EXPLAIN[lang].format(title), text, f"({between})" if between else reason


def unexplained(page: Page, parts: Any, lang: str, allowed: Mapping[str, str] = NOTHING) -> list[str]:
    """Numbers that neither explain themselves, nor stand in a sentence of these parts, nor are `allowed` (text: why)."""
    sentences = {" ".join(one.split()) for one in _sentences(parts, lang)}
    patterns = [*ALLOWED_TEXTS, *allowed]
    found = (" ".join(text.split()) for text in page.evaluate(UNEXPLAINED, ", ".join(ALLOWED_PLACES)))
    return [
        text for text in found if text not in sentences and not any(re.fullmatch(pattern, text) for pattern in patterns)
    ]


def _sentences(parts: Any, lang: str) -> Iterator[str]:
    if isinstance(parts, Mapping):
        for name, member in parts.items():
            if isinstance(member, str):
                if name.endswith(f"_{lang}"):
                    yield member
            else:
                yield from _sentences(member, lang)
    elif isinstance(parts, list):
        for member in parts:
            yield from _sentences(member, lang)
