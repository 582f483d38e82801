"""The watch that sees no script on our pages sees each that does run: on ours, in the frames of ours, and of the very payloads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Error as PageError

from tests.e2e.conftest import Live
from tests.e2e.hostile import EVERY
from tests.e2e.test_bank_pages import office
from tests.e2e.watch import Watch, watched
from tests.unit.itembank.exchange.samples import payloads

FRAME: Final = "const frame = document.body.appendChild(document.createElement('iframe'))"
INSERT: Final = "document.body.insertAdjacentHTML('beforeend', `{}`)"
ELEMENT: Final = "Object.assign(document.createElement('script'), { text: 'window.__ran = 1' })"
RUNS: Final = {
    "a script": ("window.__ran = 1", "ran"),
    "a script in a frame": (f"{FRAME}; frame.contentWindow.__ran = 1", "ran"),
    "a script in a frame that is gone": (f"{FRAME}; frame.contentWindow.__ran = 1; frame.remove()", "ran"),
    "a script element": (f"document.body.append({ELEMENT})", "stopped by policy"),
    "a handler": (INSERT.format("<img src=x onerror=window.__ran=1>"), "stopped by policy"),
    "a handler that waits": (INSERT.format("<p onclick=window.__ran=1>x</p>"), "armed: p onclick"),
    "a link": (INSERT.format("<a href=' java\tscript:window.__ran=1'>x</a>"), "armed: a href"),
    "a frame of its own text": (INSERT.format("<iframe srcdoc='<p>x</p>'></iframe>"), "armed: iframe srcdoc"),
    "a dialog": ("alert('ran')", "dialog"),
    "a window": ("open('https://evil.example/')", "popup"),
    "a picture from elsewhere": ("new Image().src = 'https://evil.example/spy.png'", "request"),
}


@pytest.fixture
def desk(live: Live, browser: Browser) -> Iterator[BrowserContext]:
    with office(browser, live, "committee") as page:
        yield page.context


def test_each_thing_that_runs_is_seen_on_our_own_page(live: Live, desk: BrowserContext) -> None:
    for name, (script, sign) in RUNS.items():
        page = desk.new_page()
        page.goto(f"{live.url}/kantor#halaman=bank")
        with pytest.raises(AssertionError) as seen, watched(page, live.url) as watch:
            page.get_by_role("table").wait_for()
            watch.look()
            page.evaluate(f"() => {{ {script} }}")
        assert sign in str(seen.value), name
        page.close()


@pytest.mark.timeout(600 if EVERY == 1 else 120)
def test_the_payloads_run_where_nothing_keeps_them_from_it(browser: Browser) -> None:
    """Else it would say nothing that none of them runs on our pages. The others wait for a hand, an old browser or a framework."""
    texts, ran = payloads()[::EVERY], 0
    context = browser.new_context()
    for text in texts:
        page = context.new_page()
        watch = Watch(page, "about:")
        page.goto("about:blank")
        try:
            page.set_content(text, wait_until="commit")
            page.wait_for_timeout(100)
            watch.look()
        except (AssertionError, PageError):  # it may lead the page away
            ran += 1
        page.close()
    context.close()
    print(f"{ran} of {len(texts)} payloads ran or were armed")
    assert ran >= len(texts) / 3
