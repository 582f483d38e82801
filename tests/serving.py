"""Server processes for tests: forked from one that has imported everything already, which takes longer than most tests.

They are forked from a process of their own, since this one may hold a browser, threads and an event loop.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext
from pathlib import Path

import uvicorn

from tests.factories import unwatched_app

_FORKS = ForkServerContext()
_FORKS.set_forkserver_preload([__name__])


@contextmanager
def server_process(port: int, environment: dict[str, str], log: Path | None = None) -> Iterator[None]:
    """`unwatched_app` on this port, for as long as this lasts; with `log`, what it says goes there, requests included.

    Not `sahih serve`: it refuses a cluster that runs without fsync for speed.
    """
    server = _FORKS.Process(target=_serve, args=(port, environment, log), daemon=True)
    server.start()
    try:
        yield
    finally:
        server.kill()
        server.join()


def _serve(port: int, environment: dict[str, str], log: Path | None) -> None:
    gc.freeze()  # looking for cycles in what was imported before would copy all of it
    os.environ.update(environment)
    if log:
        with log.open("w") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
    uvicorn.run(unwatched_app, factory=True, port=port, log_level="info" if log else "warning")
