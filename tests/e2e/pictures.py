"""Screenshots: of every language and size for us to look at, and of what a guide explains for its readers.

`picture` writes where SAHIH_SCREENSHOTS names a folder, `guide_picture` where SAHIH_GUIDE_PICTURES does (`make pictures`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import FloatRect, Locator, Page, ViewportSize

from tests.e2e.conftest import LARGE, SMALL, TABLET, axe_violations

LOOKS: Final[tuple[tuple[ViewportSize, Literal["dark", "light"]], ...]] = (
    (ViewportSize(width=390, height=844), "dark"),
    (ViewportSize(width=1366, height=768), "light"),
)

# Wide enough for the committee's tables, narrow enough that a picture is read without enlarging it.
GUIDE: Final = ViewportSize(width=1180, height=1300)

# A click by script moves no focus: what has it, or lost it, stays to be seen.
SPEAK = "(name) => [...document.querySelectorAll('button')].find((one) => one.innerText === name)?.click()"
AROUND = 8


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("SAHIH_SCREENSHOTS")
    if not folder:
        return
    before = page.viewport_size
    for size, viewport in (("desktop", LARGE), ("tablet", TABLET), ("phone", SMALL)):
        page.set_viewport_size(viewport)
        for language in ("EN", "ID"):
            page.evaluate(SPEAK, language)
            page.wait_for_timeout(300)
            page.screenshot(path=Path(folder) / f"{name}-{size}-{language.lower()}.png")
    page.set_viewport_size(before or LARGE)


def looking(of: str) -> Callable[[Page, str], None]:
    """A look at a page, by the name of what the pictures are of: as pictures, and as axe sees it on a phone in the dark and on a desk
    by day, where nothing may scroll sideways."""

    def look(page: Page, name: str) -> None:
        picture(page, f"{of}-{name}")
        for viewport, colours in LOOKS:
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=colours)
            found = axe_violations(page)
            assert not found, found
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"

    return look


def guide_picture(name: str, *parts: Locator) -> None:
    """These parts of the page, and what lies between them."""
    folder = os.environ.get("SAHIH_GUIDE_PICTURES")
    if not folder:
        return
    page = parts[0].page
    parts[0].scroll_into_view_if_needed()
    page.evaluate("document.fonts.ready")
    path = Path(folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, clip=around(parts), animations="disabled")


def page_picture(name: str, page: Page) -> None:
    """What a whole page of the office shows."""
    before = page.viewport_size
    page.set_viewport_size(GUIDE)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")
    guide_picture(name, page.locator("main"))
    page.set_viewport_size(before or LARGE)


def around(parts: tuple[Locator, ...]) -> FloatRect:
    boxes = [box for part in parts if (box := part.bounding_box())]
    left, top = min(box["x"] for box in boxes) - AROUND, min(box["y"] for box in boxes) - AROUND
    right = max(box["x"] + box["width"] for box in boxes) + AROUND
    bottom = max(box["y"] + box["height"] for box in boxes) + AROUND
    left, top = max(left, 0), max(top, 0)
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}
