"""A participant number belongs to one person for ever: it is all that a candidate types besides the PIN."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app import delivery, identity
from app.core.clock import read_clock
from tests.databases import TestDatabase
from tests.factories import SECRET, Candidate, World, client_of, make_settings, make_world, running_app
from tests.forms import give_forms


async def add_sitting(session: AsyncSession, world: World, code: str, names: list[str]) -> list[identity.IssuedCard]:
    """One more sitting with candidates of its own; their cards."""
    now = await read_clock(session)
    sitting_id = await delivery.create_sitting(
        session,
        world.scheme,
        code=code,
        title=code,
        zone="Asia/Jakarta",
        opens_at=now,
        closes_at=now + timedelta(hours=1),
    )
    cards = []
    for number in await delivery.next_numbers(session, "MMU-27", len(names)):
        person_id = await identity.add_person(session, names[len(cards)])
        cards.append(await identity.issue_card(session, SECRET.encode(), number=number, person_id=person_id))
    await delivery.add_to_roster(session, sitting_id, zip(cards, names, strict=True))
    await give_forms(session, sitting_id, world.scheme)
    return cards


async def test_the_numbers_of_a_sitting_go_on_where_the_last_one_ended(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        world = await make_world(app.state.database)
        async with app.state.database.staff() as session, session.begin():
            first = await add_sitting(session, world, "A", ["Ani", "Budi"])
        async with app.state.database.staff() as session, session.begin():
            second = await add_sitting(session, world, "B", ["Citra", "Dewi", "Eka"])
        for card, name in zip([*first, *second], ["Ani", "Budi", "Citra", "Dewi", "Eka"], strict=True):
            assert (await Candidate(client, card).log_in()).json()["name"] == name
    assert [card.number for card in first + second] == [f"MMU-27-{number:05d}" for number in range(1, 6)]


async def test_a_card_cannot_be_made_for_another_persons_number(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        card = (await make_world(app.state.database)).cards[0]
        async with app.state.database.staff() as session, session.begin():
            other = await identity.add_person(session, "Orang lain")
            with pytest.raises(identity.NumberTaken):
                await identity.issue_card(session, SECRET.encode(), number=card.number, person_id=other)
        assert (await Candidate(client, card).log_in()).json()["name"] == "Peserta 1", "the first card still works"


async def test_a_lost_card_is_replaced_by_a_new_pin_for_the_same_person(database: TestDatabase) -> None:
    async with running_app(make_settings(database)) as app, client_of(app) as client:
        card = (await make_world(app.state.database)).cards[0]
        async with app.state.database.staff() as session, session.begin():
            again = await identity.issue_card(session, SECRET.encode(), number=card.number, person_id=card.person_id)
        assert (await Candidate(client, card).log_in()).status_code == 401
        assert (await Candidate(client, again).log_in()).json()["name"] == "Peserta 1"
