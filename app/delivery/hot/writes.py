"""What a lane leads to: one statement for a whole batch, or one for a single request where that does not go.

The set statement skips attempts that somebody else holds locked (a submit, a take-over, the sweep), and an error anywhere
undoes all of it. Whoever was skipped, and after an error everybody, is then tried alone, waiting for the lock: one bad row or
one stuck attempt costs its own candidate time, and nobody else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import asyncpg

from app.core.errors import NotFound, Unavailable
from app.core.pool import connection, is_transient
from app.delivery.hot.lane import LONGEST_WAIT_SECONDS

T = TypeVar("T")
R = TypeVar("R")
T_contra = TypeVar("T_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)

MOST_ALONE = 3  # connections of a process that may wait for a lock at the same time; the lanes need the others
ONE_ROWS_FAULT = ("40P01", "55P03")  # deadlock, lock timeout: transient, but not a reason to fail the others

log = logging.getLogger("sahih")


class Statement(Protocol[T_contra, R_co]):
    __name__: str

    async def __call__(
        self, connection: Any, sitting_id: UUID, requests: Sequence[T_contra], /, *, wait: bool
    ) -> Sequence[R_co | Exception | None]:
        """For each request its result, a refusal, or None where the attempt is not there or not free."""


class Writes(Generic[T, R]):
    """`alone` is shared by all lanes of a process."""

    def __init__(
        self, pool: asyncpg.Pool, sitting_id: UUID, statement: Statement[T, R], alone: asyncio.Semaphore
    ) -> None:
        self._pool = pool
        self._sitting_id = sitting_id
        self._statement = statement
        self._alone = alone

    async def together(self, requests: Sequence[T]) -> Sequence[R | Exception | None]:
        try:
            async with connection(self._pool) as held:
                return await self._statement(held, self._sitting_id, requests, wait=False)
        except Exception as error:
            if is_transient(error) and getattr(error, "sqlstate", None) not in ONE_ROWS_FAULT:
                log.warning("a batch of %d was not saved: %s", len(requests), type(error).__name__)
                return [Unavailable()] * len(requests)
        return [None] * len(requests)

    async def alone(self, request: T) -> R | Exception:
        try:
            async with asyncio.timeout(LONGEST_WAIT_SECONDS):
                await self._alone.acquire()
        except TimeoutError:
            return Unavailable()
        try:
            async with connection(self._pool) as held:
                (result,) = await self._statement(held, self._sitting_id, [request], wait=True)
        except Exception as error:
            return Unavailable() if is_transient(error) else error
        finally:
            self._alone.release()
        return NotFound() if result is None else result
