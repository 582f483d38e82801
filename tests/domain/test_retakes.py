"""Who takes the exam again gets items that they have not seen while the bank allows it; where it does not, it is said how many."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import assembly, delivery, identity, itembank
from app.core.clock import read_clock
from app.core.db import Database
from tests.databases import TestDatabase, alter
from tests.factories import SECRET, World, draft_items, make_cards, make_settings, make_world, running_app
from tests.forms import member, plan_forms

STARTED = "UPDATE attempts SET started_at = now(), closes_at = now(), state = 'running' WHERE sitting_id = $1"


@dataclass
class Again:
    """A bank of twelve items for each criterion; everybody of the first sittings comes to the next one, and one who is new."""

    database: Database
    test_database: TestDatabase
    world: World

    async def sit(self, code: str, **settings: float) -> UUID:
        """Another sitting of the first one's people and a newcomer, with a plan of two forms that share no item by default."""
        async with self.database.staff() as session, session.begin():
            now = await read_clock(session)
            sitting_id = await delivery.create_sitting(
                session,
                self.world.scheme,
                code=code,
                title="Ujian ulang",
                zone="Asia/Jakarta",
                opens_at=now,
                closes_at=now + timedelta(hours=4),
            )
            cards = [
                await identity.issue_card(session, SECRET.encode(), number=f"{code}-{place}", person_id=card.person_id)
                for place, card in enumerate(self.world.cards)
            ]
            cards += await make_cards(session, 1, prefix=f"{code}-9")
            await delivery.add_to_roster(session, sitting_id, [(card, card.number) for card in cards])
            await self.plan(session, sitting_id, **settings)
            await delivery.forms.prepare(session, sitting_id)
        return sitting_id

    async def plan(self, session: AsyncSession, sitting_id: UUID, **settings: float) -> None:
        caps = {"exposure_cap": 0.5, "overlap_cap": 0} | settings
        plan_id = await plan_forms(session, sitting_id, self.world.scheme, forms=2, **caps)
        await delivery.forms.accept(session, sitting_id, plan_id, actor=member(self.world.staff["committee"]))

    async def items_of(self, sitting_id: UUID) -> dict[UUID, set[str]]:
        """Person → the codes of their form."""
        async with self.database.staff() as session:
            rows = await session.execute(
                text(
                    "SELECT r.person_id, f.item_version_ids FROM roster r JOIN attempts a ON a.roster_id = r.id "
                    "JOIN forms f ON f.id = a.form_id WHERE r.sitting_id = :sitting_id"
                ),
                {"sitting_id": sitting_id},
            )
            found = {row.person_id: row.item_version_ids for row in rows}
            code_of = await itembank.codes_of(session, {version for versions in found.values() for version in versions})
        return {person: {code_of[version] for version in versions} for person, versions in found.items()}

    async def said(self, sitting_id: UUID) -> dict[str, int]:
        async with self.database.staff() as session:
            facts: dict[str, Any] | None = await session.scalar(
                text("SELECT facts FROM journal WHERE action = 'forms.assembled' AND sitting_id = :sitting_id"),
                {"sitting_id": sitting_id},
            )
        assert facts
        said: dict[str, int] = facts.get("seen_before", {})
        return said


@pytest.fixture
async def again(database: TestDatabase) -> AsyncIterator[Again]:
    async with running_app(make_settings(database)) as app:
        world = await make_world(app.state.database, candidates=4, prepared=False, opened=False, drafts=draft_items(12))
        made = Again(app.state.database, database, world)
        async with made.database.staff() as session, session.begin():
            await made.plan(session, world.sitting_id)
            await delivery.forms.prepare(session, world.sitting_id)
        yield made


@pytest.mark.clause(
    "9.3.1", "nobody sees an item again while a form spares them, and otherwise it is recorded how many"
)
@pytest.mark.parametrize("state", ["submitted", "void"])
async def test_nobody_sees_an_item_again_while_a_form_spares_them(again: Again, state: str) -> None:
    """What was read in an attempt that counts for nothing was read all the same."""
    await alter(again.test_database, STARTED.replace("running", state), again.world.sitting_id)
    first = await again.items_of(again.world.sitting_id)
    second = await again.sit("UJI-2")
    then = await again.items_of(second)
    assert all(not then[person] & seen for person, seen in first.items())
    assert set((await again.said(second)).values()) == {0}


async def test_who_never_began_has_seen_nothing(again: Again) -> None:
    second = await again.sit("UJI-2")
    assert await again.said(second) == {}
    async with again.database.staff() as session:
        assert await delivery.forms.read_earlier(session, second) == {}


async def test_where_the_bank_is_used_up_the_overlap_is_least_and_is_said(again: Again) -> None:
    """Two sittings showed each of them 200 of the 240 items: of the 5 of a criterion 3 at least were seen."""
    await alter(again.test_database, STARTED, again.world.sitting_id)
    second = await again.sit("UJI-2")
    await alter(again.test_database, STARTED, second)
    third = await again.sit("UJI-3", exposure_cap=1.0, overlap_cap=100)
    first, between, now = [await again.items_of(one) for one in (again.world.sitting_id, second, third)]
    overlaps = [len(now[person] & (first[person] | between[person])) for person in first]
    assert overlaps == [60] * 4
    assert sorted((await again.said(third)).values()) == [0, *overlaps][1:]
    async with again.database.staff() as session:
        (plan,) = await assembly.list_plans(session, third)
        certificate = await assembly.read_certificate(session, plan.id)
    assert certificate
    assert sum(one["people"] for one in certificate["retakes"]) == 4
    assert {one["overlap"] for one in certificate["retakes"]} == {60}
