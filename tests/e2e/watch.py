"""What a page does because of a text that it shows, noticed when it happens, in the page and in every frame of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Page

# The payloads of `tests/corpus` set `__ran`. What the policy of a page stopped was on its way to run, too.
NOTICE: Final = """(() => {
  const tell = (sign) => (window.noticed ?? window.top.noticed)(sign);
  Object.defineProperty(window, "__ran", { set: () => tell("ran") });
  addEventListener("securitypolicyviolation", (event) => tell(`stopped by policy: ${event.effectiveDirective}`), true);
})()"""
# What waits for a hand that touches it.
ARMED: Final = """() => {
  const leads = ["href", "src", "action", "formaction", "data", "xlink:href"];
  const script = (value) => /^(javascript|vbscript|data:text)/i.test(value.replace(/[\\0-\\x20]/g, ""));
  const runs = ({ name, value }) => /^on/i.test(name) || name === "srcdoc" || (leads.includes(name) && script(value));
  return [...document.querySelectorAll("*")].flatMap((one) =>
    [...one.attributes].filter(runs).map(({ name }) => `armed: ${one.localName} ${name}`));
}"""
SETTLED_MS: Final = 300  # a picture that cannot be had says so a little later


class Watch:
    """Eyes on one page. Raises where anything ran, waits to run, asked somebody else, or went away."""

    def __init__(self, page: Page, url: str) -> None:
        self._page, self._url = page, url
        self.signs: list[str] = []
        page.expose_function("noticed", self._note)
        page.add_init_script(NOTICE)
        page.on("dialog", lambda dialog: (self.signs.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("popup", lambda popup: self.signs.append(f"popup: {popup.url}"))
        page.on("request", lambda request: self._note_request(request.url))

    def _note(self, sign: str) -> None:
        self.signs.append(sign)

    def _note_request(self, url: str) -> None:
        if not url.startswith((self._url, "data:image/png", "blob:", "about:")):
            self.signs.append(f"request: {url}")

    def look(self) -> None:
        """At what is on the page now."""
        for frame in self._page.frames:
            self.signs += frame.evaluate(ARMED)
        assert not self.signs, f"{self._page.url}: {self.signs}"


@contextmanager
def watched(page: Page, url: str) -> Iterator[Watch]:
    """Nothing runs while this page is used. It is loaded again where it was loaded before anybody watched."""
    watch = Watch(page, url)
    if page.url != "about:blank":
        page.reload()
    yield watch
    page.wait_for_timeout(SETTLED_MS)
    watch.look()
