"""Two whole exams in Chromium, on servers that differ in nothing but keys, are one and the same to every byte.

Recorded is all that the browser gets: pages, replies with their headers, the proctor's event stream; then what it keeps and
shows, and what the server logged. Clocks, nonces, cookies and ports are masked; repeats (heartbeats) count once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.core.postgres import Cluster
from tests.databases import copy_database, drop_database
from tests.disclosure import ALLOWED, CANARY, FORBIDDEN, REFUSALS, SEED, mask, paths, plant_twins
from tests.e2e.conftest import LARGE, USUAL_PATIENCE_MS, Live, new_world, run_apart, serving
from tests.e2e.test_exam_in_a_browser import enter
from tests.e2e.test_staff_pages import log_in as log_in_as_staff

ANSWERED = 30  # one by one, each awaited, so that the replies do not depend on how answers gather into batches
NOISE = (
    (re.compile(r"127\.0\.0\.1:\d+"), "<address>"),
    (re.compile(r'"nonce":"\w+"'), '"nonce":"<nonce>"'),
    (re.compile(r'"unattended":(true|false)'), '"unattended":<by when the last board was open>'),
    (re.compile(r"(?m)^INFO: +Started server process \[\d+\]$"), "<started>"),
)
HOP_HEADERS = {"date", "content-length"}
KEPT = """async () => {
  const kept = [JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})];
  for (const {name} of await indexedDB.databases()) {
    const opened = await new Promise((done, failed) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
    for (const store of opened.objectStoreNames) {
      const rows = await new Promise((done) => {
        const request = opened.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => done(request.result);
      });
      kept.push(store + JSON.stringify(rows));
    }
    opened.close();
  }
  return kept.join("\\n");
}"""


# Of these the first is compared: how many follow depends on how fast this machine is, not on the keys.
DEPENDS_ON_SPEED = {
    "candidate POST /api/exam/lobby",
    "candidate POST /api/exam/heartbeat",
    "candidate GET /api/exam/attempt",
    "log of the desk",
}
# Whether a page asks for these at all depends on the machine, too: the first where its line does not open in time, the second before
# or with the page's end.
IF_SLOW = {"candidate GET /healthz", "candidate POST /api/exam/signals"}


@dataclass
class Received:
    """What one browser got, by where it came from; each distinct thing once, in the order of its first coming."""

    of: dict[str, list[str]] = field(default_factory=dict)

    def note(self, source: str, text: str) -> None:
        text = mask(text)
        for pattern, word in NOISE:
            text = pattern.sub(word, text)
        seen = self.of.setdefault(source, [])
        if text not in seen:
            seen.append(text)

    def listen(self, page: Page, who: str) -> None:
        """Every reply passes through here on its way to the page; the stream is read where the browser takes it apart."""
        page.route("**/*", lambda route: self._pass_on(route, who))
        socket = page.context.new_cdp_session(page)
        socket.send("Network.enable")
        socket.on("Network.eventSourceMessageReceived", lambda event: self.note(f"{who} stream", event["data"]))

    def _pass_on(self, route: Route, who: str) -> None:
        if route.request.url.endswith("/stream"):
            route.continue_()
            return
        reply = route.fetch()
        headers = sorted(pair for pair in reply.headers.items() if pair[0] not in HOP_HEADERS)
        path = route.request.url.split("/", 3)[3]
        self.note(f"{who} {route.request.method} /{path}", f"{reply.status} {headers} {reply.text()}")
        route.fulfill(response=reply)


def candidate_sits(live: Live, page: Page, proctor: Page, received: Received) -> None:
    board_of_the_moment(live, proctor, received)
    enter(page, live)
    for position in range(1, ANSWERED + 1):
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"Soal {position} dari 100")
        with page.expect_response(re.compile("/api/exam/answers$")):
            page.keyboard.press("ABCD"[position % 4])
        if position < ANSWERED:
            page.keyboard.press("ArrowRight")
    expect(page.locator("[data-save=server]")).to_be_visible()
    received.note("candidate keeps", stable(page.evaluate(KEPT)))
    received.note("candidate sees", on_screen(page))
    board_of_the_moment(live, proctor, received)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Soal {ANSWERED} dari 100")
    page.get_by_role("button", name="Ringkasan dan selesai").press("Enter")
    page.get_by_role("checkbox", name="Saya yakin").press("Space")
    page.get_by_role("button", name="SELESAI UJIAN", exact=True).press("Enter")
    page.get_by_role("button", name="Ya, kumpulkan jawaban").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Jawaban Anda sudah dikumpulkan")
    live.work_once()  # it is scored now, and still nothing may show
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jawaban Anda sudah dikumpulkan")
    received.note("candidate sees", on_screen(page))
    board_of_the_moment(live, proctor, received)


def on_screen(page: Page) -> str:
    return re.sub(r"\d\d[.:]\d\d([.:]\d\d)?", "<time>", page.locator("main").inner_text())


def stable(kept: str) -> str:
    """What the browser keeps, without the random names and the local times that it gave itself."""
    return re.sub(r"\b[0-9a-f]{24,32}\b|\b1\d{12}(\.\d+)?\b", "<own>", kept)


def board_of_the_moment(live: Live, proctor: Page, received: Received) -> None:
    """Open the board anew, so that what is recorded depends on the moment and not on the speed of this machine."""
    proctor.wait_for_timeout(1_500)
    moments = received.of.setdefault("proctor stream", [])
    before = len(moments)
    log_in_as_staff(proctor, live, "/pengawas", "proctor")
    expect(proctor.get_by_role("row").filter(has_text=live.world.cards[0].number)).to_be_visible()
    while len(moments) == before:  # the test's own time limit ends this
        proctor.wait_for_timeout(50)
    proctor.goto("about:blank")
    proctor.context.clear_cookies()


def record(live: Live, browser: Browser, log: Path) -> Received:
    received = Received()
    at_desk, in_room = browser.new_context(viewport=LARGE, locale="id-ID"), browser.new_context(locale="id-ID")
    proctor, page = at_desk.new_page(), in_room.new_page()
    for who, opened in (("proctor", proctor), ("candidate", page)):
        opened.set_default_timeout(USUAL_PATIENCE_MS)
        received.listen(opened, who)
    candidate_sits(live, page, proctor, received)
    for context in (at_desk, in_room):
        context.close()
    lines = (re.sub(r"127\.0\.0\.1:\d+", "", line) for line in log.read_text().splitlines())
    for line in sorted(lines):  # a page asks for its parts all at once, in any order
        if not any(source.split()[-1] in line for source in IF_SLOW):
            received.note("log of the desk" if "/api/staff/" in line else "log", line)
    return received


@pytest.fixture
def recordings(
    cluster: Cluster, template: str, browser: Browser, tmp_path: Path
) -> Iterator[tuple[Received, Received]]:
    database = run_apart(copy_database(cluster, template))
    world = run_apart(new_world(database, seed=SEED))
    twin = run_apart(plant_twins(cluster, database))
    both = []
    for urls in (database, twin):
        log = tmp_path / f"{urls.name}.log"
        with serving(urls, world, log) as live:
            both.append(record(live, browser, log))
    yield both[0], both[1]
    for urls in (database, twin):
        run_apart(drop_database(cluster, urls))


@pytest.mark.timeout(300)
@pytest.mark.invariant("I-02")
def test_a_browser_learns_nothing_of_the_keys(recordings: tuple[Received, Received]) -> None:
    one, other = recordings
    assert {*one.of} ^ {*other.of} <= IF_SLOW
    for source in one.of.keys() & other.of.keys():
        heard = slice(0, 1) if source in DEPENDS_ON_SPEED | IF_SLOW else slice(None)
        assert one.of[source][heard] == other.of[source][heard], source
    assert len(one.of["candidate POST /api/exam/answers"]) == ANSWERED
    assert f'"answered":{ANSWERED}' in "".join(one.of["candidate POST /api/exam/submit"])
    assert len(one.of["proctor stream"]) == 3, "before, during and after"
    assert len(one.of["log"]) > 10
    assert f"Soal {ANSWERED}" in "".join(one.of["candidate sees"])
    everything = json.dumps(one.of) + json.dumps(other.of)
    assert CANARY not in everything
    assert SEED.hex() not in everything
    for source, texts in one.of.items():
        if source.startswith("candidate") and "/api/exam/" in source:
            assert not FORBIDDEN.search("".join(texts)), source
            for text in texts:
                assert_only_allowed_fields(source, text)


def assert_only_allowed_fields(source: str, text: str) -> None:
    status, body = int(text[:3]), text.partition("] ")[2]
    if body:
        allowed: set[str] = ALLOWED[source.split()[2]] if status < 300 else REFUSALS
        fields: Any = json.loads(body)
        assert paths(fields) <= allowed, source
