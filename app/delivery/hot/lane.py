"""Group commit: whoever waits while one commit is under way goes into the next. No timer, no minimum: an idle lane commits at once.

At once means after a few turns of the event loop, which takes microseconds where nobody else is there. What lies in the sockets
by then comes along, until a batch is large enough to be worth its commit: one that is goes off, and the next forms behind it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from app.core import metrics
from app.core.errors import Unavailable

T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)

LARGEST_BATCH = 512
MOST_WAITING = 5_000
TURNS = 4  # from a packet in the socket to a place in the queue: read, parsed, judged, put
WORTH_A_COMMIT = 32  # a commit costs the database what twenty rows do
LONGEST_WAIT_SECONDS = 1.0  # behind a commit that hangs; the page hears 503 and asks again, rather than nothing

log = logging.getLogger("sahih")


class Commit(Protocol[T_contra, R_co]):
    """What a lane leads to. Results and refusals are committed when they are returned."""

    async def together(self, requests: Sequence[T_contra], /) -> Sequence[R_co | Exception | None]:
        """Requests with distinct keys; None for one that must be tried alone."""

    async def alone(self, request: T_contra, /) -> R_co | Exception:
        """One request, however long it takes."""


class Waiting(Struct, Generic[T, R], frozen=True):
    """A request in the queue. `settle` is called once, with what became of it."""

    request: T
    settle: Callable[[R | Exception], None]
    since: float


class Lane(Generic[T, R]):
    """Everything of one kind for one sitting goes through here, one statement after the other.

    A batch holds each key (attempt) once, so that its requests are judged one after the other as if they had come alone; the
    second waits its turn. What cannot go together (a locked attempt, a bad row) goes on alone, while the lane serves the others.
    """

    def __init__(self, commit: Commit[T, R], key: Callable[[T], Hashable], verb: str = "other") -> None:
        self._commit = commit
        self._key = key
        self._waiting: deque[Waiting[T, R]] = deque()
        self._working: asyncio.Task[None] | None = None
        self._alone: set[asyncio.Task[None]] = set()
        self._seconds = metrics.ANSWER_SECONDS.series(verb)
        self._sizes = metrics.BATCH_SIZE.series(verb)

    @property
    def depth(self) -> int:
        return len(self._waiting) + len(self._alone)

    def enter(self, request: T, settle: Callable[[R | Exception], None]) -> None:
        """Queue this request; `settle` hears its result, once it is committed, or its refusal. Raises Unavailable at once where
        too many wait already."""
        if self.depth >= MOST_WAITING:
            raise Unavailable
        self._waiting.append(Waiting(request, settle, time.perf_counter()))
        if self._working is None:
            self._working = asyncio.create_task(self._work(), name="lane")

    async def put(self, request: T) -> R:
        """The same for who can wait. Raises the refusal."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self.enter(request, partial(_settle_future, done))
        # A client that goes away cancels this future, not the commit: its request stays in the queue.
        return await done

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                batch = self._take()
                self._sizes.observe(len(batch))
                results = await self._results([waiting.request for waiting in batch])
                for waiting, result in zip(batch, results, strict=True):
                    if result is None:
                        self._go_alone(waiting)
                    else:
                        self._settle(waiting, result)
        finally:
            self._working = None

    async def _gather(self) -> None:
        for _ in range(TURNS):
            if len(self._waiting) >= WORTH_A_COMMIT:
                return
            await asyncio.sleep(0)

    async def _results(self, requests: list[T]) -> Sequence[R | Exception | None]:
        self._have_patience()
        try:
            return await self._commit.together(requests)
        except Exception as error:
            return [error] * len(requests)
        finally:
            self._patience.cancel()

    def _have_patience(self) -> None:
        self._patience = asyncio.get_running_loop().call_later(LONGEST_WAIT_SECONDS, self._send_away)

    def _send_away(self) -> None:
        """The commit under way hangs: whoever waits behind it shall not wait in silence for a turn that may hang as well."""
        behind, self._waiting = self._waiting, deque()
        for waiting in behind:
            self._settle(waiting, Unavailable())
        self._have_patience()

    def _settle(self, waiting: Waiting[T, R], result: R | Exception) -> None:
        if not isinstance(result, Exception):
            self._seconds.observe(time.perf_counter() - waiting.since)
        try:
            waiting.settle(result)
        except Exception:  # whoever waits here is one of many: the others of the batch are told all the same
            log.exception("a result could not be told")

    def _go_alone(self, waiting: Waiting[T, R]) -> None:
        async def work() -> None:
            result: R | Exception
            try:
                result = await self._commit.alone(waiting.request)
            except Exception as error:
                result = error
            self._settle(waiting, result)

        task = asyncio.create_task(work(), name="lane, alone")
        self._alone.add(task)
        task.add_done_callback(self._alone.discard)

    def _take(self) -> list[Waiting[T, R]]:
        batch: list[Waiting[T, R]] = []
        later: list[Waiting[T, R]] = []
        seen: set[Hashable] = set()
        while self._waiting and len(batch) < LARGEST_BATCH:
            waiting = self._waiting.popleft()
            key = self._key(waiting.request)
            (later if key in seen else batch).append(waiting)
            seen.add(key)
        self._waiting.extendleft(reversed(later))
        return batch


def _settle_future(done: asyncio.Future[R], result: R | Exception) -> None:
    """For who waits in a coroutine."""
    if done.done():
        return
    if isinstance(result, Exception):
        done.set_exception(result)
        done.exception()  # nobody may be waiting any more; that is no fault to log
    else:
        done.set_result(result)
