"""Screenshots for people to look at: every language and size of a moment, in the folder that SAHIH_SCREENSHOTS names."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.conftest import LARGE, SMALL

# A click by script moves no focus: what has it, or lost it, stays to be seen.
SPEAK = "(name) => [...document.querySelectorAll('button')].find((one) => one.innerText === name)?.click()"


def picture(page: Page, name: str) -> None:
    folder = os.environ.get("SAHIH_SCREENSHOTS")
    if not folder:
        return
    for size, viewport in (("desktop", LARGE), ("phone", SMALL)):
        page.set_viewport_size(viewport)
        for language in ("EN", "ID"):
            page.evaluate(SPEAK, language)
            page.wait_for_timeout(300)
            page.screenshot(path=Path(folder) / f"{name}-{size}-{language.lower()}.png")
    page.set_viewport_size(LARGE)
