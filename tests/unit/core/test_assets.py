"""Scripts and styles go out compressed where the browser takes that, as they are where it does not."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.exceptions import HTTPException

from app.core.assets import Assets

SCRIPT = b"export const words = 'jawaban tersimpan';" * 50


@pytest.fixture
def browser(tmp_path: Path) -> httpx.AsyncClient:
    (tmp_path / "exam-abc.js").write_bytes(SCRIPT)
    (tmp_path / "exam-abc.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "picture.svg").write_bytes(b"<svg/>")
    transport = httpx.ASGITransport(Assets(directory=tmp_path))
    return httpx.AsyncClient(transport=transport, base_url="http://exam.test")


async def test_a_browser_that_takes_gzip_gets_a_third_of_the_bytes(browser: httpx.AsyncClient) -> None:
    reply = await browser.get("/exam-abc.js", headers={"Accept-Encoding": "gzip, deflate"})
    assert int(reply.headers["content-length"]) < len(SCRIPT) / 3
    assert reply.headers["content-encoding"] == "gzip"
    assert "javascript" in reply.headers["content-type"]
    assert reply.content == SCRIPT


async def ask(browser: httpx.AsyncClient, accepted: str) -> httpx.Response:
    return await browser.get("/exam-abc.js", headers={"Accept-Encoding": accepted})


async def test_any_other_gets_the_file_as_it_is_and_no_cache_mixes_them_up(browser: httpx.AsyncClient) -> None:
    assert "content-encoding" not in (await ask(browser, "identity, gzip;q=0")).headers
    reply = await ask(browser, "identity")
    assert "content-encoding" not in reply.headers
    assert reply.content == SCRIPT
    assert reply.headers["vary"] == "Accept-Encoding"


async def test_what_has_no_compressed_twin_is_sent_as_it_is(browser: httpx.AsyncClient) -> None:
    reply = await browser.get("/picture.svg", headers={"Accept-Encoding": "gzip"})
    assert reply.content == b"<svg/>"
    with pytest.raises(HTTPException, match="404"):  # the server makes a refusal of it
        await browser.get("/nothing.js", headers={"Accept-Encoding": "gzip"})
