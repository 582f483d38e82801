"""How soon the pages of a review stand in a browser: as it is, and as on a computer six times slower on a poor line."""

from __future__ import annotations

import time
from typing import Any, Final
from uuid import UUID

from playwright.async_api import Browser, Page, async_playwright

from tests.e2e.conftest import CHROMIUM, FLAGS, LARGE
from tests.e2e.test_first_question import BYTES_PER_SECOND, LATENCY_MS, SLOWER_BY
from tests.factories import PASSWORD

# What stands on each page when it can be read; on the exam's page that is its first plot.
READABLE: Final = {
    "ringkasan": "main h3:visible",
    "ujian": "main svg[role=img]:visible",
    "soal": "main tbody tr:visible",
}
PATIENCE_MS: Final = 60_000


async def open_pages(url: str, review_id: UUID) -> dict[str, Any]:
    """Seconds until each page can be read: `at_once`, `slow_computer`, and `slow_computer_and_line`."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        found = {
            "at_once": await _walk(browser, url, review_id),
            "slow_computer": await _walk(browser, url, review_id, slower_by=SLOWER_BY),
            "slow_computer_and_line": await _walk(browser, url, review_id, slower_by=SLOWER_BY, line=True),
        }
        await browser.close()
    return {"page_s": found}


async def _walk(
    browser: Browser, url: str, review_id: UUID, *, slower_by: int = 1, line: bool = False
) -> dict[str, float]:
    context = await browser.new_context(viewport={"width": LARGE["width"], "height": LARGE["height"]}, locale="id-ID")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(f"{url}/kantor")
    await page.get_by_label("Nama pengguna").fill("committee")
    await page.get_by_label("Kata sandi").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Keluar").wait_for()
    session = await context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": slower_by})
    if line:
        speed = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
        await session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **speed})
    found = {tab: await _seconds_to(page, f"kajian/{review_id}/{tab}", readable) for tab, readable in READABLE.items()}
    await context.close()
    return found


async def _seconds_to(page: Page, part: str, readable: str) -> float:
    """From the way to the page, its programs being known to the browser, until what one came for is painted."""
    await page.evaluate("location.hash = '#halaman=kajian'")
    await page.wait_for_timeout(1_000)
    begun = time.monotonic()
    await page.evaluate("part => { location.hash = `#halaman=${part}`; }", part)
    await page.locator(readable).first.wait_for()
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return round(time.monotonic() - begun, 2)
