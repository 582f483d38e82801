"""A real server process on the test cluster, and a real Chromium in front of it."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.core.db import Database
from app.core.postgres import Cluster
from app.worker import work_once
from tests.databases import TestDatabase, copy_database, drop_database
from tests.factories import BANK_KEYS, PASSWORD, SECRET, World, make_world, open_database
from tests.serving import server_process

T = TypeVar("T")
_claims: list[socket.socket] = []

USUAL_PATIENCE_MS = 30_000  # beside other tests everything takes its time
expect.set_options(timeout=USUAL_PATIENCE_MS)

CHROMIUM = os.environ.get("SAHIH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SMALL, TABLET, LARGE = {"width": 390, "height": 844}, {"width": 768, "height": 1024}, {"width": 1366, "height": 768}


@dataclass
class Live:
    """A running server and its world. `run` does something with the database from outside the browser."""

    url: str
    database: TestDatabase
    world: World

    def run(self, work: Callable[[Database], Awaitable[Any]]) -> Any:
        return run_apart(_with_database(self.database, work))

    def work_once(self) -> None:
        self.run(work_once)


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: Playwright keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _with_database(urls: TestDatabase, work: Callable[[Database], Awaitable[Any]]) -> Any:
    database = open_database(urls, pool_size=2)
    try:
        return await work(database)
    finally:
        await database.close()


@pytest.fixture
def live(cluster: Cluster, template: str, request: pytest.FixtureRequest) -> Iterator[Live]:
    """A server with an open sitting of four candidates; parameters of the world come by indirect parametrization."""
    options = getattr(request, "param", {})
    urls = run_apart(copy_database(cluster, template))
    try:
        world = run_apart(new_world(urls, **options))
        with serving(urls, world) as live:
            yield live
    finally:
        run_apart(drop_database(cluster, urls))


async def new_world(urls: TestDatabase, **options: Any) -> World:
    return await _with_database(
        urls, lambda database: make_world(database, **{"candidates": 4, "with_passwords": True, **options})
    )


@contextmanager
def serving(urls: TestDatabase, world: World, log: Path | None = None) -> Iterator[Live]:
    """A server process on this database; with `log`, what it says goes there, requests included."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "DATABASE_URL": urls.app_url,
        "SAHIH_EXAM_URL": urls.exam_url,
        "SAHIH_PUBLIC_URL": url,
        "SAHIH_ALLOW_HTTP": "1",
        "SAHIH_SECRETS": SECRET,
        "SAHIH_BANK_KEYS": BANK_KEYS,
    }
    with server_process(port, environment, log):
        wait_until_ready(url)
        yield Live(url, urls, world)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=LARGE, locale="id-ID")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(USUAL_PATIENCE_MS)
    return page


@contextmanager
def at_desk(browser: Browser, live: Live, username: str, part: str = "") -> Iterator[Page]:
    """A person's own browser, logged in at the office, on this part of its pages."""
    context = browser.new_context(viewport=LARGE, locale="id-ID")
    page = context.new_page()
    page.set_default_timeout(USUAL_PATIENCE_MS)
    page.goto(f"{live.url}/kantor")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()
    if part:
        page.goto(f"{live.url}/kantor#halaman={part}")
    yield page
    context.close()


def axe_violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def free_port() -> int:
    """Below those that the system deals out by itself, and this process's until it ends: other tests run beside it, and what is to
    listen there takes its time. The claim is the same port of another protocol."""
    while True:
        port = random.randrange(20_000, 32_000)
        claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        _claims.append(claim)
        return port


def wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + 90  # with other programs on the machine
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not become ready")
