"""A reply that never ends, as the socket would get it: a client of httpx waits for its end."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI


async def first_messages(app: FastAPI, path: str, client: httpx.AsyncClient) -> tuple[dict[str, Any], dict[str, Any]]:
    """The head, and the first event of a stream or the body of a refusal."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
    headers = [(b"host", b"127.0.0.1:8000"), (b"cookie", cookies.encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": headers,
        "client": ("127.0.0.1", 40000), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(asked, None) or await asyncio.Event().wait()

    serving = asyncio.create_task(app(scope, receive, sent.put))
    head, first = [await asyncio.wait_for(sent.get(), 10) for _ in range(2)]
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    return head, first
