"""B8, what everything is compared with: a bare ASGI application that answers one line."""

from __future__ import annotations

from typing import Any

REPLY = b'{"ok":true}'
HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(REPLY)).encode())]


async def hello(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": REPLY})


TABLE = (
    "CREATE UNLOGGED TABLE IF NOT EXISTS bench_reference (id int PRIMARY KEY, value int) WITH (fillfactor = 70)",
    "ALTER TABLE bench_reference SET LOGGED",
)
UPSERT = """
    INSERT INTO bench_reference SELECT * FROM unnest($1::int[], $2::int[])
    ON CONFLICT (id) DO UPDATE SET value = excluded.value
"""
ROWS_PER_BATCH = 256
