"""An import from a file to its end, as its person and the worker bring it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from app import identity
from app.core.access import Actor, Role
from app.core.db import Database
from app.itembank.exchange import Format
from app.itembank.transfers import imports
from app.worker import run_jobs
from tests.factories import PASSWORD, World

HEADER = ("Kode", "KUK", "Soal", "A", "B", "C", "D", "Kunci", "Pembahasan", "Sumber", "Tingkat", "Perkiraan sulit")


def actor_of(world: World, role: Role) -> Actor:
    return Actor(world.staff[role], uuid4(), f"Petugas {role}", frozenset({role}))


async def second_member(database: Database, username: str = "ratna") -> Actor:
    """Another member of the committee, who can log in."""
    committee = frozenset({Role.COMMITTEE})
    async with database.staff() as session, session.begin():
        person = await identity.add_staff(session, name="Bu Ratna", username=username, roles=[Role.COMMITTEE])
        await identity.undertakings.sign_all_needed(session, person, committee)
        await identity.set_password(session, person, PASSWORD)
    return Actor(person, uuid4(), "Bu Ratna", committee)


def row(code: str = "", kuk: str = "1.1", stem: str = "Apa tujuan audit internal?", **changes: str) -> dict[str, str]:
    values = [
        code,
        kuk,
        stem,
        "memeriksa",
        "menghukum",
        "menutup",
        "menjual",
        "A",
        "dasar",
        "ISO 9001",
        "terapkan",
        "0,65",
    ]
    return dict(zip(HEADER, values, strict=True)) | changes


def csv_of(*rows: dict[str, str]) -> bytes:
    lines = [list(HEADER), *([one[name] for name in HEADER] for one in rows)]
    return "\n".join(";".join(f'"{cell}"' for cell in line) for line in lines).encode()


@dataclass
class Importing:
    """One person with one bank."""

    database: Database
    actor: Actor
    author: Actor | None = None

    def by_author(self) -> Importing:
        """The same for an author."""
        assert self.author
        return Importing(self.database, self.author)

    async def read(self, content: bytes, **changes: Any) -> UUID:
        """Send it and let the worker read it."""
        async with self.database.staff() as session, session.begin():
            values = {"name": "soal.csv", "format": Format.CSV, "kuk": None, "passphrase": None} | changes
            import_id = await imports.begin_import(session, "MMu", content, actor=self.actor, **values)
        await run_jobs(self.database)
        return import_id

    async def agree(self, import_id: UUID, skip: tuple[int, ...] = ()) -> None:
        """Say yes to what was shown, without the worker."""
        revision = (await self.now(import_id)).revision
        assert revision is not None
        async with self.database.staff() as session, session.begin():
            await imports.ask_to_apply(
                session, import_id, revision=revision, skip=skip, reason="kumpulan soal asesor", actor=self.actor
            )

    async def apply(self, import_id: UUID, skip: tuple[int, ...] = ()) -> None:
        await self.agree(import_id, skip)
        await run_jobs(self.database)

    async def now(self, import_id: UUID) -> imports.Import:
        async with self.database.staff() as session:
            return await imports.get_import(session, import_id, self.actor)

    async def report(self, import_id: UUID) -> dict[str, Any]:
        async with self.database.staff() as session:
            return await imports.read_report(session, import_id)

    async def outcomes(self, import_id: UUID) -> list[str]:
        return [one["outcome"] for one in (await self.report(import_id))["rows"]]
