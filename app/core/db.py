"""Engines, sessions and the declarative base.

The running server holds two pools: `staff` (log-in `sahih_app`) and `exam` (log-in `sahih_exam`, which cannot read keys). A
route asks for one of them with `StaffSession` or `ExamSession`. Both commit *before* the reply leaves: a 2xx means committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, cast

import asyncpg
from fastapi import Depends, Request
from sqlalchemy import DateTime, MetaData
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from app.core.keyring import KeyRing, SealBroken
from app.core.pool import open_pool, plain_url
from app.core.words import both

# What the keys of a ring are derived for, and the name under which a session carries them.
BANK, PAPERS = "bank", "papers"

Instant = Annotated[datetime, "an aware UTC instant (timestamptz)"]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# Nobody waits longer for a row that somebody else holds, and a transaction that was forgotten holds none for ever.
PATIENCE = {"lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {Instant: DateTime(timezone=True), datetime: DateTime(timezone=True)}  # noqa: RUF012


# A server that went away without a word (no power, a cut cable) must not hold a request until TCP gives up.
LONGEST_COMMAND_SECONDS = 30


def make_engine(
    url: str, *, pool_size: int = 5, application_name: str = "sahih", command_timeout: int | None = None
) -> AsyncEngine:
    """An engine with a bounded pool: who cannot get a connection within two seconds is told to come again.

    asyncpg reads the whole address itself, so that `?sslmode=…` means here what it means to every PostgreSQL tool. Errors
    and logs never show parameters: among them are answers and password hashes.
    """

    async def connect() -> asyncpg.Connection:
        said = {"application_name": application_name, "timezone": "UTC"} | PATIENCE
        return await asyncpg.connect(plain_url(url), timeout=5, server_settings=said, command_timeout=command_timeout)

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=2,
        hide_parameters=True,
    )


class Database:
    """The two pools of a process. `staff` and `exam` open a session; the caller commits.

    Sessions of staff carry the keys that open the bank; those of candidates carry none. Only the keys of papers are for both.
    """

    def __init__(self, app_url: str, exam_url: str, bank_ring: KeyRing, *, pool_size: int = 10) -> None:
        self.staff_engine = make_engine(
            app_url, pool_size=pool_size, application_name="sahih-staff", command_timeout=LONGEST_COMMAND_SECONDS
        )
        self.exam_engine = make_engine(
            exam_url, pool_size=pool_size, application_name="sahih-exam", command_timeout=LONGEST_COMMAND_SECONDS
        )
        self.staff = session_factory(self.staff_engine, bank_ring)
        self.exam = session_factory(self.exam_engine)
        self.paper_ring = bank_ring.derive(PAPERS)
        self._exam_url = exam_url
        self._hot: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def hot(self) -> asyncpg.Pool:
        """The direct connections of the hot paths, with the log-in of `exam`."""
        async with self._opening:
            if self._hot is None:
                self._hot = await open_pool(self._exam_url)
        return self._hot

    async def renew(self) -> None:
        """Every session from now on has a connection that was made from now on."""
        await self.staff_engine.dispose()
        await self.exam_engine.dispose()

    async def close(self) -> None:
        if self._hot is not None:
            self._hot.terminate()
        await self.staff_engine.dispose()
        await self.exam_engine.dispose()


def session_factory(engine: AsyncEngine, bank_ring: KeyRing | None = None) -> async_sessionmaker[AsyncSession]:
    """Sessions that open sealed values with these keys; without any they open none."""
    rings = {purpose: bank_ring.derive(purpose) for purpose in (BANK, PAPERS)} if bank_ring else {}
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False, info=rings)


def ring_of(session: AsyncSession, purpose: str) -> KeyRing:
    """The keys that this session carries for a purpose. Raises SealBroken where it carries none."""
    ring = session.info.get(purpose)
    if ring is None:
        raise SealBroken(
            both(
                "Bank soal terkunci di sini: SAHIH_BANK_KEYS belum diisi.",
                "The item bank is locked here: SAHIH_BANK_KEYS is not set.",
            )
        )
    return cast(KeyRing, ring)


def database_of(request: Request) -> Database:
    return cast(Database, request.app.state.database)


async def open_staff_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).staff() as session, session.begin():
        yield session


async def open_exam_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with database_of(request).exam() as session, session.begin():
        yield session


# scope="function" closes (commits) the dependency before the response is sent; the default would commit afterwards.
StaffSession = Annotated[AsyncSession, Depends(open_staff_session, scope="function")]
ExamSession = Annotated[AsyncSession, Depends(open_exam_session, scope="function")]


def rowcount(result: Any) -> int:
    """Rows changed by an UPDATE or DELETE; SQLAlchemy types `execute` without it."""
    return cast(int, result.rowcount)
