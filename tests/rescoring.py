"""Exams with an item whose key may be wrong: who chose what is said here, and all the rest follows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI

from app import assembly, delivery, grading, identity, itembank
from app.assembly import Form
from app.core.access import Actor, Role
from app.core.clock import read_clock
from app.core.db import Database
from app.core.errors import AppError
from app.delivery import Admission
from app.grading import CorrectionKind, corrections
from app.grading.corrections import Fault
from app.itembank import KeyedItem
from app.worker import work_once
from tests.factories import Candidate, World, client_of, make_cards, make_world
from tests.forms import give_forms


@dataclass(frozen=True)
class Sheet:
    """One candidate: so many of the other items right, and this many places after the key on the item at fault (None: blank)."""

    others: int
    place: int | None


@dataclass
class Item:
    """The item at fault, with the key that it was scored by."""

    code: str
    version_id: UUID
    key: int

    def option(self, place: int) -> int:
        return (self.key + place) % 4


RIGHT, OTHER, THIRD, BLANK = 0, 1, 2, None
# Each of them near the mark of 68: by the key the first has 67, the second 68, the third 67, the fourth 66.
NEAR_THE_MARK = (Sheet(67, OTHER), Sheet(67, RIGHT), Sheet(67, BLANK), Sheet(66, THIRD))


async def sat(app: FastAPI, sheets: Sequence[Sheet] = NEAR_THE_MARK, **world: Any) -> tuple[World, Item]:
    """A sitting that everybody has handed in, scored and not released; every form holds the same items."""
    made = await make_world(app.state.database, candidates=len(sheets), forms=1, with_passwords=True, **world)
    item = await any_item(app.state.database, made.sitting_id)
    await sit(app, made.sitting_id, made.cards, item, sheets)
    await work_once(app.state.database)
    return made, item


async def sit_again(app: FastAPI, world: World, item: Item, sheets: Sequence[Sheet], code: str = "UJI-2") -> UUID:
    """Another sitting with the same items, handed in and not scored."""
    database: Database = app.state.database
    async with database.staff() as session, session.begin():
        now = await read_clock(session)
        opens_at, closes_at = now - timedelta(minutes=5), now + timedelta(hours=4)
        sitting_id = await delivery.create_sitting(
            session,
            world.scheme,
            code=code,
            title="Ujian kedua",
            zone="Asia/Jakarta",
            opens_at=opens_at,
            closes_at=closes_at,
            admission=Admission.OPEN,
        )
        cards = await make_cards(session, len(sheets), prefix=f"{code}-26")
        await delivery.add_to_roster(session, sitting_id, [(card, f"Peserta {card.number}") for card in cards])
        await give_forms(session, sitting_id, world.scheme, committee=world.staff["committee"], forms=1)
        await delivery.open_sitting(session, sitting_id)
    await sit(app, sitting_id, cards, item, sheets)
    return sitting_id


async def any_item(database: Database, sitting_id: UUID) -> Item:
    async with database.staff() as session:
        form = (await assembly.list_forms(session, sitting_id))[0]
        keyed = await itembank.peek_keys(session, form.version_ids[:1])
    (item,) = keyed.values()
    return Item(item.code, item.version_id, item.key)


async def sit(
    app: FastAPI, sitting_id: UUID, cards: Sequence[identity.IssuedCard], item: Item, sheets: Sequence[Sheet]
) -> None:
    async with app.state.database.staff() as session:
        forms = {form.id: form for form in await assembly.list_forms(session, sitting_id)}
        keyed = await itembank.peek_keys(session, {version for form in forms.values() for version in form.version_ids})
        attempts = {one.id: one for one in await delivery.list_attempts(session, sitting_id)}
        candidates = await delivery.list_candidates(session, sitting_id, attempts)
    form_of = {one.number: forms[attempts[attempt_id].form_id] for attempt_id, one in candidates.items()}
    async with AsyncExitStack() as stack:
        for card, sheet in zip(cards, sheets, strict=True):
            candidate = Candidate(await stack.enter_async_context(client_of(app)), card)
            await candidate.enter()
            assert (await candidate.save(answers(form_of[card.number], keyed, item, sheet))).status_code == 200
            assert (await candidate.submit()).status_code == 200


def answers(form: Form, keyed: dict[UUID, KeyedItem], item: Item, sheet: Sheet) -> dict[int, int | None]:
    others = [version for version in sorted(form.version_ids) if version != item.version_id]
    option: dict[UUID, int | None] = {
        version: (keyed[version].key + (place >= sheet.others)) % 4 for place, version in enumerate(others)
    }
    option[item.version_id] = None if sheet.place is None else item.option(sheet.place)
    return {
        position: order.index(chosen)
        for position, (version, order) in enumerate(zip(form.version_ids, form.orders, strict=True), start=1)
        if (chosen := option[version]) is not None
    }


def member(world: World) -> Actor:
    return Actor(world.staff["committee"], uuid4(), "Komite", frozenset({Role.COMMITTEE}))


async def another_member(database: Database, name: str = "Komite Dua") -> Actor:
    async with database.staff() as session, session.begin():
        username = name.lower().replace(" ", "-")
        person = await identity.add_staff(session, name=name, username=username, roles=[Role.COMMITTEE])
    return Actor(person, uuid4(), name, frozenset({Role.COMMITTEE}))


async def fault_of(database: Database, item: Item, kind: str, place: int | None, actor: Actor) -> Fault:
    option = None if place is None else item.option(place)
    async with database.staff() as session:
        return await corrections.find_fault(session, item.code, CorrectionKind(kind), option, actor=actor)


async def propose(database: Database, item: Item, kind: str, place: int | None, actor: Actor) -> UUID:
    fault = await fault_of(database, item, kind, place, actor)
    async with database.staff() as session, session.begin():
        what_if = await corrections.weigh(session, fault, uuid4())
        return await corrections.propose(session, fault, "kunci keliru menurut dua ahli", what_if.sha256, actor=actor)


async def approve(database: Database, correction_id: UUID, actor: Actor) -> None:
    async with database.staff() as session, session.begin():
        assert await corrections.approve(session, correction_id, "setuju sesudah menelaah", actor=actor)


async def correct(database: Database, world: World, item: Item, kind: str, place: int | None) -> UUID:
    """Propose and approve."""
    correction_id = await propose(database, item, kind, place, member(world))
    await approve(database, correction_id, await another_member(database, f"Komite {uuid4().hex[:6]}"))
    return correction_id


async def release(database: Database, world: World, sitting_id: UUID | None = None) -> None:
    async with database.staff() as session, session.begin():
        await grading.release(session, sitting_id or world.sitting_id, actor=member(world))


async def latest(database: Database, sitting_id: UUID) -> list[int]:
    """The latest scores of a sitting, by participant number."""
    async with database.staff() as session:
        scores = await grading.list_scores(session, sitting_id)
        candidates = await delivery.list_candidates(session, sitting_id, scores)
    return [scores[one] for one in sorted(scores, key=lambda attempt: candidates[attempt].number)]


async def refused(step: Any) -> str | None:
    try:
        await step
    except AppError as error:
        return error.code
    return None
