"""People of the item bank and what they hand in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import identity
from app.core.access import Actor, Role
from app.core.db import Database
from app.itembank import Answer, ItemContent, lifecycle
from app.itembank.lifecycle import Action, ExpertCard, Verdict, Written
from tests.factories import make_scheme

GOOD = ExpertCard("good", "good", "good")
WHY = "opsi B dan C sama-sama benar"


def written(**changes: Any) -> Written:
    """A sound item of KUK 1.1; content and answer take changes of their own members."""
    content = {"stem": "Siapa yang menetapkan kebijakan mutu?", "options": ("Direksi", "Auditor", "Pemasok", "Klien")}
    answer = {
        "key": 0,
        "rationale": "Klausul 5.2.",
        "source": "ISO 9001",
        "cognitive_level": "apply",
        "expected_p": 0.6,
    }
    for members in (content, answer):
        members.update({name: changes.pop(name) for name in list(changes) if name in (*members, "stimulus")})
    whole: dict[str, Any] = {"kuk": "1.1", "lang": "id", "content": ItemContent(**content), "answer": Answer(**answer)}
    return Written(**(whole | changes))


async def make_person(session: AsyncSession, name: str, *roles: Role) -> Actor:
    person_id = await identity.add_staff(session, name=name, username=name.casefold(), roles=list(roles))
    return Actor(person_id, uuid4(), name, frozenset(roles))


@dataclass
class Writers:
    """Two authors, two reviewers and two members of the committee, on a bank of the scheme MMu."""

    database: Database
    author: Actor
    colleague: Actor
    reviewer: Actor
    second: Actor
    committee: Actor
    member: Actor

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[AsyncSession]:
        async with self.database.staff() as session, session.begin():
            yield session

    async def write(self, **changes: Any) -> tuple[str, UUID]:
        async with self.at_work() as session:
            return await lifecycle.create_item(session, "MMu", written(**changes), actor=self.author)

    async def edit(self, version_id: UUID, actor: Actor | None = None, **changes: Any) -> UUID:
        async with self.at_work() as session:
            return await lifecycle.edit_version(
                session, version_id, written(**changes), None, actor=actor or self.author
            )

    async def move(self, version_id: UUID, action: Action, actor: Actor, reason: str = WHY) -> None:
        async with self.at_work() as session:
            await lifecycle.move(session, version_id, action, reason, actor=actor)

    async def review(
        self, version_id: UUID, actor: Actor, verdict: Verdict = Verdict.APPROVE, reason: str = WHY
    ) -> None:
        async with self.at_work() as session:
            await lifecycle.review(session, version_id, verdict, reason, GOOD, actor=actor)

    async def approve(self, version_id: UUID, author: Actor | None = None) -> None:
        """From a draft to approved by both reviewers."""
        await self.move(version_id, Action.SUBMIT, author or self.author)
        for reviewer in (self.reviewer, self.second):
            await self.review(version_id, reviewer)

    async def bring_into_use(self, **changes: Any) -> tuple[str, UUID]:
        code, version_id = await self.write(**changes)
        await self.approve(version_id)
        await self.move(version_id, Action.ACTIVATE, self.committee)
        return code, version_id

    async def states(self, code: str) -> list[str]:
        async with self.database.staff() as session:
            rows = await session.scalars(
                text(
                    "SELECT state FROM item_versions v JOIN items i ON i.id = v.item_id WHERE code = :code "
                    "ORDER BY version_no"
                ),
                {"code": code},
            )
            return list(rows)


async def make_writers(database: Database, *, with_scheme: bool = True) -> Writers:
    async with database.staff() as session, session.begin():
        if with_scheme:
            await make_scheme(session)
        return Writers(
            database,
            author=await make_person(session, "Ani", Role.AUTHOR),
            colleague=await make_person(session, "Budi", Role.AUTHOR),
            reviewer=await make_person(session, "Citra", Role.REVIEWER),
            second=await make_person(session, "Dodi", Role.REVIEWER),
            committee=await make_person(session, "Endah", Role.COMMITTEE),
            member=await make_person(session, "Fikri", Role.COMMITTEE),
        )
